/** What the store promises, held by its members and by the client of etcd, whoever serves it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ALL_KEYS,
  CompactedError,
  FutureRevisionError,
  InvalidRequestError,
  prefixEnd,
} from '../../../engine/store/kv.ts'
import type { Compare, Operation, Store, StoreError, WatchEvent, WatchRequest } from '../../../engine/store/kv.ts'
import { bytes, get, put, temporaryFolder, text } from '../cluster.ts'
import { connect, isInstalled, startEtcd, startMembers } from './processes.ts'
import type { Cluster } from './processes.ts'

interface Opened {
  store: Store
  /** Whether idle watches are told of progress at once. */
  progress: boolean
}

const THREE = ['m1', 'm2', 'm3']

const STORES: {
  name: string
  absent?: boolean
  open(cluster: Cluster | undefined): Promise<Opened>
  start(folder: string): Promise<Cluster>
}[] = [
  {
    name: 'our members',
    start: (folder: string) => startMembers(folder, THREE),
    open: async cluster => ({
      store: (cluster as Awaited<ReturnType<typeof startMembers>>).stores[0]!,
      progress: true,
    }),
  },
  {
    name: 'the client of etcd on our members',
    start: (folder: string) => startMembers(folder, THREE),
    open: async cluster => ({ store: await connect(cluster!), progress: true }),
  },
  {
    name: 'the client of etcd on etcd',
    absent: !isInstalled('etcd'),
    start: (folder: string) => startEtcd(folder, ['e1']),
    // Debian's etcd 3.4.23 is older than those whose progress can be trusted.
    open: async cluster => ({ store: await connect(cluster!), progress: false }),
  },
]

