import { openSync, readFileSync, writeFileSync, writeSync, closeSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger } from '../../engine/base/log.ts'
import {
  ALL_KEYS,
  CompactedError,
  FutureRevisionError,
  InvalidRequestError,
  UnavailableError,
  prefixEnd,
} from '../../engine/store/kv.ts'
import type { Store, StoreError, WatchRequest } from '../../engine/store/kv.ts'
import { startStoreWorker } from '../../engine/store/remote.ts'
import type { StoreWorker } from '../../engine/store/remote.ts'
import { WORKER, bytes, configureCluster, get, put, putAtLast, startWorkers, temporaryFolder, text } from './cluster.ts'
import type { WorkerCluster } from './cluster.ts'

let cluster: WorkerCluster
let store: StoreWorker

beforeAll(async () => {
  cluster = await startWorkers(['solo'])
  store = cluster.stores[0]!
})

afterAll(() => cluster.stop())

const under = (prefix: string) => ({ key: bytes(prefix), rangeEnd: prefixEnd(bytes(prefix)) })
const remove = async (key: string) =>
  (await store.txn({ compare: [], success: [{ type: 'delete', key: bytes(key) }], failure: [] })).revision

/** Collects what a watch delivers; `until` resolves when a condition holds. */
function collect(target: Store, request: WatchRequest) {
  const lines: string[] = []
  const progress: number[] = []
  let error: StoreError | undefined
  let wake = () => {}
  const watch = target.watch(request, {
    onEvents(events) {
      for (const { type, kv, previous } of events)
        lines.push(`${type} ${text(kv.key)}=${text(kv.value)}${previous ? ` was ${text(previous.value)}` : ''}`)
      wake()
    },
    onProgress(revision) {
      progress.push(revision)
      wake()
    },
    onError(e) {
      error = e
      wake()
    },
  })
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise<void>(resolve => (wake = resolve))
  }
  return { lines, progress, until, dispose: () => watch.dispose(), error: () => error }
}

describe('a transaction', () => {
  it('counts versions, keeps the revision of creation, and starts over after a deletion', async () => {
    const first = await put(store, 'v/a', '1')
    await put(store, 'v/a', '2')
    const [kv] = (await store.range({ key: bytes('v/a') })).kvs
    expect(kv).toMatchObject({ createRevision: first, modRevision: first + 1, version: 2, lease: 0 })
    await remove('v/a')
    expect(await get(store, 'v/a')).toBeUndefined()
    const again = await put(store, 'v/a', '3')
    expect((await store.range({ key: bytes('v/a') })).kvs[0]).toMatchObject({ createRevision: again, version: 1 })
  })

  it('takes the branch that its comparisons choose, and returns what was there before', async () => {
    await put(store, 'c/a', 'old')
    const [kv] = (await store.range({ key: bytes('c/a') })).kvs
    const swap = (modRevision: number) =>
      store.txn({
        compare: [{ key: bytes('c/a'), target: 'modRevision', result: 'equal', operand: modRevision }],
        success: [{ type: 'put', key: bytes('c/a'), value: bytes('new'), previous: true }],
        failure: [{ type: 'range', request: { key: bytes('c/a') } }],
      })
    const won = await swap(kv!.modRevision)
    expect(won.succeeded).toBe(true)
    expect(won.results[0]).toMatchObject({ type: 'put', previous: { modRevision: kv!.modRevision } })
    const lost = await swap(kv!.modRevision)
    expect(lost.succeeded).toBe(false)
    expect(lost.revision).toBe(won.revision)
    const [result] = lost.results
    expect(result?.type === 'range' && text(result.response.kvs[0]!.value)).toBe('new')
  })

  it('compares a missing key as version 0', async () => {
    const create = () =>
      store.txn({
        compare: [{ key: bytes('c/missing'), target: 'version', result: 'equal', operand: 0 }],
        success: [{ type: 'put', key: bytes('c/missing'), value: bytes('x') }],
        failure: [],
      })
    expect((await create()).succeeded).toBe(true)
    expect((await create()).succeeded).toBe(false)
  })

  it('uses one revision for all that it writes, and none if it writes nothing', async () => {
    const before = await store.readRevision()
    const both = await store.txn({
      compare: [],
      success: [
        { type: 'put', key: bytes('t/a'), value: bytes('1') },
        { type: 'put', key: bytes('t/b'), value: bytes('2') },
      ],
      failure: [],
    })
    expect(both.revision).toBe(before + 1)
    const { kvs } = await store.range(under('t/'))
    expect(kvs.map(kv => kv.modRevision)).toEqual([before + 1, before + 1])
    expect(await remove('t/none')).toBe(before + 1)
  })

  it('is refused with a duplicate key, an unknown lease, an empty key or more than 1.5 MiB', async () => {
    const puts = (...operations: { key: string; value?: Uint8Array; lease?: number }[]) =>
      store.txn({
        compare: [],
        success: operations.map(o => ({
          type: 'put',
          key: bytes(o.key),
          value: o.value ?? bytes('x'),
          lease: o.lease,
        })),
        failure: [],
      })
    await expect(puts({ key: 'd' }, { key: 'd' })).rejects.toThrow('etcdserver: duplicate key given in txn request')
    await expect(puts({ key: 'd', lease: 999 })).rejects.toThrow('etcdserver: requested lease not found')
    await expect(puts({ key: '' })).rejects.toThrow('etcdserver: key is not provided')
    await expect(puts({ key: 'd', value: new Uint8Array(1_600_000) })).rejects.toThrow(InvalidRequestError)
    expect(await get(store, 'd')).toBeUndefined()
    await puts({ key: 'big', value: new Uint8Array(1_500_000).fill(7) })
    expect((await store.range({ key: bytes('big') })).kvs[0]!.value.length).toBe(1_500_000)
  })
})

