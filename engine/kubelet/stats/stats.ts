import type { Clock } from '../../base/clock.ts'
import type { Platform, ProcessUsage, TreeUsage } from '../../base/platform/platform.ts'
import { parseQuantity } from '../../base/quantity.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import { DEFAULT_PIDS, type Capacity } from '../node/allocatable.ts'
import type { PodRunner } from '../pods/pod-runner.ts'
import type { PodStorage, StorageMeter } from './storage.ts'

/** What is used, in the form of the kubelet's /stats/summary (k8s.io/kubelet/pkg/apis/stats/v1alpha1). */
export interface Usage {
  startTime: string
  cpu: {
    time: string
    usageNanoCores: number
    usageCoreNanoSeconds: number
    /** Seconds that `usageNanoCores` is the mean of. */
    windowSeconds: number
  }
  memory: { time: string; usageBytes: number; workingSetBytes: number; rssBytes: number }
}

/** What of a file system is used, in bytes; `capacityBytes` is the node's, as it is configured. */
export interface FsUsage {
  time: string
  availableBytes: number
  capacityBytes: number
  usedBytes: number
}

export interface ContainerStats extends Usage {
  name: string
  rootfs?: FsUsage
  logs?: FsUsage
}

export interface PodStats extends Usage {
  podRef: { name: string; namespace: string; uid: string }
  containers: ContainerStats[]
  volume?: (FsUsage & { name: string })[]
  'ephemeral-storage'?: FsUsage
  process_stats: { process_count: number }
}

export interface NodeStats extends Usage {
  nodeName: string
  memory: Usage['memory'] & { availableBytes: number }
  fs?: FsUsage
  runtime?: { imageFs: FsUsage; containerFs: FsUsage }
  rlimit: { time: string; maxpid: number; curproc: number }
}

export interface Summary {
  node: NodeStats
  pods: PodStats[]
}

export interface StatsDependencies {
  clock: Clock
  platform: Platform
  nodeName: string
  /** What the node offers, as a quantity. */
  memory: string
  pods(): PodRunner[]
  /** Size of the node's disk and number of its processes; absent: not told. */
  capacity?: Capacity
  storage?: Pick<StorageMeter, 'of' | 'total'>
  imageBytes?(): number
}

/** Asking the operating system costs time: it is done so often at most. */
const FRESH_MS = 1_000
/** Rates are means over about so long. */
const WINDOW_MS = 15_000

interface Sample {
  atMs: number
  usage: Map<number, TreeUsage>
}

/** Measures the processes of this node when somebody asks, and only then. */
export class StatsProvider {
  readonly #dependencies: StatsDependencies
  readonly #startedMs: number
  /** Newest last. */
  #samples: Sample[] = []

  constructor(dependencies: StatsDependencies) {
    this.#dependencies = dependencies
    this.#startedMs = dependencies.clock.now()
  }

