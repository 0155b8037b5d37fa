/** The API server on the client of etcd: what it needs of its store is there, whoever serves it. */
import { afterEach, describe, expect, it } from 'vitest'
import { startCluster } from '../../apiserver/harness.ts'
import { temporaryFolder } from '../cluster.ts'
import { connect, isInstalled, startEtcd, startMembers } from './processes.ts'
import type { Cluster } from './processes.ts'

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const SERVERS: { name: string; absent?: boolean; start(folder: string): Promise<Cluster> }[] = [
  { name: 'our members', start: folder => startMembers(folder, ['m1', 'm2', 'm3']) },
  { name: 'etcd', absent: !isInstalled('etcd'), start: folder => startEtcd(folder, ['e1']) },
]

describe.each(SERVERS)('the API server on $name', ({ absent, start }) => {
  it.skipIf(absent)('writes, reads, lists, watches and refuses what has changed meanwhile', async () => {
    const folder = temporaryFolder()
    cleanups.push(folder.remove)
    const servers = await start(folder.path)
    cleanups.push(() => servers.stop())
    const store = await connect(servers)
    cleanups.push(() => store.dispose())
    const cluster = await startCluster({}, { store })
    cleanups.push(() => cluster.close())

    const maps = '/api/v1/namespaces/default/configmaps'
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'colours' }, data: { sky: 'blue' } }
    const created = await cluster.ask(maps, { method: 'POST', body: map })
    expect(created.code).toBe(201)
    const { resourceVersion } = created.json.metadata
    expect((await cluster.ask(maps, { method: 'POST', body: map })).json.reason).toBe('AlreadyExists')

    const changed = { ...created.json, data: { sky: 'grey' } }
    expect((await cluster.ask(`${maps}/colours`, { method: 'PUT', body: changed })).code).toBe(200)
    const stale = await cluster.ask(`${maps}/colours`, { method: 'PUT', body: changed })
    expect([stale.code, stale.json.reason]).toEqual([409, 'Conflict'])

    const listed = await cluster.ask(maps)
    expect(listed.json.items.map((item: typeof map) => [item.metadata.name, item.data.sky])).toContainEqual([
      'colours',
      'grey',
    ])
    const watched = cluster.watch(
      `${maps}?watch=true&resourceVersion=${resourceVersion}&fieldSelector=metadata.name%3Dcolours`,
      events => events.length === 2,
    )
    expect((await cluster.ask(`${maps}/colours`, { method: 'DELETE' })).code).toBe(200)
    const events = (await watched) as { type: string; object: typeof map }[]
    expect(events.map(event => [event.type, event.object.data.sky])).toEqual([
      ['MODIFIED', 'grey'],
      ['DELETED', 'grey'],
    ])
    expect((await cluster.ask(`${maps}/colours`)).code).toBe(404)
  })
})
