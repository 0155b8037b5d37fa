import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setupServiceCIDRs } from '../../../engine/controllers/service-cidr/service-cidr.ts'
import { runControllers, type Running } from '../run.ts'

const CIDRS = '/apis/networking.k8s.io/v1/servicecidrs'
const ADDRESSES = '/apis/networking.k8s.io/v1/ipaddresses'
const SERVICES = '/api/v1/namespaces/default/services'

let it: Running
beforeAll(async () => {
  it = await runControllers({ cidrs: setupServiceCIDRs })
})
afterAll(() => it.close())

const create = async (name: string, ...cidrs: string[]) => {
  await it.cluster.ask(CIDRS, { method: 'POST', body: { metadata: { name }, spec: { cidrs } } })
  await it.until(async () => (await condition(name))?.status === 'True')
}
const get = async (name: string) => (await it.cluster.ask(`${CIDRS}/${name}`)).json
const condition = async (name: string) => (await get(name)).status?.conditions?.[0]
const remove = (name: string) => it.cluster.ask(`${CIDRS}/${name}`, { method: 'DELETE' })
const isGone = (name: string) => it.until(async () => (await it.cluster.ask(`${CIDRS}/${name}`)).code === 404)
const service = (name: string, clusterIP?: string) =>
  it.cluster.ask(SERVICES, { method: 'POST', body: { metadata: { name }, spec: { clusterIP, ports: [{ port: 80 }] } } })

describe('a ServiceCIDR', () => {
  test('that is new becomes ready, and is kept by a finalizer', async () => {
    await create('fresh', '10.100.0.0/24')
    expect(await condition('fresh')).toMatchObject({
      type: 'Ready',
      status: 'True',
      message: 'Kubernetes Service CIDR is ready',
    })
    expect((await get('fresh')).metadata.finalizers).toEqual(['networking.k8s.io/service-cidr-finalizer'])
  })

  test('of the cluster is ready from the beginning and protected too', async () => {
    await it.until(async () => (await get('kubernetes')).metadata.finalizers?.length === 1)
    expect(await condition('kubernetes')).toMatchObject({
      status: 'True',
      message: 'Kubernetes default Service CIDR is ready',
    })
  })

  test('without addresses in use goes, but not before all API servers can have heard of it', async () => {
    await create('unused', '10.101.0.0/24')
    await remove('unused')
    await it.until(async () => it.clock.pending > 0)
    expect((await get('unused')).metadata.deletionTimestamp).toBeTruthy()
    it.clock.advance(11_000)
    await isGone('unused')
  })

  test('whose addresses are in use stays, says why, and gives no more; it goes when they are free', async () => {
    await create('busy', '10.102.0.0/24')
    expect((await service('in-busy', '10.102.0.7')).code).toBe(201)
    await remove('busy')
    await it.until(async () => (await condition('busy'))?.status === 'False')
    expect(await condition('busy')).toMatchObject({
      reason: 'Terminating',
      message:
        'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
    })
    const refused = await service('late', '10.102.0.8')
    expect(refused.json.message).toContain(
      'failed to allocate IP 10.102.0.8: the provided network does not match the current range',
    )
    it.clock.advance(20_000)
    expect((await get('busy')).metadata.finalizers).toHaveLength(1)
    await it.cluster.ask(`${SERVICES}/in-busy`, { method: 'DELETE' })
    await isGone('busy')
    expect((await it.cluster.ask(`${ADDRESSES}/10.102.0.7`)).code).toBe(404)
  })

  test('goes while its addresses are in use if another one has them all', async () => {
    await create('inner', '10.103.0.0/28')
    expect((await service('in-inner', '10.103.0.3')).code).toBe(201)
    await remove('inner')
    await it.until(async () => (await condition('inner'))?.status === 'False')
    await create('outer', '10.103.0.0/24')
    it.clock.advance(20_000)
    await isGone('inner')
    expect((await it.cluster.ask(`${ADDRESSES}/10.103.0.3`)).code).toBe(200)
  })
})
