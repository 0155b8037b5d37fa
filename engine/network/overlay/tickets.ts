import { createServer, type Server, type Socket } from 'node:net'
import type { Clock, Timer } from '../../base/clock.ts'
import { joinSockets } from '../proxy/dial.ts'

/** A caller that does not come for its connection within this time has changed its mind. */
const PICKUP_MS = 5_000
const MAX_IDLE = 16
const MAX_OPEN = 2048
/** So many may wait for one pod: others must get theirs. */
const MAX_OF_POD = 512

interface Counter {
  server: Server
  port: number
  waiting: { socket: Socket; timer: Timer; owner: object } | undefined
}

/**
 * Hands over connections that are open already: each waits behind a loopback port of its own for the program that asked
 * for it. So the program's bytes, TLS included, need no preface. Ports are used again and again.
 */
export class Tickets {
  readonly #clock: Clock
  readonly #counters = new Set<Counter>()
  readonly #idle: Counter[] = []
  readonly #sockets: Set<Socket>
  /** How many wait, by whom they are for. */
  readonly #waiting = new Map<object, number>()
  #closed = false

  /** `sockets` gets every connection that is handed over, for as long as it lives. */
  constructor(clock: Clock, sockets: Set<Socket>) {
    this.#clock = clock
    this.#sockets = sockets
  }

  /**
   * The port on 127.0.0.1 where the connection waits, for a program of `owner`.
   * @throws Error when too many wait already; the connection is closed then.
   */
  async issue(socket: Socket, owner: object): Promise<number> {
    socket.on('error', () => socket.destroy())
    const others = this.#waiting.get(owner) ?? 0
    this.#waiting.set(owner, others + 1)
    try {
      if (others >= MAX_OF_POD) throw new Error('too many connections of this pod wait to be taken')
      const counter = this.#idle.pop() ?? (await this.#open())
      const timer = this.#clock.after(PICKUP_MS, () => {
        socket.destroy()
        this.#free(counter)
      })
      counter.waiting = { socket, timer, owner }
      return counter.port
    } catch (error) {
      this.#taken(owner)
      socket.destroy()
      throw error
    }
  }

  close(): void {
    this.#closed = true
    for (const counter of this.#counters) {
      counter.waiting?.timer.cancel()
      counter.waiting?.socket.destroy()
      counter.server.close()
    }
    this.#counters.clear()
  }

  #open(): Promise<Counter> {
    if (this.#closed || this.#counters.size >= MAX_OPEN)
      throw new Error('too many connections are being opened at once')
    return new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true, allowHalfOpen: true, pauseOnConnect: true })
      const counter: Counter = { server, port: 0, waiting: undefined }
      server.on('connection', client => this.#collect(counter, client))
      server.once('error', reject)
      server.listen({ host: '127.0.0.1', port: 0 }, () => {
        server.off('error', reject)
        // Accept can fail for want of descriptors; the caller then runs into its timeout.
        server.on('error', () => counter.waiting?.socket.destroy())
        counter.port = (server.address() as { port: number }).port
        this.#counters.add(counter)
        resolve(counter)
      })
    })
  }

  #collect(counter: Counter, client: Socket): void {
    const { waiting } = counter
    if (!waiting) {
      client.destroy()
      return
    }
    waiting.timer.cancel()
    this.#free(counter)
    this.#sockets.add(client)
    client.once('close', () => this.#sockets.delete(client))
    joinSockets(client, waiting.socket)
  }

  #taken(owner: object): void {
    const left = this.#waiting.get(owner)! - 1
    if (left > 0) this.#waiting.set(owner, left)
    else this.#waiting.delete(owner)
  }

  #free(counter: Counter): void {
    if (counter.waiting) this.#taken(counter.waiting.owner)
    counter.waiting = undefined
    if (this.#idle.length < MAX_IDLE && !this.#closed) {
      this.#idle.push(counter)
      return
    }
    this.#counters.delete(counter)
    counter.server.close()
  }
}