describe.each(STORES)('$name', ({ absent, start, open }) => {
  describe.skipIf(absent)(absent ? 'etcd is not installed' : 'as a store', () => {
    const folder = temporaryFolder()
    let cluster: Cluster
    let store: Store
    let progress: boolean

    beforeAll(async () => {
      cluster = await start(folder.path)
      ;({ store, progress } = await open(cluster))
      await store.readRevision()
    })

    afterAll(async () => {
      store?.dispose()
      await cluster?.stop()
      folder.remove()
    })

    const txn = (compare: Compare[], success: Operation[], failure: Operation[] = []) =>
      store.txn({ compare, success, failure })
    const putting = (key: string, value: string, more: object = {}): Operation => ({
      type: 'put',
      key: bytes(key),
      value: bytes(value),
      ...more,
    })

    it('gives each write one revision and counts the versions of a key', async () => {
      const first = await put(store, 'versions', 'a')
      const second = await put(store, 'versions', 'b')
      expect(second).toBe(first + 1)
      const { kvs, revision, count, more } = await store.range({ key: bytes('versions') })
      expect(kvs).toMatchObject([{ createRevision: first, modRevision: second, version: 2, lease: 0 }])
      expect(text(kvs[0]!.value)).toBe('b')
      expect({ count, more }).toEqual({ count: 1, more: false })
      expect(revision).toBeGreaterThanOrEqual(second)
      expect(await get(store, 'versions', first)).toBe('a')
    })

    it('reads ranges: limits, counts, order, keys alone', async () => {
      for (const key of ['range/a', 'range/c', 'range/b']) await put(store, key, key.slice(-1))
      const range = { key: bytes('range/'), rangeEnd: prefixEnd(bytes('range/')) }
      const keys = async (more: object) => {
        const { kvs, count } = await store.range({ ...range, ...more })
        return [kvs.map(kv => text(kv.key).slice(-1)).join(''), count]
      }
      expect(await keys({})).toEqual(['abc', 3])
      expect(await keys({ limit: 2 })).toEqual(['ab', 3])
      expect((await store.range({ ...range, limit: 2 })).more).toBe(true)
      expect(await keys({ countOnly: true })).toEqual(['', 3])
      expect(await keys({ sortOrder: 'descend', sortTarget: 'key' })).toEqual(['cba', 3])
      expect(await keys({ sortOrder: 'ascend', sortTarget: 'mod' })).toEqual(['acb', 3])
      expect(await keys({ sortOrder: 'descend', sortTarget: 'value', limit: 1 })).toEqual(['c', 3])
      const { kvs } = await store.range({ ...range, keysOnly: true })
      expect(kvs.map(kv => kv.value.length)).toEqual([0, 0, 0])
      const all = await store.range({ key: new Uint8Array(0), rangeEnd: ALL_KEYS, serializable: true })
      expect(all.count).toBeGreaterThanOrEqual(3)
    })

    it('holds every comparison of a transaction against the state before it', async () => {
      const revision = await put(store, 'compare', 'v')
      const key = bytes('compare')
      const holds = async (compare: Compare) => (await txn([compare], [])).succeeded
      expect(await holds({ key, target: 'modRevision', result: 'equal', operand: revision })).toBe(true)
      expect(await holds({ key, target: 'modRevision', result: 'less', operand: revision })).toBe(false)
      expect(await holds({ key, target: 'createRevision', result: 'greater', operand: 0 })).toBe(true)
      expect(await holds({ key, target: 'version', result: 'notEqual', operand: 1 })).toBe(false)
      expect(await holds({ key, target: 'value', result: 'equal', operand: bytes('v') })).toBe(true)
      expect(await holds({ key, target: 'lease', result: 'equal', operand: 0 })).toBe(true)
      expect(await holds({ key: bytes('none'), target: 'version', result: 'equal', operand: 0 })).toBe(true)
      expect(await holds({ key: bytes('none'), target: 'value', result: 'equal', operand: bytes('') })).toBe(false)
      const before = {
        key: bytes('compare'),
        rangeEnd: bytes('comparf'),
        target: 'version',
        result: 'greater',
      } as const
      expect(await holds({ ...before, operand: 0 })).toBe(true)
    })

    it('writes all of a transaction at one revision, or its other branch', async () => {
      const absent: Compare = { key: bytes('branch'), target: 'createRevision', result: 'equal', operand: 0 }
      const yes = [putting('branch', '1'), putting('branch/2', '2', { previous: true })]
      const first = await txn([absent], yes)
      expect(first.succeeded).toBe(true)
      expect(first.results).toEqual([
        { type: 'put', previous: undefined },
        { type: 'put', previous: undefined },
      ])
      const second = await txn([absent], yes, [
        { type: 'range', request: { key: bytes('branch') } },
        { type: 'delete', key: bytes('branch'), rangeEnd: bytes('branch0'), previous: true },
      ])
      expect(second.succeeded).toBe(false)
      expect(second.revision).toBe(first.revision + 1)
      const [read, removed] = second.results
      expect(read).toMatchObject({ type: 'range', response: { count: 1, kvs: [{ modRevision: first.revision }] } })
      expect(removed).toMatchObject({ type: 'delete', deleted: 2 })
      const previous = removed?.type === 'delete' ? removed.previous.map(kv => text(kv.value)) : []
      expect(previous).toEqual(['1', '2'])
    })

    it('runs transactions within transactions', async () => {
      const inner = { compare: [], success: [putting('nested/1', 'x')], failure: [] }
      const { results, revision } = await txn([], [{ type: 'txn', request: inner }, putting('nested/2', 'y')])
      expect(results).toMatchObject([{ type: 'txn', response: { succeeded: true } }, { type: 'put' }])
      const { kvs } = await store.range({ key: bytes('nested/'), rangeEnd: bytes('nested0') })
      expect(kvs.map(kv => kv.modRevision)).toEqual([revision, revision])
    })

    it('keeps value or lease of a key that is put without them', async () => {
      const lease = await store.leaseGrant(600)
      await txn([], [putting('ignore', 'old', { lease })])
      await txn([], [{ type: 'put', key: bytes('ignore'), value: new Uint8Array(0), ignoreValue: true, lease }])
      expect(await get(store, 'ignore')).toBe('old')
      await txn([], [putting('ignore', 'new', { ignoreLease: true })])
      const { kvs } = await store.range({ key: bytes('ignore') })
      expect(kvs).toMatchObject([{ lease, version: 3 }])
      await store.leaseRevoke(lease)
    })

    const REFUSED: [string, () => Promise<unknown>, string][] = [
      ['no key', () => txn([], [putting('', 'x')]), 'etcdserver: key is not provided'],
      [
        'a key put twice',
        () => txn([], [putting('d', '1'), putting('d', '2')]),
        'etcdserver: duplicate key given in txn request',
      ],
      [
        'too many operations',
        () =>
          txn(
            [],
            Array.from({ length: 129 }, (_, i) => putting(`many/${i}`, '')),
          ),
        'etcdserver: too many operations in txn request',
      ],
      [
        'a lease that is not there',
        () => txn([], [putting('l', '', { lease: 4711 })]),
        'etcdserver: requested lease not found',
      ],
      ['the value of no key', () => txn([], [putting('none', '', { ignoreValue: true })]), 'etcdserver: key not found'],
      [
        'a value beside the old one',
        () => txn([], [putting('none', 'v', { ignoreValue: true })]),
        'etcdserver: value is provided',
      ],
      ['too much at once', () => put(store, 'large', 'x'.repeat(1_600_000)), 'etcdserver: request is too large'],
      ['to revoke no lease', () => store.leaseRevoke(4711), 'etcdserver: requested lease not found'],
      ['to keep no lease alive', () => store.leaseKeepAlive(4711), 'etcdserver: requested lease not found'],
    ]
    it.each(REFUSED)('refuses %s', async (_, act, message) => {
      const error = await act().then(
        () => undefined,
        (error: unknown) => error,
      )
      expect(error).toBeInstanceOf(InvalidRequestError)
      expect((error as Error).message).toBe(message)
    })

    it('refuses to read the future', async () => {
      const revision = await store.readRevision()
      await expect(get(store, 'future', revision + 1000)).rejects.toBeInstanceOf(FutureRevisionError)
      await expect(store.compact(revision + 1000)).rejects.toBeInstanceOf(FutureRevisionError)
    })

    it('says which revision it has compacted up to when asked for one before', async () => {
      const first = await put(store, 'compacted', '1')
      const second = await put(store, 'compacted', '2')
      const third = await put(store, 'compacted', '3')
      await store.compact(second)
      expect(await get(store, 'compacted', second)).toBe('2')
      expect(await get(store, 'compacted', third)).toBe('3')
      const error = await get(store, 'compacted', first).then(
        () => undefined,
        (error: unknown) => error,
      )
      expect(error).toBeInstanceOf(CompactedError)
      expect((error as CompactedError).compactRevision).toBe(second)
      await expect(store.compact(second)).rejects.toBeInstanceOf(CompactedError)
      const watch = observe(store, { key: bytes('compacted'), startRevision: first })
      expect(await watch.error).toMatchObject({ name: 'CompactedError', compactRevision: second })
      const { compactRevision, role } = await store.status()
      expect({ compactRevision, isVoter: role !== 'learner' }).toEqual({ compactRevision: second, isVoter: true })
    })

    it('delivers every event from a past revision on, with what was before', async () => {
      const first = await put(store, 'watch/a', '1')
      await put(store, 'watch/b', '1')
      await txn([], [{ type: 'delete', key: bytes('watch/a') }, putting('watch/b', '2')])
      const watch = observe(store, { ...prefix('watch/'), startRevision: first, previous: true })
      await watch.until(4)
      const last = await put(store, 'watch/a', '2')
      await watch.until(5)
      watch.dispose()
      expect(watch.seen).toEqual([
        `put a=1 @${first}`,
        `put b=1 @${first + 1}`,
        `delete a (1) @${first + 2}`,
        `put b=2 (1) @${first + 2}`,
        `put a=2 @${last}`,
      ])
    })

    it('watches from now on when no revision is named, and from one that lies ahead', async () => {
      const before = await put(store, 'ahead/a', '0')
      const now = observe(store, prefix('ahead/'))
      const ahead = observe(store, { ...prefix('ahead/'), startRevision: before + 2 })
      await Promise.all([now.established, ahead.established])
      await put(store, 'ahead/a', '1')
      await put(store, 'ahead/a', '2')
      await Promise.all([now.until(2), ahead.until(1)])
      expect(now.seen).toEqual([`put a=1 @${before + 1}`, `put a=2 @${before + 2}`])
      expect(ahead.seen).toEqual([`put a=2 @${before + 2}`])
      now.dispose()
      ahead.dispose()
    })

    it('leaves out what a watch filters', async () => {
      const puts = observe(store, { ...prefix('filter/'), filters: ['noDelete'] })
      const deletes = observe(store, { ...prefix('filter/'), filters: ['noPut'] })
      await Promise.all([puts.established, deletes.established])
      const revision = await put(store, 'filter/a', '1')
      await txn([], [{ type: 'delete', key: bytes('filter/a') }])
      await put(store, 'filter/a', '2')
      await Promise.all([puts.until(2), deletes.until(1)])
      expect(puts.seen).toEqual([`put a=1 @${revision}`, `put a=2 @${revision + 2}`])
      expect(deletes.seen).toEqual([`delete a @${revision + 1}`])
      puts.dispose()
      deletes.dispose()
    })

    it('tells idle watches how far the store has come', async context => {
      if (!progress) context.skip('progress on demand can be trusted from etcd 3.4.25 and 3.5.8 on')
      const past = await put(store, 'elsewhere', '1')
      const idle = observe(store, { ...prefix('idle/'), progress: true })
      const late = observe(store, { ...prefix('idle/'), progress: true, startRevision: past })
      await put(store, 'elsewhere', '2')
      const revision = await store.readRevision()
      await Promise.all([idle.reached(revision), late.reached(revision)])
      expect(idle.seen).toEqual([])
      idle.dispose()
      late.dispose()
    })

    it('removes the keys of a lease that ends, at one revision', async () => {
      const lease = await store.leaseGrant(600)
      expect(lease).toBeLessThan(2 ** 53)
      expect(await store.leaseKeepAlive(lease)).toBe(600)
      const watch = observe(store, prefix('lease/'))
      await watch.established
      await txn([], [putting('lease/a', '1', { lease }), putting('lease/b', '1', { lease })])
      await store.leaseRevoke(lease)
      await watch.until(4)
      const removed = watch.seen.slice(2).map(line => line.split(' @'))
      expect(removed.map(([what]) => what)).toEqual(['delete a', 'delete b'])
      expect(removed[0]![1]).toBe(removed[1]![1])
      watch.dispose()
    })

    it('ends a lease that nobody keeps alive', async () => {
      const lease = await store.leaseGrant(1)
      const watch = observe(store, prefix('expiry/'))
      await watch.established
      await txn([], [putting('expiry/a', '1', { lease })])
      await watch.until(2)
      expect(watch.seen[1]).toMatch(/^delete a/)
      watch.dispose()
    })
  })
})

