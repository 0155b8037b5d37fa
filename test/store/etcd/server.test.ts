import { get as httpsGet } from 'node:https'
import { createRequire } from 'node:module'
import { connect as connectTls } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../../engine/base/clock.ts'
import { silentLogger } from '../../../engine/base/log.ts'
import { startEtcdServer } from '../../../engine/store/etcd/server.ts'
import { SERVICES } from '../../../engine/store/etcd/services.ts'
import type { Method } from '../../../engine/store/etcd/services.ts'
import type { Draft } from '../../../engine/store/etcd/wire.ts'
import type { MemberStore } from '../../../engine/store/kv.ts'
import { startStoreWorker } from '../../../engine/store/remote.ts'
import { WORKER, bytes, get, put, temporaryFolder } from '../cluster.ts'
import { certificates, configureMembers, connect, startMembers } from './processes.ts'
import type { Tls } from './processes.ts'

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function temporary(): string {
  const { path, remove } = temporaryFolder()
  cleanups.push(remove)
  return path
}

it('loads gRPC when its first client connects, not before, and not for those who ask over HTTP/1.1', async () => {
  const { cache } = createRequire(import.meta.url)
  const isLoaded = () => Object.keys(cache).some(file => file.includes('grpc-js'))
  const tls = await (await certificates(temporary()))('m1')
  const member = {} as MemberStore
  const server = await startEtcdServer({
    member,
    host: '127.0.0.1',
    port: 0,
    tls,
    log: silentLogger,
    clock: systemClock,
  })
  cleanups.push(() => server.close())
  const version = await new Promise<number | undefined>((resolve, reject) => {
    const { ca, cert, key } = tls
    const url = `https://localhost:${server.port}/version`
    httpsGet(url, { ca, cert, key, agent: false }, response => resolve(response.resume().statusCode)).on(
      'error',
      reject,
    )
  })
  expect(version).toBe(200)
  expect(isLoaded()).toBe(false)
  const socket = connectTls({
    host: '127.0.0.1',
    port: server.port,
    ...tls,
    ALPNProtocols: ['h2'],
    servername: 'localhost',
  })
  await new Promise<void>((resolve, reject) => {
    socket.on('secureConnect', () => resolve())
    socket.on('error', reject)
  })
  expect(socket.alpnProtocol).toBe('h2')
  await expect.poll(isLoaded).toBe(true)
  socket.destroy()
})

it('says that its port is taken', async () => {
  const tls = await (await certificates(temporary()))('m1')
  const options = { member: {} as MemberStore, host: '127.0.0.1', tls, log: silentLogger, clock: systemClock }
  const first = await startEtcdServer({ ...options, port: 0 })
  cleanups.push(() => first.close())
  await expect(startEtcdServer({ ...options, port: first.port })).rejects.toThrow('EADDRINUSE')
})

it('lets in only those whose certificate names an organization, if it is told one', async () => {
  const folder = temporary()
  const { configs, client } = await configureMembers(folder, ['m1'])
  const config = { ...configs[0]!, client: { ...configs[0]!.client!, organizations: ['store-admins'] } }
  const store = await startStoreWorker(config, { entry: WORKER, log: silentLogger })
  cleanups.push(() => store.stop())
  await put(store, 'k', 'v')
  const endpoints = [`127.0.0.1:${config.client.port}`]
  await expect(connect({ endpoints, client })).rejects.toThrow('etcdserver: permission denied')
  const raw = await caller(endpoints[0]!, client)
  expect(await raw.stream(SERVICES.Watch.watch, { createRequest: { key: bytes('k') } })).toEqual([
    7,
    'etcdserver: permission denied',
  ])
  const admin = await (await certificates(folder))('admin', ['others', 'store-admins'])
  const admitted = await connect({ endpoints, client: admin })
  cleanups.push(() => admitted.dispose())
  expect(await get(admitted, 'k')).toBe('v')
})

it('refuses without a leader, but reads as it is where that is asked for', async () => {
  const { configs, client } = await configureMembers(temporary(), ['m1', 'm2', 'm3'])
  const store = await startStoreWorker(configs[0]!, { entry: WORKER, log: silentLogger })
  cleanups.push(() => store.stop())
  const raw = await caller(`127.0.0.1:${configs[0]!.client!.port}`, client)
  const key = bytes('k')
  const noLeader = [14, 'etcdserver: no leader']
  expect(await raw.unary(SERVICES.KV.put, { key }, { hasleader: 'true' })).toEqual(noLeader)
  expect(await raw.stream(SERVICES.Watch.watch, { createRequest: { key } }, { hasleader: 'true' })).toEqual(noLeader)
  expect(await raw.unary(SERVICES.KV.range, { key, serializable: true })).toMatchObject({ count: 0 })
  expect(await raw.unary(SERVICES.Maintenance.status, {})).toMatchObject({
    leader: 0n,
    errors: expect.arrayContaining(['etcdserver: no leader']),
  })
})

