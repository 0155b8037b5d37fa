import { afterEach, expect, it } from 'vitest'
import type { KubeObject } from '../../engine/api/object.ts'
import { systemClock } from '../../engine/base/clock.ts'
import { silentLogger } from '../../engine/base/log.ts'
import { intBelow, seededRandom } from '../../engine/base/random.ts'
import { runReflector } from '../../engine/client/cache/reflector.ts'
import type { ReflectorOptions } from '../../engine/client/cache/reflector.ts'
import type { Resource } from '../../engine/client/resource-client.ts'
import { RestClient } from '../../engine/client/rest.ts'
import { LoadBalancer } from '../../engine/lab/balancer.ts'
import type { APIServer } from '../../engine/apiserver/server.ts'
import { startWorkers } from '../store/cluster.ts'
import { startCluster } from './harness.ts'

const CONFIG_MAPS: Resource = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  resource: 'configmaps',
  namespaced: true,
} as Resource
const WRITES = 400
const NAMESPACES = ['one', 'two']

const closing: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

type State = Map<string, string>
const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace}/${metadata.name}`
const shown = (object: KubeObject) =>
  `${object.metadata.resourceVersion} ${JSON.stringify(object.data ?? null)} ${JSON.stringify(object.metadata.labels ?? null)}`
const ofList = (items: KubeObject[]): State => new Map(items.map(item => [keyOf(item), shown(item)]))
const sorted = (state: State) => [...state].sort(([a], [b]) => (a < b ? -1 : 1))

/** Folds a list and the watch that follows it, and remembers the state at each version. */
class Follower {
  readonly name: string
  readonly query: string
  readonly state: State = new Map()
  readonly history = new Map<string, [string, string][]>()

  constructor(name: string, rest: RestClient, options: ReflectorOptions, query: string, signal: AbortSignal) {
    this.name = name
    this.query = query
    const remember = (object: KubeObject) => void this.history.set(object.metadata.resourceVersion!, sorted(this.state))
    const sink = {
      replace: (objects: KubeObject[]) => {
        this.state.clear()
        for (const [key, value] of ofList(objects)) this.state.set(key, value)
      },
      upsert: (object: KubeObject) => {
        this.state.set(keyOf(object), shown(object))
        remember(object)
      },
      remove: (object: KubeObject) => {
        this.state.delete(keyOf(object))
        remember(object)
      },
    }
    const ended = runReflector(
      CONFIG_MAPS,
      sink,
      options,
      { rest, clock: systemClock, random: seededRandom(1), log: silentLogger },
      signal,
    )
    closing.push(() => ended)
  }
}

it('list and watch agree at every version, through random writes, compaction, broken connections and servers that go', async () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1e6)
  const random = seededRandom(seed)
  const pick = <T>(list: readonly T[]) => list[intBelow(random, list.length)]!
  const { stores, stop } = await startWorkers(['solo'])
  closing.push(stop)
  const store = stores[0]!
  // A short memory: watches that come back late must get their past from the store.
  const cluster = await startCluster({ limits: { history: 5 } }, { store })
  closing.push(() => cluster.close())
  const balancer = new LoadBalancer()
  closing.push(() => balancer.dispose())
  const port = await balancer.listen(0)
  const servers: (APIServer & { id: string })[] = []
  let started = 0
  const start = async () => {
    const id = `server-${++started}`
    const server = Object.assign(await cluster.startAnother(id), { id })
    servers.push(server)
    balancer.add({
      name: id,
      async take(client) {
        server.serve(client)
        return { closed: new Promise(done => client.once('close', () => done())) }
      },
    })
  }
  await start()
  await start()
  const rest = new RestClient({
    server: `https://127.0.0.1:${port}`,
    ca: cluster.ca.pem,
    cert: cluster.admin.cert,
    key: cluster.admin.key,
    userAgent: 'test',
  })
  closing.push(() => rest.dispose())
  const stopFollowing = new AbortController()
  for (const name of NAMESPACES)
    await cluster.ask('/api/v1/namespaces', { method: 'POST', body: { metadata: { name } } })
  const follow = (name: string, options: ReflectorOptions, query: string) =>
    new Follower(name, rest, options, query, stopFollowing.signal)
  const followers = [
    follow('all', {}, '/api/v1/configmaps?'),
    follow('one namespace', { namespace: 'one' }, '/api/v1/namespaces/one/configmaps?'),
    follow('by label', { labelSelector: 'color=red' }, '/api/v1/configmaps?labelSelector=color%3Dred&'),
    follow('by field', { fieldSelector: 'metadata.name=m1' }, '/api/v1/configmaps?fieldSelector=metadata.name%3Dm1&'),
  ]

  closing.push(() => stopFollowing.abort())

  let compacted = 0
  let last = 0
  for (let n = 0; n < WRITES; n++) {
    const path = `/api/v1/namespaces/${pick(NAMESPACES)}/configmaps`
    const name = `m${intBelow(random, 6)}`
    const metadata = { name, labels: { color: pick(['red', 'blue']) } }
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { n: String(n) } }
    const dice = random.next()
    const { code, json } = await (dice < 0.4
      ? cluster.ask(path, { method: 'POST', body })
      : dice < 0.75
        ? cluster.ask(`${path}/${name}`, {
            method: 'PATCH',
            body,
            headers: { 'content-type': 'application/merge-patch+json' },
          })
        : dice < 0.95
          ? cluster.ask(`${path}/${name}`, { method: 'DELETE' })
          : cluster.ask(`${path}?labelSelector=color%3Dblue`, { method: 'DELETE' }))
    expect([200, 201, 404, 409], JSON.stringify(json)).toContain(code)
    last = Math.max(last, Number((json.metadata as { resourceVersion?: string })?.resourceVersion ?? 0))
    // The last quarter is left, so that there is a past to compare.
    if (n % 97 === 96 && n < WRITES * 0.75) await store.compact((compacted = Math.max(compacted + 1, last - 20)))
    if (n % 61 === 60) {
      const victim = servers.shift()!
      balancer.remove(victim.id)
      await victim.close()
      await start()
    }
  }
  const revision = Number((await cluster.ask('/api/v1/configmaps')).json.metadata.resourceVersion)

  const context = `SEED=${seed}`
  let compared = 0
  for (const follower of followers) {
    const listed = sorted(ofList((await cluster.ask(follower.query)).json.items as KubeObject[]))
    await expect.poll(() => sorted(follower.state), { message: `${follower.name} ${context}` }).toEqual(listed)
    for (const [version, state] of follower.history) {
      if (Number(version) <= compacted) continue
      const { code, json } = await cluster.ask(`${follower.query}resourceVersion=${version}&resourceVersionMatch=Exact`)
      expect(code, `${follower.name} at ${version}: ${JSON.stringify(json)} ${context}`).toBe(200)
      expect(sorted(ofList(json.items as KubeObject[])), `${follower.name} at ${version} ${context}`).toEqual(state)
      compared++
    }
  }
  expect(compared).toBeGreaterThan(20)
  expect(revision).toBeGreaterThan(compacted)
  // What is compacted is refused, and says so.
  const old = await cluster.ask(`/api/v1/configmaps?resourceVersion=${compacted - 1}&resourceVersionMatch=Exact`)
  expect([old.code, old.json.reason]).toEqual([410, 'Expired'])
})
