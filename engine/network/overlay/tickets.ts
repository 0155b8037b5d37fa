import { createServer, type Server, type Socket } from 'node:net'
import type { Clock, Timer } from '../../base/clock.ts'
import { joinSockets } from '../proxy/dial.ts'

/** A caller that does not come for its connection within this time has changed its mind. */
const PICKUP_MS = 5_000
const MAX_IDLE = 16
const MAX_OPEN = 512

interface Counter {
  server: Server
  port: number
  waiting: { socket: Socket; timer: Timer } | undefined
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
  #closed = false

  /** `sockets` gets every connection that is handed over, for as long as it lives. */
  constructor(clock: Clock, sockets: Set<Socket>) {
    this.#clock = clock
    this.#sockets = sockets
  }

  /** The port on 127.0.0.1 where the connection waits. */
  async issue(socket: Socket): Promise<number> {
    socket.on('error', () => socket.destroy())
    try {
      const counter = this.#idle.pop() ?? (await this.#open())
      const timer = this.#clock.after(PICKUP_MS, () => {
        socket.destroy()
        this.#free(counter)
      })
      counter.waiting = { socket, timer }
      return counter.port
    } catch (error) {
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

  #free(counter: Counter): void {
    counter.waiting = undefined
    if (this.#idle.length < MAX_IDLE && !this.#closed) {
      this.#idle.push(counter)
      return
    }
    this.#counters.delete(counter)
    counter.server.close()
  }
}