describe('the codes and texts of refusals', () => {
  const folder = temporaryFolder()
  let cluster: Awaited<ReturnType<typeof startMembers>>
  let raw: Awaited<ReturnType<typeof caller>>

  beforeAll(async () => {
    cluster = await startMembers(folder.path, ['m1'])
    await put(cluster.stores[0]!, 'k', 'v')
    await cluster.stores[0]!.compact(2)
    const { ca, cert, key } = cluster.client
    raw = await caller(cluster.endpoints[0]!, { ca, cert, key }, false)
  })

  afterAll(async () => {
    raw?.close()
    await cluster?.stop()
    folder.remove()
  })

  const { KV, Lease, Maintenance, Auth, Cluster } = SERVICES
  const key = bytes('k')
  const TABLE: [Method<never, never>, object, number, string][] = [
    [KV.range as never, {}, 3, 'etcdserver: key is not provided'],
    [KV.range as never, { rangeEnd: bytes('z') }, 3, 'etcdserver: key is not provided'],
    [KV.range as never, { key, sortOrder: 9 }, 3, 'etcdserver: invalid sort option'],
    [KV.range as never, { key, sortTarget: 9 }, 3, 'etcdserver: invalid sort option'],
    [KV.range as never, { key, revision: 1 }, 11, 'etcdserver: mvcc: required revision has been compacted'],
    [KV.range as never, { key, revision: 99 }, 11, 'etcdserver: mvcc: required revision is a future revision'],
    [KV.put as never, {}, 3, 'etcdserver: key is not provided'],
    [KV.put as never, { key, ignoreValue: true, value: key }, 3, 'etcdserver: value is provided'],
    [KV.put as never, { key, ignoreLease: true, lease: 5n }, 3, 'etcdserver: lease is provided'],
    [KV.put as never, { key, lease: 5n }, 5, 'etcdserver: requested lease not found'],
    [KV.put as never, { key, lease: 2n ** 62n }, 5, 'etcdserver: requested lease not found'],
    [KV.put as never, { key: bytes('new'), ignoreValue: true }, 3, 'etcdserver: key not found'],
    [KV.put as never, { key, value: Buffer.alloc(1_700_000) }, 3, 'etcdserver: request is too large'],
    [KV.deleteRange as never, {}, 3, 'etcdserver: key is not provided'],
    [KV.txn as never, { success: [{}] }, 3, 'etcdserver: key not found'],
    [
      KV.txn as never,
      { success: [{ requestPut: { key } }, { requestPut: { key } }] },
      3,
      'etcdserver: duplicate key given in txn request',
    ],
    [
      KV.txn as never,
      { success: Array.from({ length: 129 }, () => ({ requestRange: { key } })) },
      3,
      'etcdserver: too many operations in txn request',
    ],
    [KV.compact as never, { revision: 1 }, 11, 'etcdserver: mvcc: required revision has been compacted'],
    [KV.compact as never, { revision: 99 }, 11, 'etcdserver: mvcc: required revision is a future revision'],
    [Lease.leaseRevoke as never, { id: 5n }, 5, 'etcdserver: requested lease not found'],
    [Lease.leaseGrant as never, { ttl: 9_000_000_001 }, 11, 'etcdserver: too large lease TTL'],
    [
      Lease.leaseGrant as never,
      { ttl: 10, id: 2n ** 60n },
      3,
      'etcdserver: lease ID 1152921504606846976 is not from 0 to 2^53 - 1. Leave it out to have one chosen',
    ],
    [Maintenance.moveLeader as never, { targetId: 5n }, 9, 'etcdserver: bad leader transferee'],
    [Maintenance.downgrade as never, { version: 'x' }, 3, 'etcdserver: wrong downgrade target version format'],
    [Maintenance.downgrade as never, { version: '3.5.0' }, 3, 'etcdserver: invalid downgrade target version'],
    [Maintenance.downgrade as never, { action: 2 }, 9, 'etcdserver: no inflight downgrade job'],
    [Maintenance.hashKV as never, { revision: 99 }, 11, 'etcdserver: mvcc: required revision is a future revision'],
    [Auth.authEnable as never, {}, 9, 'etcdserver: root user does not exist'],
    [Auth.authenticate as never, {}, 9, 'etcdserver: authentication is not enabled'],
    [{ ...Cluster.memberList, path: '/etcdserverpb.KV/Nothing' } as never, {}, 12, ''],
  ]

  it.each(TABLE.map(([method, request, code, details]) => ({ path: method.path, method, request, code, details })))(
    '$path: $code $details',
    async ({ method, request, code, details }) => {
      const [answered, text] = (await raw.unary(method, request)) as unknown as [number, string]
      expect(answered).toBe(code)
      expect(text).toContain(details)
      if (details) expect(text).toBe(details)
    },
  )

  it('grants the lease that is asked for once', async () => {
    const request = { ttl: 100, id: 4711n }
    expect(await raw.unary(Lease.leaseGrant, request)).toMatchObject({ id: 4711n, ttl: 100, error: '' })
    expect(await raw.unary(Lease.leaseGrant, request)).toEqual([9, 'etcdserver: lease already exists'])
  })

  it('takes no puts while an alarm says that space is short, but reads and deletes', async () => {
    const { header } = (await raw.unary(Maintenance.status, {})) as { header: { memberId: bigint } }
    const alarm = { memberId: header.memberId, alarm: 1 }
    expect(await raw.unary(Maintenance.alarm, { action: 1, ...alarm })).toMatchObject({ alarms: [alarm] })
    expect(await raw.unary(Maintenance.alarm, {})).toMatchObject({ alarms: [alarm] })
    const short = [8, 'etcdserver: mvcc: database space exceeded']
    expect(await raw.unary(KV.put, { key: bytes('short') })).toEqual(short)
    expect(await raw.unary(KV.txn, { success: [{ requestPut: { key: bytes('short') } }] })).toEqual(short)
    expect(await raw.unary(KV.range, { key })).toMatchObject({ count: 1 })
    expect(await raw.unary(KV.deleteRange, { key: bytes('short') })).toMatchObject({ deleted: 0 })
    expect(await raw.unary(Maintenance.alarm, { action: 2, ...alarm })).toMatchObject({ alarms: [alarm] })
    expect(await raw.unary(Maintenance.alarm, {})).toMatchObject({ alarms: [] })
    expect(await raw.unary(KV.put, { key: bytes('short') })).toMatchObject({ prevKv: undefined })
  })

  it('compares with numbers that no revision has', async () => {
    const holds = async (modRevision: number, result: number) =>
      ((await raw.unary(KV.txn, { compare: [{ key, target: 2, result, modRevision }] })) as { succeeded: boolean })
        .succeeded
    expect(await Promise.all([0, 1, 2, 3].map(result => holds(-1, result)))).toEqual([false, true, false, true])
    const largest = Number.MAX_SAFE_INTEGER
    expect(await Promise.all([0, 1, 2, 3].map(result => holds(largest, result)))).toEqual([false, false, true, true])
  })
})

