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
  /**
   * Order of the answer, before `limit` cuts it. `none` is ascending by key; with another target than the key it is
   * ascending by that target, but only what `limit` had already let through (as in etcd).
   */
  sortOrder?: 'none' | 'ascend' | 'descend'
  /** Default: `key`. Equals stay in the order of their keys. */
  sortTarget?: 'key' | 'version' | 'create' | 'mod' | 'value'
  /** Keys outside of these bounds (both included; 0 or absent: none) are left out, but counted. */
  minModRevision?: number
  maxModRevision?: number
  minCreateRevision?: number
  maxCreateRevision?: number
}

export interface RangeResponse {
  /** The store's revision when the range was read. */
  revision: number
  kvs: KeyValue[]
  /** Keys in the range altogether, whatever the limit and the bounds. */
  count: number
  /** Whether keys were left out because of the limit. */
  more: boolean
}

/**
 * A condition of a transaction, on the state before it. A missing key compares as version 0, revisions 0 and no lease; a
 * condition on its value never holds.
 */
export interface Compare {
  key: Uint8Array
  /** With it every key of the range must meet the condition; a range without keys compares as a missing key. */
  rangeEnd?: Uint8Array
  target: 'version' | 'createRevision' | 'modRevision' | 'value' | 'lease'
  result: 'equal' | 'notEqual' | 'greater' | 'less'
  operand: number | Uint8Array
}

export type Operation =
  | { type: 'range'; request: RangeRequest }
  | PutOperation
  | { type: 'delete'; key: Uint8Array; rangeEnd?: Uint8Array; previous?: boolean }
  /** A transaction within: its conditions too are looked at before anything is written. */
  | { type: 'txn'; request: TxnRequest }

export interface PutOperation {
  type: 'put'
  key: Uint8Array
  value: Uint8Array
  lease?: number
  previous?: boolean
  /** Keeps the key's value; it must exist, and `value` must be empty. */
  ignoreValue?: boolean
  /** Keeps the key's lease; it must exist, and `lease` must be absent or 0. */
  ignoreLease?: boolean
}

export type OperationResult =
  | { type: 'range'; response: RangeResponse }
  | { type: 'put'; previous: KeyValue | undefined }
  | { type: 'delete'; deleted: number; previous: KeyValue[] }
  | { type: 'txn'; response: TxnResponse }

export interface TxnRequest {
  compare: Compare[]
  /** Run when every comparison holds. A key may be put at most once, and not be deleted beside that. */
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
  /** How long that while is, in milliseconds. Default: 100. */
  progressIntervalMs?: number
  /** Events to leave out. */
  filters?: ('noPut' | 'noDelete')[]
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

/** An observer that can say that it has enough for now; `MemberStore.resumeWatches` goes on. */
export interface PacedObserver extends WatchObserver {
  congested?(): boolean
}

/** A watch that runs. */
export interface Watch extends Disposable {
  /** Asks for one `onProgress`, as soon as everything up to the store's revision is delivered. */
  requestProgress(): void
}

export interface MemberStatus {
  /** Member id as 16 hexadecimal digits. */
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

/** What stands at the head of each of etcd's answers. */
export interface ResponseHeader {
  clusterId: bigint
  memberId: bigint
  revision: number
  raftTerm: number
}

export interface DetailedStatus extends MemberStatus {
  /** Bytes of the database that hold something. */
  dbSizeInUse: number
  /** Bytes the database may have. */
  dbSizeQuota: number
  isLearner: boolean
  /** What is wrong, alarms of this member included, in words. */
  errors: string[]
}

export interface Member {
  /** uint64: the first 8 bytes of SHA-256 over cluster and name. */
  id: bigint
  name: string
  peerURLs: string[]
  clientURLs: string[]
  isLearner: boolean
}

export interface LeaseTimeToLive {
  id: number
  /** Whole seconds left; -1 if there is no such lease. */
  ttl: number
  /** Seconds that the lease was granted for; 0 if there is no such lease. */
  grantedTtl: number
  /** The lease's keys in order, if they were asked for. */
  keys: Uint8Array[]
}

export interface StoreHash {
  /** uint32 over all that can be read at `hashRevision`; equal on all members for the same two revisions. */
  hash: number
  hashRevision: number
  compactRevision: number
  /** The store's revision when the hash was asked for. */
  revision: number
}

export type AlarmType = 'nospace' | 'corrupt'

export interface Alarm {
  member: bigint
  type: AlarmType
}

/** A store member itself, with what etcd's own API offers beyond the key space. */
export interface MemberStore extends Store {
  /** At this moment, without asking anybody. */
  header(): ResponseHeader
  watch(request: WatchRequest, observer: PacedObserver): Watch
  /** Observers that were congested take more again. */
  resumeWatches(): void
  /** `physical`: resolves only when this member has cleared away what was compacted. */
  compact(revision: number, physical?: boolean): Promise<void>
  /**
   * Resolves with the lease's id: `id`, or a free one if that is absent or 0. Less than a second counts as one.
   * @throws InvalidRequestError if the id is taken or not below 2^53, or the time is above 9,000,000,000 seconds.
   */
  leaseGrant(ttlSeconds: number, id?: number): Promise<number>
  /** Asks the leader: only it knows how much time is left. */
  leaseTimeToLive(id: number, keys: boolean): Promise<LeaseTimeToLive>
  leases(): Promise<number[]>
  status(): Promise<DetailedStatus>
  /** Of the key space as it is now. */
  hash(): Promise<StoreHash>
  /** Of the key space as of `revision` (0 or absent: now). @throws CompactedError, FutureRevisionError */
  hashKV(revision?: number): Promise<StoreHash>
  /** Gives free space in the database back to the disk, a step at a time. */
  defragment(): Promise<void>
  alarms(): Promise<Alarm[]>
  /** Resolves with the alarms that the action has changed. */
  alarm(action: 'activate' | 'deactivate', member: bigint, type: AlarmType): Promise<Alarm[]>
  /** A consistent SQLite image of the member, and at the end the 32 bytes of its SHA-256. */
  snapshot(): AsyncIterable<Uint8Array>
  members(): Promise<Member[]>
  memberAdd(peerURLs: string[], isLearner: boolean): Promise<Member>
  memberRemove(id: bigint): Promise<void>
  memberUpdate(id: bigint, peerURLs: string[]): Promise<void>
  memberPromote(id: bigint): Promise<void>
  /** Hands leadership over; only the leader can. */
  moveLeader(id: bigint): Promise<void>
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

/** Members differ in what they hold: nothing is served until the alarm is taken back. */
export class CorruptError extends StoreError {
  override readonly name = 'CorruptError'
  constructor() {
    super('etcdserver: corrupt cluster')
  }
}

/** The disk is full or the quota exceeded: reads and deletions go on, other writes are refused until space is back. */
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
