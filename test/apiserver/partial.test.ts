import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCluster } from './harness.ts'
import type { Answer, Cluster } from './harness.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- pods as they are answered */

const NAMESPACE = 'partial'
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster()
  expect((await post('/api/v1/namespaces', { metadata: { name: NAMESPACE } })).code).toBe(201)
  expect((await post(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, { metadata: { name: 'default' } })).code).toBe(
    201,
  )
})
afterAll(() => cluster.close())

const post = (path: string, body: object): Promise<Answer> => cluster.ask(path, { method: 'POST', body })
const put = (path: string, body: object): Promise<Answer> => cluster.ask(path, { method: 'PUT', body })
const patch = (path: string, body: object, type = 'strategic-merge-patch'): Promise<Answer> =>
  cluster.ask(path, { method: 'PATCH', body, headers: { 'content-type': `application/${type}+json` } })
const causes = ({ json }: Answer): string[] => json.details.causes.map((c: any) => `${c.field}: ${c.message}`)

async function pod(name: string, spec: object = {}): Promise<any> {
  const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m', memory: '128Mi' } }
  const answer = await post(PODS, {
    metadata: { name, labels: { app: name } },
    spec: { nodeName: 'n', containers: [{ name: 'main', image: 'a:1', resources }], ...spec },
  })
  expect(answer.code).toBe(201)
  return answer.json
}

describe('a container that joins a pod', () => {
  it('gets the defaults of every container, whether it is put or patched in', async () => {
    const { spec, ...rest } = await pod('joined')
    const first = await put(`${PODS}/joined/ephemeralcontainers`, {
      ...rest,
      spec: { ...spec, ephemeralContainers: [{ name: 'x', image: 'b' }] },
    })
    expect(first.code).toBe(200)
    const ephemeralContainers = [{ name: 'y', image: 'b:1', targetContainerName: 'main' }]
    const second = await patch(`${PODS}/joined/ephemeralcontainers`, { spec: { ephemeralContainers } })
    expect(second.code).toBe(200)
    const defaults = {
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      resources: {},
    }
    const byName = Object.fromEntries(second.json.spec.ephemeralContainers.map((c: any) => [c.name, c]))
    expect(byName).toEqual({
      x: { name: 'x', image: 'b', imagePullPolicy: 'Always', ...defaults },
      y: { ...ephemeralContainers[0], imagePullPolicy: 'IfNotPresent', ...defaults },
    })
    expect(second.json.metadata.generation).toBe(rest.metadata.generation + 2)
    expect(second.json.metadata.managedFields.map((e: any) => e.subresource)).toContain('ephemeralcontainers')
  })

  it('has neither ports nor probes nor resources, a name of its own, and a target that exists', async () => {
    await pod('strict')
    const answer = await patch(`${PODS}/strict/ephemeralcontainers`, {
      spec: {
        ephemeralContainers: [
          {
            name: 'main',
            image: 'b',
            targetContainerName: 'nobody',
            ports: [{ containerPort: 80 }],
            livenessProbe: { exec: { command: ['x'] } },
            resources: { requests: { cpu: '1' } },
          },
        ],
      },
    })
    expect(answer.code).toBe(422)
    const forbidden = 'Forbidden: cannot be set for an Ephemeral Container'
    expect(causes(answer).sort()).toEqual([
      `spec.ephemeralContainers[0].livenessProbe: ${forbidden}`,
      'spec.ephemeralContainers[0].name: Duplicate value: "main"',
      `spec.ephemeralContainers[0].ports: ${forbidden}`,
      `spec.ephemeralContainers[0].resources: ${forbidden}`,
      'spec.ephemeralContainers[0].targetContainerName: Not found: "nobody"',
    ])
  })

  it('never leaves and never changes', async () => {
    const made = await pod('lasting')
    const path = `${PODS}/lasting/ephemeralcontainers`
    await patch(path, { spec: { ephemeralContainers: [{ name: 'x', image: 'b' }] } })
    const gone = await put(path, { ...made, metadata: { name: 'lasting' } })
    expect(causes(gone)).toEqual([
      'spec.ephemeralContainers: Forbidden: existing ephemeral containers "x" may not be removed\n',
    ])
    const changed = await patch(path, { spec: { ephemeralContainers: [{ name: 'x', image: 'c' }] } })
    expect(causes(changed)).toEqual([
      'spec.ephemeralContainers: Forbidden: existing ephemeral containers "x" may not be changed\n',
    ])
  })

  it('changes nothing else of the pod', async () => {
    const made = await pod('alone')
    const answer = await patch(`${PODS}/alone/ephemeralcontainers`, {
      metadata: { labels: { app: 'other' }, annotations: { a: 'b' }, finalizers: ['a.b/c'] },
      spec: {
        activeDeadlineSeconds: 5,
        containers: [{ name: 'main', image: 'z:9' }],
        ephemeralContainers: [{ name: 'x', image: 'b' }],
      },
      status: { phase: 'Failed' },
    })
    expect(answer.code).toBe(200)
    const { ephemeralContainers, ...spec } = answer.json.spec
    expect(ephemeralContainers).toHaveLength(1)
    expect(spec).toEqual(made.spec)
    expect(answer.json.status).toEqual(made.status)
    expect(answer.json.metadata).toMatchObject({ labels: { app: 'alone' } })
    expect(answer.json.metadata.annotations).toEqual(made.metadata.annotations)
    expect(answer.json.metadata.finalizers).toBeUndefined()
  })

  it('is held to the security level of the namespace', async () => {
    await pod('guarded')
    const labels = { 'pod-security.kubernetes.io/enforce': 'baseline' }
    expect((await patch(`/api/v1/namespaces/${NAMESPACE}`, { metadata: { labels } })).code).toBe(200)
    const answer = await patch(`${PODS}/guarded/ephemeralcontainers`, {
      spec: { ephemeralContainers: [{ name: 'x', image: 'b', securityContext: { privileged: true } }] },
    })
    expect([answer.code, answer.json.message]).toEqual([403, expect.stringContaining('violates PodSecurity')])
    const none = { 'pod-security.kubernetes.io/enforce': null }
    await patch(`/api/v1/namespaces/${NAMESPACE}`, { metadata: { labels: none } })
  })

  it('has to name the pod that the address names, in a version that is current', async () => {
    const made = await pod('named')
    const path = `${PODS}/named/ephemeralcontainers`
    const other = await put(path, { ...made, metadata: { ...made.metadata, name: 'other' } })
    expect([other.code, other.json.message]).toEqual([
      400,
      'the name of the object (other) does not match the name on the URL (named)',
    ])
    await patch(path, { spec: { ephemeralContainers: [{ name: 'x', image: 'b' }] } })
    expect((await put(path, made)).code).toBe(409)
  })
})

