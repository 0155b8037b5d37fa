import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { ApiError } from '../../api/status.ts'
import { codeOf } from '../../base/errors.ts'
import type { RequestContext } from './context.ts'

const GZIP_FROM_BYTES = 128 * 1024
const PIECE_BYTES = 256 * 1024
/** What no header may hold; a field that somebody made up may. */
// eslint-disable-next-line no-control-regex -- control characters are the point
const CONTROL = /[\u0000-\u001f\u007f]+/g

/** Sends an object as JSON, or as YAML where `format` says so. */
export async function sendObject(ctx: RequestContext, code: number, object: object, format: 'json' | 'yaml' = 'json') {
  if (format === 'yaml') {
    const { stringify } = await import('yaml')
    const text = stringify(object, {
      sortMapEntries: true,
      version: '1.1',
      lineWidth: 0,
      indentSeq: false,
      aliasDuplicateObjects: false,
    })
    // Go's printer leaves the lone dot of managed fields without quotes.
    return sendBytes(ctx, code, Buffer.from(text.replace(/^( *)"\.": /gm, '$1.: ')), 'application/yaml')
  }
  const pretty = ctx.query.get('pretty')
  const text = pretty && pretty !== 'false' && pretty !== '0' ? JSON.stringify(object, null, 2) : JSON.stringify(object)
  await sendBytes(ctx, code, Buffer.from(text + '\n'), 'application/json')
}

export function sendText(ctx: RequestContext, code: number, text: string) {
  return sendBytes(ctx, code, Buffer.from(text), 'text/plain; charset=utf-8')
}

/**
 * Sends ready-made bytes; large ones are compressed for clients that ask for it. What is larger than a piece is never put
 * together: it goes out piece by piece, as fast as the client reads.
 */
export async function sendBytes(ctx: RequestContext, code: number, body: Buffer | Buffer[], contentType: string) {
  const { response } = ctx
  if (response.headersSent || response.destroyed) return
  const chunks = Array.isArray(body) ? body : [body]
  let length = 0
  for (const chunk of chunks) length += chunk.length
  commonHeaders(ctx)
  response.statusCode = code
  response.setHeader('Content-Type', contentType)
  const packed = length >= GZIP_FROM_BYTES && /\bgzip\b/.test(String(ctx.headers['accept-encoding'] ?? ''))
  if (packed) {
    response.setHeader('Content-Encoding', 'gzip')
    response.setHeader('Vary', 'Accept-Encoding')
  } else response.setHeader('Content-Length', length)
  if (ctx.method === 'HEAD') return void response.end()
  if (!packed && length <= PIECE_BYTES)
    return void response.end(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))
  try {
    if (packed) await pipeline(pieces(chunks), createGzip({ level: 1 }), response)
    else await pipeline(pieces(chunks), response)
  } catch (error) {
    // Who goes away in the middle needs no answer.
    if (codeOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE' && !response.destroyed) throw error
  }
}

/** Small chunks put together, so that each write is worth its while. */
function* pieces(chunks: Buffer[]): Generator<Buffer> {
  let from = 0
  let length = 0
  for (let i = 0; i < chunks.length; i++) {
    length += chunks[i]!.length
    if (length < PIECE_BYTES && i + 1 < chunks.length) continue
    yield i === from ? chunks[i]! : Buffer.concat(chunks.slice(from, i + 1))
    from = i + 1
    length = 0
  }
}

/** Sends an error as a Status object. */
export async function sendError(ctx: RequestContext, error: ApiError) {
  const { response } = ctx
  if (response.headersSent) return void response.destroy()
  for (const [name, value] of Object.entries(error.headers ?? {})) response.setHeader(name, value)
  const retry = error.status.details?.retryAfterSeconds
  if (retry && !response.hasHeader('Retry-After')) response.setHeader('Retry-After', String(retry))
  await sendObject(ctx, error.code, error.status)
}

/** Headers that every answer carries. Call before the first byte goes out. */
export function commonHeaders(ctx: RequestContext) {
  const { response } = ctx
  response.setHeader('Audit-Id', ctx.auditID)
  if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'no-cache, private')
  if (ctx.warnings.length === 0) return
  const texts = [...new Set(ctx.warnings)].map(
    text => `299 - "${text.replace(/["\\]/g, '\\$&').replace(CONTROL, ' ')}"`,
  )
  // HTTP headers are latin-1 on the wire: send UTF-8 bytes, as Go does.
  response.setHeader(
    'Warning',
    texts.map(text => Buffer.from(text).toString('latin1')),
  )
}
