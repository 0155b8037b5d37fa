import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Deployment, Pod } from '../../engine/api/types.ts'
import { lines } from '../../engine/client/cache/reflector.ts'
import type { RestClient } from '../../engine/client/rest.ts'
import { root } from '../../tools/sources.ts'
import { eventually, TestLab } from './lab.ts'

const lab = new TestLab('rolling-traffic')
const NAMESPACE = '/api/v1/namespaces/default'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const MERGE = { 'content-type': 'application/merge-patch+json' }
const CLIENT = readFileSync(join(root, 'test/bench/lab/load-client.mjs'), 'utf8')
let rest: RestClient
/** What the client has told, and its log. */
const asked = { ok: 0, failed: [] as object[] }
let log: Awaited<ReturnType<RestClient['stream']>>

describe('a Service that is called all the time drops no request', () => {
  beforeAll(async () => {
    await lab.up('--masters', '1', '--workers', '2')
    rest = await lab.client()
    await eventually(() => rest.request('GET', `${NAMESPACE}/serviceaccounts/default`))
    await create(`${NAMESPACE}/services`, 'web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] })
    const container = {
      ...{ name: 'web', image: 'agnhost', args: ['netexec', '--http-port=8080'] },
      readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 },
      lifecycle: { preStop: { sleep: { seconds: 2 } } },
    }
    await create(DEPLOYMENTS, 'web', {
      ...{ replicas: 4, selector: { matchLabels: { app: 'web' } } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } },
    })
    await rolledOut()
    const command = ['node', '--input-type=module', '-e', CLIENT]
    const env = [
      { name: 'RATE', value: '100' },
      { name: 'URL', value: 'http://web/hostname' },
    ]
    await create(`${NAMESPACE}/pods`, 'client', {
      nodeSelector: { 'kubernetes.io/hostname': 'worker-1' },
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'c', image: 'node', command, env }],
    })
    await eventually(async () => (await pod('client')).status?.phase === 'Running')
    log = await rest.stream('GET', `${NAMESPACE}/pods/client/log`, { query: { follow: true } })
    void (async () => {
      for await (const line of lines(log)) {
        const { ok, failed } = JSON.parse(line) as { ok: number; failed: object }
        asked.ok += ok
        if (Object.keys(failed).length) asked.failed.push(failed)
      }
    })().catch((error: unknown) => {
      if (!log.destroyed) throw error
    })
    await answered()
  })
  afterAll(async () => {
    log?.destroy()
    rest?.dispose()
    await lab.remove()
  })

  test('while its Deployment rolls', async () => {
    await change(`${DEPLOYMENTS}/web`, { spec: { template: { metadata: { annotations: { rolled: 'once' } } } } })
    await rolledOut()
    await answered()
    expect(asked.failed).toEqual([])
  })

  test('while its Deployment scales up and down', async () => {
    for (const replicas of [8, 2, 4]) {
      await change(`${DEPLOYMENTS}/web`, { spec: { replicas } })
      await rolledOut()
    }
    await answered()
    expect(asked.failed).toEqual([])
  })

  test('while a worker is drained', async () => {
    await change('/api/v1/nodes/worker-2', { spec: { unschedulable: true } })
    const { items } = await rest.request<{ items: Pod[] }>('GET', `${NAMESPACE}/pods`)
    const there = items.filter(({ spec }) => spec?.nodeName === 'worker-2').map(({ metadata }) => metadata.name!)
    for (const name of there)
      await rest.request('POST', `${NAMESPACE}/pods/${name}/eviction`, {
        body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } },
      })
    await eventually(async () => {
      const left = await rest.request<{ items: Pod[] }>('GET', `${NAMESPACE}/pods`)
      return left.items.every(({ metadata }) => !there.includes(metadata.name!))
    })
    await rolledOut()
    await answered()
    expect(asked.failed).toEqual([])
  })
})

function create(path: string, name: string, spec: object): Promise<unknown> {
  return rest.request('POST', path, { body: { metadata: { name }, spec } })
}

function change(path: string, body: object): Promise<unknown> {
  return rest.request('PATCH', path, { body, headers: MERGE })
}

function pod(name: string): Promise<Pod> {
  return rest.request<Pod>('GET', `${NAMESPACE}/pods/${name}`)
}

/** A hundred requests more have been answered: those under way till now are among what is counted. */
function answered(): Promise<unknown> {
  const before = asked.ok
  return eventually(async () => asked.ok > before + 100 || asked.failed.length > 0)
}

function rolledOut(): Promise<unknown> {
  return eventually(async () => {
    const { metadata, spec, status } = await rest.request<Deployment>('GET', `${DEPLOYMENTS}/web`)
    const counts = [status?.replicas, status?.updatedReplicas, status?.availableReplicas]
    return status?.observedGeneration === metadata.generation && counts.every(count => count === spec?.replicas)
  })
}
