import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Node, Pod } from '../../engine/api/types.ts'
import { setupNodeLifecycle } from '../../engine/controllers/node-lifecycle/node-lifecycle.ts'
import { runControllers, type Running } from './run.ts'

const NODES = '/api/v1/nodes'
const PODS = '/api/v1/namespaces/default/pods'
const status = (type: string, value: string) => ({ status: { conditions: [{ type, status: value }] } })

describe('a node that is silent', () => {
  let running: Running
  beforeAll(async () => {
    running = await runControllers({ 'node-lifecycle': setupNodeLifecycle })
  })
  afterAll(async () => {
    vi.restoreAllMocks()
    await running?.close()
  })

  const conditionOf = ({ status }: Node | Pod, wanted: string) =>
    (status?.conditions as { type: string; status: string }[] | undefined)?.find(({ type }) => type === wanted)?.status
  const patch = (path: string, body: object) =>
    running.rest.request('PATCH', `${path}/status`, { body, contentType: 'application/strategic-merge-patch+json' })

  test('has none of its pods ready, also where the first try to say so failed', async () => {
    const { rest, clock, until } = running
    await rest.request('POST', '/api/v1/namespaces/default/serviceaccounts', {
      body: { metadata: { name: 'default' } },
    })
    await rest.request('POST', NODES, { body: { metadata: { name: 'silent' } } })
    await patch(`${NODES}/silent`, status('Ready', 'True'))
    for (const name of ['a', 'b']) {
      const spec = { nodeName: 'silent', containers: [{ name: 'c', image: 'busybox' }] }
      await rest.request('POST', PODS, { body: { metadata: { name }, spec } })
      await patch(`${PODS}/${name}`, status('Ready', 'True'))
    }
    const ready = async () =>
      Promise.all(['a', 'b'].map(async name => conditionOf(await rest.request<Pod>('GET', `${PODS}/${name}`), 'Ready')))
    expect(await ready()).toEqual(['True', 'True'])

    const request = rest.request.bind(rest)
    let refused = 0
    vi.spyOn(rest, 'request').mockImplementation((method, path, options) => {
      if (method !== 'PATCH' || !path.startsWith(`${PODS}/`) || refused++) return request(method, path, options)
      return Promise.reject(new Error('nobody answered'))
    })
    await until(async () => {
      clock.advance(5_000)
      return (await ready()).every(value => value === 'False')
    })
    expect(refused).toBeGreaterThan(1)
    expect(conditionOf(await rest.request<Node>('GET', `${NODES}/silent`), 'Ready')).toBe('Unknown')
  })
})
