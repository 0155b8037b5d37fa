import type { FieldError } from './strategy.ts'
import type { ListMeta } from './object.ts'

/** A group and resource as errors name them. */
export interface GroupResource {
  group: string
  resource: string
}

export interface StatusCause {
  reason?: string
  message?: string
  field?: string
}

export interface StatusDetails {
  name?: string
  group?: string
  kind?: string
  uid?: string
  causes?: StatusCause[]
  retryAfterSeconds?: number
}

/** What every answer that is no object looks like (meta/v1.Status). */
export interface Status {
  kind: 'Status'
  apiVersion: 'v1'
  metadata: ListMeta
  status: 'Success' | 'Failure'
  message?: string
  reason?: string
  details?: StatusDetails
  code?: number
}

/** A refusal with the Status that goes over the wire. The texts are those of k8s.io/apimachinery/pkg/api/errors. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: Status
  readonly code: number
  /** Extra response headers, such as Retry-After (seconds). */
  readonly headers?: Record<string, string>

  constructor(
    code: number,
    reason: string,
    message: string,
    details?: StatusDetails,
    headers?: Record<string, string>,
  ) {
    super(message)
    this.code = code
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason && { reason }),
      ...(details && { details }),
      code,
    }
    if (headers) this.headers = headers
  }

  /** The Status' reason, such as "NotFound"; empty if there is none. */
  get reason(): string {
    return this.status.reason ?? ''
  }
}

/** "deployments.apps", or the bare resource for the core group. */
export function groupResourceName(gr: GroupResource): string {
  return gr.group ? `${gr.resource}.${gr.group}` : gr.resource
}

const details = (gr: GroupResource, name?: string): StatusDetails => ({
  ...(name && { name }),
  ...(gr.group && { group: gr.group }),
  ...(gr.resource && { kind: gr.resource }),
})

export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message)

export const unauthorized = (message = 'Unauthorized'): ApiError => new ApiError(401, 'Unauthorized', message)

/** `why` is the text after "is forbidden: "; with no resource it is the whole text. */
export function forbidden(gr: GroupResource & { subresource?: string; name?: string }, why: string): ApiError {
  const full = groupResourceName(gr)
  const message = !full
    ? `forbidden: ${why}`
    : gr.name
      ? `${full} "${gr.name}" is forbidden: ${why}`
      : `${full} is forbidden: ${why}`
  return new ApiError(403, 'Forbidden', message, details(gr, gr.name))
}

export function notFound(gr: GroupResource, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${groupResourceName(gr)} "${name}" not found`, details(gr, name))
}

/** The answer for a path or resource that is not served. */
export function resourceNotFound(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {})
}

export function alreadyExists(gr: GroupResource, name: string): ApiError {
  return new ApiError(409, 'AlreadyExists', `${groupResourceName(gr)} "${name}" already exists`, details(gr, name))
}

/** A generated name collided too often. */
export function generateNameConflict(gr: GroupResource, name: string): ApiError {
  const error = alreadyExists(gr, name)
  return new ApiError(
    409,
    'AlreadyExists',
    `${error.message}, the server was not able to generate a unique name for the object`,
    {
      ...details(gr, name),
      retryAfterSeconds: 1,
    },
    { 'Retry-After': '1' },
  )
}

export function conflict(gr: GroupResource, name: string, why: string): ApiError {
  return new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${groupResourceName(gr)} "${name}": ${why}`,
    details(gr, name),
  )
}

/** The usual reason of `conflict`: somebody else wrote first. */
export const OPTIMISTIC_LOCK_TEXT =
  'the object has been modified; please apply your changes to the latest version and try again'

/** Server-side apply met fields that other managers own. */
export function applyConflict(message: string, causes: StatusCause[]): ApiError {
  return new ApiError(409, 'Conflict', message, { causes })
}

export const gone = (message: string): ApiError => new ApiError(410, 'Gone', message)

/** A resource version or continue token that is too old; `continueToken` lets the client go on inconsistently. */
export function expired(message: string, continueToken?: string): ApiError {
  const error = new ApiError(410, 'Expired', message)
  if (continueToken) error.status.metadata.continue = continueToken
  return error
}

/** Field errors of an object. `kind` without a group is a core kind. */
export function invalid(gk: { group: string; kind: string }, name: string, errors: readonly FieldError[]): ApiError {
  const causes = errors.map(e => ({ reason: e.reason, message: e.message, field: e.field }))
  const texts = [...new Set(errors.map(e => `${e.field}: ${e.message}`))]
  const text = texts.length === 1 ? texts[0] : texts.length ? `[${texts.join(', ')}]` : '<nil>'
  const full = gk.group ? `${gk.kind}.${gk.group}` : gk.kind
  return new ApiError(422, 'Invalid', `${full} "${name}" is invalid: ${text}`, {
    ...(name && { name }),
    ...(gk.group && { group: gk.group }),
    ...(gk.kind && { kind: gk.kind }),
    causes,
  })
}

/** The verb exists, but not for this resource. */
export function methodNotSupported(gr: GroupResource, verb: string): ApiError {
  return new ApiError(
    405,
    'MethodNotAllowed',
    `${verb} is not supported on resources of kind "${groupResourceName(gr)}"`,
    details(gr),
  )
}

/** The HTTP method has no meaning on the path. */
export function methodNotAllowed(): ApiError {
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})
}

export function notAcceptable(available: readonly string[]): ApiError {
  return new ApiError(406, 'NotAcceptable', `only the following media types are accepted: ${available.join(', ')}`)
}

export function unsupportedMediaType(available: readonly string[]): ApiError {
  return new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${available.join(', ')}`,
  )
}

/** `limit` in bytes. */
export function requestEntityTooLarge(limit: number): ApiError {
  return new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`)
}

export function tooManyRequests(message: string, retryAfterSeconds: number, causes?: StatusCause[]): ApiError {
  return new ApiError(
    429,
    'TooManyRequests',
    message,
    { ...(causes && { causes }), ...(retryAfterSeconds > 0 && { retryAfterSeconds }) },
    retryAfterSeconds > 0 ? { 'Retry-After': String(retryAfterSeconds) } : undefined,
  )
}

export function internal(message: string): ApiError {
  return new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] })
}

/** A 500 that carries a bare text and no reason, as Kubernetes answers for errors that are no API errors. */
export function unclassified(message: string): ApiError {
  return new ApiError(500, '', message)
}

export const serviceUnavailable = (message: string): ApiError => new ApiError(503, 'ServiceUnavailable', message)

export function timeout(message: string, retryAfterSeconds?: number): ApiError {
  const header = retryAfterSeconds ? { 'Retry-After': String(retryAfterSeconds) } : undefined
  return new ApiError(504, 'Timeout', `Timeout: ${message}`, retryAfterSeconds ? { retryAfterSeconds } : {}, header)
}

/** A namespace that is going away takes nothing new. */
export function namespaceTerminating(gr: GroupResource, name: string, namespace: string): ApiError {
  const error = forbidden(
    { ...gr, name },
    `unable to create new content in namespace ${namespace} because it is being terminated`,
  )
  error.status.details = {
    ...error.status.details,
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  }
  return error
}

export function statusSuccess(info?: StatusDetails): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', ...(info && { details: info }) }
}
