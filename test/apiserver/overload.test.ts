import { request as httpsRequest } from 'node:https'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../engine/apiserver/config.ts'
import { InFlight, weightOfList } from '../../engine/apiserver/request/in-flight.ts'
import { Turns } from '../../engine/apiserver/request/turns.ts'
import { startCluster } from './harness.ts'
import type { Cluster } from './harness.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster({
    limits: { readsInFlight: 0, writesInFlight: 0, watchBuffer: 3 },
    staticTokens: [{ token: 'crowd', user: 'crowd', groups: [] }],
  })
})
afterAll(() => cluster.close())

it('answers 429 with Retry-After when full, but goes on serving health, leases and the components', async () => {
  const refused = await cluster.ask(MAPS, { token: 'crowd' })
  expect([refused.code, refused.headers['retry-after'], refused.json.reason]).toEqual([429, '1', 'TooManyRequests'])
  expect((await cluster.ask('/livez', { token: 'crowd' })).code).toBe(200)
  expect((await cluster.ask('/apis/coordination.k8s.io/v1/namespaces/default/leases', { token: 'crowd' })).code).toBe(
    403,
  )
  const scheduler = await cluster.ca.issue('system:kube-scheduler')
  expect((await cluster.ask('/api/v1/nodes', { as: scheduler })).code).toBe(200)
  expect((await cluster.ask(MAPS)).code).toBe(200)
})

it('deals with long lists one a turn, so that what came meanwhile is not behind all of them', async () => {
  const turns = new Turns()
  const order: string[] = []
  const lists = [1, 2, 3, 4].map(i => turns.take(3000).then(() => order.push(`list ${i}`)))
  const small = turns.take(10).then(() => order.push('small list'))
  setImmediate(() => setImmediate(() => order.push('lease')))
  await Promise.all([...lists, small])
  expect(order.filter(what => what !== 'lease')).toEqual(['list 1', 'list 2', 'list 3', 'list 4', 'small list'])
  expect(order.indexOf('lease')).toBeGreaterThan(-1)
  expect(order.indexOf('lease')).toBeLessThan(order.indexOf('list 4'))
})

it('weighs a list by what it holds, and lets one that is too heavy go alone', () => {
  const counted: number[] = []
  const inFlight = new InFlight({ ...DEFAULT_LIMITS, readsInFlight: 5 }, ctx => Number(ctx.path))
  const context = (path: string) =>
    ({ info: { isResource: true, verb: 'list', resource: 'pods' }, user: { name: 'ann', groups: [] }, path }) as never
  const hold = Promise.withResolvers<void>()
  const admit = (weight: number) =>
    inFlight.admit(context(String(weight)), () => {
      counted.push(weight)
      return hold.promise
    })
  const first = admit(10)
  return expect(admit(1))
    .rejects.toMatchObject({ code: 429 })
    .then(async () => {
      hold.resolve()
      await first
      await Promise.all([admit(3), admit(2), expect(admit(1)).rejects.toMatchObject({ code: 429 })])
      expect(counted).toEqual([10, 3, 2])
      expect([999, 1000, 5500, 1e6].map(weightOfList)).toEqual([1, 2, 6, 10])
    })
})

it('cuts off a watcher that does not read', async () => {
  await cluster.ask(MAPS, { method: 'POST', body: { metadata: { name: 'big' } } })
  const changes = 40
  const delivered = await new Promise<number>((resolve, reject) => {
    const request = httpsRequest({
      ...{
        host: '127.0.0.1',
        port: cluster.server.port,
        path: `${MAPS}?watch=true`,
        ca: cluster.ca.pem,
        ...cluster.admin,
      },
    })
    let frames = 0
    request.on('response', response => {
      response.pause()
      response.on('data', (chunk: Buffer) => (frames += chunk.toString('latin1').split('\n').length - 1))
      response.pause()
      response.on('error', () => {})
      response.on('close', () => resolve(frames))
      fill().then(() => response.resume(), reject)
    })
    request.on('error', () => {})
    request.end()
  })
  // Had it been served to the end, the watch would still be open, and would have seen them all.
  expect(delivered).toBeLessThan(changes)

  async function fill() {
    for (let i = 0; i < changes; i++)
      await cluster.ask(`${MAPS}/big`, {
        method: 'PATCH',
        body: { data: { blob: String(i % 10).repeat(800_000) } },
        headers: { 'content-type': 'application/merge-patch+json' },
      })
  }
})