describe('a range', () => {
  it('limits, counts and orders bytewise', async () => {
    for (const key of ['r/b', 'r/a', 'r/B', 'r/ä']) await put(store, key, key)
    const page = await store.range({ ...under('r/'), limit: 2 })
    expect(page.kvs.map(kv => text(kv.key))).toEqual(['r/B', 'r/a'])
    expect(page).toMatchObject({ count: 4, more: true })
    expect(await store.range({ ...under('r/'), countOnly: true })).toMatchObject({ count: 4, kvs: [] })
    const [keyOnly] = (await store.range({ key: bytes('r/a'), keysOnly: true })).kvs
    expect(keyOnly!.value.length).toBe(0)
    expect((await store.range({ key: new Uint8Array(0), rangeEnd: ALL_KEYS })).count).toBeGreaterThan(4)
  })

  it('shows any past revision as it was, deletions included', async () => {
    const first = await put(store, 'h/a', '1')
    await put(store, 'h/b', '1')
    const third = await put(store, 'h/a', '2')
    const deleted = await remove('h/a')
    const at = async (revision: number) => {
      const { kvs } = await store.range({ ...under('h/'), revision })
      return kvs.map(kv => `${text(kv.key)}=${text(kv.value)}`)
    }
    expect(await at(first)).toEqual(['h/a=1'])
    expect(await at(third)).toEqual(['h/a=2', 'h/b=1'])
    expect(await at(deleted)).toEqual(['h/b=1'])
    const limited = await store.range({ ...under('h/'), revision: third, limit: 1 })
    expect(limited).toMatchObject({ count: 2, more: true })
    await expect(store.range({ key: bytes('h/a'), revision: deleted + 1000 })).rejects.toThrow(FutureRevisionError)
  })
})

