import { expect, test } from 'vitest'
import type { Pod } from '../../../engine/api/types.ts'
import { FakeClock } from '../../../engine/base/clock.ts'
import { EvictionManager, type Evictable } from '../../../engine/kubelet/eviction/eviction-manager.ts'
import type { PodUsage } from '../../../engine/kubelet/eviction/ranking.ts'
import type { Observation, Signal } from '../../../engine/kubelet/eviction/thresholds.ts'
import type { KubeletSettings } from '../../../engine/kubelet/node/settings.ts'

const MI = 1 << 20

interface Given {
  priority?: number
  memory?: number
  request?: string
  disk?: number
  processes?: number
  spec?: object
  annotations?: Record<string, string>
  volumes?: [string, number][]
  qosClass?: string
}

/** A node on which only the figures are real. */
class Bench {
  readonly clock = new FakeClock(0)
  readonly left = new Map<Signal, Observation>([['memory.available', { available: 900 * MI, capacity: 1000 * MI }]])
  readonly events: string[] = []
  readonly failed: string[] = []
  readonly pods: Evictable[] = []
  readonly usage = new Map<string, PodUsage>()
  pressure: string[] = []
  reclaimed = 0
  onReclaim = () => {}
  readonly manager: EvictionManager

  constructor(settings: KubeletSettings) {
    this.manager = new EvictionManager({
      clock: this.clock,
      log: { warn: () => undefined } as never,
      settings,
      pods: () => this.pods.filter(p => !p.finished),
      measure: async () => ({ observations: this.left, usageOf: pod => this.usage.get(pod.metadata.name!) }),
      reclaimDisk: async () => {
        this.reclaimed++
        this.onReclaim()
      },
      nodeEvent: (type, reason, message) => void this.events.push(`${type} ${reason}: ${message}`),
      podEvent: (pod, type, reason, message) =>
        void this.events.push(`${pod.metadata.name} ${type} ${reason}: ${message}`),
      onPressure: pressure => void (this.pressure = [...pressure]),
    })
  }

  add(name: string, given: Given): void {
    const { memory = 0, disk = 0, processes = 1, priority, request, spec, annotations, volumes = [] } = given
    const pod = {
      metadata: { name, namespace: 'ns', annotations },
      spec: {
        priority,
        containers: [{ name: 'c', resources: request ? { requests: { memory: request } } : {} }],
        ...spec,
      },
      status: { qosClass: given.qosClass ?? 'Burstable' },
    } as unknown as Pod
    this.usage.set(name, {
      ...{ memory: memory * MI, disk: disk * MI, processes },
      containers: [{ name: 'c', memory: memory * MI, disk: disk * MI }],
      volumes: new Map(volumes),
    })
    const failed = this.failed
    let finished = false
    this.pods.push({
      pod,
      get finished() {
        return finished
      },
      fail(failure, grace) {
        finished = true
        const condition = failure.condition ? `${failure.condition.type}/${failure.condition.reason}` : 'none'
        failed.push(`${name} ${failure.reason} after ${grace} s, condition ${condition}: ${failure.message}`)
      },
    })
  }

  see(signal: Signal, availableMi: number, capacityMi = 1000): void {
    this.left.set(signal, { available: availableMi * MI, capacity: capacityMi * MI })
  }
}

test('those that use more than they asked for go first, then the lowest priority, then who uses most beyond', async () => {
  const bench = new Bench({ evictionHard: { 'memory.available': '100Mi' } })
  bench.add('within', { memory: 500, request: '600Mi', priority: -5 })
  bench.add('important', { memory: 300, priority: 10 })
  bench.add('small', { memory: 50, request: '10Mi' })
  bench.add('large', { memory: 200, request: '100Mi' })
  bench.add('critical', { memory: 900, priority: 2_000_001_000 })
  bench.see('memory.available', 60)
  for (let i = 0; i < 5; i++) await bench.manager.sync()
  expect(bench.failed.map(text => text.split(' ')[0])).toEqual(['large', 'small', 'important', 'within'])
  const message =
    'The node was low on resource: memory. Threshold quantity: 100Mi, available: 60Mi. Container c was using 200Mi, request is 100Mi, has larger consumption of memory. '
  expect(bench.failed[0]).toBe(`large Evicted after 1 s, condition DisruptionTarget/TerminationByKubelet: ${message}`)
  expect(bench.failed[3]).toMatch(/available: 60Mi\. $/)
  expect(bench.events.slice(0, 2)).toEqual([
    'Warning EvictionThresholdMet: Attempting to reclaim memory',
    `large Warning Evicted: ${message}`,
  ])
  expect(bench.pressure).toEqual(['MemoryPressure'])
})

test('a pressure is said until it was not seen for the transition period', async () => {
  const bench = new Bench({
    evictionHard: { 'memory.available': '10%' },
    evictionPressureTransitionPeriod: '30s',
  })
  bench.see('memory.available', 99)
  await bench.manager.sync()
  bench.see('memory.available', 500)
  bench.clock.advance(29_000)
  await bench.manager.sync()
  expect(bench.pressure).toEqual(['MemoryPressure'])
  bench.clock.advance(1_000)
  await bench.manager.sync()
  expect(bench.pressure).toEqual([])
})

