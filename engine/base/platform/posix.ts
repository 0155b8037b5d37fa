import type { PlatformHost } from './platform.ts'
import { signalIfAlive } from './platform.ts'

/** Signals the process group that `pid` leads, or `pid` alone if it leads none. */
export function signalGroupOrProcess(host: PlatformHost, pid: number, signal: NodeJS.Signals): void {
  signalIfAlive(host, -pid, signal)
  if (signal === 'SIGKILL') signalIfAlive(host, pid, signal)
}
