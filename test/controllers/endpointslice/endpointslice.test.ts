import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Endpoints, EndpointSlice } from '../../../engine/api/types.ts'
import { setupEndpointSlices } from '../../../engine/controllers/endpointslice/endpointslice.ts'
import { runControllers, type Running } from '../run.ts'

const CORE = '/api/v1/namespaces/default'
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices'

let it: Running
beforeAll(async () => {
  it = await runControllers({ slices: setupEndpointSlices })
  await it.cluster.ask('/api/v1/nodes', { method: 'POST', body: { metadata: { name: 'worker-1' } } })
  await post('serviceaccounts', { metadata: { name: 'default' } })
})
afterAll(() => it.close())

const post = (kind: string, body: object) => it.cluster.ask(`${CORE}/${kind}`, { method: 'POST', body })
const change = (path: string, body: object) =>
  it.cluster.ask(path, { method: 'PATCH', headers: { 'content-type': 'application/merge-patch+json' }, body })
const service = (name: string, spec: object, labels: object = {}) =>
  post('services', { metadata: { name, labels }, spec: { selector: { app: name }, ...spec } })
const pod = async (
  name: string,
  app: string,
  podIP: string,
  { ready = true, spec = {}, ports = [] as object[] } = {},
) => {
  await post('pods', {
    metadata: { name, labels: { app } },
    spec: { nodeName: 'worker-1', containers: [{ name: 'c', image: 'agnhost', ports }], ...spec },
  })
  expect((await setReady(name, ready, podIP)).code).toBe(200)
}
const setReady = (name: string, ready: boolean, podIP: string) =>
  change(`${CORE}/pods/${name}/status`, {
    status: {
      ...{ phase: 'Running', podIP, podIPs: [{ ip: podIP }] },
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: '2026-01-01T00:00:00Z' }],
    },
  })
const slices = async (name: string): Promise<EndpointSlice[]> =>
  (await it.cluster.ask(`${SLICES}?labelSelector=kubernetes.io/service-name%3D${name}`)).json.items
const endpoints = async (name: string): Promise<Endpoints> => (await it.cluster.ask(`${CORE}/endpoints/${name}`)).json
const becomes = async (name: string, wanted: unknown[], of: (slice: EndpointSlice) => unknown) => {
  let last: unknown
  await it
    .until(async () => {
      last = (await slices(name)).map(of)
      return JSON.stringify(last) === JSON.stringify(wanted)
    })
    .catch(() => expect(last).toEqual(wanted))
}
const addresses = (slice: EndpointSlice) => (slice.endpoints ?? []).flatMap(e => e.addresses).sort()
const conditions = (slice: EndpointSlice) =>
  (slice.endpoints ?? []).map(({ conditions: c }) => [c?.ready, c?.serving, c?.terminating])
const ports = (slice: EndpointSlice) => (slice.ports ?? []).map(p => `${p.name}:${p.port}/${p.protocol}`)