test('what is to be given back beyond the threshold is given back too', async () => {
  const bench = new Bench({
    evictionHard: { 'memory.available': '100Mi' },
    evictionMinimumReclaim: { 'memory.available': '50Mi' },
  })
  for (const name of ['a', 'b', 'c']) bench.add(name, { memory: 60 })
  bench.see('memory.available', 90)
  await bench.manager.sync()
  bench.see('memory.available', 120)
  await bench.manager.sync()
  bench.see('memory.available', 160)
  await bench.manager.sync()
  expect(bench.failed.length).toBe(2)
})

test('a soft threshold is acted upon after its grace period, and lets pods end in theirs', async () => {
  const bench = new Bench({
    evictionHard: {},
    evictionSoft: { 'memory.available': '200Mi' },
    evictionSoftGracePeriod: { 'memory.available': '1m' },
    evictionMaxPodGracePeriod: 20,
  })
  bench.add('a', { memory: 60 })
  bench.see('memory.available', 150)
  await bench.manager.sync()
  bench.clock.advance(59_000)
  await bench.manager.sync()
  expect(bench.pressure).toEqual(['MemoryPressure'])
  expect(bench.failed).toEqual([])
  bench.clock.advance(1_000)
  await bench.manager.sync()
  expect(bench.failed[0]).toMatch(/^a Evicted after 20 s/)
})

test('of a disk that is full, images and dead containers go before any pod', async () => {
  const bench = new Bench({ evictionHard: { 'nodefs.available': '10%' } })
  bench.add('writer', { disk: 400 })
  bench.see('nodefs.available', 50)
  bench.onReclaim = () => bench.see('nodefs.available', 300)
  await bench.manager.sync()
  expect([bench.reclaimed, bench.failed, bench.pressure]).toEqual([1, [], ['DiskPressure']])
  bench.onReclaim = () => {}
  bench.see('nodefs.available', 50)
  await bench.manager.sync()
  expect(bench.failed[0]).toContain(
    'The node was low on resource: ephemeral-storage. Threshold quantity: 100Mi, available: 50Mi. Container c was using 400Mi, request is 0, has larger consumption of ephemeral-storage. ',
  )
})

test('of processes, who has most goes', async () => {
  const bench = new Bench({ evictionHard: { 'pid.available': '10' } })
  bench.add('few', { processes: 3 })
  bench.add('many', { processes: 80 })
  bench.left.set('pid.available', { available: 7, capacity: 100 })
  await bench.manager.sync()
  expect(bench.failed[0]).toBe(
    'many Evicted after 1 s, condition DisruptionTarget/TerminationByKubelet: The node was low on resource: pids. Threshold quantity: 10, available: 7. ',
  )
  expect(bench.pressure).toEqual(['PIDPressure'])
})

test('a pod that has written more than it may goes, however much is left', async () => {
  const bench = new Bench({})
  bench.add('volume', { spec: { volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Mi' } }] }, volumes: [['v', 2 * MI]] })
  bench.add('pod', {
    disk: 30,
    spec: { containers: [{ name: 'c', resources: { limits: { 'ephemeral-storage': '20Mi' } } }] },
  })
  bench.add('container', {
    disk: 30,
    spec: {
      containers: [
        { name: 'c', resources: { limits: { 'ephemeral-storage': '20Mi' } } },
        { name: 'd', resources: { limits: { 'ephemeral-storage': '20Mi' } } },
      ],
    },
  })
  bench.add('fine', { disk: 30, spec: { volumes: [{ name: 'v', emptyDir: {} }] }, volumes: [['v', 2 * MI]] })
  await bench.manager.sync()
  expect(bench.failed).toEqual([
    'volume Evicted after 1 s, condition none: Usage of EmptyDir volume "v" exceeds the limit "1Mi". ',
    'pod Evicted after 1 s, condition none: Pod ephemeral local storage usage exceeds the total limit of containers 20Mi. ',
    'container Evicted after 1 s, condition none: Container c exceeded its local ephemeral storage limit "20Mi". ',
  ])
})

test('under pressure the node takes in only what Kubernetes lets in', async () => {
  const bench = new Bench({ evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '10%' } })
  const pod = (qosClass: string, more: object = {}) =>
    ({ metadata: { name: 'p' }, spec: { containers: [], ...more }, status: { qosClass } }) as unknown as Pod
  const refused = (one: Pod) => bench.manager.refuses(one)?.message
  bench.see('memory.available', 10)
  await bench.manager.sync()
  expect(refused(pod('BestEffort'))).toBe('The node had condition: [MemoryPressure]. ')
  expect(refused(pod('Burstable'))).toBeUndefined()
  expect(
    refused(pod('BestEffort', { tolerations: [{ key: 'node.kubernetes.io/memory-pressure', operator: 'Exists' }] })),
  ).toBeUndefined()
  bench.see('nodefs.available', 10)
  await bench.manager.sync()
  expect(refused(pod('Guaranteed'))).toBe('The node had condition: [MemoryPressure DiskPressure]. ')
  expect(refused(pod('Guaranteed', { priority: 2_000_000_000 }))).toBeUndefined()
})
