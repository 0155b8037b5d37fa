import type { Random } from '../../../engine/base/random.ts'
import type { Transport, TransportReceiver } from '../../../engine/store/peer/transport.ts'
import type { Host } from './host.ts'
import type { Scheduler } from './scheduler.ts'

interface Frame {
  from: string
  to: string
  bytes: Uint8Array
  departure: number
}

interface Attached {
  host: Host
  life: number
  receiver: TransportReceiver
}

export interface NetworkTap {
  onSend(from: string, to: string, frame: Uint8Array): void
  onDeliver(from: string, to: string, frame: Uint8Array): void
}

/**
 * One connection per direction and pair, each in order, as of TCP. A connection that breaks loses what is on its way; or
 * that arrives after what the next connection carries, or a second time.
 */
export class SimulatedNetwork {
  readonly #scheduler: Scheduler
  readonly #random: Random
  readonly #tap: NetworkTap
  readonly #attached = new Map<string, Attached>()
  /** Whom a member reaches and hears. */
  readonly #peers = new Map<string, ReadonlySet<string>>()
  readonly #lastArrival = new Map<string, number>()
  readonly #onTheirWay = new Set<Frame>()
  /** Whom a member does not hear any more. */
  readonly #dismissed = new Map<string, Set<string>>()
  /** Who has spoken to a member that knew nothing of it. */
  readonly #strangers = new Map<string, Set<string>>()
  /** Directions that carry nothing, as `from>to`. */
  cut: ReadonlySet<string> = new Set()
  loss = 0
  /** How often a frame comes a second time: its sender did not know whether it had arrived. */
  repeat = 0
  maxDelayMs = 4
  /** How often a broken connection's frames come late, or again. */
  late = 0.5

  constructor(scheduler: Scheduler, random: Random, tap: NetworkTap) {
    this.#scheduler = scheduler
    this.#random = random
    this.#tap = tap
  }

  /** What a host's process gets for the life that has just begun. `told`: whom it reaches and hears until it says more. */
  transport(host: Host, told: readonly string[]): Transport {
    const { life, name } = host
    this.#peers.set(name, new Set(told))
    this.#strangers.delete(name)
    const dismissed = new Set<string>()
    this.#dismissed.set(name, dismissed)
    return {
      start: async receiver => {
        if (host.life === life) this.#attached.set(name, { host, life, receiver })
      },
      send: (to, bytes) => {
        if (host.life !== life || !this.#reaches(name, to)) return false
        this.#send(host, to, bytes.slice())
        return true
      },
      setPeers: peers => {
        if (host.life !== life) return
        this.#peers.set(name, new Set(peers.map(peer => peer.name)))
        for (const peer of peers) dismissed.delete(peer.name)
      },
      dismiss: names => {
        for (const gone of names) dismissed.add(gone)
      },
      stop: async () => {
        if (host.life === life) this.leave(name)
      },
    }
  }

  /** Nothing listens at `name` any more: the others see their connections end. */
  leave(name: string): void {
    this.#attached.delete(name)
    this.#peers.delete(name)
    // A process that died while it waited for its disk has not sent what comes behind.
    for (const frame of [...this.#onTheirWay])
      if (frame.from === name && frame.departure > this.#scheduler.now) this.#onTheirWay.delete(frame)
    this.#breakAll(name)
    for (const [peer, { host, life, receiver }] of this.#attached) {
      if (this.cut.has(`${peer}>${name}`) || this.cut.has(`${name}>${peer}`)) continue
      if (!this.#reaches(peer, name)) continue
      host.run(this.#scheduler.now + 0.5 + this.#random.next() * 2, life, () => {
        if (this.#attached.get(peer)?.life === life) receiver.onDown(name, !this.#attached.has(name))
      })
    }
  }

  #reaches(name: string, peer: string): boolean {
    return !!this.#peers.get(name)?.has(peer) || !!this.#strangers.get(name)?.has(peer)
  }

  /** A member hears, and from then on reaches, also those whom it does not know, but not those who were removed. */
  #meet({ from, to }: Frame): boolean {
    if (this.#dismissed.get(to)?.has(from)) return false
    this.#strangers.set(to, (this.#strangers.get(to) ?? new Set()).add(from))
    return true
  }

  /** What a member says without its process having said it: whoever listens cannot tell. `surely`: it is there already. */
  inject(sender: Host, to: string, bytes: Uint8Array, surely = false): void {
    const frame = { from: sender.name, to, bytes, departure: this.#scheduler.now }
    if (surely) this.#hand(frame)
    else this.#send(sender, to, bytes)
  }

  /** The connections between two members break, and are made again. */
  reset(a: string, b: string): void {
    this.#break(a, b)
    this.#break(b, a)
    for (const [self, peer] of [
      [a, b],
      [b, a],
    ] as const) {
      const at = this.#attached.get(self)
      if (!at || !this.#reaches(self, peer)) continue
      at.host.run(this.#scheduler.now + 0.1, at.life, () => at.receiver.onDown(peer, false))
    }
  }

  #breakAll(name: string): void {
    for (const frame of [...this.#onTheirWay])
      if (frame.from === name || frame.to === name) this.#break(frame.from, frame.to)
  }

  #break(from: string, to: string): void {
    const pair = `${from}>${to}`
    this.#lastArrival.delete(pair)
    for (const frame of [...this.#onTheirWay]) {
      if (frame.from !== from || frame.to !== to) continue
      this.#onTheirWay.delete(frame)
      if (this.#random.next() >= this.late) continue
      // Read from the old socket when the new one is already in use.
      this.#scheduler.at(this.#scheduler.now + this.#random.next() * 80, () => this.#arrive(frame))
      if (this.#random.next() < 0.3)
        this.#scheduler.at(this.#scheduler.now + this.#random.next() * 120, () => this.#arrive(frame))
    }
  }

  #send(sender: Host, to: string, bytes: Uint8Array): void {
    const from = sender.name
    this.#tap.onSend(from, to, bytes)
    const pair = `${from}>${to}`
    if (this.cut.has(pair) || (this.loss > 0 && this.#random.next() < this.loss)) return
    const departure = sender.present
    const delay = 0.2 + this.#random.next() * this.maxDelayMs
    const arrival = Math.max(departure + delay, this.#lastArrival.get(pair) ?? 0)
    this.#lastArrival.set(pair, arrival)
    const frame: Frame = { from, to, bytes, departure }
    this.#onTheirWay.add(frame)
    this.#scheduler.at(arrival, () => {
      if (!this.#onTheirWay.delete(frame)) return
      this.#arrive(frame)
      if (this.repeat > 0 && this.#random.next() < this.repeat)
        this.#scheduler.at(arrival + this.#random.next() * 300, () => this.#arrive(frame))
    })
  }

  #arrive(frame: Frame): void {
    if (this.cut.has(`${frame.from}>${frame.to}`)) return
    if (!this.#meet(frame)) return
    this.#hand(frame)
  }

  #hand(frame: Frame): void {
    const at = this.#attached.get(frame.to)
    if (!at) return
    const take = () => {
      if (this.#attached.get(frame.to) !== at) return
      this.#tap.onDeliver(frame.from, frame.to, frame.bytes)
      at.receiver.onFrame(frame.from, frame.bytes)
    }
    at.host.run(this.#scheduler.now, at.life, take, frame.from)
  }
}
