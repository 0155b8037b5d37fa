import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Endpoints, EndpointSlice } from '../../../engine/api/types.ts'
import { setupEndpointSliceMirroring } from '../../../engine/controllers/endpointslice-mirroring/endpointslice-mirroring.ts'
import { mirrorOf } from '../../../engine/controllers/endpointslice-mirroring/mirror.ts'
import { setupEndpointSlices } from '../../../engine/controllers/endpointslice/endpointslice.ts'
import { runControllers, type Running } from '../run.ts'

const CORE = '/api/v1/namespaces/default'
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices'

let it: Running
beforeAll(async () => {
  it = await runControllers({ mirroring: setupEndpointSliceMirroring, slices: setupEndpointSlices })
})
afterAll(() => it.close())

const service = (name: string, spec: object = {}) =>
  it.cluster.ask(`${CORE}/services`, {
    method: 'POST',
    body: { metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } },
  })
const write = (name: string, subsets: object[], metadata: object = {}) =>
  it.cluster.ask(`${CORE}/endpoints`, { method: 'POST', body: { metadata: { name, ...metadata }, subsets } })
const change = (path: string, body: object) =>
  it.cluster.ask(path, { method: 'PATCH', headers: { 'content-type': 'application/merge-patch+json' }, body })
const subset = (...ips: string[]) => ({ addresses: ips.map(ip => ({ ip })), ports: [{ port: 8080 }] })
const slices = async (name: string): Promise<EndpointSlice[]> =>
  (await it.cluster.ask(`${SLICES}?labelSelector=kubernetes.io/service-name%3D${name}`)).json.items
const addresses = async (name: string) =>
  (await slices(name)).map(s => (s.endpoints ?? []).flatMap(e => e.addresses).sort())
const become = async (name: string, wanted: string[][]) => {
  let last: unknown
  await it
    .until(async () => JSON.stringify((last = await addresses(name))) === JSON.stringify(wanted))
    .catch(() => expect(last).toEqual(wanted))
}

describe('Endpoints that somebody writes', () => {
  test('are mirrored from their creation to their deletion', async () => {
    await service('life')
    await write('life', [subset('10.1.2.3')], {
      labels: { team: 'a' },
      annotations: { note: 'x', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    })
    await become('life', [['10.1.2.3']])
    const [slice] = await slices('life')
    const { json } = await it.cluster.ask(`${CORE}/endpoints/life`)
    expect(slice).toMatchObject({
      metadata: {
        name: expect.stringMatching(/^life-/),
        labels: {
          team: 'a',
          'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
          'kubernetes.io/service-name': 'life',
        },
        annotations: { note: 'x' },
        ownerReferences: [{ kind: 'Endpoints', name: 'life', uid: json.metadata.uid, controller: true }],
      },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.1.2.3'], conditions: { ready: true } }],
      ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    })
    expect(Object.keys(slice.metadata.annotations!)).toEqual(['note'])
    await change(`${CORE}/endpoints/life`, { subsets: [subset('10.2.3.4')], metadata: { annotations: { note: 'y' } } })
    await become('life', [['10.2.3.4']])
    await it.until(async () => (await slices('life'))[0].metadata.annotations?.note === 'y')
    expect((await slices('life'))[0].metadata.name).toBe(slice.metadata.name)
    await it.cluster.ask(`${CORE}/endpoints/life`, { method: 'DELETE' })
    await become('life', [])
  })

  test('before their Service are mirrored when it comes, and go with it', async () => {
    await write('late', [subset('10.1.2.4')])
    await service('late')
    await become('late', [['10.1.2.4']])
    await it.cluster.ask(`${CORE}/services/late`, { method: 'DELETE' })
    await become('late', [])
    await it.until(async () => (await it.cluster.ask(`${CORE}/endpoints/late`)).code === 404)
  })

  test('are not mirrored where a label says so, where they stand for an election, or beside a selector', async () => {
    for (const name of ['marked', 'elected', 'open']) await service(name)
    await service('selecting', { selector: { app: 'x' } })
    await write('marked', [subset('10.1.2.5')], { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } })
    await write('elected', [subset('10.1.2.6')], { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } })
    await write('open', [subset('10.1.2.7')])
    await become('open', [['10.1.2.7']])
    expect([await slices('marked'), await slices('elected')]).toEqual([[], []])
    const managers = async (name: string) =>
      (await slices(name)).map(s => s.metadata.labels!['endpointslice.kubernetes.io/managed-by'])
    await it.until(async () => (await managers('selecting')).join() === 'endpointslice-controller.k8s.io')
    await change(`${CORE}/endpoints/open`, {
      metadata: { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    })
    await become('open', [])
    await change(`${CORE}/endpoints/open`, {
      metadata: { labels: { 'endpointslice.kubernetes.io/skip-mirror': null } },
    })
    await become('open', [['10.1.2.7']])
    await change(`${CORE}/services/open`, { spec: { selector: { app: 'y' } } })
    await it.until(async () => (await managers('open')).join() === 'endpointslice-controller.k8s.io')
  })

  test('are put right when somebody changes a mirror', async () => {
    await service('fixed')
    await write('fixed', [subset('10.1.2.8')])
    await become('fixed', [['10.1.2.8']])
    await change(`${SLICES}/${(await slices('fixed'))[0].metadata.name}`, { endpoints: [{ addresses: ['10.9.9.9'] }] })
    await become('fixed', [['10.1.2.8']])
  })

  test('beyond a thousand in a subset are left out, and an event says so', async () => {
    await service('much')
    const ips = Array.from({ length: 1003 }, (_, i) => `10.${8 + (i >> 8)}.0.${i & 255}`)
    expect((await write('much', [subset(...ips)])).code).toBe(201)
    await it.until(async () => (await slices('much'))[0]?.endpoints?.length === 1000)
    const text =
      'A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 3 addresses were skipped'
    await it.until(async () => (await it.events('TooManyAddressesToMirror')).includes(text))
  })
})

test('a mirror has a slice for each family and set of ports, and tells ready from not', () => {
  const mirror = mirrorOf({
    metadata: { name: 'm' },
    subsets: [
      {
        addresses: [{ ip: '10.0.0.1', hostname: 'h', nodeName: 'n' }, { ip: 'fd00::1' }, { ip: 'nonsense' }],
        notReadyAddresses: [{ ip: '10.0.0.2' }],
        ports: [{ name: 'a', port: 1 }],
      },
      { addresses: [{ ip: '10.0.0.1' }], ports: [{ name: 'b', port: 2, protocol: 'UDP', appProtocol: 'x' }] },
      { addresses: [], ports: [{ name: 'c', port: 3 }] },
    ],
  } as unknown as Endpoints)
  expect([mirror.invalid, mirror.beyond]).toEqual([1, 0])
  expect(mirror.slices).toEqual([
    {
      addressType: 'IPv4',
      ports: [{ name: 'a', port: 1, protocol: 'TCP' }],
      endpoints: [
        { addresses: ['10.0.0.1'], conditions: { ready: true }, hostname: 'h', nodeName: 'n' },
        { addresses: ['10.0.0.2'], conditions: { ready: false } },
      ],
    },
    {
      addressType: 'IPv6',
      ports: [{ name: 'a', port: 1, protocol: 'TCP' }],
      endpoints: [{ addresses: ['fd00::1'], conditions: { ready: true } }],
    },
    {
      addressType: 'IPv4',
      ports: [{ name: 'b', port: 2, protocol: 'UDP', appProtocol: 'x' }],
      endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }],
    },
  ])
})
