import { afterAll, beforeAll, expect, it } from 'vitest'
import { startCluster } from './harness.ts'
import type { Cluster } from './harness.ts'

const SERVICES = '/api/v1/namespaces/default/services'

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster({ nodePortRange: { from: 30000, to: 30002 } })
})
afterAll(() => cluster.close())

const service = (name: string, spec: object = {}) => ({ metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } })
const create = (name: string, spec?: object) => cluster.ask(SERVICES, { method: 'POST', body: service(name, spec) })

it('gives every service an address of its own, even when many are made at once', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => create(`many-${i}`)))
  const addresses = answers.map(answer => answer.json.spec.clusterIP as string)
  expect(new Set(addresses).size).toBe(20)
  for (const address of addresses) expect(address).toMatch(/^10\.96\.\d+\.\d+$/)
})

it('refuses an address that is taken or outside of the range', async () => {
  await create('fixed', { clusterIP: '10.96.0.50' })
  const taken = await create('taken', { clusterIP: '10.96.0.50' })
  expect([taken.code, taken.json.message]).toEqual([
    422,
    'Service "taken" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.50"]: failed to allocate IP 10.96.0.50: provided IP is already allocated',
  ])
  expect((await create('outside', { clusterIP: '10.1.0.1' })).code).toBe(422)
})

it('gives an address back when the service goes', async () => {
  await create('passing', { clusterIP: '10.96.0.60' })
  expect((await cluster.ask('/apis/networking.k8s.io/v1/ipaddresses/10.96.0.60')).code).toBe(200)
  await cluster.ask(`${SERVICES}/passing`, { method: 'DELETE' })
  expect((await cluster.ask('/apis/networking.k8s.io/v1/ipaddresses/10.96.0.60')).code).toBe(404)
  expect((await create('next', { clusterIP: '10.96.0.60' })).code).toBe(201)
})

it('gives node ports from the range until it is full, and takes them back', async () => {
  for (let i = 0; i < 3; i++) expect((await create(`node-${i}`, { type: 'NodePort' })).code).toBe(201)
  expect((await create('node-3', { type: 'NodePort' })).json.message).toContain('range is full')
  await cluster.ask(`${SERVICES}/node-0`, { method: 'DELETE' })
  expect((await create('node-4', { type: 'NodePort' })).code).toBe(201)
})

it('has the kubernetes service at the first address, with all servers as its endpoints', async () => {
  const { json } = await cluster.ask(`${SERVICES}/kubernetes`)
  expect(json.spec.clusterIP).toBe('10.96.0.1')
  const { json: endpoints } = await cluster.ask('/api/v1/namespaces/default/endpoints/kubernetes')
  expect(endpoints.subsets).toEqual([
    { addresses: [{ ip: '10.0.0.1' }], ports: [{ name: 'https', port: cluster.server.port, protocol: 'TCP' }] },
  ])
})

it('frees node ports that no Service has, and takes those again that some Service has, when a server starts', async () => {
  for (const name of ['node-1', 'node-2', 'node-4']) await cluster.ask(`${SERVICES}/${name}`, { method: 'DELETE' })
  expect((await create('holds', { type: 'NodePort', ports: [{ port: 80, nodePort: 30000 }] })).code).toBe(201)
  const key = (port: number) => Buffer.from(`/registry/ranges/nodeports/${port}`)
  const isTaken = async (port: number) => (await cluster.store.range({ key: key(port) })).kvs.length === 1
  await cluster.store.txn({
    compare: [],
    success: [
      { type: 'delete', key: key(30000) },
      { type: 'put', key: key(30001), value: Buffer.from('default/nobody') },
    ],
    failure: [],
  })
  await cluster.startAnother('master-2')
  await expect.poll(async () => [await isTaken(30000), await isTaken(30001)]).toEqual([true, false])
  expect((await create('after', { type: 'NodePort', ports: [{ port: 80, nodePort: 30001 }] })).code).toBe(201)
})
