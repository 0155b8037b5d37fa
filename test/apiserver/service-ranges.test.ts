import { afterAll, beforeAll, expect, it } from 'vitest'
import { startCluster } from './harness.ts'
import type { Cluster } from './harness.ts'

const SERVICES = '/api/v1/namespaces/default/services'
const CIDRS = '/apis/networking.k8s.io/v1/servicecidrs'

let cluster: Cluster
beforeAll(async () => {
  // 10.96.0.1 to 10.96.0.6, of which the kubernetes Service has the first.
  cluster = await startCluster({ serviceClusterIPRange: '10.96.0.0/29' })
})
afterAll(() => cluster.close())

const create = (name: string, clusterIP?: string) =>
  cluster.ask(SERVICES, { method: 'POST', body: { metadata: { name }, spec: { ports: [{ port: 80 }], clusterIP } } })
const addresses = async (names: string[]): Promise<string[]> =>
  (await Promise.all(names.map(name => create(name)))).map(a => a.json.spec?.clusterIP ?? a.json.message).sort()
const cidr = (name: string, range: string) =>
  cluster.ask(CIDRS, { method: 'POST', body: { metadata: { name }, spec: { cidrs: [range] } } })

const FULL = 'Internal error occurred: failed to allocate a serviceIP: range is full'

it('says of a new cluster that its own range is ready', async () => {
  const { json } = await cluster.ask(`${CIDRS}/kubernetes`)
  expect([json.spec.cidrs, json.status.conditions[0]]).toMatchObject([
    ['10.96.0.0/29'],
    { type: 'Ready', status: 'True' },
  ])
})

it('gives all addresses of the range, also to services that are made at once, and then no more', async () => {
  expect(await addresses(['a', 'b', 'c', 'd', 'e'])).toEqual(['2', '3', '4', '5', '6'].map(n => `10.96.0.${n}`))
  const full = await create('f')
  expect([full.code, full.json.message]).toEqual([500, FULL])
})

it('takes addresses of a range that somebody has added, by request and by itself', async () => {
  expect((await create('early', '10.99.0.2')).json.message).toBe(
    'Service "early" is invalid: spec.clusterIPs: Invalid value: ["10.99.0.2"]: failed to allocate IP 10.99.0.2: the provided network does not match the current range',
  )
  await cidr('more', '10.99.0.0/29')
  expect((await create('asked', '10.99.0.2')).code).toBe(201)
  expect(await addresses(['g', 'h'])).toEqual([
    expect.stringMatching(/^10\.99\.0\.[13456]$/),
    expect.stringMatching(/^10\.99\.0\.[13456]$/),
  ])
  // The first and the last address of a range are not given.
  for (const edge of ['10.99.0.0', '10.99.0.7']) expect((await create('edge', edge)).code).toBe(422)
})

it('prefers the range of the cluster while it has addresses', async () => {
  await cluster.ask(`${SERVICES}/c`, { method: 'DELETE' })
  expect(await addresses(['again'])).toEqual([expect.stringMatching(/^10\.96\.0\./)])
})

it('gives nothing from a range that is not ready or is going', async () => {
  await cidr('held', '10.98.0.0/29')
  await cluster.ask(`${CIDRS}/held`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { metadata: { finalizers: ['example.com/hold'] } },
  })
  expect((await create('before', '10.98.0.1')).code).toBe(201)
  await cluster.ask(`${CIDRS}/held`, { method: 'DELETE' })
  expect((await create('after', '10.98.0.2')).code).toBe(422)
  await cidr('unready', '10.97.0.0/29')
  const conditions = [
    { type: 'Ready', status: 'False', reason: 'No', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
  ]
  const { code } = await cluster.ask(`${CIDRS}/unready/status`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { status: { conditions } },
  })
  expect(code).toBe(200)
  expect((await create('unready', '10.97.0.1')).code).toBe(422)
})

it('has one IPAddress for each address in use, and no other', async () => {
  const { json } = await cluster.ask('/apis/networking.k8s.io/v1/ipaddresses')
  const { json: services } = await cluster.ask(SERVICES)
  const used = services.items.map((s: { spec: { clusterIP: string } }) => s.spec.clusterIP).sort()
  expect(json.items.map((a: { metadata: { name: string } }) => a.metadata.name).sort()).toEqual(used)
  expect(new Set(used).size).toBe(used.length)
})
