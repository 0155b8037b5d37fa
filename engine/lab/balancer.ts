import { createServer, type Server, type Socket } from 'node:net'
import type { Disposable } from '../base/disposable.ts'
import { codeOf, UserError } from '../base/errors.ts'

/** Something that serves connections which were accepted for it. */
export interface Backend {
  name: string
  /**
   * Hands a connection over, of which nothing has been read. Resolves to its end once the backend has it; to undefined
   * if the backend did not take it, which leaves it as it was.
   */
  take(client: Socket): Promise<Handover | undefined>
}

export interface Handover {
  /** Resolves when the backend has done with the connection. */
  closed: Promise<void>
}

/** Connections that wait for a backend at the same time; more are refused. */
const MAX_WAITING = 512
/** How long a connection waits for some backend to become healthy. */
const WAIT_MS = 10_000

interface Waiting {
  client: Socket
  timer: NodeJS.Timeout
}

interface Healthy {
  backend: Backend
  connections: Set<Socket>
  /** Connections that are on their way to it. */
  offered: number
}

/**
 * Spreads TCP connections over backends, fewest connections first. It hands over each connection as a whole, as a load
 * balancer with direct server return does: no byte passes through it, and TLS and client certificates are the backend's
 * matter. A connection that finds no healthy backend waits for one instead of failing, and the connections of a backend
 * that is no longer healthy are cut, so that clients find another.
 */
export class LoadBalancer implements Disposable {
  readonly #server: Server
  readonly #healthy = new Map<string, Healthy>()
  readonly #waiting = new Set<Waiting>()
  /** How many connections each backend has taken, whether it is still in service or not. */
  readonly #served = new Map<string, number>()
  #connections = 0
  #disposed = false

  constructor() {
    this.#server = createServer({ noDelay: true, pauseOnConnect: true }, client => this.#accept(client))
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

  /** Connections that some backend serves at this moment. */
  get connections(): number {
    return this.#connections
  }

  /** The connections of one backend: those open now, and all that it ever took. */
  loadOf(name: string): { open: number; served: number } {
    return { open: this.#healthy.get(name)?.connections.size ?? 0, served: this.#served.get(name) ?? 0 }
  }

  /** Takes a backend into service. */
  add(backend: Backend): void {
    if (this.#healthy.has(backend.name)) return
    this.#healthy.set(backend.name, { backend, connections: new Set(), offered: 0 })
    for (const { client, timer } of this.#waiting) {
      clearTimeout(timer)
      void this.#assign(client)
    }
    this.#waiting.clear()
  }

  /** Takes a backend out of service and cuts its connections. */
  remove(name: string): void {
    const entry = this.#healthy.get(name)
    if (!entry) return
    this.#healthy.delete(name)
    for (const client of entry.connections) cut(client)
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
    void this.#assign(client)
  }

  /** Gives the client to the least busy backend that takes it. */
  async #assign(client: Socket): Promise<void> {
    const tried = new Set<Healthy>()
    for (;;) {
      if (client.destroyed) return
      const entry = this.#pick(tried)
      if (!entry) return this.#wait(client)
      tried.add(entry)
      entry.offered++
      const handover = await entry.backend.take(client)
      entry.offered--
      if (handover) return this.#follow(client, entry, handover)
    }
  }

  #pick(tried: ReadonlySet<Healthy>): Healthy | undefined {
    let best: Healthy | undefined
    for (const entry of this.#healthy.values())
      if (!tried.has(entry) && (!best || loadOf(entry) < loadOf(best))) best = entry
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

  #follow(client: Socket, { backend, connections }: Healthy, { closed }: Handover): void {
    this.#connections++
    this.#served.set(backend.name, (this.#served.get(backend.name) ?? 0) + 1)
    connections.add(client)
    client.once('close', () => {
      this.#connections--
      connections.delete(client)
    })
    void closed.then(() => cut(client))
    // Taken out of service while it took the connection.
    if (this.#healthy.get(backend.name)?.connections !== connections) cut(client)
  }
}

function loadOf({ connections, offered }: Healthy): number {
  return connections.size + offered
}

/** The backend's process may hold the connection too: only a shutdown tells the client, closing our side would not. */
function cut(client: Socket): void {
  if (client.destroyed) return
  client.end(() => client.destroy())
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
