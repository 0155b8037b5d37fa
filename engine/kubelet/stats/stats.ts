import type { Clock } from '../../base/clock.ts'
import type { Platform, ProcessUsage } from '../../base/platform/platform.ts'
import { parseQuantity } from '../../base/quantity.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import type { PodRunner } from '../pods/pod-runner.ts'

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

export interface Summary {
  node: Usage & { nodeName: string; memory: { availableBytes: number } }
  pods: (Usage & {
    podRef: { name: string; namespace: string; uid: string }
    containers: (Usage & { name: string })[]
  })[]
}

export interface StatsDependencies {
  clock: Clock
  platform: Platform
  nodeName: string
  /** What the node offers, as a quantity. */
  memory: string
  pods(): PodRunner[]
}

/** Asking the operating system costs time: it is done so often at most. */
const FRESH_MS = 1_000
/** Rates are means over about so long. */
const WINDOW_MS = 15_000

interface Sample {
  atMs: number
  usage: Map<number, ProcessUsage>
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
    const { clock, nodeName, memory } = this.#dependencies
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
        const used = containers.map(c => ({ name: c.name, ...this.#usage(c.pids, Date.parse(c.startedAt), sample) }))
        const startMs = Date.parse(runner.pod.status?.startTime ?? '') || this.#startedMs
        return {
          podRef: { name: name!, namespace: namespace!, uid: uid! },
          ...total(used, startMs, sample.atMs),
          containers: used,
        }
      })
    const own = this.#usage([process.pid], this.#startedMs, sample)
    const node = total([own, ...pods], this.#startedMs, clock.now())
    const availableBytes = Math.max(0, parseQuantity(memory).value() - node.memory.workingSetBytes)
    return { node: { nodeName, ...node, memory: { ...node.memory, availableBytes } }, pods }
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