const prefix = (p: string) => ({ key: bytes(p), rangeEnd: prefixEnd(bytes(p)) })

/** A watch that keeps what it is told, each event as a line: type, last letter of the key, value, previous value, revision. */
function observe(store: Store, request: WatchRequest) {
  const seen: string[] = []
  const waiting: { holds(): boolean; resolve(): void }[] = []
  let progress = -1
  const check = () => {
    for (const { holds, resolve } of waiting) if (holds()) resolve()
  }
  const when = (holds: () => boolean) =>
    new Promise<void>(resolve => {
      waiting.push({ holds, resolve })
      check()
    })
  const failed = Promise.withResolvers<StoreError>()
  const watch = store.watch(request, {
    onEvents(events, revision) {
      seen.push(...events.map(line))
      progress = revision
      check()
    },
    onProgress(revision) {
      progress = revision
      check()
    },
    onError: failed.resolve,
  })
  return {
    seen,
    error: failed.promise,
    established: when(() => progress >= 0),
    until: (n: number) => when(() => seen.length >= n),
    reached: (revision: number) => when(() => progress >= revision),
    dispose: () => watch.dispose(),
  }
}

function line({ type, kv, previous }: WatchEvent): string {
  const value = type === 'put' ? `=${text(kv.value)}` : ''
  return `${type} ${text(kv.key).slice(-1)}${value}${previous ? ` (${text(previous.value)})` : ''} @${kv.modRevision}`
}
