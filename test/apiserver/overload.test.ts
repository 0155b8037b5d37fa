import { request as httpsRequest } from 'node:https'
import { afterAll, beforeAll, expect, it } from 'vitest'
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