describe('a watch', () => {
  it('delivers history and then what happens, without gap, with the value before', async () => {
    const first = await put(store, 'w/a', '1')
    await put(store, 'elsewhere', 'x')
    await put(store, 'w/a', '2')
    const seen = collect(store, { ...under('w/'), startRevision: first, previous: true })
    await seen.until(() => seen.lines.length === 2)
    await remove('w/a')
    await put(store, 'w/b', '3')
    await seen.until(() => seen.lines.length === 4)
    expect(seen.lines).toEqual(['put w/a=1', 'put w/a=2 was 1', 'delete w/a= was 2', 'put w/b=3'])
    expect(seen.progress[0]).toBe(first - 1)
    seen.dispose()
  })

  it('starts in the future at its revision, and tells that it is established', async () => {
    const now = await store.readRevision()
    const seen = collect(store, { ...under('f/'), startRevision: now + 2 })
    await seen.until(() => seen.progress.length === 1)
    await put(store, 'f/a', 'skipped')
    await put(store, 'f/a', 'seen')
    await seen.until(() => seen.lines.length > 0)
    expect(seen.lines).toEqual(['put f/a=seen'])
    seen.dispose()
  })

  it('reports progress when the store moves on elsewhere', async () => {
    const seen = collect(store, { ...under('quiet/'), progress: true })
    await seen.until(() => seen.progress.length === 1)
    const revision = await put(store, 'noisy', 'x')
    await seen.until(() => seen.progress.at(-1) === revision)
    expect(seen.lines).toEqual([])
    seen.dispose()
  })

  it('hears nothing more once it is disposed', async () => {
    const seen = collect(store, under('gone/'))
    await seen.until(() => seen.progress.length === 1)
    seen.dispose()
    const other = collect(store, under('gone/'))
    await other.until(() => other.progress.length === 1)
    await put(store, 'gone/a', 'x')
    await other.until(() => other.lines.length === 1)
    expect(seen.lines).toEqual([])
    other.dispose()
  })
})

describe('a lease', () => {
  it('takes its keys along when it is revoked or runs out, and lives on while kept alive', async () => {
    const kept = await store.leaseGrant(60)
    const short = await store.leaseGrant(1)
    const attach = (key: string, lease: number) =>
      store.txn({ compare: [], success: [{ type: 'put', key: bytes(key), value: bytes('x'), lease }], failure: [] })
    await attach('l/kept', kept)
    await attach('l/short', short)
    expect(await store.leaseKeepAlive(kept)).toBe(60)
    const seen = collect(store, under('l/'))
    await seen.until(() => seen.lines.length === 1)
    expect(seen.lines).toEqual(['delete l/short='])
    await store.leaseRevoke(kept)
    await seen.until(() => seen.lines.length === 2)
    expect(seen.lines[1]).toBe('delete l/kept=')
    seen.dispose()
    await expect(store.leaseKeepAlive(kept)).rejects.toThrow('etcdserver: requested lease not found')
    await expect(store.leaseRevoke(kept)).rejects.toThrow('etcdserver: requested lease not found')
  })
})

describe('compaction', () => {
  it('forgets what came before, keeps the state at its revision readable, and ends watches that are too old', async () => {
    const first = await put(store, 'k/a', '1')
    await put(store, 'k/gone', 'x')
    const deletion = await remove('k/gone')
    const middle = await put(store, 'k/a', '2')
    await put(store, 'k/a', '3')
    await store.compact(middle)
    await expect(store.range({ key: bytes('k/a'), revision: first })).rejects.toThrow(CompactedError)
    expect(await get(store, 'k/a', middle)).toBe('2')
    expect(await get(store, 'k/a')).toBe('3')
    const late = collect(store, { ...under('k/'), startRevision: deletion })
    await late.until(() => late.error() !== undefined)
    expect(late.error()).toMatchObject({ name: 'CompactedError', compactRevision: middle })
    const just = collect(store, { ...under('k/'), startRevision: middle })
    await just.until(() => just.lines.length === 2)
    expect(just.lines).toEqual(['put k/a=2', 'put k/a=3'])
    just.dispose()
    await expect(store.compact(middle)).rejects.toThrow(CompactedError)
    await expect(store.compact(middle + 1000)).rejects.toThrow(FutureRevisionError)
    expect((await store.status()).compactRevision).toBe(middle)
  })
})

