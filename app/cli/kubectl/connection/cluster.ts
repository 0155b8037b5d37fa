import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { ResponseError, type StatusBody } from '../../../../engine/client/errors.ts'
import { ConnectionError } from '../base/errors.ts'
import type { Io } from '../base/io.ts'
import { Discovery } from '../resources/discovery.ts'
import { upgradeToSpdy } from '../../../../engine/client/spdy-upgrade.ts'
import type { ConnectionConfig } from './config.ts'

export interface Ask {
  query?: Record<string, string | number | boolean | string[] | undefined>
  /** Sent as JSON unless it is text or bytes already. */
  body?: unknown
  contentType?: string
  accept?: string
  signal?: AbortSignal
}

/** One API server, as one user. */
export class Cluster {
  readonly config: ConnectionConfig
  readonly discovery: Discovery
  /** Warnings that the server sent. */
  warnings = 0
  readonly #io: Io
  readonly #verbosity: number
  readonly #agent: HttpAgent | HttpsAgent
  readonly #warned = new Set<string>()

  constructor(config: ConnectionConfig, io: Io, verbosity: number) {
    this.config = config
    this.#io = io
    this.#verbosity = verbosity
    this.#agent =
      config.server.protocol === 'https:'
        ? new HttpsAgent({ keepAlive: true, ...this.tls() })
        : new HttpAgent({ keepAlive: true })
    this.discovery = new Discovery(this)
  }

  get namespace(): string {
    return this.config.namespace
  }

  /** For TLS sockets to this server. */
  tls(): { ca?: string; cert?: string; key?: string; rejectUnauthorized: boolean; servername?: string } {
    const { ca, cert, key, insecure, serverName } = this.config
    return { ca, cert, key, rejectUnauthorized: !insecure, ...(serverName ? { servername: serverName } : {}) }
  }

  /** The whole address of a path. */
  url(path: string, query: Ask['query'] = {}): URL {
    const url = new URL(this.config.server)
    const [pathname, search = ''] = path.split('?')
    url.pathname = url.pathname.replace(/\/$/, '') + pathname
    url.search = search
    for (const [name, value] of Object.entries(query))
      if (Array.isArray(value)) for (const item of value) url.searchParams.append(name, item)
      else if (value !== undefined && value !== '' && value !== false) url.searchParams.set(name, String(value))
    return url
  }

  /** Asks and parses the JSON answer. @throws ResponseError, ConnectionError */
  async json<T = unknown>(method: string, path: string, ask: Ask = {}): Promise<T> {
    const text = await this.text(method, path, ask)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  async text(method: string, path: string, ask: Ask = {}): Promise<string> {
    const response = await this.stream(method, path, ask)
    return readText(response)
  }

  /** Opens an answer that is read as it comes. */
  async stream(method: string, path: string, ask: Ask = {}): Promise<IncomingMessage> {
    const { body } = ask
    const payload =
      body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
    const url = this.url(path, ask.query)
    const from = this.#io.clock.now()
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest
      const request = send(url, {
        method,
        agent: this.#agent,
        signal: ask.signal,
        headers: {
          accept: ask.accept ?? 'application/json',
          'user-agent': 'kubectl/kubarium',
          ...this.config.headers,
          ...(payload === undefined
            ? {}
            : { 'content-type': ask.contentType ?? 'application/json', 'content-length': Buffer.byteLength(payload) }),
        },
      })
      if (this.config.timeoutMs)
        request.setTimeout(this.config.timeoutMs, () =>
          request.destroy(new Error('context deadline exceeded (Client.Timeout exceeded while awaiting headers)')),
        )
      request.once('response', resolve)
      request.on('error', error => reject(ask.signal?.aborted ? error : this.#unreachable(method, url, error)))
      request.end(payload)
    })
    const code = response.statusCode ?? 0
    if (this.#verbosity >= 6)
      this.#io.stderr.write(
        `${method} ${url} ${code} ${response.statusMessage ?? ''} in ${Math.round(this.#io.clock.now() - from)} milliseconds\n`,
      )
    this.#warn(response)
    if (code >= 400) throw toResponseError(code, await readText(response), response.headers['content-type'])
    return response
  }

  /** Switches a connection over to SPDY/3.1, in the sub-protocol that is asked for. */
  async upgrade(path: string, protocol: string): Promise<Duplex> {
    const url = this.url(path)
    const { headers } = this.config
    const refused = async (response: IncomingMessage) =>
      toResponseError(response.statusCode ?? 0, await readText(response), response.headers['content-type'])
    try {
      return await upgradeToSpdy({ url, protocol, headers, tls: this.tls(), refused })
    } catch (error) {
      throw error instanceof ResponseError ? error : this.#unreachable('POST', url, error as NodeJS.ErrnoException)
    }
  }

  dispose(): void {
    this.#agent.destroy()
  }

  #warn(response: IncomingMessage): void {
    for (const header of [response.headers.warning ?? []].flat())
      for (const [, text] of header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)) {
        const warning = text!.replace(/\\(.)/g, '$1')
        if (this.#warned.has(warning)) continue
        this.#warned.add(warning)
        this.warnings++
        this.#io.stderr.write(`Warning: ${warning}\n`)
      }
  }

  #unreachable(method: string, url: URL, error: NodeJS.ErrnoException): ConnectionError {
    if (
      error.code === 'ECONNREFUSED' ||
      (error instanceof AggregateError &&
        (error.errors as NodeJS.ErrnoException[]).every(e => e.code === 'ECONNREFUSED'))
    )
      return new ConnectionError(
        `The connection to the server ${this.config.server.host} was refused - did you specify the right host or port?`,
      )
    const verb = method[0] + method.slice(1).toLowerCase()
    return new ConnectionError(
      `Unable to connect to the server: ${error.message ? error.message : `${verb} "${url}" failed`}`,
    )
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer)
  } catch (error) {
    throw new ConnectionError(`Unable to connect to the server: the answer broke off: ${(error as Error).message}`)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The error that an answer with a failing status means. */
export function toResponseError(code: number, text: string, contentType?: string): ResponseError {
  let status: StatusBody | undefined
  if (contentType?.includes('json')) {
    const parsed = JSON.parse(text) as StatusBody
    if (parsed.kind === 'Status') status = parsed
  }
  return new ResponseError(
    code,
    status ?? {
      message: text.trim() || `the server responded with the status code ${code} but did not return more information`,
      reason: REASONS[code],
      code,
    },
  )
}

const REASONS: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  500: 'InternalError',
  503: 'ServiceUnavailable',
}
