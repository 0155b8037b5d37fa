/**
 * The key-value store as the API server sees it. The semantics are etcd v3's: one revision per transaction,
 * multi-version history until it is compacted, compare-and-swap transactions, and watches without gap or duplicate.
 *
 * Keys and values are bytes; keys order bytewise. Revisions are integers below 2^53.
 */

import type { Disposable } from '../base/disposable.ts'

/** One version of one key. */
export interface KeyValue {
  key: Uint8Array
  value: Uint8Array
  /** Revision at which the key last came into being. */
  createRevision: number
  /** Revision of this version. */
  modRevision: number
  /** 1 at creation, then one more with each change. 0 in the `previous` of nothing. */
  version: number
  /** Lease that owns the key, or 0. */
  lease: number
}

export interface RangeRequest {
  key: Uint8Array
  /** Exclusive end of the range. Absent: the one key. `ALL_KEYS` after an empty key: every key. */
  rangeEnd?: Uint8Array
  /** Most keys to return; 0 or absent means no limit. */
  limit?: number
  /** Reads the state at this revision; 0 or absent means the newest. */
  revision?: number
  /** True: the answer may be behind (read from this member as it is). Default: linearizable. */
  serializable?: boolean
  keysOnly?: boolean
  countOnly?: boolean
}

export interface RangeResponse {
  /** The store's revision when the range was read. */
  revision: number
  kvs: KeyValue[]
  /** Keys in the range altogether, whatever the limit. */
  count: number
  /** Whether keys were left out because of the limit. */
  more: boolean
}

/** A condition of a transaction. Missing keys compare as version 0, revisions 0 and an empty value. */
export interface Compare {
  key: Uint8Array
  target: 'version' | 'createRevision' | 'modRevision' | 'value' | 'lease'
  result: 'equal' | 'notEqual' | 'greater' | 'less'
  operand: number | Uint8Array
}

export type Operation =
  | { type: 'range'; request: RangeRequest }
  | { type: 'put'; key: Uint8Array; value: Uint8Array; lease?: number; previous?: boolean }
  | { type: 'delete'; key: Uint8Array; rangeEnd?: Uint8Array; previous?: boolean }

export type OperationResult =
  | { type: 'range'; response: RangeResponse }
  | { type: 'put'; previous: KeyValue | undefined }
  | { type: 'delete'; deleted: number; previous: KeyValue[] }

export interface TxnRequest {
  compare: Compare[]
  /** Run when every comparison holds. A key may be put at most once. */
  success: Operation[]
  /** Run otherwise. */
  failure: Operation[]
}

export interface TxnResponse {
  /** The store's revision after the transaction. It moved only if the transaction wrote something. */
  revision: number
  succeeded: boolean
  results: OperationResult[]
}

export interface WatchRequest {
  key: Uint8Array
  rangeEnd?: Uint8Array
  /** First revision to deliver. 0 or absent: only what comes after the watch was made. May lie in the future. */
  startRevision?: number
  /** Deliver the value before each event too. */
  previous?: boolean
  /** Report progress when nothing happened for a while (see `onProgress`). */
  progress?: boolean
}

export interface WatchEvent {
  type: 'put' | 'delete'
  /** For a deletion only `key` and `modRevision` carry meaning. */
  kv: KeyValue
  previous?: KeyValue
}

/** All callbacks run on later turns, in order of revision, never after `dispose`. */
export interface WatchObserver {
  /** All events of one or more whole revisions, in order. `revision` is that of the last. */
  onEvents(events: WatchEvent[], revision: number): void
  /** Everything up to and including `revision` has been delivered. Sent at least once, when the watch is established. */
  onProgress(revision: number): void
  /** The watch has ended by itself: `CompactedError`, `UnavailableError` (start again from the last revision seen). */
  onError(error: StoreError): void
}

export interface MemberStatus {
  id: string
  name: string
  clientURLs: string[]
  role: 'leader' | 'follower' | 'candidate' | 'pre-candidate' | 'learner'
  /** Name of the leader, as far as this member knows. */
  leader: string | undefined
  term: number
  /** Raft log indexes. */
  committed: number
  applied: number
  lastIndex: number
  revision: number
  compactRevision: number
  /** Bytes of the member's database file. */
  dbSize: number
  /** Why the member does not serve (corruption, disk full …), if it does not. */
  problem?: string
}

export interface Store extends Disposable {
  range(request: RangeRequest): Promise<RangeResponse>
  /**
   * @throws UnknownOutcomeError if the connection to the quorum broke after the transaction was handed over: it may
   * or may not have happened. UnavailableError if it certainly did not.
   */
  txn(request: TxnRequest): Promise<TxnResponse>
  watch(request: WatchRequest, observer: WatchObserver): Disposable
  /** A revision that is at least as new as every write acknowledged before the call (Raft's ReadIndex). */
  readRevision(): Promise<number>
  /** Forgets history before `revision`; the state at `revision` stays readable. */
  compact(revision: number): Promise<void>
  leaseGrant(ttlSeconds: number): Promise<number>
  leaseKeepAlive(lease: number): Promise<number>
  leaseRevoke(lease: number): Promise<void>
  status(): Promise<MemberStatus>
}

/** Base of everything a store answers with instead of a result. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError'
}

/** The revision asked for has been compacted away. */
export class CompactedError extends StoreError {
  override readonly name = 'CompactedError'
  readonly compactRevision: number
  constructor(compactRevision: number) {
    super('etcdserver: mvcc: required revision has been compacted')
    this.compactRevision = compactRevision
  }
}

/** The revision asked for does not exist yet. */
export class FutureRevisionError extends StoreError {
  override readonly name = 'FutureRevisionError'
  constructor() {
    super('etcdserver: mvcc: required revision is a future revision')
  }
}

/** No quorum, no leader, or the member is stopping: nothing was done. */
export class UnavailableError extends StoreError {
  override readonly name = 'UnavailableError'
}

/** The request may or may not have been carried out. */
export class UnknownOutcomeError extends StoreError {
  override readonly name = 'UnknownOutcomeError'
}

/** The request itself is wrong (too large, a duplicate put, an unknown lease …). */
export class InvalidRequestError extends StoreError {
  override readonly name = 'InvalidRequestError'
}

/** The disk is full: reads go on, writes are refused until space is back. */
export class NoSpaceError extends StoreError {
  override readonly name = 'NoSpaceError'
}

/** Range end that, behind any key, means "to the end of the key space" (etcd's "\0"). */
export const ALL_KEYS = new Uint8Array([0])

/** The exclusive end of the range of all keys that start with `prefix`. */
export function prefixEnd(prefix: Uint8Array): Uint8Array {
  for (let i = prefix.length - 1; i >= 0; i--) {
    if (prefix[i]! < 0xff) {
      const end = Uint8Array.from(prefix.subarray(0, i + 1))
      end[i]!++
      return end
    }
  }
  return ALL_KEYS
}