describe('a member that starts again', () => {
  it('has everything that it acknowledged', async () => {
    const folder = temporaryFolder()
    const [config] = await configureCluster(['solo'], folder.path)
    const first = await startStoreWorker(config!, { entry: WORKER, log: silentLogger })
    const revision = await put(first, 'a', '1')
    await first.stop()
    await expect(first.readRevision()).rejects.toThrow(UnavailableError)
    const second = await startStoreWorker(config!, { entry: WORKER, log: silentLogger })
    expect(await second.readRevision()).toBe(revision)
    expect(await get(second, 'a')).toBe('1')
    await second.stop()
    folder.remove()
  })

  it('refuses to serve a damaged log or the file of another member, and says what to do', async () => {
    const folder = temporaryFolder()
    const [config] = await configureCluster(['solo'], folder.path)
    const first = await startStoreWorker(config!, { entry: WORKER, log: silentLogger })
    await put(first, 'a', 'a-value-that-is-easy-to-find')
    await first.stop()
    const stranger = await startStoreWorker({ ...config!, clusterId: 'other' }, { entry: WORKER, log: silentLogger })
    expect((await stranger.status()).problem).toContain('belongs to member solo of cluster test')
    await expect(put(stranger, 'a', 'b')).rejects.toThrow(UnavailableError)
    await stranger.stop()

    const path = join(config!.dataDir, 'store.db')
    const at = readFileSync(path).indexOf('easy-to-find')
    const file = openSync(path, 'r+')
    writeSync(file, 'X', at)
    closeSync(file)
    const damaged = await startStoreWorker(config!, { entry: WORKER, log: silentLogger })
    const { problem } = await damaged.status()
    await damaged.stop()
    expect(problem ?? 'no problem').toMatch(/is damaged: .*reset its store/)

    writeFileSync(path, 'this is not a database, and long enough to be looked at as one'.repeat(100))
    const garbage = await startStoreWorker(config!, { entry: WORKER, log: silentLogger })
    expect((await garbage.status()).problem).toContain('is damaged')
    await garbage.stop()
    folder.remove()
  })
})

describe('three members', () => {
  it('bring a member that lost its disk up to date with a snapshot', async () => {
    const folder = temporaryFolder()
    const tuning = { snapshotEntries: 10 }
    const configs = (await configureCluster(['m1', 'm2', 'm3'], folder.path)).map(c => ({ ...c, tuning }))
    const start = (i: number, state: 'new' | 'existing' = 'new') =>
      startStoreWorker({ ...configs[i]!, state }, { entry: WORKER, log: silentLogger })
    const stores = await Promise.all([0, 1, 2].map(i => start(i)))
    await stores[2]!.readRevision()
    await stores[2]!.stop()
    let revision = 0
    for (let i = 0; i < 60; i++) revision = await putAtLast(stores[0]!, `s/${i % 7}`, 'x'.repeat(20_000) + i)
    configs[2]!.dataDir = join(folder.path, 'emptied')
    stores[2] = await start(2, 'existing')
    expect(await stores[2].readRevision()).toBe(revision)
    const { kvs } = await stores[2].range({ ...under('s/'), serializable: true })
    expect(kvs.length).toBe(7)
    expect((await stores[2].range({ ...under('s/'), revision: revision - 30, serializable: true })).count).toBe(7)
    // Its vote counts again: with another one gone, writes go on.
    await stores[0]!.stop()
    await putAtLast(stores[2], 'after', 'x')
    await Promise.all(stores.slice(1).map(store => store.stop()))
    folder.remove()
  })

  it('answer instead of hanging when there is no quorum', async () => {
    const folder = temporaryFolder()
    const configs = await configureCluster(['m1', 'm2', 'm3'], folder.path)
    const alone = await startStoreWorker(
      { ...configs[0]!, tuning: { requestTimeoutMs: 300 } },
      { entry: WORKER, log: silentLogger },
    )
    await expect(put(alone, 'a', 'b')).rejects.toThrow(UnavailableError)
    await expect(alone.readRevision()).rejects.toThrow(UnavailableError)
    expect((await alone.range({ key: bytes('a'), serializable: true })).count).toBe(0)
    await alone.stop()
    folder.remove()
  })

  it('hand leadership over and tell it at once', async () => {
    const three = await startWorkers(['m1', 'm2', 'm3'])
    await three.stores[0]!.readRevision()
    const { leader } = await three.stores[0]!.status()
    const from = three.stores[Number(leader!.slice(1)) - 1]!
    const to = leader === 'm1' ? 'm2' : 'm1'
    const told = new Promise<void>(resolve => {
      from.onStatus(status => {
        if (status.leader === to) resolve()
      })
    })
    await from.transferLeader(to)
    await told
    await three.stop()
  })
})
