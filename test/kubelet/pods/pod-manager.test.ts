import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Pod } from '../../../engine/api/types.ts'
import { systemClock } from '../../../engine/base/clock.ts'
import type { Image } from '../../../engine/kubelet/images/image.ts'
import { PodManager, type PodManagerDependencies } from '../../../engine/kubelet/pods/pod-manager.ts'
import { container, FakeRuntime } from './bench.ts'

let dir: string
let ending: AbortController
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kubarium-manager-'))
  ending = new AbortController()
})
afterEach(() => {
  ending.abort()
  rmSync(dir, { recursive: true, force: true })
})

const IMAGE = { names: ['app'], runs: 'host', entry: ['run'], dir: '/', digest: 'sha256:1', sizeBytes: 1 }

/** A manager before an API server that keeps one pod, and takes a while for each write. */
function start(refusal?: { reason: string; message: string }) {
  const runtime = new FakeRuntime()
  const writes: Pod[] = []
  let version = 1
  let pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'ns', uid: 'u', generation: 1, resourceVersion: '1' },
    spec: {
      restartPolicy: 'Always',
      containers: Array.from({ length: 20 }, (_, i) => container(`c${i}`)),
    },
  } as unknown as Pod
  const handlers: { onAdd?(pod: Pod): void; onUpdate?(old: Pod, pod: Pod): void }[] = []
  const manager = new PodManager({
    clock: systemClock,
    log: { info: () => undefined, warn: () => undefined, debug: () => undefined } as never,
    platform: { identify: () => new Map() } as never,
    pods: {
      lister: { list: () => [pod], byKey: () => pod },
      addHandler: (handler: (typeof handlers)[0]) => void handlers.push(handler),
    } as never,
    client: {
      async patch(_namespace: string, _name: string, _type: string, body: { status: object }) {
        await new Promise(done => setTimeout(done, 20))
        const status = Object.fromEntries(
          Object.entries({ ...pod.status, ...body.status }).filter(([, v]) => v !== null),
        )
        const old = pod
        pod = { ...pod, metadata: { ...pod.metadata, resourceVersion: String(++version) }, status } as Pod
        writes.push(pod)
        for (const { onUpdate } of handlers) onUpdate?.(old, pod)
        return pod
      },
    } as never,
    dir,
    hostIP: '172.18.0.2',
    admission: { refuses: () => refusal, refusesResize: () => undefined } as never,
    memoryUsed: () => undefined,
    dependenciesOf: () =>
      ({
        runtime,
        images: { ensure: () => ({ image: IMAGE as unknown as Image }), forget: () => undefined },
        network: { attach: async () => ({ ip: '10.244.0.7', env: {} }), detach: () => undefined },
        events: { event: () => undefined },
        sources: () => ({ services: () => [], hostIP: '172.18.0.2', allocatable: {} }),
        volumes: {},
        nodeName: 'w',
        clusterDomain: 'cluster.local',
        handlerOf: async () => undefined,
      }) as unknown as ReturnType<PodManagerDependencies['dependenciesOf']>,
    forgotten: () => undefined,
  })
  void manager.run(ending.signal, Promise.resolve())
  for (const { onAdd } of handlers) onAdd?.(pod)
  return { runtime, writes, pod: () => pod }
}

test('a burst of changes of a pod is a few writes of its status, and the last one has all of them', async () => {
  const { runtime, writes, pod } = start()
  const running = () => pod().status?.containerStatuses?.filter(c => c.state?.running).length
  await expect.poll(running).toBe(20)
  const restarts = () => pod().status?.containerStatuses?.filter(c => c.restartCount === 1 && c.state?.running).length
  expect(writes.length).toBeLessThanOrEqual(3)
  writes.length = 0
  for (const process of [...runtime.processes]) process.exit(1)
  await expect.poll(restarts).toBe(20)
  expect(writes.length).toBeLessThanOrEqual(5)
})

test('a pod that the node refuses is reported failed, and nothing of it runs', async () => {
  const { runtime, writes, pod } = start({ reason: 'OutOfcpu', message: 'no room' })
  await expect.poll(() => pod().status?.phase).toBe('Failed')
  expect(pod().status).toMatchObject({ reason: 'OutOfcpu', message: 'Pod was rejected: no room' })
  expect([runtime.processes.length, writes.length]).toEqual([0, 1])
})
