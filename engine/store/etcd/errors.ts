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
  'etcdserver: corrupt cluster': CODE.DATA_LOSS,
}

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
