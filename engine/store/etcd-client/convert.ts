/** Requests of the store as those of etcd's API, and etcd's answers as those of the store. */
import { COMPARE_RESULTS, COMPARE_TARGETS, EVENT, SORT_ORDERS, SORT_TARGETS } from '../etcd/messages.ts'
import type * as m from '../etcd/messages.ts'
import type { RequestOpType, ResponseOpType, TxnRequestType, TxnResponseType } from '../etcd/messages.ts'
import type { Draft, TypeOf } from '../etcd/wire.ts'
import { StoreError } from '../kv.ts'
import type {
  Compare,
  KeyValue,
  Operation,
  OperationResult,
  RangeRequest,
  RangeResponse,
  TxnRequest,
  TxnResponse,
  WatchEvent,
} from '../kv.ts'

/** A range's beginning. No key is empty, so that the first of all keys can be named by its successor. */
export function startOf(key: Uint8Array, rangeEnd: Uint8Array | undefined): Uint8Array {
  return key.length === 0 && rangeEnd ? new Uint8Array([0]) : key
}

export function rangeRequest(r: RangeRequest): Draft<TypeOf<typeof m.RangeRequest>> {
  return {
    ...r,
    key: startOf(r.key, r.rangeEnd),
    sortOrder: SORT_ORDERS.indexOf(r.sortOrder ?? 'none'),
    sortTarget: SORT_TARGETS.indexOf(r.sortTarget ?? 'key'),
  }
}

export function rangeResponse(r: TypeOf<typeof m.RangeResponse>): RangeResponse {
  return { revision: r.header?.revision ?? 0, kvs: r.kvs.map(keyValue), count: r.count, more: r.more }
}

export function txnRequest(r: TxnRequest): Draft<TxnRequestType> {
  return { compare: r.compare.map(compare), success: r.success.map(operation), failure: r.failure.map(operation) }
}

function compare(c: Compare): Draft<TypeOf<typeof m.Compare>> {
  const { key, rangeEnd, target, operand } = c
  return {
    key: startOf(key, rangeEnd),
    rangeEnd,
    target: COMPARE_TARGETS.indexOf(target),
    result: COMPARE_RESULTS.indexOf(c.result),
    [target]: target === 'lease' ? BigInt(operand as number) : operand,
  }
}

function operation(o: Operation): Draft<RequestOpType> {
  switch (o.type) {
    case 'range':
      return { requestRange: rangeRequest(o.request) }
    case 'put': {
      const { key, value, lease, previous, ignoreValue, ignoreLease } = o
      return { requestPut: { key, value, lease: BigInt(lease ?? 0), prevKv: previous, ignoreValue, ignoreLease } }
    }
    case 'delete': {
      const { key, rangeEnd, previous } = o
      return { requestDeleteRange: { key: startOf(key, rangeEnd), rangeEnd, prevKv: previous } }
    }
    case 'txn':
      return { requestTxn: txnRequest(o.request) }
  }
}

export function txnResponse(r: TxnResponseType, revision: number): TxnResponse {
  return { revision, succeeded: r.succeeded, results: r.responses.map(response => result(response, revision)) }
}

function result(r: ResponseOpType, revision: number): OperationResult {
  if (r.responseRange) return { type: 'range', response: { ...rangeResponse(r.responseRange), revision } }
  if (r.responsePut) return { type: 'put', previous: r.responsePut.prevKv && keyValue(r.responsePut.prevKv) }
  if (r.responseDeleteRange) {
    const { deleted, prevKvs } = r.responseDeleteRange
    return { type: 'delete', deleted, previous: prevKvs.map(keyValue) }
  }
  if (r.responseTxn) return { type: 'txn', response: txnResponse(r.responseTxn, revision) }
  throw new StoreError('etcd answered an operation with nothing')
}

/** Leases of other programs may be larger than a number can tell: those are all shown as the largest that it can. */
export function keyValue({ lease, ...kv }: TypeOf<typeof m.KeyValue>): KeyValue {
  const known = lease >= 0n && lease <= BigInt(Number.MAX_SAFE_INTEGER)
  return { ...kv, lease: known ? Number(lease) : Number.MAX_SAFE_INTEGER }
}

export function watchEvent({ type, kv, prevKv }: TypeOf<typeof m.Event>): WatchEvent {
  if (!kv) throw new StoreError('etcd sent an event without a key')
  const known = { type: type === EVENT.DELETE ? 'delete' : 'put', kv: keyValue(kv) } as const
  return prevKv ? { ...known, previous: keyValue(prevKv) } : known
}
