import { join } from 'node:path'
import { signalIfAlive, type Platform, type PlatformHost, type ProcessUsage } from './platform.ts'
import { signalGroupOrProcess } from './posix.ts'
import { sumTrees } from './trees.ts'

/** Clock ticks a second of /proc/PID/stat; fixed at 100 in the kernel's user interface on all common architectures. */
const TICKS_PER_SECOND = 100
const PAGE_BYTES = 4096

export function linuxPlatform(host: PlatformHost): Platform {
  return {
    name: 'linux',
    dataDir: () => join(host.env.XDG_DATA_HOME || join(host.homeDir, '.local', 'share'), 'kubarium'),
    memoryDir: () => (host.isWritableFolder('/dev/shm') ? '/dev/shm' : undefined),
    identify(pids) {
      const found = new Map<number, string>()
      for (const pid of pids) {
        const stat = readStat(host, pid)
        if (stat && stat.state !== 'Z' && stat.state !== 'X') found.set(pid, stat.startTicks)
      }
      return found
    },
    usage(pids) {
      const found = new Map<number, ProcessUsage>()
      for (const pid of pids) {
        const stat = readStat(host, pid)
        if (stat) found.set(pid, { memory: stat.rssPages * PAGE_BYTES, cpuSeconds: stat.cpuTicks / TICKS_PER_SECOND })
      }
      return found
    },
    treeUsage(leaders) {
      const pids = host.listFolder('/proc').filter(name => /^\d+$/.test(name))
      const rows = pids.flatMap(name => {
        const stat = readStat(host, Number(name))
        if (!stat || stat.state === 'Z' || stat.state === 'X') return []
        const { parent, session, rssPages, cpuTicks, reapedTicks } = stat
        // The time of children that have ended is in their parent's.
        const cpuSeconds = (cpuTicks + reapedTicks) / TICKS_PER_SECOND
        return [{ pid: Number(name), parent, group: session, memory: rssPages * PAGE_BYTES, cpuSeconds }]
      })
      return sumTrees(rows, leaders)
    },
    exactMemory(pids) {
      let kilobytes = 0
      for (const pid of pids) {
        // Processes come and go, and kernels may be built without it.
        const pss = /^Pss:\s+(\d+) kB/m.exec(host.readFile(`/proc/${pid}/smaps_rollup`) ?? '')
        if (pss) kilobytes += Number(pss[1])
      }
      return kilobytes > 0 ? kilobytes * 1024 : undefined
    },
    looksAreCheap: true,
    killTree: pid => signalGroupOrProcess(host, pid, 'SIGKILL'),
    signalTree: (pid, signal) => signalGroupOrProcess(host, pid, signal),
    signalOne: (pid, signal) => signalIfAlive(host, pid, signal),
    launchedBy(pid, launcher) {
      const nameOf = (of: number | undefined) => (of ? host.readFile(`/proc/${of}/comm`)?.trim() : undefined)
      const childOf = (of: number | undefined) =>
        of ? Number(host.readFile(`/proc/${of}/task/${of}/children`)?.trim().split(' ')[0]) || undefined : undefined
      const setter = nameOf(pid) === launcher ? pid : childOf(pid)
      if (nameOf(setter) !== launcher) return undefined
      const child = childOf(setter)
      const name = nameOf(child)
      return name && name !== launcher ? child : undefined
    },
    canPause: true,
    pause: pid => signalIfAlive(host, pid, 'SIGSTOP'),
    resume: pid => signalIfAlive(host, pid, 'SIGCONT'),
    browserCommand: url =>
      host.env.DISPLAY || host.env.WAYLAND_DISPLAY ? { command: 'xdg-open', args: [url] } : undefined,
    shell: () => ({ command: host.env.SHELL || '/bin/sh', args: [] }),
    detachGroups: true,
  }
}

interface Stat {
  state: string
  parent: number
  session: number
  cpuTicks: number
  reapedTicks: number
  startTicks: string
  rssPages: number
}

/** Reads /proc/PID/stat (proc(5)). The name in it may hold blanks and parentheses: fields count from the last one. */
function readStat(host: PlatformHost, pid: number): Stat | undefined {
  const text = host.readFile(`/proc/${pid}/stat`)
  if (!text) return undefined
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return {
    state: fields[0],
    parent: Number(fields[1]),
    session: Number(fields[3]),
    cpuTicks: Number(fields[11]) + Number(fields[12]),
    reapedTicks: Number(fields[13]) + Number(fields[14]),
    startTicks: fields[19],
    rssPages: Number(fields[21]),
  }
}
