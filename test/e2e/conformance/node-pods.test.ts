import { expect } from 'vitest'
import type { KubeObject } from '../../../engine/api/object.ts'
import type { Pod } from '../../../engine/api/types.ts'
import { PODS, SERVICES } from '../../../engine/client/resources.ts'
import type { Resource } from '../../../engine/client/resource-client.ts'
import { eventually } from '../lab.ts'
import { AGNHOST, Conformance, ready, refusal, restarts, type Space } from './cluster.ts'

const suite = new Conformance('node', 'pods')
const holds: typeof suite.holds = (...test) => suite.holds(...test)

const NODE = '[NodeConformance]'
const pause = { image: AGNHOST, args: ['pause'] }
const shell = (script: string) => ({ command: ['sh', '-c', script] })
const POD_KIND = PODS as Resource<Pod>

// Hooks: a second pod hears of them.

/** A server that writes down what it is asked, and its address. */
async function listener(space: Space): Promise<string> {
  const readinessProbe = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 }
  await space.pod('listener', {
    spec: { containers: [{ image: AGNHOST, args: ['netexec', '--http-port=8080'], readinessProbe }] },
  })
  return (await space.running('listener')).status!.podIP!
}
const HOOK = 'Container Lifecycle Hook when create a pod with lifecycle hook should execute'
for (const when of ['poststart', 'prestop'] as const)
  for (const how of ['exec', 'http'] as const)
    holds(`${HOOK} ${when} ${how} hook properly ${NODE}`, async space => {
      const ip = await listener(space)
      const path = `/echo?msg=${when}`
      const handler =
        how === 'exec'
          ? { exec: { command: ['sh', '-c', `curl -s "http://${ip}:8080${path}"`] } }
          : { httpGet: { host: ip, port: 8080, path } }
      await space.pod('pod', {
        spec: {
          terminationGracePeriodSeconds: 30,
          containers: [{ ...pause, lifecycle: { [when === 'poststart' ? 'postStart' : 'preStop']: handler } }],
        },
      })
      await space.running('pod')
      if (when === 'prestop') await space.deletePod('pod')
      await space.says('listener', `/echo?msg=${when}`)
      if (when === 'prestop') await space.gone('pod')
    })

holds('PreStop should call prestop when killing a pod', async space => {
  const ip = await listener(space)
  const preStop = { exec: { command: ['sh', '-c', `curl -s "http://${ip}:8080/echo?msg=prestop"`] } }
  await space.pod('tester', {
    spec: { terminationGracePeriodSeconds: 30, containers: [{ ...shell('sleep 600'), lifecycle: { preStop } }] },
  })
  await space.running('tester')
  await space.deletePod('tester')
  await space.gone('tester')
  await space.says('listener', '/echo?msg=prestop')
})

// Probes

const exec = {
  exec: { command: ['cat', '/tmp/health'] },
  initialDelaySeconds: 1,
  periodSeconds: 1,
  failureThreshold: 1,
}
const http = {
  httpGet: { path: '/healthz', port: 8080 },
  initialDelaySeconds: 3,
  periodSeconds: 1,
  failureThreshold: 1,
}
const grpc = { grpc: { port: 5000 }, initialDelaySeconds: 5, periodSeconds: 1, failureThreshold: 1 }
const tcp = { tcpSocket: { port: 8080 }, initialDelaySeconds: 3, periodSeconds: 1, failureThreshold: 3 }
const PROBING = 'Probing container should'

for (const [title, container] of [
  ['a exec "cat /tmp/health" liveness probe', { ...shell('echo ok >/tmp/health; sleep 600'), livenessProbe: exec }],
  ['a tcp:8080 liveness probe', { image: AGNHOST, args: ['liveness'], livenessProbe: tcp }],
  [
    'a /healthz http liveness probe',
    {
      image: AGNHOST,
      args: ['test-webserver'],
      livenessProbe: { ...http, httpGet: { path: '/', port: 80 } },
    },
  ],
  ['a GRPC liveness probe', { image: AGNHOST, args: ['grpc-health-checking'], livenessProbe: grpc }],
] as const)
  holds(`${PROBING} *not* be restarted with ${title} ${NODE}`, async space => {
    await space.pod('pod', { spec: { containers: [container] } })
    await space.running('pod')
    const started = (await space.getPod('pod')).status!.containerStatuses![0].state!.running!.startedAt!
    // Long enough for a dozen probes after the delay.
    await eventually(async () => Date.now() - Date.parse(started) > 12_000, 20_000)
    expect(restarts(await space.getPod('pod'))).toBe(0)
  })