/** Calls as a bare client makes them: an answer, or the code and text of a refusal. */
async function caller(endpoint: string, { ca, cert, key }: Tls, closeAfterTest = true) {
  const { Client, Metadata, credentials } = await import('@grpc/grpc-js')
  const client = new Client(endpoint, credentials.createSsl(Buffer.from(ca), Buffer.from(key), Buffer.from(cert)))
  if (closeAfterTest) cleanups.push(() => client.close())
  const metadata = (headers: Record<string, string>) => {
    const own = new Metadata()
    for (const [name, value] of Object.entries(headers)) own.set(name, value)
    return own
  }
  type Refused = [code: number, details: string]
  return {
    close: () => client.close(),
    unary: <Q, A>(method: Method<Q, A>, request: Draft<Q>, headers = {}): Promise<A | Refused> =>
      new Promise(resolve =>
        client.makeUnaryRequest(
          method.path,
          (value: Draft<Q>) => method.request.encode(value),
          data => method.response.decode(data),
          request,
          metadata(headers),
          { deadline: Date.now() + 20_000 },
          (error, value) => resolve(error ? [error.code, error.details] : value!),
        ),
      ),
    stream: <Q, A>(method: Method<Q, A>, request: Draft<Q>, headers = {}): Promise<A | Refused> =>
      new Promise(resolve => {
        const stream = client.makeBidiStreamRequest(
          method.path,
          (value: Draft<Q>) => method.request.encode(value),
          data => method.response.decode(data),
          metadata(headers),
          { deadline: Date.now() + 20_000 },
        )
        stream.on('data', (answer: A) => resolve(answer))
        stream.on('error', (error: Error & { code: number; details: string }) => resolve([error.code, error.details]))
        stream.write(request)
      }),
  }
}
