import * as http from 'node:http'
import * as https from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Disposable } from '../../base/disposable.ts'
import { messageOf, UserError } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import { foreignProtocols } from './access.ts'
import { forwardedHeaders } from './forwarding.ts'
import { answer, refuseUpgrade } from './server.ts'

type Headers = Record<string, string | string[] | undefined>

/** An API server, and as whom it is asked. The same object for as long as nothing of it changes. */
export interface Upstream {
  /** Its address; a path in it stands before every path. */
  base: URL
  tls: Pick<https.AgentOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>
  headers: Headers
  /** What to look at if it does not answer: a question. */
  unreachable: string
}

export interface ClusterProxyOptions {
  /** What stands before a path of the cluster's. */
  prefix: string
  /** @throws UserError if it cannot be reached at all */
  upstream(): Promise<Upstream>
  /** It did not know who asked. */
  refused?(): void
  log: Logger
}

interface Agents {
  short: http.Agent
  /** Of what goes on for long, so that it takes no connection from what is over soon. */
  streams: http.Agent
}

/** Nobody waits for longer than this for a connection to be made. */
const CONNECT_MS = 15_000

/** Hands requests of the user interface to an API server, with an identity that pages never see. */
export class ClusterProxy implements Disposable {
  readonly #options: ClusterProxyOptions
  #upstream: Upstream | undefined
  #agents: Agents | undefined

  constructor(options: ClusterProxyOptions) {
    this.#options = options
  }

  async forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const to = await this.#options.upstream().catch((error: unknown) => error as Error)
    if (to instanceof Error) {
      request.resume()
      const advice = to instanceof UserError ? ` ${to.advice}` : ''
      return answer(response, 502, unavailable(`${to.message}${advice}`))
    }
    const headers = forwardedHeaders(Object.entries(request.headers))
    const upstream = this.#request(to, request.method, request.url ?? '', headers, this.#agentsOf(to).short)
    upstream.on('response', answered => {
      if (answered.statusCode === 401) this.#options.refused?.()
      response.writeHead(answered.statusCode ?? 502, answered.headers)
      // A watch may have nothing to say for a minute; that it runs is known at once.
      response.flushHeaders()
      answered.pipe(response)
      answered.on('error', () => response.destroy())
    })
    upstream.on('error', error => {
      this.#options.log.debug('the API server did not answer', { error: error.message })
      if (response.headersSent) response.destroy()
      else answer(response, 502, unavailable(unreached(error, to)))
    })
    response.on('close', () => upstream.destroy())
    request.pipe(upstream)
  }

  /** Asks for a path; the answer is read as it comes. Rejects if the API server does not answer. */
  async get(path: string, accept: string, signal: AbortSignal): Promise<IncomingMessage> {
    const to = await this.#options.upstream()
    return new Promise((resolve, reject) => {
      const upstream = this.#request(to, 'GET', path, { accept }, this.#agentsOf(to).streams, signal)
      upstream.once('response', answered => {
        if (answered.statusCode === 401) this.#options.refused?.()
        resolve(answered)
      })
      upstream.on('error', error => reject(signal.aborted ? error : new Error(unreached(error, to))))
      upstream.end()
    })
  }

  /** exec, attach and port-forward: bytes pass in both directions once the server has agreed. */
  forwardUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#options.upstream().then(
      to => this.#upgrade(to, request, socket, head),
      (error: unknown) => {
        this.#options.log.debug('there is no API server for an upgrade', { error: messageOf(error) })
        refuseUpgrade(socket, 502, 'Bad Gateway')
      },
    )
  }

  dispose(): void {
    this.#agents?.short.destroy()
    this.#agents?.streams.destroy()
  }

  #upgrade(to: Upstream, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { 'sec-websocket-protocol': _ours, ...forwarded } = forwardedHeaders(Object.entries(request.headers))
    const protocols = foreignProtocols(request).join(', ')
    const headers = {
      ...forwarded,
      ...(protocols ? { 'sec-websocket-protocol': protocols } : {}),
      connection: 'Upgrade',
      upgrade: request.headers.upgrade,
    }
    const upstream = this.#request(to, request.method, request.url ?? '', headers, newAgent(to))
    upstream.on('upgrade', (answered, server, serverHead) => {
      const lines = Object.entries(answered.headers).flatMap(([name, value]) =>
        value === undefined ? [] : [`${name}: ${String(value)}`],
      )
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
      if (serverHead.length) socket.write(serverHead)
      if (head.length) server.write(head)
      server.pipe(socket)
      socket.pipe(server)
      server.on('error', () => socket.destroy())
      server.on('close', () => socket.destroy())
      socket.on('close', () => server.destroy())
    })
    upstream.on('response', answered =>
      refuseUpgrade(socket, answered.statusCode ?? 502, answered.statusMessage ?? 'Bad Gateway'),
    )
    upstream.on('error', error => {
      this.#options.log.debug('the API server did not take the upgrade', { error: error.message })
      refuseUpgrade(socket, 502, 'Bad Gateway')
    })
    upstream.end()
  }

  #request(
    { base, headers: own }: Upstream,
    method: string | undefined,
    url: string,
    headers: Headers,
    agent: http.Agent,
    signal?: AbortSignal,
  ): http.ClientRequest {
    const path = base.pathname.replace(/\/$/, '') + url.slice(this.#options.prefix.length)
    const { hostname, port } = base
    const host = hostname.replace(/^\[|\]$/g, '')
    const { request } = base.protocol === 'https:' ? https : http
    const upstream = request({ host, port, method, path, headers: { ...headers, ...own }, agent, signal })
    const late = setTimeout(() => upstream.destroy(new Error('no connection was made in time')), CONNECT_MS)
    upstream.once('close', () => clearTimeout(late))
    upstream.once('socket', socket => {
      if (!socket.connecting) return clearTimeout(late)
      socket.once(base.protocol === 'https:' ? 'secureConnect' : 'connect', () => clearTimeout(late))
    })
    return upstream
  }

  #agentsOf(to: Upstream): Agents {
    if (this.#agents && this.#upstream === to) return this.#agents
    if (this.#agents) for (const agent of Object.values(this.#agents) as http.Agent[]) retire(agent)
    this.#upstream = to
    return (this.#agents = { short: newAgent(to, true), streams: newAgent(to, true) })
  }
}

function newAgent({ base, tls }: Upstream, keepAlive = false): http.Agent {
  return base.protocol === 'https:' ? new https.Agent({ ...tls, keepAlive }) : new http.Agent({ keepAlive })
}

/** What is under way goes on; no connection is kept for later. */
function retire(agent: http.Agent): void {
  agent.maxFreeSockets = 0
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy()
}

function unreached(error: Error, { unreachable }: Upstream): string {
  return `The cluster's API cannot be reached: ${error.message}. ${unreachable}`
}

function unavailable(message: string): object {
  const reason = 'ServiceUnavailable'
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code: 502, message }
}