describe('the slices of a Service', () => {
  test('hold its ready pods, carry its labels, and belong to it', async () => {
    await service('web', { ports: [{ port: 80 }] }, { team: 'a', 'kubernetes.io/service-name': 'lie' })
    await becomes('web', [[]], addresses)
    await pod('web-1', 'web', '10.244.1.1')
    await becomes('web', [['10.244.1.1']], addresses)
    const [slice] = await slices('web')
    const { json: owner } = await it.cluster.ask(`${CORE}/services/web`)
    expect(slice.metadata).toMatchObject({
      labels: {
        team: 'a',
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        'kubernetes.io/service-name': 'web',
      },
      annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z' },
      ownerReferences: [{ kind: 'Service', uid: owner.metadata.uid, controller: true, blockOwnerDeletion: true }],
    })
    expect(slice.metadata.labels).not.toHaveProperty('service.kubernetes.io/headless')
    await change(`${CORE}/services/web`, { metadata: { labels: { team: 'b' } } })
    await becomes('web', ['b'], s => s.metadata.labels?.team)
  })

  test('follow what a pod becomes: another address, not ready, on its way out, over', async () => {
    await service('state', { ports: [{ port: 80 }] })
    await pod('state-1', 'state', '10.244.1.10', { ready: false })
    await becomes('state', [[[false, false, false]]], conditions)
    await setReady('state-1', true, '10.244.1.11')
    await becomes('state', [['10.244.1.11']], addresses)
    await becomes('state', [[[true, true, false]]], conditions)
    await it.cluster.ask(`${CORE}/pods/state-1?gracePeriodSeconds=30`, { method: 'DELETE' })
    await becomes('state', [[[false, true, true]]], conditions)
    expect((await endpoints('state')).subsets ?? []).toEqual([])
    await change(`${CORE}/pods/state-1/status`, { status: { phase: 'Succeeded' } })
    await becomes('state', [[]], addresses)
  })

  test('call pods ready that are not, and that are on their way out, if the Service publishes them', async () => {
    await service('early', { ports: [{ port: 80 }], publishNotReadyAddresses: true })
    await pod('early-1', 'early', '10.244.1.20', { ready: false })
    await becomes('early', [[[true, false, false]]], conditions)
    await it.cluster.ask(`${CORE}/pods/early-1?gracePeriodSeconds=30`, { method: 'DELETE' })
    await becomes('early', [[[true, false, true]]], conditions)
    await it.until(async () => (await endpoints('early')).subsets?.[0].addresses?.[0].ip === '10.244.1.20')
  })

  test('have the ports of both protocols, and slices of their own where named ports differ', async () => {
    const both = [
      { name: 'tcp', port: 53, targetPort: 'dns' },
      { name: 'udp', port: 53, targetPort: 'dns', protocol: 'UDP' },
    ]
    await service('dual', { ports: both })
    const dns = (port: number) => ['TCP', 'UDP'].map(protocol => ({ name: 'dns', containerPort: port, protocol }))
    await pod('dual-1', 'dual', '10.244.1.30', {
      ports: dns(5353)
        .slice(0, 1)
        .concat(
          dns(5354)
            .slice(1)
            .map(p => ({ ...p, name: 'dns-udp' })),
        ),
    })
    await becomes('dual', [['tcp:5353/TCP']], ports)
    await service('dual-b', { ports: both.map(p => ({ ...p, targetPort: 53 })) })
    await pod('dual-b1', 'dual-b', '10.244.1.31')
    await becomes('dual-b', [['tcp:53/TCP', 'udp:53/UDP']], ports)
    await pod('dual-2', 'dual', '10.244.1.32', { ports: [{ name: 'dns', containerPort: 9, protocol: 'UDP' }] })
    await it.until(async () => (await slices('dual')).length === 2)
    expect((await slices('dual')).flatMap(ports).sort()).toEqual(['tcp:5353/TCP', 'udp:9/UDP'])
  })

  test('of a headless Service may have no ports, and name pods that have a name in it', async () => {
    await service('bare', { clusterIP: 'None' })
    await pod('bare-1', 'bare', '10.244.1.40', { spec: { hostname: 'first', subdomain: 'bare' } })
    await pod('bare-2', 'bare', '10.244.1.41', { spec: { hostname: 'second', subdomain: 'other' } })
    await becomes('bare', [['10.244.1.40', '10.244.1.41']], addresses)
    const [slice] = await slices('bare')
    expect(ports(slice)).toEqual([])
    expect(slice.metadata.labels).toHaveProperty(['service.kubernetes.io/headless'], '')
    expect(slice.endpoints!.map(e => e.hostname).sort()).toEqual(['first', undefined])
    expect((await endpoints('bare')).subsets).toMatchObject([{ addresses: [{ hostname: 'first' }, {}] }])
  })

  test('follow the selector, and are left as they are without one', async () => {
    await service('select', { ports: [{ port: 80 }] })
    await pod('select-a', 'select', '10.244.1.50')
    await pod('select-b', 'another', '10.244.1.51')
    await becomes('select', [['10.244.1.50']], addresses)
    await change(`${CORE}/services/select`, { spec: { selector: { app: 'another' } } })
    await becomes('select', [['10.244.1.51']], addresses)
  })

  test('are put right when somebody changes or removes them', async () => {
    await service('fixed', { ports: [{ port: 80 }] })
    await pod('fixed-1', 'fixed', '10.244.1.60')
    await becomes('fixed', [['10.244.1.60']], addresses)
    const name = (await slices('fixed'))[0].metadata.name
    await change(`${SLICES}/${name}`, { endpoints: [{ addresses: ['10.9.9.9'] }] })
    await becomes('fixed', [['10.244.1.60']], addresses)
    await it.cluster.ask(`${SLICES}/${name}`, { method: 'DELETE' })
    await becomes('fixed', [['10.244.1.60']], addresses)
  })

  test('hold a hundred endpoints, and more go into others', async () => {
    await service('many', { ports: [{ port: 80 }] })
    await Promise.all(Array.from({ length: 101 }, (_, i) => pod(`many-${i}`, 'many', `10.244.2.${i}`)))
    const sizes = async () => (await slices('many')).map(s => s.endpoints!.length).sort((a, b) => a - b)
    await it.until(async () => (await sizes()).reduce((a, b) => a + b, 0) === 101)
    expect(Math.max(...(await sizes()))).toBeLessThanOrEqual(100)
    expect(new Set((await slices('many')).flatMap(addresses)).size).toBe(101)
    // What was in a slice is still in it when others go.
    const before = new Map((await slices('many')).map(s => [s.metadata.name, addresses(s)]))
    await it.cluster.ask(`${CORE}/pods/many-0?gracePeriodSeconds=0`, { method: 'DELETE' })
    await it.until(async () => !(await slices('many')).some(s => addresses(s).includes('10.244.2.0')))
    for (const slice of await slices('many'))
      expect(addresses(slice)).toEqual(before.get(slice.metadata.name)!.filter(ip => ip !== '10.244.2.0'))
  })

  test('leave out pods whose node is gone', async () => {
    await service('lost', { ports: [{ port: 80 }] })
    await pod('lost-1', 'lost', '10.244.1.70')
    await becomes('lost', [['10.244.1.70']], addresses)
    await it.cluster.ask('/api/v1/nodes/worker-1', { method: 'DELETE' })
    await becomes('lost', [[]], addresses)
    await it.cluster.ask('/api/v1/nodes', { method: 'POST', body: { metadata: { name: 'worker-1' } } })
    await becomes('lost', [['10.244.1.70']], addresses)
  })
})
