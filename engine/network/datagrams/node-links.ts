import { connect, type Socket } from 'node:net'
import type { Clock } from '../../base/clock.ts'
import type { Peers } from '../proxy/peers.ts'
import { DATAGRAM_GREETING, writeOrDrop, type Frame } from './frames.ts'

/** What waits for a node that reads slowly; more is lost, as on any full line. */
const MAX_QUEUED_BYTES = 8 << 20
const AGAIN_AFTER_MS = 1_000
const CONNECT_TIMEOUT_MS = 5_000

interface Link {
  socket: Socket
  /** Told if the link cannot be made. */
  waiting: Set<() => void>
}

/** The lines to the gateways of other nodes; each is opened with the first datagram that goes there. */
export class NodeLinks {
  readonly #clock: Clock
  readonly #address: string
  readonly #peers: Peers
  readonly #links = new Map<number, Link>()
  readonly #failed = new Map<number, number>()

  /** `address` is that of this node. */
  constructor(clock: Clock, address: string, peers: Peers) {
    this.#clock = clock
    this.#address = address
    this.#peers = peers
  }

  /** Sends to the node whose gateway listens on this port of loopback; `failed` is told if that node does not answer. */
  send(gatewayPort: number, frame: Partial<Frame> & { type: number }, failed: () => void = () => undefined): void {
    const since = this.#failed.get(gatewayPort)
    if (since !== undefined && this.#clock.monotonic() - since < AGAIN_AFTER_MS) return failed()
    const link = this.#links.get(gatewayPort) ?? this.#open(gatewayPort)
    if (link.socket.connecting && link.waiting.size < 1024) link.waiting.add(failed)
    writeOrDrop(link.socket, frame, MAX_QUEUED_BYTES)
  }

  close(): void {
    for (const { socket } of this.#links.values()) socket.destroy()
    this.#links.clear()
  }

  #open(gatewayPort: number): Link {
    const socket = connect({ host: '127.0.0.1', port: gatewayPort, noDelay: true })
    const link: Link = { socket, waiting: new Set() }
    this.#links.set(gatewayPort, link)
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.once('connect', () => {
      socket.setTimeout(0)
      this.#failed.delete(gatewayPort)
      link.waiting.clear()
    })
    socket.once('close', () => {
      if (this.#links.get(gatewayPort) === link) this.#links.delete(gatewayPort)
      if (link.waiting.size) this.#failed.set(gatewayPort, this.#clock.monotonic())
      for (const failed of link.waiting) failed()
    })
    // Nothing comes back this way; an end is seen only by who reads.
    socket.resume()
    const proof = this.#peers.prove(gatewayPort, 'datagrams', this.#address)
    socket.write(`${DATAGRAM_GREETING}node ${this.#address} ${proof}\n`)
    return link
  }
}
