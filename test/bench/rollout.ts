/**
 * Calls a Service at a steady rate, each request over a connection of its own, while its Deployment is rolled out, scaled
 * up and down, and a worker is drained: none may fail. Then kills a worker with its gateway: how many fail, and until when.
 *
 *   node test/bench/rollout.ts [--runtime process] [--rate 500] [--grace-period 10s]
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Deployment, Pod } from '../../engine/api/types.ts'
import { lines } from '../../engine/client/cache/reflector.ts'
import { bundleIfStale } from '../../tools/bundle.ts'
import { BenchLab, isReady, quantile, until } from './lab/bench-lab.ts'

const { values } = parseArgs({
  options: {
    runtime: { type: 'string', default: 'process' },
    rate: { type: 'string', default: '500' },
    'grace-period': { type: 'string', default: '10s' },
  },
})
const DEPLOYMENT = '/apis/apps/v1/namespaces/default/deployments/web'
const MERGE = { 'content-type': 'application/merge-patch+json' }

interface Said {
  at: number
  ok: number
  failed: Record<string, number>
  times: number[]
}

await bundleIfStale()
const lab = new BenchLab('rollout')
try {
  const grace = ['--node-monitor-grace-period', values['grace-period']]
  await lab.up('--masters', '1', '--workers', '3', '--runtime', values.runtime, ...grace)
  await lab.rest.request('POST', '/api/v1/namespaces/default/services', {
    body: { metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] } },
  })
  await lab.rest.request('POST', DEPLOYMENT.replace(/\/web$/, ''), { body: deployment() })
  await rolledOut()
  const heard: Said[] = []
  const client = readFileSync(join(import.meta.dirname, 'lab/load-client.mjs'), 'utf8')
  const env = Object.entries({ RATE: values.rate, URL: 'http://web/hostname' }).map(([name, value]) => ({
    name,
    value,
  }))
  await lab.create('client', {
    nodeSelector: { 'kubernetes.io/hostname': 'worker-1' },
    containers: [{ name: 'c', image: 'node', command: ['node', '--input-type=module', '-e', client], env }],
  })
  await until(async () => isReady(await lab.pods.get('default', 'client')))
  const log = await lab.rest.stream('GET', '/api/v1/namespaces/default/pods/client/log', { query: { follow: true } })
  void (async () => {
    for await (const line of lines(log)) heard.push(JSON.parse(line) as Said)
  })().catch((error: unknown) => {
    if (!log.destroyed) throw error
  })

  console.log(`${values.rate} requests a second through a Service, ${values.runtime}`)
  await phase('nothing else happens', () => passed(5_000))
  await phase('the Deployment rolls', async () => {
    await change({ spec: { template: { metadata: { annotations: { rolled: 'once' } } } } })
    await rolledOut()
  })
  await phase('it scales up and down', async () => {
    for (const replicas of [12, 3, 6]) {
      await change({ spec: { replicas } })
      await rolledOut()
    }
  })
  await phase('a worker is drained', async () => {
    const body = { spec: { unschedulable: true } }
    await lab.rest.request('PATCH', '/api/v1/nodes/worker-2', { body, headers: MERGE })
    const { items } = await lab.pods.list('default')
    const there = items.filter(pod => pod.spec?.nodeName === 'worker-2')
    for (const { metadata } of there)
      await lab.rest.request('POST', `/api/v1/namespaces/default/pods/${metadata.name!}/eviction`, {
        body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: metadata.name } },
      })
    await until(async () => !(await lab.pods.list('default')).items.some(pod => there.some(t => same(t, pod))))
    await rolledOut()
  })
  const killed = Date.now()
  await phase(`a worker is killed (silent for ${values['grace-period']}: not ready)`, async () => {
    await lab.cli('machine', 'kill', 'worker-3', '--lab', 'rollout')
    await until(async () => {
      const { items } = await lab.pods.list('default')
      return items.every(pod => pod.spec?.nodeName !== 'worker-3' || !isReady(pod))
    })
  })
  const last = heard.findLast(({ failed }) => Object.keys(failed).length > 0)?.at ?? killed
  console.log(`  the last failure came ${((last - killed) / 1000).toFixed(1)} s after the kill`)
  log.destroy()

  /** What came of all requests while something was going on, and of those of a second after it. */
  async function phase(title: string, act: () => Promise<unknown>): Promise<void> {
    const since = Date.now()
    await act()
    await passed(1_000)
    const said = heard.filter(({ at }) => at > since)
    const ok = said.reduce((sum, s) => sum + s.ok, 0)
    const failed = new Map<string, number>()
    for (const s of said)
      for (const [code, count] of Object.entries(s.failed)) failed.set(code, (failed.get(code) ?? 0) + count)
    const times = said.flatMap(s => s.times)
    const wrong = [...failed].map(([code, count]) => `${count} ${code}`).join(', ') || 'none'
    const [p50, p99, max] = [quantile(times, 0.5), quantile(times, 0.99), Math.max(...times)].map(ms => ms.toFixed(0))
    const rate = (said.length ? ok / ((said.at(-1)!.at - since) / 1000) : 0).toFixed(0)
    console.log(
      `  ${title.padEnd(52)} ${rate}/s, ${ok} answered, failed: ${wrong}; p50 ${p50}, p99 ${p99}, max ${max} ms`,
    )
  }

  /** Until the client has told of so many milliseconds more. */
  function passed(ms: number): Promise<unknown> {
    const end = Date.now() + ms
    return until(async () => (heard.at(-1)?.at ?? 0) > end)
  }
} finally {
  await lab.remove()
}

function deployment(): object {
  const container = {
    name: 'web',
    image: 'agnhost',
    args: ['netexec', '--http-port=8080'],
    readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 },
    // As on a cluster: who is told to end is called by those who have not heard of it yet.
    lifecycle: { preStop: { sleep: { seconds: 2 } } },
  }
  return {
    metadata: { name: 'web' },
    spec: {
      replicas: 6,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { terminationGracePeriodSeconds: 10, containers: [container] },
      },
    },
  }
}

function change(body: object): Promise<unknown> {
  return lab.rest.request('PATCH', DEPLOYMENT, { body, headers: MERGE })
}

function rolledOut(): Promise<unknown> {
  return until(async () => {
    const { metadata, spec, status } = await lab.rest.request<Deployment>('GET', DEPLOYMENT)
    const wanted = spec?.replicas
    const counts = [status?.replicas, status?.updatedReplicas, status?.availableReplicas]
    return status?.observedGeneration === metadata.generation && counts.every(count => count === wanted)
  })
}

function same(a: Pod, b: Pod): boolean {
  return a.metadata.uid === b.metadata.uid
}
