import {
  CompactedError,
  CorruptError,
  FutureRevisionError,
  InvalidRequestError,
  NoSpaceError,
  StoreError,
  UnavailableError,
  UnknownOutcomeError,
} from './kv.ts'

/** What an error has beside its message. */
interface Details extends ErrorOptions {
  /** Of a `CompactedError`. */
  compactRevision?: number
}

const BY_NAME = {
  CompactedError: (_: string, { compactRevision = 0 }: Details) => new CompactedError(compactRevision),
  CorruptError: () => new CorruptError(),
  FutureRevisionError: () => new FutureRevisionError(),
  InvalidRequestError: (message: string, details: Details) => new InvalidRequestError(message, details),
  NoSpaceError: (message: string, details: Details) => new NoSpaceError(message, details),
  UnavailableError: (message: string, details: Details) => new UnavailableError(message, details),
  UnknownOutcomeError: (message: string, details: Details) => new UnknownOutcomeError(message, details),
  StoreError: (message: string, details: Details) => new StoreError(message, details),
} satisfies Record<string, (message: string, details: Details) => StoreError>

export type StoreErrorName = keyof typeof BY_NAME

/** An error of the store that comes from elsewhere (another thread, a server), by the name of its class. */
export function storeErrorNamed(name: string, message: string, details: Details = {}): StoreError {
  return (BY_NAME[name as StoreErrorName] ?? BY_NAME.StoreError)(message, details)
}
