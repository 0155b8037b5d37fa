import { Agent, request as httpsRequest } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { Disposable } from '../base/disposable.ts'
import { currentCause } from './cause.ts'
import { ResponseError, TransportError, type StatusBody } from './errors.ts'

/** How to reach and to convince an API server. Certificates and keys are PEM texts. */
export interface ClientConfig {
  /** Base address, such as `https://127.0.0.1:6443`. */
  server: string
  ca?: string
  cert?: string
  key?: string
  token?: string
  userAgent: string
  /** Most connections that are open at the same time; requests beyond wait for one. Watches are not counted. */
  maxConnections?: number
}

export interface RequestOptions {
  query?: Record<string, string | number | boolean | undefined>
  /** Sent as JSON unless it is bytes already. */
  body?: unknown
  contentType?: string
  headers?: Record<string, string>
  signal?: AbortSignal
  /** Milliseconds until the request is given up; default 30 s. */
  timeoutMs?: number
}

const DEFAULT_TIMEOUT_MS = 30_000

/** HTTP with keep-alive to one API server. Knows nothing of kinds; see `ResourceClient` for those. */
export class RestClient implements Disposable {
  readonly config: ClientConfig
  readonly #base: URL
  readonly #agent: Agent
  readonly #streams: Agent

  constructor(config: ClientConfig) {
    this.config = config
    this.#base = new URL(config.server)
    const tls = { ca: config.ca, cert: config.cert, key: config.key, noDelay: true }
    this.#agent = new Agent({ ...tls, keepAlive: true, maxSockets: config.maxConnections ?? 16, scheduling: 'lifo' })
    this.#streams = new Agent({ ...tls, keepAlive: false })
  }

  /**
   * Sends a request and parses the JSON answer.
   * @throws ResponseError when the server answered with an error, TransportError when no answer came.
   */
  async request<T = unknown>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const { text } = await this.requestText(method, path, options)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  /** Sends a request and gives the answer as text. Throws as `request` does. */
  async requestText(
    method: string,
    path: string,
    options: RequestOptions = {},
  ): Promise<{ code: number; text: string }> {
    const response = await this.#send(method, path, options, this.#agent)
    const text = await readText(response)
    const code = response.statusCode ?? 0
    if (code >= 400) throw toResponseError(code, text, response.headers['retry-after'])
    return { code, text }
  }

  /** Opens a response that is read as it comes (a watch, a log). The caller ends it by aborting the signal. */
  async stream(method: string, path: string, options: RequestOptions = {}): Promise<IncomingMessage> {
    const response = await this.#send(method, path, options, this.#streams)
    const code = response.statusCode ?? 0
    if (code >= 400) throw toResponseError(code, await readText(response), response.headers['retry-after'])
    return response
  }

  dispose(): void {
    this.#agent.destroy()
    this.#streams.destroy()
  }

  #send(method: string, path: string, options: RequestOptions, agent: Agent): Promise<IncomingMessage> {
    const { body, contentType, headers, signal } = options
    const payload = body === undefined || body instanceof Uint8Array ? body : JSON.stringify(body)
    const cause = currentCause()
    return new Promise((resolve, reject) => {
      const request = httpsRequest({
        agent,
        method,
        host: this.#base.hostname,
        port: this.#base.port,
        path: path + queryString(options.query),
        signal,
        headers: {
          accept: 'application/json',
          'user-agent': this.config.userAgent,
          ...(this.config.token ? { authorization: `Bearer ${this.config.token}` } : {}),
          ...(payload === undefined
            ? {}
            : { 'content-type': contentType ?? 'application/json', 'content-length': Buffer.byteLength(payload) }),
          ...(cause && method !== 'GET' ? { 'kubarium-cause': cause } : {}),
          ...headers,
        },
      })
      // A timer of our own: a socket's counts silence, and begins anew with each byte that leaves.
      const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS
      const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
      request.once('close', () => clearTimeout(timer))
      request.once('response', response => {
        clearTimeout(timer)
        resolve(response)
      })
      request.on('error', error => reject(new TransportError(`${method} ${path}: ${error.message}`, { cause: error })))
      request.end(payload)
    })
  }
}

function queryString(query: RequestOptions['query']): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) params.set(name, String(value))
  const text = params.toString()
  return text ? `?${text}` : ''
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer)
  } catch (error) {
    throw new TransportError(`the answer broke off: ${(error as Error).message}`, { cause: error })
  }
  return Buffer.concat(chunks).toString('utf8')
}

function toResponseError(code: number, text: string, retryAfter: string | undefined): ResponseError {
  let status: StatusBody | undefined
  try {
    const parsed = JSON.parse(text) as StatusBody
    if (parsed.kind === 'Status') status = parsed
  } catch {
    status = undefined // a proxy in between answers in plain text
  }
  return new ResponseError(code, status ?? { message: text.slice(0, 1000) || `HTTP ${code}` }, Number(retryAfter) || 0)
}
