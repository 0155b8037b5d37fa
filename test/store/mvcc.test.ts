import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ALL_KEYS, CompactedError, FutureRevisionError } from '../../engine/store/kv.ts'
import type { Operation, TxnRequest } from '../../engine/store/kv.ts'
import { MAX_EVENTS } from '../../engine/store/mvcc/history.ts'
import { checkSize, checkTxn } from '../../engine/store/requests.ts'
import { Bench, bytes, entryOf, put, remove, text } from './mvcc-machine.ts'

let bench: Bench

beforeEach(() => {
  bench = new Bench()
})

afterEach(() => bench.close())

const everything = { key: new Uint8Array(0), rangeEnd: ALL_KEYS }
const txn = (success: Operation[], failure: Operation[] = []): Operation => ({
  type: 'txn',
  request: { compare: [], success, failure },
})
const refusal = (request: Partial<TxnRequest>) => () => checkTxn({ compare: [], success: [], failure: [], ...request })

describe('a request is refused before it reaches the log', () => {
  it('with more than 128 operations or conditions, counting those around it', () => {
    const puts = (n: number) => Array.from({ length: n }, (_, i) => put(`k${i}`, ''))
    const tooMany = 'etcdserver: too many operations in txn request'
    expect(refusal({ success: puts(128) })).not.toThrow()
    expect(refusal({ success: puts(129) })).toThrow(tooMany)
    expect(refusal({ failure: puts(129) })).toThrow(tooMany)
    const compare = { key: bytes('a'), target: 'version', result: 'equal', operand: 0 } as const
    expect(refusal({ compare: Array.from({ length: 129 }, () => compare) })).toThrow(tooMany)
    expect(refusal({ success: [txn(puts(127))] })).not.toThrow()
    expect(refusal({ success: [txn(puts(128))] })).toThrow(tooMany)
    let deep: Operation = put('a', '')
    for (let i = 0; i < 200; i++) deep = txn([deep])
    expect(refusal({ success: [deep] })).toThrow(tooMany)
  })

  it('with a key that is put twice, or put and deleted', () => {
    const twice = 'etcdserver: duplicate key given in txn request'
    expect(refusal({ success: [put('a', ''), put('a', '')] })).toThrow(twice)
    expect(refusal({ failure: [put('b', ''), remove('a', 'c')] })).toThrow(twice)
    expect(refusal({ success: [put('c', ''), remove('a', 'c')] })).not.toThrow()
    expect(refusal({ success: [remove('a', '\0'), put('z', '')] })).toThrow(twice)
    expect(refusal({ success: [remove('a'), remove('a')] })).not.toThrow()
    expect(refusal({ success: [txn([put('a', '')]), put('a', '')] })).toThrow(twice)
    expect(refusal({ success: [txn([put('a', '')]), txn([put('a', '')])] })).toThrow(twice)
    expect(refusal({ success: [txn([remove('a')]), put('a', '')] })).toThrow(twice)
    // Only one branch runs.
    expect(refusal({ success: [txn([put('a', '')], [put('a', '')])] })).not.toThrow()
    expect(refusal({ success: [put('a', '')], failure: [put('a', '')] })).not.toThrow()
  })

  it('without a key, or with a value or lease that it asks to ignore', () => {
    const noKey = 'etcdserver: key is not provided'
    expect(refusal({ success: [put('', 'x')] })).toThrow(noKey)
    expect(refusal({ failure: [remove('')] })).toThrow(noKey)
    expect(refusal({ success: [txn([put('', 'x')])] })).toThrow(noKey)
    expect(refusal({ success: [{ type: 'range', request: { key: bytes('') } }] })).toThrow(noKey)
    expect(refusal({ compare: [{ key: bytes(''), target: 'version', result: 'equal', operand: 0 }] })).toThrow(noKey)
    expect(refusal({ success: [{ ...put('a', 'x'), ignoreValue: true }] })).toThrow('etcdserver: value is provided')
    expect(refusal({ success: [{ ...put('a', '', { lease: 3 }), ignoreLease: true }] })).toThrow(
      'etcdserver: lease is provided',
    )
  })

  it('above 1.5 MiB', () => {
    const size = (n: number) =>
      entryOf(1, { type: 'txn', request: { compare: [], success: [put('a', 'x'.repeat(n))], failure: [] } })
    expect(() => checkSize(size(1.5 * 1024 * 1024 - 100))).not.toThrow()
    expect(() => checkSize(size(1.5 * 1024 * 1024))).toThrow('etcdserver: request is too large')
  })
})

