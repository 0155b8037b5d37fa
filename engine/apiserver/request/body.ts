import type { IncomingMessage } from 'node:http'
import {
  cannotHandle,
  decodeJSON,
  decodeYAML,
  strictText,
  strictWarnings,
  structural,
  unrecognizedObject,
} from '../../api/decode.ts'
import type { Decoded, Notes } from '../../api/decode.ts'
import type { KubeObject } from '../../api/object.ts'
import { apiVersionOf } from '../../api/object.ts'
import { ApiError, badRequest } from '../../api/status.ts'
import { failure } from '../errors.ts'
import type { RequestContext } from './context.ts'
import type { FieldValidation } from './options.ts'

const MAX_DISCARDED_BYTES = 64 << 20

type Schema = Parameters<typeof structural>[0]

const ACCEPTED = 'application/json, application/yaml, application/vnd.kubernetes.protobuf'

/** Reads the whole body. @throws ApiError 413 beyond `limit` bytes. */
export async function readBody(ctx: RequestContext, limit: number): Promise<Buffer> {
  const tooLarge = () => failure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`, {})
  if (Number(ctx.headers['content-length'] ?? 0) > limit) {
    await discard(ctx)
    throw tooLarge()
  }
  const body = await collect(ctx.request, limit)
  if (body) return body
  await discard(ctx)
  throw tooLarge()
}

/** The body, or undefined as soon as it is longer than `limit`; then the rest is still to come. */
function collect(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      request.off('data', take).off('end', end).off('error', fail).off('close', gone)
      act()
    }
    const take = (chunk: Buffer) => {
      chunks.push(chunk)
      length += chunk.length
      if (length > limit) settle(() => resolve(undefined))
    }
    const end = () => settle(() => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
    const fail = (error: Error) => settle(() => reject(error))
    const gone = () => fail(badRequest('the client went away before it had sent the whole body'))
    request.on('data', take).on('end', end).on('error', fail).on('close', gone)
    if (request.destroyed && !request.readableEnded) gone()
  })
}

/**
 * Reads what the client still sends, and forgets it: most clients look at the answer only when they have sent all, and
 * a connection that ends before takes the answer with it. Who sends much more than is allowed is cut off nevertheless.
 */
function discard({ request }: RequestContext): Promise<void> {
  let length = 0
  return new Promise(resolve => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > MAX_DISCARDED_BYTES) request.destroy()
    })
    request.once('end', resolve)
    request.once('close', resolve)
    request.resume()
  })
}

export interface Expected {
  group: string
  version: string
  kind: string
  schema: Schema | undefined
  /** Versions of the group that are taken for this one, since they have the same fields. */
  sameVersions?: string[]
}

export function mediaTypeOf(ctx: RequestContext): string {
  return String(ctx.headers['content-type'] ?? '')
    .split(';')[0]!
    .trim()
    .toLowerCase()
}

/**
 * Decodes a body into an object of the expected kind: unknown fields are pruned and, as `validation` asks, refused or
 * remarked upon in the request's warnings.
 */
export async function decodeObject(
  ctx: RequestContext,
  body: Buffer,
  expected: Expected,
  validation: FieldValidation,
): Promise<KubeObject> {
  const type = mediaTypeOf(ctx)
  let value: unknown
  let duplicates: string[] = []
  let notes: Notes | undefined
  if (type === 'application/vnd.kubernetes.protobuf') {
    const { decodeProtobuf } = await import('../../api/protobuf.ts')
    value = decodeProtobuf(body)
  } else if (type === '' || type === 'application/json' || type === 'application/yaml') {
    ;({ value, duplicates, notes } = parse(body, type === 'application/yaml', expected.kind))
  } else {
    const message = `the body of the request was in an unknown format - accepted media types include: ${ACCEPTED}`
    throw failure(415, 'UnsupportedMediaType', message)
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    const goType =
      'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
    throw unrecognizedObject(
      expected.kind,
      `json: cannot unmarshal ${jsonType(value)} into Go value of type ${goType}`,
      body,
    )
  }
  return checkObject(ctx, value as KubeObject, expected, validation, { duplicates, notes })
}

export interface Reading {
  /** Paths of fields that the body gave more than once. */
  duplicates?: string[]
  /** How the body was spelled, where remarks and numbers depend on it. */
  notes?: Notes
  /** Makes the error for content that the kind cannot hold. */
  refuse?: (cause: string) => ApiError
}

/** The checks of `decodeObject` on something that is parsed already (patches). */
export function checkObject(
  ctx: Pick<RequestContext, 'warnings'>,
  object: KubeObject,
  expected: Expected,
  validation: FieldValidation,
  { duplicates = [], notes, refuse = cause => cannotHandle(object.kind, expected.version, cause) }: Reading = {},
): KubeObject {
  const apiVersion = apiVersionOf(expected)
  const given = { apiVersion: object.apiVersion, kind: object.kind }
  object.apiVersion ||= apiVersion
  object.kind ||= expected.kind
  if (expected.sameVersions?.some(version => object.apiVersion === apiVersionOf({ ...expected, version })))
    object.apiVersion = apiVersion
  if (object.apiVersion !== apiVersion)
    throw badRequest(
      `the API version in the data (${given.apiVersion}) does not match the expected API version (${apiVersion})`,
    )
  if (object.kind !== expected.kind)
    throw badRequest(
      `${object.kind} in version "${expected.version}" cannot be handled as a ${expected.kind}: no kind "${object.kind}" is served here`,
    )
  let unknown: string[] = []
  if (expected.schema) {
    const result = structural(expected.schema, object, notes?.numbers)
    if (result.errors.length > 0) throw refuse(result.errors[0]!)
    unknown = result.unknown
  }
  if (unknown.length + duplicates.length > 0) {
    if (validation === 'Strict') throw refuse(strictText(duplicates, unknown, notes))
    if (validation === 'Warn') ctx.warnings.push(...strictWarnings(duplicates, unknown, notes))
  }
  object.metadata ??= {}
  return object
}

/** Parses a body of unknown kind (options of a deletion, patches). */
export function parse(body: Buffer, yaml: boolean, kind: string): Decoded {
  try {
    return yaml ? decodeYAML(body) : decodeJSON(body)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    throw unrecognizedObject(kind, error.message, body)
  }
}

function jsonType(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}
