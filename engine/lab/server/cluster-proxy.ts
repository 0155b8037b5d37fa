import { Agent, request as httpsRequest } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Disposable } from '../../base/disposable.ts'
import type { Logger } from '../../base/log.ts'
import type { LabHost } from '../host.ts'
import { foreignProtocols } from './access.ts'
import { forwardedHeaders } from './forwarding.ts'
import { answer, refuseUpgrade } from './server.ts'

type Headers = Record<string, string | string[] | undefined>

/** Hands requests of the user interface to the lab's API server, as its administrator. */
export class ClusterProxy implements Disposable {
  readonly #host: LabHost
  readonly #log: Logger
  #agent: Agent | undefined
  /** Of what goes on for long, so that it takes no connection from what is over soon. */
  #streams: Agent | undefined

  constructor(host: LabHost, log: Logger) {
    this.#host = host
    this.#log = log
  }

  forward(request: IncomingMessage, response: ServerResponse, prefix: string): void {
    const upstream = httpsRequest(this.#options(request, prefix, forwardedHeaders(Object.entries(request.headers))))
    upstream.on('response', answered => {
      response.writeHead(answered.statusCode ?? 502, answered.headers)
      // A watch may have nothing to say for a minute; that it runs is known at once.
      response.flushHeaders()
      answered.pipe(response)
      answered.on('error', () => response.destroy())
    })
    upstream.on('error', error => {
      this.#log.debug('the API server did not answer', { error: error.message })
      if (response.headersSent) response.destroy()
      else
        answer(response, 502, {
          kind: 'Status',
          apiVersion: 'v1',
          status: 'Failure',
          reason: 'ServiceUnavailable',
          code: 502,
          message: `The cluster's API cannot be reached: ${error.message}. Is a majority of the masters running?`,
        })
    })
    response.on('close', () => upstream.destroy())
    request.pipe(upstream)
  }

  /** Asks for a path below `prefix`; the answer is read as it comes. Rejects if the API server does not answer. */
  get(path: string, prefix: string, accept: string, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const agent = (this.#streams ??= this.#connect())
      const upstream = httpsRequest({ ...this.#target('GET', path.slice(prefix.length), { accept }), agent, signal })
      upstream.once('response', resolve)
      upstream.on('error', reject)
      upstream.end()
    })
  }

  /** exec, attach and port-forward: bytes pass in both directions once the server has agreed. */
  forwardUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, prefix: string): void {
    const { 'sec-websocket-protocol': _ours, ...forwarded } = forwardedHeaders(Object.entries(request.headers))
    const protocols = foreignProtocols(request).join(', ')
    const headers = {
      ...forwarded,
      ...(protocols ? { 'sec-websocket-protocol': protocols } : {}),
      connection: 'Upgrade',
      upgrade: request.headers.upgrade,
    }
    const upstream = httpsRequest({ ...this.#options(request, prefix, headers), agent: new Agent(this.#identity()) })
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
      this.#log.debug('the API server did not take the upgrade', { error: error.message })
      refuseUpgrade(socket, 502, 'Bad Gateway')
    })
    upstream.end()
  }

  dispose(): void {
    this.#agent?.destroy()
    this.#streams?.destroy()
  }

  #options(request: IncomingMessage, prefix: string, headers: Headers) {
    return this.#target(request.method, (request.url ?? '').slice(prefix.length), headers)
  }

  #target(method: string | undefined, path: string, headers: Headers) {
    const port = this.#host.config.ports.apiServer
    return { host: '127.0.0.1', port, method, path, headers, agent: (this.#agent ??= this.#connect()) }
  }

  #connect(): Agent {
    return new Agent({ ...this.#identity(), keepAlive: true })
  }

  #identity() {
    const read = (file: string) => readFileSync(join(this.#host.paths.pki, file), 'utf8')
    return { ca: read('ca.crt'), cert: read('admin.crt'), key: read('admin.key') }
  }
}
