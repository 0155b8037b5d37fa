import type { Socket } from 'node:net'
import type { Clock } from '../base/clock.ts'
import type { Handover } from './balancer.ts'
import type { HostMessage, MachineMessage } from './machine/messages.ts'

/** A machine that does not say in this time that it takes a connection does not get it. */
const OFFER_MS = 1_500

interface Held {
  /** Whether the machine really got it. */
  taken(got: boolean): void
  closed(): void
}

/**
 * The lab host's side of connections that it accepts and a machine serves. A connection is offered first: once it is in
 * a channel it cannot be taken back, and the process at the other end may be stopped.
 */
export class Handovers {
  readonly #clock: Clock
  readonly #send: (message: HostMessage, socket?: Socket) => void
  readonly #offers = new Map<number, (accepted: boolean) => void>()
  readonly #held = new Map<number, Held>()
  #lastId = 0

  /** `send` reports nothing: what the machine does not answer is given up when the machine is, see `abandon`. */
  constructor(clock: Clock, send: (message: HostMessage, socket?: Socket) => void) {
    this.#clock = clock
    this.#send = send
  }

  /** Hands a connection to the machine. Undefined if it did not take it. */
  async take(client: Socket): Promise<Handover | undefined> {
    const id = ++this.#lastId
    if (!(await this.#offer(id)) || client.destroyed) return undefined
    const closed = Promise.withResolvers<void>()
    const got = await new Promise<boolean>(taken => {
      this.#held.set(id, { taken, closed: closed.resolve })
      this.#send({ type: 'connection', id }, client)
    })
    return got ? { closed: closed.promise } : undefined
  }

  #offer(id: number): Promise<boolean> {
    return new Promise(resolve => {
      const settle = (accepted: boolean) => {
        timer.cancel()
        this.#offers.delete(id)
        resolve(accepted)
      }
      const timer = this.#clock.after(OFFER_MS, () => settle(false))
      this.#offers.set(id, settle)
      this.#send({ type: 'offer', id })
    })
  }

  /** What the machine says of connections; everything else is left alone. */
  receive(message: MachineMessage): void {
    if (message.type === 'accept') this.#offers.get(message.id)?.(true)
    else if (message.type === 'taken') this.#held.get(message.id)?.taken(true)
    else if (message.type === 'closed') {
      this.#held.get(message.id)?.closed()
      this.#held.delete(message.id)
    }
  }

  /** The machine is gone, or does not serve: what it has is over, what it was offered goes elsewhere. */
  abandon(): void {
    for (const settle of [...this.#offers.values()]) settle(false)
    for (const { taken, closed } of this.#held.values()) {
      taken(false)
      closed()
    }
    this.#held.clear()
  }
}
