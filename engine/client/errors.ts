/** The part of a `Status` that clients act upon. */
export interface StatusBody {
  kind?: string
  message?: string
  reason?: string
  code?: number
  details?: {
    name?: string
    kind?: string
    retryAfterSeconds?: number
    causes?: { reason?: string; message?: string; field?: string }[]
  }
}

/** The server refused: its `Status` says why. */
export class ResponseError extends Error {
  override readonly name = 'ResponseError'
  readonly code: number
  readonly status: StatusBody
  /** Seconds that the server asked to wait, or 0. */
  readonly retryAfterSeconds: number

  constructor(code: number, status: StatusBody, retryAfterSeconds = 0) {
    super(status.message ?? `HTTP ${code}`)
    this.code = code
    this.status = status
    this.retryAfterSeconds = retryAfterSeconds || status.details?.retryAfterSeconds || 0
  }
}

/** No (whole) answer came: the request may or may not have been carried out. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ResponseError && error.code === 404
}

export function isConflict(error: unknown): boolean {
  return error instanceof ResponseError && error.code === 409 && error.status.reason === 'Conflict'
}

export function isAlreadyExists(error: unknown): boolean {
  return error instanceof ResponseError && error.code === 409 && error.status.reason === 'AlreadyExists'
}

/** The version asked for is gone from history: list again. */
export function isExpired(error: unknown): boolean {
  return error instanceof ResponseError && error.code === 410
}

/** The namespace is being deleted: nothing can be created in it any more. */
export function isNamespaceTerminating(error: unknown): boolean {
  return (
    error instanceof ResponseError &&
    error.code === 403 &&
    (error.status.details?.causes ?? []).some(c => c.reason === 'NamespaceTerminating')
  )
}
