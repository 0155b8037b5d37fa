import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { RequestOptions } from 'node:https'
import type { Duplex, Writable } from 'node:stream'
import { ApiError, badRequest } from '../../api/status.ts'
import type { RequestContext } from '../request/context.ts'
import { commonHeaders } from '../request/respond.ts'

/** Headers that belong to one hop, and credentials that nobody behind the API server may see. */
const NOT_FORWARDED = new Set([
  ...['host', 'authorization', 'connection', 'keep-alive', 'proxy-connection', 'proxy-authorization', 'http2-settings'],
  ...['transfer-encoding', 'te', 'trailer', 'upgrade'],
])

/** Where a request is passed on to. */
export interface Upstream {
  /** Over TLS; `options` then holds what TLS needs. False where `options` brings a connection that is made already. */
  secure: boolean
  options: RequestOptions
  method: string
  /** With the query. */
  path: string
  headers?: Record<string, string>
  /** Turns a connection that failed into the API's answer. */
  unreachable(error: NodeJS.ErrnoException): ApiError
  /** Looks at the answer's head before it goes out, and may change its headers. */
  answered?(answer: IncomingMessage): void
  /** Given, an answer other than 200 becomes an error of the API, and what comes is of this type. */
  type?: string
}

/** Passes a plain request on and its answer back, without keeping either in memory. */
export function pipe(ctx: RequestContext, upstream: Upstream): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const { type, method } = upstream
    let answered = false
    const outgoing = begin(ctx, upstream, {}, answer => {
      answered = true
      if (type && answer.statusCode !== 200) return void collectError(answer).then(reject, reject)
      upstream.answered?.(answer)
      sendAnswer(ctx, answer, type).then(resolve, reject)
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (answered || ctx.signal.aborted) resolve()
      else reject(upstream.unreachable(error))
    })
    if (method === 'GET' || method === 'HEAD') outgoing.end()
    else ctx.request.pipe(outgoing)
  })
}

/** Writes the body of an answer to a stream, until either ends. Gives up the request when the stream is closed. */
export function copyBody(ctx: RequestContext, upstream: Upstream, accept: () => Promise<Writable>): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let answered = false
    const outgoing = begin(ctx, upstream, {}, answer => {
      answered = true
      if (answer.statusCode !== 200) return void collectError(answer).then(reject, reject)
      answer.on('error', () => outgoing.destroy())
      accept().then(out => {
        out.on('close', () => {
          outgoing.destroy()
          resolve()
        })
        answer.on('close', () => out.end())
        answer.pipe(out)
      }, reject)
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (answered || ctx.signal.aborted) resolve()
      else reject(upstream.unreachable(error))
    })
    outgoing.end()
  })
}

/**
 * Upgrades the connection to the other side like the client's, then copies bytes both ways until both sides have ended,
 * or either breaks. An answer that is no upgrade is the client's answer; with `type` it becomes an error of the API.
 */
export function tunnel(ctx: RequestContext, upstream: Upstream): Promise<void> {
  const { socket, head } = ctx.upgrade!
  return new Promise<void>((resolve, reject) => {
    let settled = false
    const outgoing = begin(ctx, upstream, { connection: 'Upgrade', upgrade: String(ctx.headers.upgrade) }, answer => {
      settled = true
      if (upstream.type) return void collectError(answer).then(reject, reject)
      upstream.answered?.(answer)
      sendAnswer(ctx, answer).then(resolve, reject)
    })
    outgoing.on('upgrade', (answer, remote, remoteHead) => {
      settled = true
      ctx.response.detachSocket(socket as never)
      const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`]
      for (let i = 0; i < answer.rawHeaders.length; i += 2)
        lines.push(`${answer.rawHeaders[i]}: ${answer.rawHeaders[i + 1]}`)
      socket.write(lines.join('\r\n') + '\r\n\r\n')
      if (remoteHead.length > 0) socket.write(remoteHead)
      if (head.length > 0) remote.write(head)
      join(socket, remote, ctx.signal).then(resolve, reject)
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (settled || ctx.signal.aborted) resolve()
      else reject(upstream.unreachable(error))
    })
    // A client that leaves while the other side still thinks must not leave a connection behind.
    socket.once('close', () => {
      if (!settled) outgoing.destroy()
    })
    outgoing.end()
  })
}

/** Copies bytes both ways. Resolves when either side is closed; both are then. */
function join(one: Duplex, other: Duplex, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      signal.removeEventListener('abort', end)
      one.destroy()
      other.destroy()
      resolve()
    }
    one.pipe(other)
    other.pipe(one)
    for (const side of [one, other]) {
      side.on('error', end)
      side.on('close', end)
    }
    // The other side has said all: what is under way still goes out, then this side is closed as well.
    other.once('end', () => (one.writableFinished ? end() : one.once('finish', end)))
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
  })
}

function begin(
  ctx: RequestContext,
  upstream: Upstream,
  more: Record<string, string>,
  onAnswer: (answer: IncomingMessage) => void,
) {
  const { secure, options, method, path } = upstream
  const request = secure ? httpsRequest : httpRequest
  const headers = { ...forwardedHeaders(ctx, 'upgrade' in more), ...upstream.headers, ...more }
  return request({ ...options, method, path, headers, signal: ctx.signal }, onAnswer)
}

/** What belongs to a WebSocket goes on only where there is one behind as well. */
function forwardedHeaders(ctx: RequestContext, upgrading: boolean): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(ctx.headers))
    if (
      value !== undefined &&
      !name.startsWith(':') &&
      !name.startsWith('impersonate-') &&
      !NOT_FORWARDED.has(name) &&
      (upgrading || !name.startsWith('sec-websocket-'))
    )
      headers[name] = value
  return headers
}

/** Sends an answer on as it comes. Resolves when all of it went out, or nobody is there to take it. */
function sendAnswer(ctx: RequestContext, answer: IncomingMessage, type?: string): Promise<void> {
  const { response } = ctx
  commonHeaders(ctx)
  response.removeHeader('Cache-Control')
  for (const [name, value] of Object.entries(answer.headers))
    if (value !== undefined && !NOT_FORWARDED.has(name)) response.setHeader(name, value)
  if (type) {
    response.setHeader('Content-Type', type)
    response.setHeader('Cache-Control', 'no-cache, private')
  }
  response.statusCode = answer.statusCode ?? 502
  response.flushHeaders()
  return new Promise(resolve => {
    answer.pipe(response)
    answer.on('end', resolve)
    answer.on('error', () => {
      response.destroy()
      resolve()
    })
    response.on('close', () => {
      answer.destroy()
      resolve()
    })
  })
}

/** A refusal as the API words it. */
async function collectError(answer: IncomingMessage): Promise<ApiError> {
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString().trim()
  const code = answer.statusCode ?? 500
  if (code === 404) return new ApiError(404, 'NotFound', text || 'the server could not find the requested resource')
  if (code === 400) return badRequest(text)
  return new ApiError(code, code === 403 ? 'Forbidden' : 'InternalError', text || `the kubelet answered ${code}`)
}
