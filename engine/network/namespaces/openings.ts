import type { Socket } from 'node:net'
import type { Clock, Timer } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import type { Address } from '../datagrams/flows.ts'
import { joinSockets } from '../proxy/dial.ts'
import { RouteError } from '../proxy/route-error.ts'
import type { Router, Source } from '../proxy/router.ts'
import { openingUnreachable, refusalOf, sentAgain, UNREACHABLE, type Opening } from './packets.ts'

export interface OpeningsParts {
  router: Pick<Router, 'open'>
  clock: Clock
  log: Logger
  /** Gets every connection that is carried, for as long as it lives. */
  sockets: Set<Socket>
}

/** So many connections of one pod are on their way at once; of more the first packet is lost, and sent again. */
export const MAX_OPENING = 512
/** So many connections that a pod has opened are carried at once; further ones wait, as for a host that is full. */
export const MAX_CARRIED = 4_096
/** A program that has given up meanwhile is not waited for. */
const ACCEPT_MS = 5_000

interface Pending {
  attempt: AbortController
  /** Open already, until the program's side is there too. */
  waiting?: { socket: Socket; timer: Timer }
}

/**
 * The connections that one pod's programs open. The way is made first; only then the program's first packet is let through,
 * so that what the program hears is what the other side has said: accepted, refused, unreachable, or nothing at all.
 */
export class Openings {
  readonly #parts: OpeningsParts
  readonly #source: Source
  readonly #inject: (packet: Buffer) => void
  readonly #pending = new Map<string, Pending>()
  #carried = 0

  /** `inject` lets a packet arrive in the pod. */
  constructor(parts: OpeningsParts, source: Source, inject: (packet: Buffer) => void) {
    this.#parts = parts
    this.#source = source
    this.#inject = inject
  }

  /** The first packet of a connection has left a program. It is sent again and again until there is an answer. */
  begin(opening: Opening): void {
    const key = keyOf(opening.source, opening.destination)
    const known = this.#pending.get(key)
    // Lost on the way to the listener, which can happen when many come at once.
    if (known?.waiting) this.#inject(sentAgain(opening))
    if (known || this.#pending.size >= MAX_OPENING || this.#carried >= MAX_CARRIED) return
    const pending: Pending = { attempt: new AbortController() }
    this.#pending.set(key, pending)
    void this.#open(key, pending, opening)
  }

  /** The program's side of a connection is there. */
  accepted(source: Address, destination: Address, client: Socket): void {
    const key = keyOf(source, destination)
    const waiting = this.#pending.get(key)?.waiting
    if (!waiting) return void client.destroy()
    this.#pending.delete(key)
    waiting.timer.cancel()
    const { sockets } = this.#parts
    sockets.add(client)
    this.#carried++
    client.once('close', () => {
      sockets.delete(client)
      this.#carried--
    })
    joinSockets(client, waiting.socket)
  }

  /** Gives up all that is on its way. What is open stays. */
  close(): void {
    for (const { attempt, waiting } of this.#pending.values()) {
      attempt.abort(new Error('the pod is gone'))
      waiting?.timer.cancel()
      waiting?.socket.destroy()
    }
    this.#pending.clear()
  }

  async #open(key: string, pending: Pending, opening: Opening): Promise<void> {
    const { router, clock, log } = this.#parts
    const { ip, port } = opening.destination
    try {
      const { socket } = await router.open(ip, port, this.#source, pending.attempt.signal)
      if (pending.attempt.signal.aborted) return void socket.destroy()
      socket.on('error', () => socket.destroy())
      const timer = clock.after(ACCEPT_MS, () => {
        this.#pending.delete(key)
        socket.destroy()
      })
      pending.waiting = { socket, timer }
      this.#inject(sentAgain(opening))
    } catch (error) {
      this.#pending.delete(key)
      if (pending.attempt.signal.aborted) return
      if (!(error instanceof RouteError)) log.debug('a connection of a pod was not opened', { error: messageOf(error) })
      const answer = answerTo(opening, error)
      if (answer) this.#inject(answer)
    }
  }
}

/** What a program hears whose connection cannot be made. Undefined is silence, as of packets that a policy drops. */
export function answerTo(opening: Opening, error: unknown): Buffer | undefined {
  if (!(error instanceof RouteError)) return refusalOf(opening)
  if (error.code === 'ETIMEDOUT') return undefined
  if (error.code === 'ENETUNREACH') return openingUnreachable(opening, UNREACHABLE.network)
  if (error.code === 'ECONNREFUSED') return refusalOf(opening)
  return openingUnreachable(opening, UNREACHABLE.host)
}

function keyOf(source: Address, destination: Address): string {
  return `${source.port}>${destination.ip}:${destination.port}`
}
