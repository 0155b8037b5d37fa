import { messageOf } from '../../base/errors.ts'
import {
  CompactedError,
  FutureRevisionError,
  InvalidRequestError,
  NoSpaceError,
  StoreError,
  UnavailableError,
  UnknownOutcomeError,
} from '../kv.ts'
import { storeErrorNamed } from '../store-error.ts'
import type { StoreErrorName } from '../store-error.ts'

/**
 * What etcd refuses with, in both directions: how a member tells its errors to a client of etcd, and what the store over a
 * real etcd makes of what it is told.
 */

/** gRPC's status codes (grpc/grpc, doc/statuscodes.md), those that etcd answers with. */
export const CODE = {
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const

/** What a call is refused with. */
export interface Refusal {
  code: number
  details: string
}

/** etcd's texts and their codes, from its `rpctypes/error.go`. What is not listed here follows from the error's class. */
const CODES: Record<string, number> = {
  'etcdserver: key is not provided': CODE.INVALID_ARGUMENT,
  'etcdserver: key not found': CODE.INVALID_ARGUMENT,
  'etcdserver: value is provided': CODE.INVALID_ARGUMENT,
  'etcdserver: lease is provided': CODE.INVALID_ARGUMENT,
  'etcdserver: too many operations in txn request': CODE.INVALID_ARGUMENT,
  'etcdserver: duplicate key given in txn request': CODE.INVALID_ARGUMENT,
  'etcdserver: invalid sort option': CODE.INVALID_ARGUMENT,
  'etcdserver: request is too large': CODE.INVALID_ARGUMENT,
  'etcdserver: mvcc: required revision has been compacted': CODE.OUT_OF_RANGE,
  'etcdserver: mvcc: required revision is a future revision': CODE.OUT_OF_RANGE,
  'etcdserver: mvcc: database space exceeded': CODE.RESOURCE_EXHAUSTED,
  'etcdserver: too many requests': CODE.RESOURCE_EXHAUSTED,
  'etcdserver: requested lease not found': CODE.NOT_FOUND,
  'etcdserver: lease already exists': CODE.FAILED_PRECONDITION,
  'etcdserver: too large lease TTL': CODE.OUT_OF_RANGE,
  'etcdserver: member ID already exist': CODE.FAILED_PRECONDITION,
  'etcdserver: Peer URLs already exists': CODE.FAILED_PRECONDITION,
  'etcdserver: re-configuration failed due to not enough started members': CODE.FAILED_PRECONDITION,
  'etcdserver: given member URLs are invalid': CODE.INVALID_ARGUMENT,
  'etcdserver: member not found': CODE.NOT_FOUND,
  'etcdserver: can only promote a learner member': CODE.FAILED_PRECONDITION,
  'etcdserver: can only promote a learner member which is in sync with leader': CODE.FAILED_PRECONDITION,
  'etcdserver: too many learner members in cluster': CODE.FAILED_PRECONDITION,
  'etcdserver: rpc not supported for learner': CODE.FAILED_PRECONDITION,
  'etcdserver: not leader': CODE.FAILED_PRECONDITION,
  'etcdserver: bad leader transferee': CODE.FAILED_PRECONDITION,
  'etcdserver: authentication is not enabled': CODE.FAILED_PRECONDITION,
  'etcdserver: permission denied': CODE.PERMISSION_DENIED,
  'etcdserver: root user does not exist': CODE.FAILED_PRECONDITION,
  'etcdserver: user name not found': CODE.FAILED_PRECONDITION,
  'etcdserver: role name not found': CODE.FAILED_PRECONDITION,
  'etcdserver: users and roles are not implemented: certificates say who may connect': CODE.UNIMPLEMENTED,
  'etcdserver: wrong downgrade target version format': CODE.INVALID_ARGUMENT,
  'etcdserver: invalid downgrade target version': CODE.INVALID_ARGUMENT,
  'etcdserver: no inflight downgrade job': CODE.FAILED_PRECONDITION,
  'etcdserver: no leader': CODE.UNAVAILABLE,
  'etcdserver: leader changed': CODE.UNAVAILABLE,
  'etcdserver: server stopped': CODE.UNAVAILABLE,
  'etcdserver: request timed out': CODE.UNAVAILABLE,
  'etcdserver: request timed out, possibly due to previous leader failure': CODE.UNAVAILABLE,
  'etcdserver: corrupt cluster': CODE.DATA_LOSS,
}

const COMPACTED = 'etcdserver: mvcc: required revision has been compacted'

/** Texts that have an error of their own in the store. */
const NAMES: Record<string, StoreErrorName> = {
  'etcdserver: mvcc: required revision is a future revision': 'FutureRevisionError',
  'etcdserver: mvcc: database space exceeded': 'NoSpaceError',
  'etcdserver: corrupt cluster': 'CorruptError',
  // With these etcd certainly did nothing, though their codes are those of an outage.
  'etcdserver: no leader': 'UnavailableError',
  'etcdserver: too many requests': 'UnavailableError',
}

/** Codes of requests that are wrong, or that may not be made. */
const INVALID = new Set<number>([
  CODE.INVALID_ARGUMENT,
  CODE.NOT_FOUND,
  CODE.PERMISSION_DENIED,
  CODE.FAILED_PRECONDITION,
  CODE.OUT_OF_RANGE,
  CODE.UNIMPLEMENTED,
  CODE.UNAUTHENTICATED,
])
const OUTAGE = new Set<number>([CODE.UNAVAILABLE, CODE.DEADLINE_EXCEEDED, CODE.CANCELLED])

/** Refuses a request in etcd's words. */
export function refuse(details: string): never {
  throw new InvalidRequestError(details)
}

/** What a client is told of an error. A text of etcd's keeps etcd's code whatever class of error brings it. */
export function refusalOf(error: unknown): Refusal {
  const text = messageOf(error)
  const known = CODES[text]
  if (known !== undefined) return { code: known, details: text }
  // A client of etcd takes this one to mean that the request may have been carried out.
  if (error instanceof UnknownOutcomeError) return { code: CODE.UNAVAILABLE, details: 'etcdserver: request timed out' }
  const details = text.startsWith('etcdserver: ') ? text : `etcdserver: ${text}`
  return { code: codeOfClass(error), details }
}

function codeOfClass(error: unknown): number {
  if (error instanceof UnavailableError) return CODE.UNAVAILABLE
  if (error instanceof CompactedError || error instanceof FutureRevisionError) return CODE.OUT_OF_RANGE
  if (error instanceof NoSpaceError) return CODE.RESOURCE_EXHAUSTED
  if (error instanceof InvalidRequestError) return CODE.INVALID_ARGUMENT
  return error instanceof StoreError ? CODE.UNKNOWN : CODE.INTERNAL
}

export function isCompacted(error: unknown): boolean {
  return (error as Partial<Refusal>).details === COMPACTED
}

/** Whether another try, perhaps at another endpoint, may go better and does no harm. */
export function canBeTriedAgain({ code, details }: Refusal, writes: boolean): boolean {
  if (NAMES[details] === 'UnavailableError') return true
  return !writes && (code === CODE.UNAVAILABLE || details === 'etcdserver: leader changed')
}

/** The store's error for what etcd, or the way to it, answered. A revision that is compacted is for the caller to find out. */
export function errorOf(refusal: Refusal & Partial<Error>, writes: boolean): StoreError {
  const { code, details } = refusal
  const options = { cause: refusal }
  const name = NAMES[details]
  if (name) return storeErrorNamed(name, details, options)
  if (INVALID.has(code)) return new InvalidRequestError(details, options)
  if (writes) return new UnknownOutcomeError(`outcome unknown: ${details}`, options)
  return OUTAGE.has(code) ? new UnavailableError(details, options) : new StoreError(details, options)
}
