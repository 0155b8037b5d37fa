import { expect, test } from 'vitest'
import { FakeClock } from '../../engine/base/clock.ts'
import type { Platform, ProcessUsage } from '../../engine/base/platform/platform.ts'
import type { PodRunner } from '../../engine/kubelet/pods/pod-runner.ts'
import { resourceMetrics } from '../../engine/kubelet/stats/resource-metrics.ts'
import { StatsProvider } from '../../engine/kubelet/stats/stats.ts'

const START = Date.parse('2026-03-01T00:00:00Z')

/** A node whose processes use what the test says. */
function node(pids: Record<string, number[]>) {
  const clock = new FakeClock(START)
  const usage = new Map<number, ProcessUsage>([[process.pid, { memory: 1000, cpuSeconds: 1 }]])
  const asked: number[][] = []
  const platform = {
    treeUsage(leaders: number[]) {
      asked.push(leaders)
      return new Map(leaders.flatMap(pid => (usage.has(pid) ? [[pid, { ...usage.get(pid)! }] as const] : [])))
    },
  } as unknown as Platform
  const startedAt = new Date(START).toISOString()
  const containers = Object.entries(pids).map(([name, list]) => ({
    spec: { name },
    state: list.length ? { kind: 'running', startedAt } : { kind: 'terminated' },
    pids: list,
  }))
  const pod = { metadata: { name: 'p', namespace: 'n', uid: 'u' }, status: { startTime: startedAt } }
  const pods = () => [{ pod, containers }] as unknown as PodRunner[]
  const stats = new StatsProvider({ clock, platform, nodeName: 'w', memory: '1Mi', pods })
  return { clock, usage, asked, stats }
}

test('the first rate is the mean since the start, later ones since an earlier look', () => {
  const { clock, usage, stats } = node({ c: [10] })
  usage.set(10, { memory: 500, cpuSeconds: 2 })
  clock.advance(4_000)
  const cpu = () => stats.summary().pods[0]!.containers[0]!.cpu
  expect(cpu()).toMatchObject({ usageNanoCores: 5e8, usageCoreNanoSeconds: 2e9, windowSeconds: 4 })
  usage.set(10, { memory: 500, cpuSeconds: 12 })
  clock.advance(10_000)
  expect(cpu()).toMatchObject({ usageNanoCores: 1e9, windowSeconds: 10 })
  clock.advance(100_000)
  cpu()
  clock.advance(20_000)
  expect(cpu()).toMatchObject({ usageNanoCores: 0, windowSeconds: 20 })
})

test('a container counts with the commands that run in it, the pod with its containers, the node with all and itself', () => {
  const { clock, usage, stats } = node({ a: [10, 11], b: [12], ended: [] })
  for (const pid of [10, 11, 12]) usage.set(pid, { memory: 100, cpuSeconds: 1 })
  clock.advance(1_000)
  const { node: all, pods } = stats.summary()
  expect(pods[0]!.containers.map(c => [c.name, c.memory.workingSetBytes])).toEqual([
    ['a', 200],
    ['b', 100],
  ])
  expect(pods[0]!.memory.workingSetBytes).toBe(300)
  expect(all.memory).toMatchObject({ workingSetBytes: 1300, availableBytes: (1 << 20) - 1300 })
  expect(all.cpu.usageCoreNanoSeconds).toBe(4e9)
})

test('the operating system is not asked twice within a second', () => {
  const { clock, stats, asked } = node({ c: [10] })
  clock.advance(5_000)
  stats.summary()
  clock.advance(500)
  stats.summary()
  // A process that was not known then is a reason to ask again, one that is known is none.
  expect(asked.length).toBe(2)
  const { clock: other, stats: known, asked: times, usage } = node({ c: [10] })
  usage.set(10, { memory: 1, cpuSeconds: 0 })
  other.advance(5_000)
  known.summary()
  other.advance(500)
  known.summary()
  expect(times.length).toBe(1)
})

test('a process that began anew does not use less than nothing', () => {
  const { clock, usage, stats } = node({ c: [10] })
  usage.set(10, { memory: 1, cpuSeconds: 50 })
  clock.advance(2_000)
  stats.summary()
  usage.set(10, { memory: 1, cpuSeconds: 1 })
  clock.advance(2_000)
  expect(stats.summary().pods[0]!.cpu.usageNanoCores).toBe(0)
})

test('the figures are there in the text format of Prometheus', () => {
  const { clock, usage, stats } = node({ c: [10] })
  usage.set(10, { memory: 2048, cpuSeconds: 1.5 })
  clock.advance(1_000)
  const lines = resourceMetrics(stats.summary()).split('\n')
  expect(lines).toContain('container_cpu_usage_seconds_total{container="c",namespace="n",pod="p"} 1.5')
  expect(lines).toContain('pod_memory_working_set_bytes{namespace="n",pod="p"} 2048')
  expect(lines).toContain('node_cpu_usage_seconds_total 2.5')
})
