import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setupServiceAddressRepair } from '../../../engine/controllers/service-cidr/repair.ts'
import { runControllers, type Running } from '../run.ts'

const ADDRESSES = '/apis/networking.k8s.io/v1/ipaddresses'
const SERVICES = '/api/v1/namespaces/default/services'
const LABELS = {
  'ipaddress.kubernetes.io/ip-family': 'IPv4',
  'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
}

let it: Running
beforeAll(async () => {
  it = await runControllers({ repair: setupServiceAddressRepair })
})
afterAll(() => it.close())

const address = (name: string, parent: object, labels: object = LABELS) =>
  it.cluster.ask(ADDRESSES, {
    method: 'POST',
    body: {
      metadata: { name, labels },
      spec: { parentRef: { resource: 'services', namespace: 'default', ...parent } },
    },
  })
const get = (name: string) => it.cluster.ask(`${ADDRESSES}/${name}`)
const remove = (name: string) => it.cluster.ask(`${ADDRESSES}/${name}`, { method: 'DELETE' })
const service = (name: string, clusterIP: string) =>
  it.cluster.ask(SERVICES, { method: 'POST', body: { metadata: { name }, spec: { clusterIP, ports: [{ port: 80 }] } } })
const told = (reason: string, text: string) =>
  it.until(async () => (await it.events(reason)).some(message => message === text))

describe('the repair', () => {
  test('makes the address of a Service that has lost it, so that nobody else gets it', async () => {
    await service('lost', '10.96.0.70')
    await remove('10.96.0.70')
    await it.until(async () => (await get('10.96.0.70')).code === 200)
    expect((await get('10.96.0.70')).json).toMatchObject({
      metadata: { labels: LABELS },
      spec: { parentRef: { resource: 'services', namespace: 'default', name: 'lost' } },
    })
    await told('ClusterIPNotAllocated', 'Cluster IP [IPv4]: 10.96.0.70 is not allocated; repairing')
    expect((await service('thief', '10.96.0.70')).code).toBe(422)
  })

  test('takes an address away whose Service is gone, when it is sure', async () => {
    await address('10.96.0.71', { name: 'nobody' })
    await it.until(async () => it.clock.pending > 0)
    expect((await get('10.96.0.71')).code).toBe(200)
    it.clock.advance(61_000)
    await it.until(async () => (await get('10.96.0.71')).code === 404)
    await told(
      'IPAddressNotAllocated',
      'IPAddress: 10.96.0.71 for Service default/nobody appears to have leaked: cleaning up',
    )
  })

  test('takes an address away whose Service has another one', async () => {
    await service('other', '10.96.0.72')
    await address('10.96.0.73', { name: 'other' })
    await it.until(async () => (await get('10.96.0.73')).code === 404)
    await told(
      'IPAddressWrongReference',
      'IPAddress: 10.96.0.73 for Service default/other has a wrong reference; cleaning up',
    )
    expect((await get('10.96.0.72')).code).toBe(200)
  })

  test('gives an address back to its Service that refers to something else', async () => {
    await service('mine', '10.96.0.74')
    await remove('10.96.0.74')
    await address('10.96.0.74', { name: 'gate', group: 'example.com', resource: 'gateways' })
    await it.until(async () => (await get('10.96.0.74')).json.spec?.parentRef?.name === 'mine')
  })

  test('leaves alone what others have written for themselves', async () => {
    await address('10.96.0.75', { name: 'gate', group: 'example.com', resource: 'gateways' }, {})
    it.clock.advance(200_000)
    await service('last', '10.96.0.76')
    await remove('10.96.0.76')
    await it.until(async () => (await get('10.96.0.76')).code === 200)
    expect((await get('10.96.0.75')).code).toBe(200)
  })
})