describe('a new size', () => {
  const size = (resources: object, more: object = {}) => ({
    spec: { containers: [{ name: 'main', resources, ...more }] },
  })

  it('changes cpu and memory, and counts as a generation', async () => {
    const made = await pod('sized')
    const answer = await patch(`${PODS}/sized/resize`, size({ requests: { cpu: '150m' }, limits: { memory: '256Mi' } }))
    expect(answer.code).toBe(200)
    expect(answer.json.spec.containers[0].resources).toEqual({
      requests: { cpu: '150m', memory: '64Mi' },
      limits: { cpu: '200m', memory: '256Mi' },
    })
    expect(answer.json.metadata.generation).toBe(made.metadata.generation + 1)
  })

  it('changes nothing else of the pod', async () => {
    const made = await pod('kept')
    const answer = await patch(`${PODS}/kept/resize`, {
      metadata: { labels: { app: 'other' } },
      ...size({ requests: { cpu: '150m' } }, { image: 'z:9', env: [{ name: 'A', value: 'b' }] }),
    })
    expect(answer.code).toBe(200)
    expect(answer.json.metadata.labels).toEqual({ app: 'kept' })
    const { resources, ...container } = answer.json.spec.containers[0]
    const { resources: before, ...same } = made.spec.containers[0]
    expect(container).toEqual(same)
    expect(resources.requests.cpu).not.toBe(before.requests.cpu)
  })

  it.each<[string, object, string[]]>([
    [
      'is of cpu and memory alone',
      size({ requests: { 'ephemeral-storage': '1Gi' } }),
      ['spec: Forbidden: only cpu and memory resources are mutable'],
    ],
    [
      'keeps requests below limits',
      size({ requests: { cpu: '300m' } }),
      ['spec.containers[0].resources.requests: Invalid value: "300m": must be less than or equal to cpu limit of 200m'],
    ],
    [
      'takes no limit away',
      size({ limits: { cpu: null } }),
      ['spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed'],
    ],
    [
      'keeps the quality of service',
      size({ requests: { cpu: '200m', memory: '128Mi' } }),
      ['spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing'],
    ],
  ])('%s', async (name, body, expected) => {
    const id = name.replace(/ /g, '-')
    await pod(id)
    const answer = await patch(`${PODS}/${id}/resize`, body)
    expect(answer.code).toBe(422)
    expect(causes(answer)).toEqual(expected)
  })

  it('can be put, and is held to the ranges and the quota of the namespace', async () => {
    const made = await pod('ranged')
    const spec = { limits: [{ type: 'Container', max: { cpu: '1' } }] }
    await post(`/api/v1/namespaces/${NAMESPACE}/limitranges`, { metadata: { name: 'r' }, spec })
    const sized = (cpu: string) => {
      const body = structuredClone(made)
      delete body.metadata.resourceVersion
      body.spec.containers[0].resources.limits.cpu = cpu
      return put(`${PODS}/ranged/resize`, body)
    }
    const refused = await sized('2')
    expect([refused.code, refused.json.message]).toEqual([
      403,
      'pods "ranged" is forbidden: maximum cpu usage per Container is 1, but limit is 2',
    ])
    const taken = await sized('1')
    expect([taken.code, taken.json.spec.containers[0].resources.limits.cpu]).toEqual([200, '1'])
  })
})

describe('the finalizers of a namespace', () => {
  it('change through finalize alone, and have names that are known or qualified', async () => {
    const { json } = await post('/api/v1/namespaces', { metadata: { name: 'finalized' } })
    const write = (finalizers: string[]) =>
      put('/api/v1/namespaces/finalized/finalize', { ...json, metadata: { name: 'finalized' }, spec: { finalizers } })
    const odd = await write(['odd'])
    expect([odd.code, causes(odd)]).toEqual([
      422,
      ['spec.finalizers[0]: Invalid value: "odd": name is neither a standard finalizer name nor is it fully qualified'],
    ])
    expect((await write(['kubernetes', 'a.b/c'])).json.spec.finalizers).toEqual(['kubernetes', 'a.b/c'])
    expect((await write([])).json.spec.finalizers).toBeUndefined()
  })
})
