import type { Clock, Timer } from '../../base/clock.ts'
import type { ServiceEndpoint } from '../services/endpoints.ts'
import type { ServicePortEntry } from '../services/service-table.ts'
import type { DatagramSocket } from './sockets.ts'

export interface Address {
  ip: string
  port: number
}

/** What datagrams from one source to one destination have to do with each other. */
export interface Flow {
  source: Address
  /** As the source wrote it. */
  destination: Address
  /** Where it leads: the same, or the endpoint of a Service. */
  target: Address
  /** The socket at the source; absent if that is on another node. */
  owner?: DatagramSocket
  /** The port of a Service that was meant, as it was when that was last looked at. */
  entry?: ServicePortEntry
  endpoint?: ServiceEndpoint
  replied: boolean
  lastMs: number
}

/** As the kernel keeps flows of UDP that only one side, or both have spoken on. */
const UNREPLIED_MS = 30_000
const REPLIED_MS = 180_000
const SWEEP_MS = 10_000
export const MAX_FLOWS_PER_SOURCE = 4_096
export const MAX_FLOWS = 65_536

/**
 * The flows of datagrams through a node, as the kernel's connection tracking knows them: by what is sent, and by what an
 * answer looks like. The number is bounded; a source that has more than its share loses its own oldest one.
 */
export class Flows {
  readonly #clock: Clock
  readonly #byPacket = new Map<string, Flow>()
  readonly #byReply = new Map<string, Flow>()
  readonly #bySource = new Map<string, Set<Flow>>()
  #sweep: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#byPacket.size
  }

  /** The flow that a datagram begins or goes on with; it stays for a while longer. */
  ofPacket(source: Address, destination: Address): Flow | undefined {
    return this.#touch(this.#byPacket.get(keyOf(source, destination)), false)
  }

  /** The flow that a datagram answers. */
  ofReply(from: Address, to: Address): Flow | undefined {
    return this.#touch(this.#byReply.get(keyOf(from, to)), true)
  }

  /** False if the table is full. */
  add(flow: Omit<Flow, 'replied' | 'lastMs'>): Flow | undefined {
    const { source, destination, target } = flow
    const known = this.#byPacket.get(keyOf(source, destination))
    if (known) this.delete(known)
    const own = this.#bySource.get(source.ip) ?? new Set<Flow>()
    if (own.size >= MAX_FLOWS_PER_SOURCE) this.delete(own.values().next().value!)
    if (this.#byPacket.size >= MAX_FLOWS) return undefined
    const added: Flow = { ...flow, replied: false, lastMs: this.#clock.monotonic() }
    this.#bySource.set(source.ip, own.add(added))
    this.#byPacket.set(keyOf(source, destination), added)
    this.#byReply.set(keyOf(target, source), added)
    this.#sweep ??= this.#clock.every(SWEEP_MS, () => this.#removeOld())
    return added
  }

  delete(flow: Flow): void {
    const { source, destination, target } = flow
    const [packet, reply] = [keyOf(source, destination), keyOf(target, source)]
    if (this.#byPacket.get(packet) === flow) this.#byPacket.delete(packet)
    if (this.#byReply.get(reply) === flow) this.#byReply.delete(reply)
    const own = this.#bySource.get(source.ip)
    own?.delete(flow)
    if (own?.size === 0) this.#bySource.delete(source.ip)
    if (this.#byPacket.size === 0) this.close()
  }

  /** All that the socket has sent is forgotten. */
  deleteOf(socket: DatagramSocket): void {
    for (const flow of this.#bySource.get(socket.ip) ?? []) if (flow.owner === socket) this.delete(flow)
  }

  /** All that this address has sent is forgotten. */
  deleteFrom(ip: string): void {
    for (const flow of this.#bySource.get(ip) ?? []) this.delete(flow)
  }

  close(): void {
    this.#sweep?.cancel()
    this.#sweep = undefined
  }

  #touch(flow: Flow | undefined, reply: boolean): Flow | undefined {
    if (!flow) return undefined
    const now = this.#clock.monotonic()
    if (now - flow.lastMs > (flow.replied ? REPLIED_MS : UNREPLIED_MS)) {
      this.delete(flow)
      return undefined
    }
    if (now - flow.lastMs > 1_000) {
      // The oldest comes first.
      const own = this.#bySource.get(flow.source.ip)
      if (own?.delete(flow)) own.add(flow)
    }
    flow.lastMs = now
    if (reply) flow.replied = true
    return flow
  }

  #removeOld(): void {
    const now = this.#clock.monotonic()
    for (const flow of this.#byPacket.values())
      if (now - flow.lastMs > (flow.replied ? REPLIED_MS : UNREPLIED_MS)) this.delete(flow)
  }
}

function keyOf(from: Address, to: Address): string {
  return `${from.ip}:${from.port}>${to.ip}:${to.port}`
}
