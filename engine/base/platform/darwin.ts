import { join } from 'node:path'
import { signalIfAlive, type Platform, type PlatformHost, type ProcessUsage } from './platform.ts'
import { posixShells, signalGroupOrProcess } from './posix.ts'
import { sumTrees } from './trees.ts'

export function darwinPlatform(host: PlatformHost): Platform {
  /** Rows of `ps` for the given processes: pid, then the asked columns. */
  const ps = (columns: string, pids: number[]) =>
    pids.length === 0
      ? []
      : (host.run('ps', ['-o', `pid=,${columns}`, '-p', pids.join(',')]) ?? '')
          .split('\n')
          .filter(line => line.trim() !== '')
          .map(line => /^\s*(\d+)\s+(.*?)\s*$/.exec(line)!)
  return {
    name: 'darwin',
    dataDir: () => join(host.homeDir, 'Library', 'Application Support', 'Kubarium'),
    memoryDir: () => undefined,
    identify: pids => new Map(ps('lstart=', pids).map(row => [Number(row[1]), row[2]])),
    usage: pids =>
      new Map(
        ps('rss=,time=', pids).map(row => {
          const [kilobytes, time] = row[2].split(/\s+/)
          const usage: ProcessUsage = { memory: Number(kilobytes) * 1024, cpuSeconds: parseTime(time) }
          return [Number(row[1]), usage]
        }),
      ),
    treeUsage(leaders) {
      const lines = (host.run('ps', ['-A', '-o', 'pid=,ppid=,pgid=,rss=,time=']) ?? '').split('\n')
      const rows = lines.flatMap(line => {
        const [pid, parent, group, kilobytes, time] = line.trim().split(/\s+/)
        if (!time) return []
        const usage = { memory: Number(kilobytes) * 1024, cpuSeconds: parseTime(time) }
        return [{ pid: Number(pid), parent: Number(parent), group: Number(group), ...usage }]
      })
      return sumTrees(rows, leaders)
    },
    // The environment of other processes is not told here.
    endMarked: () => 0,
    taskCount: () => undefined,
    exactMemory: () => undefined,
    looksAreCheap: false,
    killTree: pid => signalGroupOrProcess(host, pid, 'SIGKILL'),
    signalTree: (pid, signal) => signalGroupOrProcess(host, pid, signal),
    signalOne: (pid, signal) => signalIfAlive(host, pid, signal),
    launchedBy: () => undefined,
    catches: () => undefined,
    canPause: true,
    pause: pid => signalIfAlive(host, pid, 'SIGSTOP'),
    resume: pid => signalIfAlive(host, pid, 'SIGCONT'),
    browserCommand: url => ({ command: 'open', args: [url] }),
    // As Terminal.app does: what the user's profile sets is set for login shells alone.
    shells: () => posixShells(host, '/bin/zsh', ['-l']),
    detachGroups: true,
  }
}

/** "[days-][hours:]minutes:seconds[.fraction]" as ps prints it, in seconds. */
function parseTime(text: string): number {
  const [days, clock] = text.includes('-') ? text.split('-') : ['0', text]
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400
}
