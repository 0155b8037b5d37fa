import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Command } from '../../engine/store/command.ts'
import { ALL_KEYS, StoreError } from '../../engine/store/kv.ts'
import type { Compare, KeyValue, Operation, RangeRequest, TxnRequest } from '../../engine/store/kv.ts'
import { checkTxn } from '../../engine/store/requests.ts'
import { Bench, bytes, entryOf, text } from './mvcc-machine.ts'
import { Model } from './mvcc-model.ts'

const RUNS = Number(process.env.MVCC_RUNS ?? 150)

/** Few keys, so that they meet; among them the ends of the byte order. */
const KEYS = ['\0', 'a', 'a\0', 'aa', 'ab', 'b', 'b\xff', 'c', '\xff', '\xff\xff']
const key = fc.constantFrom(...KEYS).map(bytes)
const end = fc.oneof(
  fc.constant(undefined),
  fc.constant(undefined),
  fc.constantFrom(...KEYS.slice(1)).map(bytes),
  fc.constant(ALL_KEYS),
)
const value = fc.constantFrom('', 'x', 'y', 'a longer value').map(bytes)
const LEASES = [1, 2, 3]
const lease = fc.constantFrom(0, 0, 0, 0, 0, ...LEASES)
/** Revisions are chosen relative to the newest one: positive numbers lie in the future. */
const back = fc.integer({ min: -12, max: 1 })
const bound = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 20 }) },
)

interface RelativeRange extends Omit<RangeRequest, 'revision'> {
  back: number | undefined
}
const range: fc.Arbitrary<RelativeRange> = fc.record({
  key,
  rangeEnd: end,
  limit: fc.constantFrom(0, 0, 1, 2, 5),
  back: fc.option(back, { nil: undefined }),
  keysOnly: fc.boolean(),
  countOnly: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  sortOrder: fc.constantFrom('none', 'none', 'ascend', 'descend'),
  sortTarget: fc.constantFrom('key', 'key', 'version', 'create', 'mod', 'value'),
  minModRevision: bound,
  maxModRevision: bound,
  minCreateRevision: bound,
  maxCreateRevision: bound,
})

const result = fc.constantFrom<Compare['result']>('equal', 'notEqual', 'greater', 'less')
const compare: fc.Arbitrary<Compare> = fc.oneof(
  fc.record({ key, rangeEnd: end, target: fc.constant('value' as const), result, operand: value }),
  fc.record({
    ...{ key, rangeEnd: end, result },
    target: fc.constantFrom<Compare['target']>('version', 'createRevision', 'modRevision', 'lease'),
    operand: fc.integer({ min: -1, max: 12 }),
  }),
)

type Relative = Exclude<Operation, { type: 'range' | 'txn' }> | { type: 'range'; range: RelativeRange } | RelativeTxn
interface RelativeTxn {
  type: 'txn'
  compare: Compare[]
  success: Relative[]
  failure: Relative[]
}

const put = fc
  .record({ key, value, lease, previous: fc.boolean(), ignore: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 2, 3) })
  .map(({ ignore, ...put }): Relative => ({
    ...put,
    type: 'put',
    ...(ignore & 1 ? { ignoreValue: true, value: new Uint8Array(0) } : {}),
    ...(ignore & 2 ? { ignoreLease: true, lease: 0 } : {}),
  }))
const remove = fc.record({ type: fc.constant('delete' as const), key, rangeEnd: end, previous: fc.boolean() })
const single = fc.oneof({ weight: 4, arbitrary: put }, { weight: 1, arbitrary: remove })

const { txn } = fc.letrec<{ txn: RelativeTxn; operation: Relative }>(tie => ({
  txn: fc.record({
    type: fc.constant('txn' as const),
    compare: fc.array(compare, { maxLength: 2 }),
    success: fc.array(tie('operation'), { maxLength: 4 }),
    failure: fc.array(tie('operation'), { maxLength: 3 }),
  }),
  operation: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 4, arbitrary: put },
    { weight: 1, arbitrary: remove },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('range' as const), range }) },
    { weight: 1, arbitrary: tie('txn') },
  ),
}))

type Act =
  | { type: 'txn'; txn: RelativeTxn }
  | { type: 'range'; range: RelativeRange }
  | { type: 'compact'; back: number }
  | { type: 'grant' | 'revoke'; id: number }
  | { type: 'scrub'; steps: number }
  | { type: 'restart' | 'snapshot' }
  | { type: 'watch'; key: Uint8Array; rangeEnd: Uint8Array | undefined; back: number }

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: txn.map((t): Act => ({ type: 'txn', txn: t })) },
  {
    weight: 8,
    arbitrary: single.map((o): Act => ({ type: 'txn', txn: { type: 'txn', compare: [], success: [o], failure: [] } })),
  },
  { weight: 5, arbitrary: range.map((r): Act => ({ type: 'range', range: r })) },
  { weight: 2, arbitrary: back.map((b): Act => ({ type: 'compact', back: b })) },
  { weight: 2, arbitrary: fc.constantFrom(...LEASES).map((id): Act => ({ type: 'grant', id })) },
  { weight: 1, arbitrary: fc.constantFrom(...LEASES).map((id): Act => ({ type: 'revoke', id })) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 3 }).map((steps): Act => ({ type: 'scrub', steps })) },
  { weight: 1, arbitrary: fc.constantFrom<Act>({ type: 'restart' }, { type: 'snapshot' }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('watch' as const), key, rangeEnd: end, back }) },
)

