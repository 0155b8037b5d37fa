/** `node …` in a container: paths of the container are found where they are, all else is Node's own. */

import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { existsSync } from 'node:fs'
import { inContainer } from '../container/paths.ts'

const args = process.argv.slice(2).map(arg => {
  if (!arg.startsWith('/')) return arg
  const inside = inContainer(arg)
  return existsSync(inside) ? inside : arg
})
const child = spawn(process.execPath, args, { stdio: 'inherit', windowsHide: true })
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
child.once('error', error => {
  console.error(`node: ${error.message}`)
  process.exitCode = 127
})
child.once('exit', (code, signal) => {
  process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0)
})
