import { status as CODE } from '@grpc/grpc-js'
import type { ServiceError } from '@grpc/grpc-js'
import {
  CorruptError,
  FutureRevisionError,
  InvalidRequestError,
  NoSpaceError,
  StoreError,
  UnavailableError,
  UnknownOutcomeError,
} from '../kv.ts'

/** What etcd says when it certainly did nothing, though its code is that of an outage. */
const CERTAIN = new Set(['etcdserver: no leader', 'etcdserver: too many requests'])
const COMPACTED = 'etcdserver: mvcc: required revision has been compacted'

export const isCompacted = (error: unknown) => (error as Partial<ServiceError>).details === COMPACTED

/** Whether another try, perhaps at another endpoint, may go better and does no harm. */
export function canBeTriedAgain({ code, details }: ServiceError, writes: boolean): boolean {
  if (CERTAIN.has(details)) return true
  return !writes && (code === CODE.UNAVAILABLE || details === 'etcdserver: leader changed')
}

/** The store's error for what etcd, or the way to it, answered. */
export function storeError(error: ServiceError, writes: boolean): StoreError {
  const { code, details } = error
  const options = { cause: error }
  if (CERTAIN.has(details)) return new UnavailableError(details, options)
  switch (details) {
    case 'etcdserver: mvcc: required revision is a future revision':
      return new FutureRevisionError()
    case 'etcdserver: mvcc: database space exceeded':
      return new NoSpaceError(details, options)
    case 'etcdserver: corrupt cluster':
      return new CorruptError()
  }
  switch (code) {
    case CODE.INVALID_ARGUMENT:
    case CODE.NOT_FOUND:
    case CODE.FAILED_PRECONDITION:
    case CODE.OUT_OF_RANGE:
    case CODE.PERMISSION_DENIED:
    case CODE.UNAUTHENTICATED:
    case CODE.UNIMPLEMENTED:
      return new InvalidRequestError(details, options)
  }
  if (writes) return new UnknownOutcomeError(`outcome unknown: ${details}`, options)
  if (code === CODE.UNAVAILABLE || code === CODE.DEADLINE_EXCEEDED || code === CODE.CANCELLED)
    return new UnavailableError(details, options)
  return new StoreError(details, options)
}
