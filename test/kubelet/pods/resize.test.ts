import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Container } from '../../../engine/api/types.ts'
import { readRecord } from '../../../engine/kubelet/pods/record.ts'
import { container, PodBench } from './bench.ts'

let bench: PodBench
beforeEach(() => (bench = new PodBench()))
afterEach(() => bench.remove())

const resources = (cpu: string, memory: string) => ({
  requests: { cpu, memory },
  limits: { cpu, memory },
})

/** Changes what the pod's containers ask for, as the resize subresource does. */
async function resize(changes: Record<string, object>): Promise<void> {
  const { pod } = bench.runner
  const change = (c: Container) => ({ ...c, ...(changes[c.name!] ? { resources: changes[c.name!] } : {}) }) as Container
  bench.runner.pod = {
    ...pod,
    metadata: { ...pod.metadata, generation: Number(pod.metadata.generation) + 1 },
    spec: { ...pod.spec, containers: pod.spec!.containers!.map(change) } as typeof pod.spec,
  }
  await bench.settle()
}

test('what fits is given to containers while they run', async () => {
  await bench.run(bench.pod({ containers: [container('a', { resources: resources('100m', '50Mi') }), container('b')] }))
  expect(bench.container('a')).toMatchObject({
    allocatedResources: { cpu: '100m', memory: '50Mi' },
    resources: resources('100m', '50Mi'),
  })
  await resize({ a: resources('200m', '80Mi') })
  const id = bench.process('a').config.id
  expect(bench.runtime.updates).toEqual([{ id, limits: { cpuMillis: 200, memoryBytes: 80 << 20 } }])
  expect(bench.container('a')).toMatchObject({
    restartCount: 0,
    allocatedResources: { cpu: '200m', memory: '80Mi' },
    resources: resources('200m', '80Mi'),
  })
  const summary =
    '{"containers":[{"name":"a","resources":{"limits":{"cpu":"200m","memory":"80Mi"},"requests":{"cpu":"200m","memory":"80Mi"}}},{"name":"b","resources":{}}],"generation":2}'
  expect(bench.events.slice(-2)).toEqual([
    `Normal ResizeStarted : Pod resize started: ${summary}`,
    `Normal ResizeCompleted : Pod resize completed: ${summary}`,
  ])
  expect(bench.status().conditions!.some(c => c.type!.startsWith('PodResize'))).toBe(false)
  expect(readRecord(bench.runner.dir)!.allocation!.a).toEqual(resources('200m', '80Mi'))
})

test('a container whose policy asks for it is restarted with what it gets', async () => {
  const resizePolicy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }]
  await bench.run(bench.pod({ containers: [container('a', { resources: resources('1', '50Mi'), resizePolicy })] }))
  await resize({ a: resources('2', '50Mi') })
  expect(bench.container('a').restartCount).toBe(0)
  await resize({ a: resources('2', '90Mi') })
  expect(bench.events).toContain('Normal Killing spec.containers{a}: Container a resize requires restart')
  expect(bench.container('a').restartCount).toBe(1)
  expect(bench.process('a').config.limits).toEqual({ cpuMillis: 2000, memoryBytes: 90 << 20 })
  expect(bench.events.at(-1)).toContain('Pod resize completed')
})

test('what does not fit is pending, is said once, and changes nothing; it is given as soon as it fits', async () => {
  let refusal: { reason: 'Deferred' | 'Infeasible'; message: string } | undefined = {
    reason: 'Infeasible',
    message: "Node didn't have enough capacity: cpu, requested: 9000, capacity: 4000",
  }
  await bench.run(bench.pod({ containers: [container('a', { resources: resources('1', '50Mi') })] }), {
    over: { refusesResize: () => refusal },
  })
  await resize({ a: resources('9', '50Mi') })
  expect(bench.condition('PodResizePending')).toBe(
    "True: Infeasible: Node didn't have enough capacity: cpu, requested: 9000, capacity: 4000",
  )
  expect(bench.container('a')).toMatchObject({ resources: resources('1', '50Mi') })
  expect(bench.events.filter(e => e.startsWith('Warning ResizeInfeasible')).length).toBe(1)
  refusal = {
    reason: 'Deferred',
    message: "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000",
  }
  await resize({ a: resources('3', '50Mi') })
  expect(bench.condition('PodResizePending')).toMatch(/^True: Deferred: /)
  expect(bench.runtime.updates).toEqual([])
  refusal = undefined
  await bench.advance(10)
  expect(bench.runtime.updates.length).toBe(1)
  expect(bench.status().conditions!.some(c => c.type === 'PodResizePending')).toBe(false)
  expect(bench.container('a')).toMatchObject({ resources: resources('3', '50Mi') })
})

test('memory is not taken from below what a container uses', async () => {
  await bench.run(bench.pod({ containers: [container('a', { resources: resources('1', '50Mi') })] }), {
    over: { memoryUsed: () => 40 << 20 },
  })
  await resize({ a: resources('1', '30Mi') })
  expect(bench.runtime.updates).toEqual([])
  expect(bench.condition('PodResizeInProgress')).toContain('True: Error: cannot decrease memory limits')
  expect(bench.events.at(-1)).toContain('Warning ResizeError : Pod resize error: ')
})

test('what is allocated outlives the kubelet', async () => {
  await bench.run(bench.pod({ containers: [container('a', { resources: resources('1', '50Mi') })] }))
  await resize({ a: resources('2', '50Mi') })
  const record = readRecord(bench.runner.dir)!
  const { pod } = bench.runner
  const next = new PodBench()
  const wanted = { ...pod, spec: { ...pod.spec, containers: [container('a', { resources: resources('9', '50Mi') })] } }
  await next.run(wanted as typeof pod, {
    record,
    over: { refusesResize: () => ({ reason: 'Infeasible', message: 'no' }) },
  })
  expect(next.process('a').config.limits!.cpuMillis).toBe(2000)
  next.remove()
})