for (const [title, container] of [
  [
    'a exec "cat /tmp/health" liveness probe',
    {
      ...shell('echo ok >/tmp/health; sleep 3; rm -f /tmp/health; sleep 600'),
      livenessProbe: exec,
    },
  ],
  ['a /healthz http liveness probe', { image: AGNHOST, args: ['liveness'], livenessProbe: http }],
  [
    'a GRPC liveness probe',
    {
      image: AGNHOST,
      args: ['grpc-health-checking'],
      livenessProbe: { ...grpc, grpc: { port: 2333 } },
    },
  ],
] as const)
  holds(`${PROBING} be restarted with ${title} ${NODE}`, async space => {
    await space.pod('pod', { spec: { containers: [container] } })
    await space.podWhen('pod', pod => restarts(pod) >= 1)
  })

holds(`${PROBING} have monotonically increasing restart count ${NODE}`, async space => {
  await space.pod('pod', {
    spec: { containers: [{ ...shell('sleep 600'), livenessProbe: { ...exec, initialDelaySeconds: 0 } }] },
  })
  let most = 0
  await space.podWhen('pod', pod => {
    expect(restarts(pod)).toBeGreaterThanOrEqual(most)
    most = restarts(pod)
    return most >= 3
  })
})
const READINESS = 'Probing container with readiness probe'
holds(`${READINESS} should not be ready before initial delay and never restart ${NODE}`, async space => {
  const readinessProbe = { httpGet: { path: '/', port: 80 }, initialDelaySeconds: 5, periodSeconds: 1 }
  await space.pod('pod', { spec: { containers: [{ image: AGNHOST, args: ['test-webserver'], readinessProbe }] } })
  const { status } = await space.running('pod')
  const at = Date.parse(status!.conditions!.find(c => c.type === 'Ready')!.lastTransitionTime!)
  const started = Date.parse(status!.containerStatuses![0].state!.running!.startedAt!)
  expect(at - started).toBeGreaterThanOrEqual(4_000)
  expect(status!.containerStatuses![0].restartCount).toBe(0)
})
holds(`${READINESS} that fails should never be ready and never restart ${NODE}`, async space => {
  const readinessProbe = { exec: { command: ['/bin/false'] }, periodSeconds: 1 }
  await space.pod('pod', { spec: { containers: [{ ...pause, readinessProbe }] } })
  await eventually(async () => (await space.events('pod', 'Unhealthy')).length > 0)
  for (let i = 0; i < 20; i++) expect(ready(await space.getPod('pod'))).toBe(false)
  expect(restarts(await space.getPod('pod'))).toBe(0)
})

// Pods through the API

