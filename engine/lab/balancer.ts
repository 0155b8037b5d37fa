import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Disposable } from '../base/disposable.ts'
import { codeOf, UserError } from '../base/errors.ts'
import type { Logger } from '../base/log.ts'

export interface Backend {
  name: string
  host: string
  port: number
}

/** Connections that wait for a backend at the same time; more are refused. */
const MAX_WAITING = 512
/** How long a connection waits for some backend to become healthy. */
const WAIT_MS = 10_000
const CONNECT_TIMEOUT_MS = 1_500

interface Waiting {
  client: Socket
  timer: NodeJS.Timeout
}

/**
 * Spreads TCP connections over backends, fewest connections first. Bytes pass as they are, so TLS and client
 * certificates reach the backend. A connection that finds no healthy backend waits for one instead of failing, and the
 * connections of a backend that is no longer healthy are cut, so that clients find another.
 */
export class LoadBalancer implements Disposable {
  readonly #log: Logger
  readonly #server: Server
  readonly #healthy = new Map<string, { backend: Backend; connections: Set<Socket> }>()
  readonly #waiting = new Set<Waiting>()
  #connections = 0
  #disposed = false

  constructor(log: Logger) {
    this.#log = log
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, socket => this.#accept(socket))
  }

  /**
   * Listens on loopback.
   * @throws UserError if the port is taken or not allowed.
   */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', error => reject(explainListenError(error, port)))
      this.#server.listen({ host: '127.0.0.1', port, backlog: 511 }, () => {
        const address = this.#server.address()
        resolve(typeof address === 'object' && address ? address.port : port)
      })
    })
  }

  /** Connections that pass through at this moment. */
  get connections(): number {
    return this.#connections
  }

  /** Takes a backend into service. */
  add(backend: Backend): void {
    if (this.#healthy.has(backend.name)) return
    this.#healthy.set(backend.name, { backend, connections: new Set() })
    for (const waiting of this.#waiting) {
      clearTimeout(waiting.timer)
      this.#forward(waiting.client, new Set())
    }
    this.#waiting.clear()
  }

  /** Takes a backend out of service and cuts its connections. */
  remove(name: string): void {
    const entry = this.#healthy.get(name)
    if (!entry) return
    this.#healthy.delete(name)
    for (const socket of entry.connections) socket.destroy()
  }

  dispose(): void {
    this.#disposed = true
    this.#server.close()
    for (const { client, timer } of this.#waiting) {
      clearTimeout(timer)
      client.destroy()
    }
    this.#waiting.clear()
    for (const name of [...this.#healthy.keys()]) this.remove(name)
  }

  #accept(client: Socket): void {
    client.on('error', () => client.destroy())
    this.#forward(client, new Set())
  }

  /** Connects the client to the least busy backend that was not tried yet. */
  #forward(client: Socket, tried: Set<string>): void {
    if (client.destroyed) return
    const entry = this.#pick(tried)
    if (!entry) return this.#wait(client)
    const { backend, connections } = entry
    const upstream = connect({ host: backend.host, port: backend.port, noDelay: true, allowHalfOpen: true })
    const giveUp = setTimeout(() => upstream.destroy(new Error('timeout')), CONNECT_TIMEOUT_MS)
    connections.add(upstream)
    let joined = false
    upstream.once('connect', () => {
      clearTimeout(giveUp)
      joined = true
      this.#join(client, upstream)
    })
    upstream.on('error', error => {
      if (joined) client.destroy()
      else this.#log.debug('backend did not take the connection', { backend: backend.name, error: error.message })
    })
    upstream.once('close', () => {
      clearTimeout(giveUp)
      connections.delete(upstream)
      if (joined) return
      // Refused, too slow, or taken out of service meanwhile.
      tried.add(backend.name)
      this.#forward(client, tried)
    })
  }

  #pick(tried: Set<string>) {
    let best: { backend: Backend; connections: Set<Socket> } | undefined
    for (const entry of this.#healthy.values())
      if (!tried.has(entry.backend.name) && (!best || entry.connections.size < best.connections.size)) best = entry
    return best
  }

  #wait(client: Socket): void {
    if (this.#disposed || this.#waiting.size >= MAX_WAITING) {
      client.destroy()
      return
    }
    const timer = setTimeout(() => {
      this.#waiting.delete(waiting)
      client.destroy()
    }, WAIT_MS)
    const waiting: Waiting = { client, timer }
    this.#waiting.add(waiting)
    client.once('close', () => {
      clearTimeout(timer)
      this.#waiting.delete(waiting)
    })
  }

  #join(client: Socket, upstream: Socket): void {
    this.#connections++
    client.pipe(upstream)
    upstream.pipe(client)
    upstream.once('close', () => {
      this.#connections--
      // The last words of the backend may still be on their way to the client.
      client.destroySoon()
    })
    client.once('close', () => upstream.destroySoon())
  }
}

/** Says in words why a port could not be opened. */
export function explainListenError(error: Error, port: number): Error {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new UserError(
        `Port ${port} is taken by another program.`,
        'Choose another one with --port, or end the program that uses it.',
        { cause: error },
      )
    case 'EACCES':
      return new UserError(
        `Port ${port} may not be used by an ordinary user.`,
        'Choose a port from 1024 on with --port.',
        {
          cause: error,
        },
      )
    default:
      return error
  }
}