const plain = (kv: KeyValue) => ({ ...kv, key: text(kv.key), value: text(kv.value) })
/** Answers with their bytes as text, so that views of buffers and arrays compare. */
function readable(answer: unknown): unknown {
  if (answer instanceof Uint8Array) return text(answer)
  if (answer instanceof StoreError) return `${answer.name}: ${answer.message}`
  if (Array.isArray(answer)) return answer.map(readable)
  if (typeof answer !== 'object' || answer === null) return answer
  return Object.fromEntries(Object.entries(answer).map(([name, v]) => [name, readable(v)]))
}

const attempt = (act: () => unknown): unknown => {
  try {
    return act()
  } catch (error) {
    if (error instanceof StoreError) return error
    throw error
  }
}

const absolute = ({ back, ...q }: RelativeRange, revision: number): RangeRequest => ({
  ...q,
  revision: back === undefined ? 0 : Math.max(0, revision + back),
})

function resolve(t: RelativeTxn, revision: number): TxnRequest {
  const branch = (operations: Relative[]): Operation[] =>
    operations.map((o): Operation => {
      if (o.type === 'range') return { type: 'range', request: absolute(o.range, revision) }
      return o.type === 'txn' ? { type: 'txn', request: resolve(o, revision) } : o
    })
  return { compare: t.compare, success: branch(t.success), failure: branch(t.failure) }
}

describe('the state machine', () => {
  it('answers every transaction, range, watch, compaction and lease as etcd in a few lines would', () => {
    fc.assert(
      fc.property(fc.array(act, { minLength: 10, maxLength: 60, size: 'max' }), acts => {
        const model = new Model()
        let bench = new Bench()
        // Applies the same, asks for no answers, and clears nothing away.
        const silent = new Bench()
        let sequence = 0
        let last: Uint8Array | undefined
        const apply = (command: Command, modelled: () => unknown) => {
          const entry = entryOf(++sequence, command)
          last = entry
          const outcome = bench.apply(entry)![0]
          silent.apply(entry, false)
          expect(readable(outcome)).toEqual(readable(attempt(modelled)))
          // The same entry once more, as it may come after a change of leaders.
          expect(bench.apply(entry)).toBeUndefined()
          expect(bench.machine.revision).toBe(model.revision)
        }
        for (const id of LEASES.slice(1)) apply({ type: 'leaseGrant', id, ttlSeconds: 5 }, () => model.grant(id, 5))
        for (const a of acts) {
          switch (a.type) {
            case 'txn': {
              const request = resolve(a.txn, model.revision)
              if (attempt(() => checkTxn(request)) instanceof StoreError) break
              apply({ type: 'txn', request }, () => model.apply(request))
              break
            }
            case 'range': {
              const q = absolute(a.range, model.revision)
              expect(readable(attempt(() => bench.machine.range(q)))).toEqual(readable(attempt(() => model.range(q))))
              break
            }
            case 'compact': {
              const revision = Math.max(0, model.revision + a.back)
              apply({ type: 'compact', revision }, () => model.compact(revision))
              break
            }
            case 'grant':
              apply({ type: 'leaseGrant', id: a.id, ttlSeconds: 5 }, () => model.grant(a.id, 5))
              break
            case 'revoke':
              apply({ type: 'leaseRevoke', id: a.id }, () => model.revoke(a.id))
              break
            case 'scrub':
              bench.scrub(a.steps)
              break
            case 'restart':
              bench.restart()
              // What was applied before stays applied.
              if (last) expect(bench.apply(last)).toBeUndefined()
              break
            case 'snapshot': {
              const copy = bench.copy()
              copy.events.push(...bench.events)
              bench.close()
              bench = copy
              break
            }
            case 'watch': {
              const from = Math.max(1, model.revision + a.back, model.compactRevision)
              const { events } = bench.machine.history.events(a.key, a.rangeEnd, from, bench.machine.revision)
              expect(readable(events)).toEqual(readable(model.watched(a.key, a.rangeEnd, from)))
              for (const { kv } of events)
                expect(readable(bench.machine.before(kv.key, kv.modRevision))).toEqual(
                  readable(model.before(kv.key, kv.modRevision)),
                )
            }
          }
        }
        expect(bench.events.map(e => [e.type, plain(e.kv)])).toEqual(model.events.map(e => [e.type, plain(e.kv)]))
        for (let revision = Math.max(1, model.compactRevision); revision <= model.revision; revision++)
          expect(bench.hash(revision)).toBe(silent.hash(revision))
        expect([...bench.machine.leases.keys()].sort()).toEqual([...model.leases.keys()].sort())
        bench.close()
        silent.close()
      }),
      { numRuns: RUNS },
    )
  })
})
