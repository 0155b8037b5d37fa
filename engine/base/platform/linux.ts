import { constants } from 'node:os'
import { join } from 'node:path'
import { CONTAINER_MARK, signalIfAlive, type Platform, type PlatformHost, type ProcessUsage } from './platform.ts'
import { posixShells, signalGroupOrProcess } from './posix.ts'
import { sumTrees } from './trees.ts'

/** Clock ticks a second of /proc/PID/stat; fixed at 100 in the kernel's user interface on all common architectures. */
const TICKS_PER_SECOND = 100
const PAGE_BYTES = 4096
const ENDING_TRIES = 5

export function linuxPlatform(host: PlatformHost): Platform {
  const marksOf = new Marks(host)
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
    treeUsage(leaders, marks) {
      const stats = allStats(host)
      const rows = stats.map(({ pid, parent, session, rssPages, cpuTicks, reapedTicks }) => ({
        ...{ pid, parent, group: session, memory: rssPages * PAGE_BYTES },
        // The time of children that have ended is in their parent's.
        cpuSeconds: (cpuTicks + reapedTicks) / TICKS_PER_SECOND,
      }))
      const sums = sumTrees(rows, leaders)
      if (!marks?.size) return sums
      const owned = new Set([...sums.values()].flatMap(sum => sum.pids))
      marksOf.forgetAllBut(new Set(stats.map(stat => stat.pid)))
      let strays = false
      for (const [i, { pid, startTicks }] of stats.entries()) {
        const leader = owned.has(pid) ? undefined : marks.get(marksOf.read(pid, startTicks))
        if (leader === undefined) continue
        rows[i].group = leader
        strays = true
      }
      return strays ? sumTrees(rows, leaders) : sums
    },
    endMarked(mark) {
      const found = new Set<number>()
      // Whoever starts others faster than this has a limit on its processes for it.
      for (let tries = 0; tries < ENDING_TRIES; tries++) {
        const marked = allStats(host).filter(({ pid, startTicks }) => marksOf.read(pid, startTicks) === mark)
        if (marked.length === 0) break
        for (const { pid } of marked) {
          found.add(pid)
          signalIfAlive(host, pid, 'SIGKILL')
        }
      }
      return found.size
    },
    taskCount() {
      const tasks = Number(/\/(\d+) /.exec(host.readFile('/proc/loadavg') ?? '')?.[1])
      return Number.isInteger(tasks) ? tasks : undefined
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
    catches(pid, signal) {
      const mask = /^SigCgt:\t([0-9a-f]+)$/m.exec(host.readFile(`/proc/${pid}/status`) ?? '')?.[1]
      return mask === undefined
        ? undefined
        : ((BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n
    },
    canPause: true,
    pause: pid => signalIfAlive(host, pid, 'SIGSTOP'),
    resume: pid => signalIfAlive(host, pid, 'SIGCONT'),
    browserCommand: url =>
      host.env.DISPLAY || host.env.WAYLAND_DISPLAY ? { command: 'xdg-open', args: [url] } : undefined,
    shells: () => posixShells(host, '/bin/sh', []),
    detachGroups: true,
  }
}

function allStats(host: PlatformHost): (Stat & { pid: number })[] {
  const pids = host.listFolder('/proc').filter(name => /^\d+$/.test(name))
  return pids.flatMap(name => {
    const stat = readStat(host, Number(name))
    return !stat || stat.state === 'Z' || stat.state === 'X' ? [] : [{ pid: Number(name), ...stat }]
  })
}

/** The marks of processes, each read once: an environment is what a program was started with. */
class Marks {
  readonly #host: PlatformHost
  readonly #known = new Map<number, { startTicks: string; mark: string }>()

  constructor(host: PlatformHost) {
    this.#host = host
  }

  read(pid: number, startTicks: string): string {
    const known = this.#known.get(pid)
    if (known?.startTicks === startTicks) return known.mark
    const environment = this.#host.readFile(`/proc/${pid}/environ`) ?? ''
    const mark = new RegExp(`(?:^|\\0)${CONTAINER_MARK}=([^\\0]*)`).exec(environment)?.[1] ?? ''
    this.#known.set(pid, { startTicks, mark })
    return mark
  }

  forgetAllBut(pids: Set<number>): void {
    for (const pid of this.#known.keys()) if (!pids.has(pid)) this.#known.delete(pid)
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
