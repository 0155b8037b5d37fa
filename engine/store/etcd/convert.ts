/** Requests of etcd's API as those of the store, and the store's answers as those of etcd. */
import type { Compare, Operation, OperationResult, RangeRequest, TxnRequest, TxnResponse } from '../kv.ts'
import { refuse } from './errors.ts'
import { COMPARE_RESULTS, COMPARE_TARGETS, EVENT, SORT_ORDERS, SORT_TARGETS } from './messages.ts'
import type * as m from './messages.ts'
import type { Header, RequestOpType, ResponseOpType, TxnRequestType, TxnResponseType } from './messages.ts'
import type { WatchEvent } from '../kv.ts'
import type { Draft, TypeOf } from './wire.ts'

export function rangeOf(r: TypeOf<typeof m.RangeRequest>): RangeRequest {
  if (r.key.length === 0) refuse('etcdserver: key is not provided')
  const sortOrder = SORT_ORDERS[r.sortOrder] ?? refuse('etcdserver: invalid sort option')
  const sortTarget = SORT_TARGETS[r.sortTarget] ?? refuse('etcdserver: invalid sort option')
  return {
    key: r.key,
    rangeEnd: endOf(r.rangeEnd),
    limit: positive(r.limit),
    revision: positive(r.revision),
    serializable: r.serializable,
    keysOnly: r.keysOnly,
    countOnly: r.countOnly,
    sortOrder,
    sortTarget,
    minModRevision: positive(r.minModRevision),
    // A bound below zero leaves nothing, 0 is no bound.
    maxModRevision: r.maxModRevision || undefined,
    minCreateRevision: positive(r.minCreateRevision),
    maxCreateRevision: r.maxCreateRevision || undefined,
  }
}

export function putOf(r: TypeOf<typeof m.PutRequest>): Operation {
  if (r.key.length === 0) refuse('etcdserver: key is not provided')
  if (r.ignoreValue && r.value.length) refuse('etcdserver: value is provided')
  if (r.ignoreLease && r.lease) refuse('etcdserver: lease is provided')
  return {
    type: 'put',
    key: r.key,
    value: r.value,
    lease: leaseOf(r.lease),
    previous: r.prevKv,
    ignoreValue: r.ignoreValue,
    ignoreLease: r.ignoreLease,
  }
}

export function deleteOf(r: TypeOf<typeof m.DeleteRangeRequest>): Operation {
  if (r.key.length === 0) refuse('etcdserver: key is not provided')
  return { type: 'delete', key: r.key, rangeEnd: endOf(r.rangeEnd), previous: r.prevKv }
}

export function txnOf(r: TxnRequestType): TxnRequest {
  return {
    compare: r.compare.flatMap(compareOf),
    success: r.success.map(operationOf),
    failure: r.failure.map(operationOf),
  }
}

function operationOf(r: RequestOpType): Operation {
  if (r.requestRange) return { type: 'range', request: rangeOf(r.requestRange) }
  if (r.requestPut) return putOf(r.requestPut)
  if (r.requestDeleteRange) return deleteOf(r.requestDeleteRange)
  if (r.requestTxn) return { type: 'txn', request: txnOf(r.requestTxn) }
  return refuse('etcdserver: key not found')
}

/** A comparison; none if it always holds: nothing that is counted is below zero. */
function compareOf(r: TypeOf<typeof m.Compare>): Compare[] {
  if (r.key.length === 0) refuse('etcdserver: key is not provided')
  const target = COMPARE_TARGETS[r.target] ?? refuse(`etcdserver: compare target ${r.target} is not one`)
  const result = COMPARE_RESULTS[r.result] ?? refuse(`etcdserver: compare result ${r.result} is not one`)
  const common = { key: r.key, rangeEnd: endOf(r.rangeEnd), target, result }
  if (target === 'value') return [{ ...common, operand: r.value ?? new Uint8Array(0) }]
  const operand = target === 'lease' ? leaseOf(r.lease ?? 0n, true) : (r[target] ?? 0)
  if (operand >= 0) return [{ ...common, operand }]
  return result === 'greater' || result === 'notEqual' ? [] : [{ ...common, result: 'less', operand: 0 }]
}

/** The end of a range; empty on the wire means the one key. */
export function endOf(end: Uint8Array): Uint8Array | undefined {
  return end.length ? end : undefined
}

const positive = (n: number) => (n > 0 ? n : undefined)

/**
 * A lease's number. Leases of this store are below 2^53, so that whoever names a larger one names none there is; where
 * `compared`, it is held at the largest instead.
 */
export function leaseOf(id: bigint, compared = false): number {
  if (id >= 0n && id <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(id)
  if (compared) return id < 0n ? -1 : Number.MAX_SAFE_INTEGER
  return refuse('etcdserver: requested lease not found')
}

export function event(e: WatchEvent): Draft<TypeOf<typeof m.Event>> {
  if (e.type === 'put') return { kv: e.kv, prevKv: e.previous }
  const kv = { key: e.kv.key, modRevision: e.kv.modRevision }
  return { type: EVENT.DELETE, kv, prevKv: e.previous }
}

export function txnAnswer(response: TxnResponse, header: Header): Draft<TxnResponseType> {
  const { succeeded, results, revision } = response
  return { header, succeeded, responses: answers(results, new Progress(results, revision)) }
}

/** The revision as a transaction goes along: what is read before its first write is still of the one before. */
class Progress {
  #revision: number
  readonly #last: number

  constructor(results: OperationResult[], last: number) {
    this.#revision = results.some(wrote) ? last - 1 : last
    this.#last = last
  }

  after(result: OperationResult): number {
    if (wrote(result)) this.#revision = this.#last
    return this.#revision
  }
}

function wrote(result: OperationResult): boolean {
  if (result.type === 'put') return true
  if (result.type === 'delete') return result.deleted > 0
  return result.type === 'txn' && result.response.results.some(wrote)
}

function answers(results: OperationResult[], progress: Progress): Draft<ResponseOpType>[] {
  return results.map(result => {
    // The header of a transaction within says nothing, as in etcd.
    if (result.type === 'txn') {
      const { succeeded, results: inner } = result.response
      return { responseTxn: { header: {}, succeeded, responses: answers(inner, progress) } }
    }
    const header = { revision: progress.after(result) }
    switch (result.type) {
      case 'range': {
        const { kvs, more, count } = result.response
        return { responseRange: { header, kvs, more, count } }
      }
      case 'put':
        return { responsePut: { header, prevKv: result.previous } }
      case 'delete':
        return { responseDeleteRange: { header, deleted: result.deleted, prevKvs: result.previous } }
    }
  })
}
