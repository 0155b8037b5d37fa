/** Test servers in one program, chosen by its first argument, as Kubernetes' own image of that name. */

import { netexec } from './netexec.ts'
import { serveHostname } from './serve-hostname.ts'

const COMMANDS: Record<string, (args: string[]) => void> = { netexec, pause, 'serve-hostname': serveHostname }

const [name = 'pause', ...args] = process.argv.slice(2)
const command = COMMANDS[name]
if (command) command(args)
else {
  console.error(`agnhost: the subcommand "${name}" is not in this image; there is: ${Object.keys(COMMANDS).join(', ')}`)
  process.exitCode = 1
}

function pause(): void {
  const keepAlive = setInterval(() => undefined, 1 << 30)
  console.log('Paused')
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => clearInterval(keepAlive))
}