describe('a transaction', () => {
  it('looks at all its conditions, also of transactions within, before it writes', () => {
    const missing = { key: bytes('a'), target: 'version', result: 'equal', operand: 0 } as const
    const { results, succeeded, revision } = bench.txn({
      success: [
        put('a', '1'),
        { type: 'txn', request: { compare: [missing], success: [put('b', 'absent')], failure: [put('b', 'there')] } },
        { type: 'range', request: everything },
      ],
    })
    expect([succeeded, revision]).toEqual([true, 2])
    const [, inner, range] = results
    expect(inner).toMatchObject({ type: 'txn', response: { succeeded: true, revision: 2 } })
    const kvs = range?.type === 'range' ? range.response.kvs : []
    expect(kvs.map(kv => `${text(kv.key)}=${text(kv.value)}`)).toEqual(['a=1', 'b=absent'])
  })

  it('sees its own writes, but not at the revision before it', () => {
    bench.txn({ success: [put('a', '1')] })
    const { results } = bench.txn({
      success: [
        put('a', '2'),
        ...[0, 2].map(revision => ({ type: 'range' as const, request: { key: bytes('a'), revision } })),
      ],
    })
    const values = results.map(r => (r.type === 'range' ? text(r.response.kvs[0]!.value) : ''))
    expect(values).toEqual(['', '2', '1'])
  })

  it('does nothing at all if one of its operations cannot be done', () => {
    const attempts: [Operation, string | (new () => Error)][] = [
      [{ ...put('none', ''), ignoreValue: true }, 'etcdserver: key not found'],
      [{ ...put('none', 'x'), ignoreLease: true }, 'etcdserver: key not found'],
      [put('b', 'x', { lease: 9 }), 'etcdserver: requested lease not found'],
      [{ type: 'range', request: { key: bytes('a'), revision: 9 } }, FutureRevisionError],
    ]
    for (const [operation, error] of attempts)
      for (const success of [
        [put('a', '1'), operation],
        [put('a', '1'), txn([operation])],
      ])
        expect(() => bench.txn({ success })).toThrow(error as string)
    expect(bench.machine.revision).toBe(1)
    expect(bench.machine.range(everything).count).toBe(0)
  })

  it('keeps value or lease where it is asked to', () => {
    bench.run({ type: 'leaseGrant', id: 1, ttlSeconds: 5 })
    bench.run({ type: 'leaseGrant', id: 2, ttlSeconds: 5 })
    bench.txn({ success: [put('a', 'kept', { lease: 1 })] })
    bench.txn({ success: [{ ...put('a', '', { lease: 2 }), ignoreValue: true }] })
    expect(bench.machine.range({ key: bytes('a') }).kvs[0]).toMatchObject({ lease: 2, version: 2 })
    bench.txn({ success: [{ ...put('a', 'new'), ignoreLease: true }] })
    const [kv] = bench.machine.range({ key: bytes('a') }).kvs
    expect([text(kv!.value), kv!.lease]).toEqual(['new', 2])
    bench.txn({ success: [put('a', 'free')] })
    expect(bench.machine.range({ key: bytes('a') }).kvs[0]!.lease).toBe(0)
  })

  it('that deletes more than a revision can number is refused as a whole', () => {
    const insert = bench.db.prepare('INSERT INTO live VALUES (?, 1, 1, 1, 0)')
    bench.db.transaction(() => {
      for (let i = 0; i < MAX_EVENTS; i++) insert.run(Buffer.from(`k${i}`))
    })()
    expect(() => bench.txn({ success: [put('a', 'x'), remove('k', 'l')] })).toThrow('delete smaller ranges')
    expect(() => bench.txn({ success: [remove('k', 'k5'), remove('k5', 'l')] })).toThrow('delete smaller ranges')
    expect(bench.machine.range({ key: bytes('a') }).count).toBe(0)
  })
})

describe('a range', () => {
  it('counts exactly whatever its limit, now and in the past', () => {
    for (let i = 0; i < 50; i++) bench.txn({ success: [put(`k${String(i).padStart(2, '0')}`, 'x')] })
    const before = bench.machine.revision
    bench.txn({ success: [remove('k1', 'k2')] })
    const range = { key: bytes('k'), rangeEnd: bytes('l') }
    for (let limit = 1; limit <= 51; limit++) {
      expect(bench.machine.range({ ...range, limit })).toMatchObject({ count: 40, more: limit < 40 })
      expect(bench.machine.range({ ...range, limit, revision: before })).toMatchObject({ count: 50, more: limit < 50 })
    }
    expect(bench.machine.range({ ...range, limit: 3, countOnly: true })).toMatchObject({
      count: 40,
      more: false,
      kvs: [],
    })
    expect(bench.machine.range({ key: bytes('z'), rangeEnd: bytes('a') }).count).toBe(0)
  })

  it('with another sort target but no order sorts only what its limit let through, as etcd does', () => {
    for (const [key, value] of [
      ['a', '3'],
      ['b', '2'],
      ['c', '1'],
    ])
      bench.txn({ success: [put(key!, value!)] })
    const keys = (more: object) =>
      bench.machine.range({ ...everything, sortTarget: 'value', limit: 1, ...more }).kvs.map(kv => text(kv.key))
    expect(keys({})).toEqual(['b'])
    expect(keys({ sortOrder: 'ascend' })).toEqual(['c'])
    expect(keys({ sortOrder: 'descend', keysOnly: true })).toEqual(['a'])
  })
})

