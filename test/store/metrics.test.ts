import { request } from 'node:https'
import { connect as connectTls } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger } from '../../engine/base/log.ts'
import type { Store } from '../../engine/store/kv.ts'
import { Histogram, exponential, exposition } from '../../engine/base/exposition.ts'
import { startStoreWorker } from '../../engine/store/remote.ts'
import type { StoreWorker } from '../../engine/store/remote.ts'
import { memberId } from '../../engine/store/upkeep/identity.ts'
import { WORKER, bytes, get, put, temporaryFolder } from './cluster.ts'
import { certificates, configureMembers, connect } from './etcd/processes.ts'
import type { Tls } from './etcd/processes.ts'

interface Answer {
  status: number
  type: string
  body: string
}

function ask(port: number, path: string, tls: Partial<Tls>, method = 'GET'): Promise<Answer> {
  const { ca, cert, key } = tls
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, ca, cert, key, agent: false }, response => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (data: string) => (body += data))
      response.on('end', () =>
        resolve({ status: response.statusCode!, type: String(response.headers['content-type']), body }),
      )
    })
    asked.on('error', reject)
    asked.end()
  })
}

interface Parsed {
  types: Map<string, string>
  /** By name and labels, as they are written. */
  samples: Map<string, number>
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"'
const SAMPLE = new RegExp(`^(${NAME})(\\{${LABEL}(?:,${LABEL})*\\})? (NaN|[+-]Inf|[0-9.eE+-]+)$`)

/** Reads the text format, and accepts nothing that is not in it. */
function parse(text: string): Parsed {
  expect(text.endsWith('\n')).toBe(true)
  const types = new Map<string, string>()
  const samples = new Map<string, number>()
  let family = ''
  for (const line of text.slice(0, -1).split('\n')) {
    const help = new RegExp(`^# HELP (${NAME}) .+$`).exec(line)
    if (help) {
      expect(types.has(help[1]!), `${help[1]} comes twice`).toBe(false)
      family = help[1]!
      continue
    }
    const type = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`).exec(line)
    if (type) {
      expect(type[1]).toBe(family)
      types.set(family, type[2]!)
      continue
    }
    const sample = SAMPLE.exec(line)
    expect(sample, `a line of another format: ${line}`).not.toBeNull()
    const [, name = '', labels = '', number = ''] = sample!
    const base = types.get(family) === 'histogram' ? name.replace(/_(bucket|sum|count)$/, '') : name
    expect(base, 'a sample stands below its type').toBe(family)
    expect(samples.has(name + labels), `${name}${labels} comes twice`).toBe(false)
    const value = number === '+Inf' ? Infinity : Number(number)
    expect(value).not.toBeNaN()
    samples.set(name + labels, value)
  }
  for (const [name, type] of types) {
    if (type !== 'histogram') continue
    const buckets = [...samples].filter(([key]) => key.startsWith(`${name}_bucket{`)).map(([, value]) => value)
    expect(buckets).toEqual([...buckets].sort((a, b) => a - b))
    expect(samples.get(`${name}_bucket{le="+Inf"}`)).toBe(samples.get(`${name}_count`))
  }
  return { types, samples }
}

/** For what comes sooner or later. */

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

describe('the text format', () => {
  it('escapes what labels and help hold', () => {
    const text = exposition([
      { name: 'a', help: 'one\ntwo \\', type: 'gauge', samples: [{ labels: { x: 'a"b\\c\nd' }, value: 1 }] },
      { name: 'b', help: 'none', type: 'counter', samples: [] },
    ])
    expect(text).toBe('# HELP a one\\ntwo \\\\\n# TYPE a gauge\na{x="a\\"b\\\\c\\nd"} 1\n')
    parse(text)
  })

  it('puts what is exactly at a bound below it, and counts buckets together', () => {
    const histogram = new Histogram(exponential(0.5, 2, 2))
    for (const seconds of [0.1, 0.5, 0.75, 7]) histogram.observe(seconds)
    const samples = histogram.samples()
    const { samples: read } = parse(exposition([{ name: 'h', help: 'h', type: 'histogram', samples }]))
    expect([...read]).toEqual([
      ['h_bucket{le="0.5"}', 2],
      ['h_bucket{le="1"}', 3],
      ['h_bucket{le="+Inf"}', 4],
      ['h_sum', 8.35],
      ['h_count', 4],
    ])
  })
})

describe('three members', () => {
  const folder = temporaryFolder()
  let client: Tls
  let ports: number[]
  let stores: StoreWorker[]
  const scrape = async (i: number) => parse((await ask(ports[i]!, '/metrics', client)).body)

  beforeAll(async () => {
    const { configs, client: issued } = await configureMembers(folder.path, ['m1', 'm2', 'm3'])
    client = issued
    ports = configs.map(config => config.client!.port)
    stores = await Promise.all(configs.map(config => startStoreWorker(config, { entry: WORKER, log: silentLogger })))
    await stores[0]!.readRevision()
  })

  afterAll(async () => {
    await Promise.all(stores.map(store => store.stop()))
    folder.remove()
  })

  it('serve figures in the text format, under the names and types that etcd gives them', async () => {
    const { status, type, body } = await ask(ports[0]!, '/metrics', client)
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
    const { types, samples } = parse(body)
    expect(Object.fromEntries(types)).toMatchObject({
      etcd_server_has_leader: 'gauge',
      etcd_server_is_leader: 'gauge',
      etcd_server_is_learner: 'gauge',
      etcd_server_leader_changes_seen_total: 'counter',
      etcd_server_proposals_committed_total: 'gauge',
      etcd_server_proposals_applied_total: 'gauge',
      etcd_server_proposals_pending: 'gauge',
      etcd_server_proposals_failed_total: 'counter',
      etcd_server_quota_backend_bytes: 'gauge',
      etcd_disk_wal_fsync_duration_seconds: 'histogram',
      etcd_disk_backend_commit_duration_seconds: 'histogram',
      etcd_mvcc_db_total_size_in_bytes: 'gauge',
      etcd_mvcc_db_total_size_in_use_in_bytes: 'gauge',
      etcd_mvcc_put_total: 'counter',
      etcd_mvcc_delete_total: 'counter',
      etcd_mvcc_range_total: 'counter',
      etcd_mvcc_txn_total: 'counter',
      etcd_debugging_mvcc_keys_total: 'gauge',
      etcd_debugging_mvcc_watcher_total: 'gauge',
      etcd_debugging_mvcc_slow_watcher_total: 'gauge',
      etcd_debugging_mvcc_current_revision: 'gauge',
      etcd_debugging_mvcc_compact_revision: 'gauge',
      etcd_network_peer_sent_bytes_total: 'counter',
      etcd_network_peer_received_bytes_total: 'counter',
      etcd_network_client_grpc_sent_bytes_total: 'counter',
      etcd_network_client_grpc_received_bytes_total: 'counter',
      process_cpu_seconds_total: 'counter',
      process_resident_memory_bytes: 'gauge',
      process_start_time_seconds: 'gauge',
    })
    expect(samples.get('etcd_server_has_leader')).toBe(1)
    expect(samples.get('etcd_server_quota_backend_bytes')).toBe(2 ** 31)
    expect(samples.get('etcd_disk_wal_fsync_duration_seconds_count')).toBeGreaterThan(0)
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(1e6)
    expect(samples.get('etcd_server_version{server_version="3.6.0"}')).toBe(1)
  })

  it('agree on who leads, and count bytes to and from each of the others', async () => {
    // A member takes no part before it listens: the first answers may come from two.
    const leaders = async () => {
      const all = await Promise.all([0, 1, 2].map(scrape))
      const has = all.filter(({ samples }) => samples.get('etcd_server_has_leader') === 1)
      const is = all.filter(({ samples }) => samples.get('etcd_server_is_leader') === 1)
      return [has.length, is.length]
    }
    await expect.poll(leaders).toEqual([3, 1])
    // Followers need not have a word for each other.
    const all = await Promise.all([0, 1, 2].map(scrape))
    const leader = all.findIndex(({ samples }) => samples.get('etcd_server_is_leader') === 1)
    const ids = ['m1', 'm2', 'm3'].filter((_, i) => i !== leader).map(name => memberId('test', name).toString(16))
    const peers = async () => [...(await scrape(leader)).samples].filter(([key]) => key.startsWith('etcd_network_peer'))
    const expected = ids.flatMap(id => [
      `etcd_network_peer_sent_bytes_total{To="${id}"}`,
      `etcd_network_peer_received_bytes_total{From="${id}"}`,
    ])
    await expect.poll(async () => (await peers()).map(([key]) => key).sort()).toEqual(expected.sort())
    for (const [, bytes] of await peers()) expect(bytes).toBeGreaterThan(0)
  })

  it('count what is done, and how many keys there are', async () => {
    const store: Store = stores[0]!
    const before = (await scrape(0)).samples
    const since = async () => {
      const { samples } = await scrape(0)
      const names = ['etcd_mvcc_put_total', 'etcd_mvcc_delete_total', 'etcd_mvcc_range_total', 'etcd_mvcc_txn_total']
      return [...names, 'etcd_debugging_mvcc_keys_total'].map(name => samples.get(name)! - before.get(name)!)
    }
    await put(store, '/a', '1')
    await put(store, '/a', '2')
    await put(store, '/b', '1')
    expect(await since()).toEqual([3, 0, 0, 0, 2])
    await get(store, '/a')
    expect(await since()).toEqual([3, 0, 1, 0, 2])
    await store.txn({
      compare: [],
      success: [
        { type: 'delete', key: bytes('/a') },
        { type: 'put', key: bytes('/c'), value: bytes('') },
        { type: 'range', request: { key: bytes('/c') } },
      ],
      failure: [],
    })
    expect(await since()).toEqual([4, 1, 2, 1, 2])
    await store.txn({
      compare: [],
      success: [{ type: 'delete', key: bytes('/'), rangeEnd: bytes('0') }],
      failure: [],
    })
    expect((await since())[4]).toBe(0)
    const { samples } = await scrape(0)
    expect(samples.get('etcd_debugging_mvcc_current_revision')).toBe(await store.readRevision())
  })

  it('count watches while they are there, and the bytes of gRPC clients', async () => {
    const before = (await scrape(1)).samples
    const etcd = await connect({ endpoints: [`127.0.0.1:${ports[1]}`], client: client as never })
    cleanups.push(() => etcd.dispose())
    const established = Promise.withResolvers<void>()
    const watch = etcd.watch(
      { key: bytes('/w') },
      { onEvents: () => {}, onProgress: () => established.resolve(), onError: error => established.reject(error) },
    )
    await established.promise
    await put(etcd, '/w', 'x'.repeat(5000))
    const after = (await scrape(1)).samples
    const grown = (name: string) => after.get(name)! - before.get(name)!
    expect(grown('etcd_debugging_mvcc_watcher_total')).toBe(1)
    expect(grown('etcd_network_client_grpc_received_bytes_total')).toBeGreaterThan(5000)
    expect(grown('etcd_network_client_grpc_sent_bytes_total')).toBeGreaterThan(0)
    watch.dispose()
    await expect
      .poll(async () => (await scrape(1)).samples.get('etcd_debugging_mvcc_watcher_total'))
      .toBe(before.get('etcd_debugging_mvcc_watcher_total'))
  })

  it('say their version, that they are well, and what they do not have', async () => {
    expect(await ask(ports[0]!, '/version', client)).toEqual({
      status: 200,
      type: 'application/json',
      body: '{"etcdserver":"3.6.0","etcdcluster":"3.6.0","storage":"3.6.0"}',
    })
    const well = { status: 200, type: 'application/json', body: '{"health":"true","reason":""}' }
    expect(await ask(ports[0]!, '/health', client)).toEqual(well)
    expect(await ask(ports[0]!, '/health', client, 'HEAD')).toEqual({ ...well, body: '' })
    const failed = { type: 'text/plain; charset=utf-8' }
    expect(await ask(ports[0]!, '/v2/keys', client)).toEqual({ ...failed, status: 404, body: '404 page not found\n' })
    expect(await ask(ports[0]!, '/health', client, 'POST')).toEqual({
      ...failed,
      status: 405,
      body: 'Method Not Allowed\n',
    })
  })

  it('let nobody in without a certificate', async () => {
    await expect(ask(ports[0]!, '/metrics', { ca: client.ca })).rejects.toThrow()
  })

  it('speak HTTP/1.1 with those who know both protocols, and HTTP/2 with those who offer it alone', async () => {
    const agreed = (ALPNProtocols: string[]) =>
      new Promise<string | false | null>((resolve, reject) => {
        const { ca, cert, key } = client
        const socket = connectTls({ host: '127.0.0.1', port: ports[0]!, ca, cert, key, ALPNProtocols }, () => {
          resolve(socket.alpnProtocol)
          socket.destroy()
        })
        socket.on('error', reject)
      })
    expect(await agreed(['h2', 'http/1.1'])).toBe('http/1.1')
    expect(await agreed(['h2'])).toBe('h2')
  })
})

it('refuse a certificate that names none of the organizations that are admitted', async () => {
  const { path, remove } = temporaryFolder()
  cleanups.push(remove)
  const { configs, client } = await configureMembers(path, ['m1'])
  const config = { ...configs[0]!, client: { ...configs[0]!.client!, organizations: ['store-admins'] } }
  const store = await startStoreWorker(config, { entry: WORKER, log: silentLogger })
  cleanups.push(() => store.stop())
  await put(store, 'k', 'v')
  const admin = await (await certificates(path))('admin', ['others', 'store-admins'])
  for (const page of ['/metrics', '/health', '/version'])
    expect(await ask(config.client.port, page, client)).toMatchObject({ status: 403, body: 'permission denied\n' })
  expect((await ask(config.client.port, '/metrics', admin)).status).toBe(200)
})

it('tell why a member is not well', async () => {
  const { path, remove } = temporaryFolder()
  cleanups.push(remove)
  const { configs, client } = await configureMembers(path, ['m1', 'm2', 'm3'])
  const store = await startStoreWorker(configs[0]!, { entry: WORKER, log: silentLogger })
  cleanups.push(() => store.stop())
  const { port } = configs[0]!.client!
  expect(await ask(port, '/health', client)).toMatchObject({
    status: 503,
    body: '{"health":"false","reason":"RAFT NO LEADER"}',
  })
  expect((await ask(port, '/health?serializable=true', client)).status).toBe(200)
  const { samples } = parse((await ask(port, '/metrics', client)).body)
  expect(samples.get('etcd_server_has_leader')).toBe(0)
  expect(samples.get('etcd_server_health_failures')).toBe(1)
  expect(samples.get('etcd_server_health_success')).toBe(1)
})

it('count alarms against health, but for those that are left out', async () => {
  const { path, remove } = temporaryFolder()
  cleanups.push(remove)
  const { configs, client } = await configureMembers(path, ['m1'])
  const config = { ...configs[0]!, upkeep: { quotaBytes: 256 * 1024 } }
  const store = await startStoreWorker(config, { entry: WORKER, log: silentLogger })
  cleanups.push(() => store.stop())
  await expect(put(store, 'k', 'x'.repeat(300 * 1024))).rejects.toThrow('database space exceeded')
  const health = (query: string) => ask(config.client!.port, `/health${query}`, client)
  // The alarm itself goes through the log.
  await expect.poll(async () => (await health('')).body).toBe('{"health":"false","reason":"ALARM NOSPACE"}')
  expect((await health('?exclude=NOSPACE')).status).toBe(200)
})