holds(`Pods should get a host IP ${NODE}`, async space => {
  await space.pod('pod', { spec: { containers: [pause] } })
  expect((await space.running('pod')).status!.hostIP).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
})
holds(`Pods should be submitted and removed ${NODE}`, async space => {
  await space.pod('pod', { metadata: { labels: { time: 'now' } }, spec: { containers: [pause] } })
  const list = () => space.of(POD_KIND).list(space.name, { labelSelector: 'time=now' })
  expect((await list()).items.map(p => p.metadata.name)).toEqual(['pod'])
  // The first process of a namespace of its own ignores signals until it has said what it does on them.
  await space.says('pod', 'Paused')
  await space.deletePod('pod', 30)
  await eventually(async () => (await list()).items.length === 0)
})
holds(`Pods should be updated ${NODE}`, async space => {
  await space.pod('pod', { metadata: { labels: { time: 'before' } }, spec: { containers: [pause] } })
  await space.running('pod')
  const pod = await space.getPod('pod')
  await space.patchPod('pod', {
    metadata: { labels: { time: 'after' }, resourceVersion: pod.metadata.resourceVersion },
  })
  expect((await space.of(PODS).list(space.name, { labelSelector: 'time=after' })).items).toHaveLength(1)
})
holds(`Pods should allow activeDeadlineSeconds to be updated ${NODE}`, async space => {
  await space.pod('pod', { spec: { containers: [pause] } })
  await space.running('pod')
  await space.patchPod('pod', { spec: { activeDeadlineSeconds: 3 } })
  const { status } = await space.finished('pod')
  expect(status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' })
})
holds(`Pods should contain environment variables for services ${NODE}`, async space => {
  await space.create(SERVICES, 'fooservice', { spec: { ports: [{ port: 8765, targetPort: 8080 }] } })
  const service = await eventually(async () => {
    const { spec } = (await space.of(SERVICES).get(space.name, 'fooservice')) as KubeObject & {
      spec: { clusterIP?: string }
    }
    return spec.clusterIP
  })
  await eventually(async () => {
    // A worker hears of a service a moment after the API server: a pod before that has no variables of it.
    const name = `pod-${Math.trunc(performance.now())}`
    const output = await space
      .output({ spec: { containers: [shell('env | grep FOOSERVICE | sort')] } }, name)
      .catch(() => '')
    return (
      output.trim() ===
      [
        `FOOSERVICE_PORT=tcp://${service}:8765`,
        `FOOSERVICE_PORT_8765_TCP=tcp://${service}:8765`,
        `FOOSERVICE_PORT_8765_TCP_ADDR=${service}`,
        'FOOSERVICE_PORT_8765_TCP_PORT=8765',
        'FOOSERVICE_PORT_8765_TCP_PROTO=tcp',
        `FOOSERVICE_SERVICE_HOST=${service}`,
        'FOOSERVICE_SERVICE_PORT=8765',
      ].join('\n')
    )
  })
})
holds('Pods should delete a collection of pods', async space => {
  for (const name of ['a', 'b', 'c'])
    await space.pod(name, { metadata: { labels: { type: 'T' } }, spec: { containers: [pause] } })
  const selector = { labelSelector: 'type=T' }
  expect((await space.of(PODS).list(space.name, selector)).items).toHaveLength(3)
  await space.of(PODS).deleteCollection(space.name, selector)
  await eventually(async () => (await space.of(PODS).list(space.name, selector)).items.length === 0)
})
holds('Pods should patch a pod status', async space => {
  await space.pod('pod', { spec: { containers: [pause] } })
  await space.running('pod')
  const status = { message: 'Patched by a test', reason: 'Tested' }
  const patched = await space.of(POD_KIND).patch(space.name, 'pod', 'strategic', { status }, { subresource: 'status' })
  expect(patched.status).toMatchObject(status)
})
holds('Pods should run through the lifecycle of Pods and PodStatus', async space => {
  await space.pod('pod', { metadata: { labels: { static: 'true' } }, spec: { containers: [pause] } })
  await space.running('pod')
  await space.of(PODS).patch(space.name, 'pod', 'strategic', {
    metadata: { labels: { status: 'patched' } },
    spec: { containers: [{ name: 'c0', image: 'registry.k8s.io/pause:3.10' }] },
  })
  expect((await space.getPod('pod')).spec!.containers![0].image).toBe('registry.k8s.io/pause:3.10')
  const { status } = await space.getPod('pod')
  await space.of(POD_KIND).patch(
    space.name,
    'pod',
    'merge',
    {
      status: { conditions: status!.conditions!.map(c => (c.type === 'Ready' ? { ...c, status: 'False' } : c)) },
    },
    { subresource: 'status' },
  )
  await space.podWhen('pod', ready) // the kubelet knows better
  await space.of(PODS).deleteCollection(space.name, { labelSelector: 'static=true' })
  await space.gone('pod')
})
holds(
  'Pods Extended Pods Set QOS Class should be set on Pods with matching resource requests and limits for memory and cpu',
  async space => {
    const amounts = { cpu: '100m', memory: '100Mi' }
    await space.pod('pod', { spec: { containers: [{ ...pause, resources: { requests: amounts, limits: amounts } }] } })
    expect((await space.running('pod')).status!.qosClass).toBe('Guaranteed')
  },
)

const GENERATION = 'Pods Extended (pod generation) Pod Generation'
holds(
  `${GENERATION} pod generation should start at 1 and increment per update [MinimumKubeletVersion:1.34]`,
  async space => {
    await space.pod('pod', { spec: { containers: [{ ...pause, resources: { requests: { cpu: '20m' } } }] } })
    const generation = async () => (await space.getPod('pod')).metadata.generation
    const observed = (n: number) => space.podWhen('pod', pod => pod.status?.observedGeneration === n)
    expect(await generation()).toBe(1)
    await space.running('pod')
    await observed(1)
    await space.patchPod('pod', { metadata: { labels: { meta: 'data' } } })
    expect(await generation()).toBe(1)
    await space.patchPod('pod', { spec: { activeDeadlineSeconds: 5000 } })
    expect(await generation()).toBe(2)
    await observed(2)
    const resized = { spec: { containers: [{ name: 'c0', resources: { requests: { cpu: '25m' } } }] } }
    await space.of(PODS).patch(space.name, 'pod', 'strategic', resized, { subresource: 'resize' })
    expect(await generation()).toBe(3)
    await observed(3)
  },
)
holds(`${GENERATION} custom-set generation on new pods and graceful delete`, async space => {
  await space.pod('pod', {
    metadata: { generation: 100 },
    spec: { terminationGracePeriodSeconds: 3, containers: [shell("trap '' TERM; sleep 600")] },
  })
  expect((await space.running('pod')).metadata.generation).toBe(1)
  await space.deletePod('pod')
  const going = await space.getPod('pod')
  expect(going.metadata.generation).toBe(2)
  await space.gone('pod')
})
holds(
  `${GENERATION} issue 500 podspec updates and verify generation and observedGeneration eventually converge [MinimumKubeletVersion:1.34]`,
  async space => {
    await space.pod('pod', { spec: { tolerations: [], containers: [pause] } })
    await space.running('pod')
    for (let i = 0; i < 500; i++) await space.patchPod('pod', { spec: { activeDeadlineSeconds: 10_000 - i } })
    await space.podWhen('pod', pod => pod.metadata.generation === 501 && pod.status?.observedGeneration === 501)
  },
)

// Classes of runtimes

const RUNTIME_CLASSES = {
  apiVersion: 'node.k8s.io/v1',
  kind: 'RuntimeClass',
  resource: 'runtimeclasses',
  namespaced: false,
} as const
const runtimeClass = (space: Space, name: string, fields: object) =>
  space.of(RUNTIME_CLASSES as Resource<KubeObject>).create({ metadata: { name }, ...fields } as unknown as KubeObject)
holds(`RuntimeClass should reject a Pod requesting a non-existent RuntimeClass ${NODE}`, async space => {
  const refused = await refusal(
    space.pod('pod', { spec: { runtimeClassName: `${space.name}-missing`, containers: [pause] } }),
  )
  expect(refused?.code).toBe(403)
})
holds(`RuntimeClass should reject a Pod requesting a deleted RuntimeClass ${NODE}`, async space => {
  const name = `${space.name}-deleted`
  await runtimeClass(space, name, { handler: 'process' })
  await space.of(RUNTIME_CLASSES as Resource<KubeObject>).delete(undefined, name)
  await eventually(
    async () =>
      (
        await refusal(
          space.pod(`pod-${Math.trunc(performance.now())}`, { spec: { runtimeClassName: name, containers: [pause] } }),
        )
      )?.code === 403,
  )
})
for (const [title, overhead] of [
  ['without PodOverhead', undefined],
  ['and initialize its Overhead', { podFixed: { cpu: '10m', memory: '1Mi' } }],
] as const)
  holds(`RuntimeClass should schedule a Pod requesting a RuntimeClass ${title} ${NODE}`, async space => {
    const name = `${space.name}-class`
    await runtimeClass(space, name, { handler: 'process', overhead })
    const pod = await eventually(() => space.pod('pod', { spec: { runtimeClassName: name, containers: [pause] } }))
    expect(pod.spec!.overhead).toEqual(overhead?.podFixed)
    await space.podWhen('pod', p => !!p.spec?.nodeName)
    await space.of(RUNTIME_CLASSES as Resource<KubeObject>).delete(undefined, name)
  })