describe('compaction', () => {
  it('leaves what it should whatever it is interrupted by, and looks at no more than what was written', () => {
    for (let i = 0; i < 2000; i++)
      bench.txn({ success: [i % 7 === 0 ? remove(`k${i % 30}`) : put(`k${i % 30}`, `${i}`)] })
    const before = bench.machine.range(everything).kvs.map(kv => [text(kv.key), text(kv.value), kv.modRevision])
    bench.run({ type: 'compact', revision: bench.machine.revision - 10 })
    const hash = bench.hash()
    bench.scrub(2)
    expect(bench.hash()).toBe(hash)
    bench.restart()
    bench.scrub(1)
    bench.restart()
    bench.scrub()
    expect(bench.scrubber.pending).toBe(false)
    expect(bench.hash()).toBe(hash)
    expect(bench.machine.range(everything).kvs.map(kv => [text(kv.key), text(kv.value), kv.modRevision])).toEqual(
      before,
    )
    expect(bench.db.prepare('SELECT count(*) FROM history').pluck().get()).toBeLessThan(60)
    expect(() => bench.machine.range({ ...everything, revision: bench.machine.revision - 11 })).toThrow(CompactedError)
  })

  it('clears nothing away while somebody reads the history in steps', () => {
    for (let i = 0; i < 10; i++) bench.txn({ success: [put('a', `${i}`)] })
    bench.machine.holds++
    bench.run({ type: 'compact', revision: 5 })
    expect(bench.scrubber.pending).toBe(false)
    bench.machine.holds--
    bench.scrub()
    expect(bench.machine.scrubbedRevision).toBe(5)
  })
})

describe('known bugs of etcd: divergence by state-dependent apply', () => {
  it('members that differ in progress of compaction, restarts, snapshots and who waits apply the same to the same', () => {
    const busy = new Bench()
    let sequence = 0
    let copied: Bench | undefined
    for (let i = 0; i < 300; i++) {
      const key = `k${i % 13}`
      const success: Operation[] = [
        i % 5 === 0 ? remove(key) : put(key, `${i}`, { previous: true }),
        { type: 'range', request: { ...everything, revision: Math.max(1, bench.machine.revision - 3) } },
      ]
      const entry =
        i % 40 === 39
          ? entryOf(++sequence, { type: 'compact', revision: bench.machine.revision - 5 })
          : entryOf(++sequence, { type: 'txn', request: { compare: [], success, failure: [] } })
      bench.apply(entry)
      busy.apply(entry, false)
      copied?.apply(entry, false)
      if (i % 3 === 0) busy.scrub(1)
      if (i % 50 === 0) busy.restart()
      if (i === 150) copied = busy.copy()
    }
    expect(busy.hash()).toBe(bench.hash())
    expect(copied!.hash()).toBe(bench.hash())
    expect(copied!.machine.revision).toBe(bench.machine.revision)
    const state = (b: Bench) => b.db.prepare('SELECT * FROM live ORDER BY key').all()
    expect(state(busy)).toEqual(state(bench))
    expect(state(copied!)).toEqual(state(bench))
    busy.close()
    copied!.close()
  })

  it('an alarm refuses the same entries on all members, however much space each of them has', () => {
    const raise = { type: 'alarm', activate: true, member: '00000000000000aa', alarm: 'nospace' } as const
    bench.txn({ success: [put('a', '1')] })
    expect(bench.run(raise)).toEqual([{ member: raise.member, type: 'nospace' }])
    const full = 'etcdserver: mvcc: database space exceeded'
    expect(() => bench.txn({ success: [put('b', '1')] })).toThrow(full)
    expect(() => bench.txn({ success: [txn([put('b', '1')])] })).toThrow(full)
    expect(() => bench.run({ type: 'leaseGrant', id: 1, ttlSeconds: 5 })).toThrow(full)
    bench.txn({ success: [remove('a')] })
    bench.run({ type: 'compact', revision: 2 })
    bench.restart()
    expect(() => bench.copy().txn({ success: [put('b', '1')] })).toThrow(full)
    bench.run({ ...raise, activate: false })
    expect(bench.run({ ...raise, activate: false })).toEqual([])
    bench.txn({ success: [put('b', '1')] })
  })
})

describe('what an earlier version has written', () => {
  it('is read as it was meant: sessions as text, entries without what came later', () => {
    bench.db.prepare('INSERT INTO session VALUES (?, 1, 2, ?)').run('m1', '[3,5]')
    bench.restart()
    expect([1, 3, 4, 5].map(sequence => bench.machine.wasApplied('m1', 1, sequence))).toEqual([true, true, false, true])
    // A transaction as the first version wrote it: put a=1 if a has version 0, else read a.
    const entry = Buffer.from(
      ['01', '026d31', '01', '04', '02', '01', '00', '01', '0161', '00', '00', '00', '00'].join('') +
        ['01', '01', '0161', '0131', '00', '00', '01', '00', '0161', '00', '00', '00', '00'].join(''),
      'hex',
    )
    expect(bench.apply(entry)).toMatchObject([{ succeeded: true, revision: 2 }])
    expect(bench.apply(entry)).toBeUndefined()
    expect(text(bench.machine.range({ key: bytes('a') }).kvs[0]!.value)).toBe('1')
  })
})
