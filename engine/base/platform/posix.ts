import { signalIfAlive, type PlatformHost } from './platform.ts'

/** Kills the process group that `pid` leads, and `pid` itself in case it leads none. */
export function killGroupOrProcess(host: PlatformHost, pid: number): void {
  signalIfAlive(host, -pid, 'SIGKILL')
  signalIfAlive(host, pid, 'SIGKILL')
}