  summary(): Summary {
    const { clock, nodeName, memory, capacity, storage } = this.#dependencies
    const running = this.#dependencies.pods().map(runner => ({
      runner,
      containers: runner.containers.flatMap(({ spec, state, pids }) =>
        pids.length && state.kind === 'running' ? [{ name: spec.name!, pids, startedAt: state.startedAt }] : [],
      ),
    }))
    const sample = this.#sample([process.pid, ...running.flatMap(p => p.containers.flatMap(c => c.pids))])
    const pods = running
      .filter(pod => pod.containers.length > 0)
      .map(({ runner, containers }) => {
        const { name, namespace, uid } = runner.pod.metadata
        const stored = storage?.of(uid!)
        const used = containers.map(c => ({
          name: c.name,
          ...this.#usage(c.pids, Date.parse(c.startedAt), sample),
          ...this.#containerFiles(stored, c.name),
        }))
        const startMs = Date.parse(runner.pod.status?.startTime ?? '') || this.#startedMs
        return {
          podRef: { name: name!, namespace: namespace!, uid: uid! },
          ...total(used, startMs, sample.atMs),
          containers: used,
          ...this.#podFiles(stored),
          process_stats: {
            process_count: countOf(
              sample,
              containers.flatMap(c => c.pids),
            ),
          },
        }
      })
    const own = this.#usage([process.pid], this.#startedMs, sample)
    const node = total([own, ...pods], this.#startedMs, clock.now())
    const availableBytes = Math.max(0, parseQuantity(memory).value() - node.memory.workingSetBytes)
    const rlimit = {
      time: rfc3339(sample.atMs),
      maxpid: capacity?.pids ?? DEFAULT_PIDS,
      curproc: pods.reduce((sum, pod) => sum + pod.process_stats.process_count, 1),
    }
    return {
      node: { nodeName, ...node, memory: { ...node.memory, availableBytes }, ...this.#nodeFiles(), rlimit },
      pods,
    }
  }

  /** Memory of all processes of the node in which what they share counts once; undefined where that cannot be told. */
  exactMemory(): number | undefined {
    const { platform } = this.#dependencies
    const usage = this.#samples.at(-1)?.usage
    return usage && platform.exactMemory([...new Set([process.pid, ...[...usage.values()].flatMap(u => u.pids ?? [])])])
  }

  #fs(usedBytes: number, atMs: number): FsUsage {
    const { capacity, storage, imageBytes } = this.#dependencies
    const capacityBytes = parseQuantity(capacity!.ephemeralStorage).value()
    const availableBytes = Math.max(0, capacityBytes - (storage?.total ?? 0) - (imageBytes?.() ?? 0))
    return { time: rfc3339(atMs), availableBytes, capacityBytes, usedBytes }
  }

  #containerFiles(stored: PodStorage | undefined, name: string): Pick<ContainerStats, 'rootfs' | 'logs'> {
    const files = stored?.containers.get(name)
    if (!files || !this.#dependencies.capacity) return {}
    return { rootfs: this.#fs(files.rootfs, stored!.atMs), logs: this.#fs(files.logs, stored!.atMs) }
  }

  #podFiles(stored: PodStorage | undefined): Pick<PodStats, 'volume' | 'ephemeral-storage'> {
    if (!stored || !this.#dependencies.capacity) return {}
    const volume = Array.from(stored.volumes, ([name, used]) => ({ name, ...this.#fs(used, stored.atMs) }))
    return { ...(volume.length ? { volume } : {}), 'ephemeral-storage': this.#fs(stored.total, stored.atMs) }
  }

  #nodeFiles(): Pick<NodeStats, 'fs' | 'runtime'> {
    const { capacity, storage, imageBytes, clock } = this.#dependencies
    if (!capacity) return {}
    const [pods, images] = [storage?.total ?? 0, imageBytes?.() ?? 0]
    const fs = (used: number) => this.#fs(used, clock.now())
    return { fs: fs(pods + images), runtime: { imageFs: fs(images), containerFs: fs(pods) } }
  }

  #sample(pids: number[]): Sample {
    const { clock, platform } = this.#dependencies
    const now = clock.now()
    const last = this.#samples.at(-1)
    if (last && now - last.atMs < FRESH_MS && pids.every(pid => last.usage.has(pid))) return last
    // What a leader started in a session of its own is not counted twice: this process is every pod's parent.
    const sample = { atMs: now, usage: platform.treeUsage(pids) }
    this.#samples.push(sample)
    // One that is older than the window stays, so that there is always something to compare with.
    while (this.#samples.length > 2 && now - this.#samples[1]!.atMs >= WINDOW_MS) this.#samples.shift()
    return sample
  }

  /** A rate since the oldest sample that knows the first process, or since its start. */
  #usage(pids: number[], startedMs: number, { atMs, usage }: Sample): Usage {
    const of = (sample: Map<number, ProcessUsage> | undefined, what: keyof ProcessUsage) =>
      pids.reduce((sum, pid) => sum + (sample?.get(pid)?.[what] ?? 0), 0)
    const now = { memory: of(usage, 'memory'), cpuSeconds: of(usage, 'cpuSeconds') }
    const before = this.#samples.find(s => s.atMs < atMs && s.atMs >= startedMs && s.usage.has(pids[0]!))
    const sinceMs = before ? before.atMs : startedMs
    const seconds = Math.max(0.001, (atMs - sinceMs) / 1000)
    const used = Math.max(0, now.cpuSeconds - of(before?.usage, 'cpuSeconds'))
    const time = rfc3339(atMs)
    return {
      startTime: rfc3339(startedMs),
      cpu: {
        time,
        usageNanoCores: Math.round((used / seconds) * 1e9),
        usageCoreNanoSeconds: Math.round(now.cpuSeconds * 1e9),
        windowSeconds: seconds,
      },
      memory: { time, usageBytes: now.memory, workingSetBytes: now.memory, rssBytes: now.memory },
    }
  }
}

function countOf({ usage }: Sample, pids: number[]): number {
  return pids.reduce((sum, pid) => sum + (usage.has(pid) ? (usage.get(pid)!.pids?.length ?? 1) : 0), 0)
}

function total(parts: Usage[], startedMs: number, atMs: number): Usage {
  const sum = (value: (usage: Usage) => number) => parts.reduce((all, part) => all + value(part), 0)
  const time = rfc3339(atMs)
  return {
    startTime: rfc3339(startedMs),
    cpu: {
      time,
      usageNanoCores: sum(u => u.cpu.usageNanoCores),
      usageCoreNanoSeconds: sum(u => u.cpu.usageCoreNanoSeconds),
      windowSeconds: Math.min(...parts.map(u => u.cpu.windowSeconds)),
    },
    memory: {
      time,
      usageBytes: sum(u => u.memory.usageBytes),
      workingSetBytes: sum(u => u.memory.workingSetBytes),
      rssBytes: sum(u => u.memory.rssBytes),
    },
  }
}
