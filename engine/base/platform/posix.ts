import { posix } from 'node:path'
import type { PlatformHost, Shell } from './platform.ts'
import { signalIfAlive } from './platform.ts'

/** Signals the process group that `pid` leads, or `pid` alone if it leads none. */
export function signalGroupOrProcess(host: PlatformHost, pid: number, signal: NodeJS.Signals): void {
  signalIfAlive(host, -pid, signal)
  if (signal === 'SIGKILL') signalIfAlive(host, pid, signal)
}

/** Listed among the shells, and no place to type commands of one's own. */
const NOT_INTERACTIVE = new Set(['nologin', 'false', 'true', 'git-shell', 'rbash', 'rzsh', 'rksh'])

/** The user's shell, and what else /etc/shells names that is there; of several places of one, the first. */
export function posixShells(host: PlatformHost, fallback: string, args: string[]): Shell[] {
  const own = host.env.SHELL || fallback
  const listed = (host.readFile('/etc/shells') ?? '')
    .split('\n')
    .map(line => line.trim())
    .filter(path => path.startsWith('/') && host.listFolder(posix.dirname(path)).includes(posix.basename(path)))
  const byName = new Map<string, Shell>()
  for (const command of [own, ...listed]) {
    const name = posix.basename(command)
    if (!NOT_INTERACTIVE.has(name) && !byName.has(name)) byName.set(name, { id: name, name, command, args })
  }
  return byName.size ? [...byName.values()] : [{ id: 'sh', name: 'sh', command: fallback, args }]
}
