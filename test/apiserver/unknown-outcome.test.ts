import { afterAll, beforeAll, expect, it } from 'vitest'
import { UnknownOutcomeError } from '../../engine/store/kv.ts'
import { startCluster } from './harness.ts'
import type { Cluster } from './harness.ts'
import { MemoryStore } from './memory-store.ts'

/** Does what it is told, and then once says that it does not know whether it did. */
class ForgetfulStore extends MemoryStore {
  forgets = false

  override async txn(request: Parameters<MemoryStore['txn']>[0]) {
    const response = await super.txn(request)
    if (!this.forgets) return response
    this.forgets = false
    throw new UnknownOutcomeError('etcdserver: request timed out, possibly due to previous leader failure')
  }
}

const MAPS = '/api/v1/namespaces/default/configmaps'
const store = new ForgetfulStore()
let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster({}, { store })
})
afterAll(async () => {
  await cluster.close()
  store.dispose()
})

it('an update of unknown outcome is said to be one, and not a conflict with itself', async () => {
  const { json } = await cluster.ask(MAPS, { method: 'POST', body: { metadata: { name: 'a' }, data: { n: '1' } } })
  store.forgets = true
  const answer = await cluster.ask(`${MAPS}/a`, { method: 'PUT', body: { ...json, data: { n: '2' } } })
  expect([answer.code, answer.json.reason]).toEqual([504, 'Timeout'])
  expect(answer.json.message).toContain('outcome of the write is not known')
  expect((await cluster.ask(`${MAPS}/a`)).json.data).toEqual({ n: '2' })
})

it('a patch of unknown outcome is not applied again', async () => {
  const list = '/api/v1/namespaces/default/endpoints'
  await cluster.ask(list, { method: 'POST', body: { metadata: { name: 'b', finalizers: ['x.io/1'] } } })
  store.forgets = true
  const answer = await cluster.ask(`${list}/b`, {
    method: 'PATCH',
    body: [{ op: 'add', path: '/metadata/finalizers/-', value: 'x.io/2' }],
    headers: { 'content-type': 'application/json-patch+json' },
  })
  expect(answer.code).toBe(504)
  expect((await cluster.ask(`${list}/b`)).json.metadata.finalizers).toEqual(['x.io/1', 'x.io/2'])
})

it('so is a creation, and a deletion', async () => {
  store.forgets = true
  expect((await cluster.ask(MAPS, { method: 'POST', body: { metadata: { generateName: 'c-' } } })).code).toBe(504)
  const made = (await cluster.ask(MAPS)).json.items.filter((item: { metadata: { name: string } }) =>
    item.metadata.name.startsWith('c-'),
  )
  expect(made).toHaveLength(1)
  store.forgets = true
  expect((await cluster.ask(`${MAPS}/${made[0].metadata.name}`, { method: 'DELETE' })).code).toBe(504)
})
