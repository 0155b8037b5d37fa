import type { OverlayPod } from '../overlay/port-registry.ts'
import type { DatagramCode } from './frames.ts'

/** One open socket of a program of this node's pods, or a client on the laptop. */
export interface DatagramSocket {
  /** The pod that it belongs to; absent for clients on the laptop, which have ports of the node. */
  pod?: OverlayPod
  ip: string
  port: number
  loopbackOnly: boolean
  /** Sockets of one pod that say the same share the port. */
  share?: string
  deliver(ip: string, port: number, payload: Buffer): void
  /** What it sent there was refused. */
  refused(ip: string, port: number, code: DatagramCode): void
}

const FIRST_EPHEMERAL = 32_768
const LAST_EPHEMERAL = 60_999
/** More sockets than this no pod has at once. */
const MAX_PER_ADDRESS = 8_192

/** Which sockets have which ports of this node's addresses. */
export class DatagramSockets {
  readonly #byAddress = new Map<string, Map<number, DatagramSocket[]>>()
  readonly #next = new Map<string, number>()
  /** Addresses of which somebody else knows the ports. */
  readonly #covered = new Map<string, (port: number) => DatagramSocket>()

  /** Gives the socket its port; `port` 0 means any that is free. */
  bind(socket: DatagramSocket): DatagramCode {
    const ports = this.#byAddress.get(socket.ip) ?? new Map<number, DatagramSocket[]>()
    if (ports.size >= MAX_PER_ADDRESS) return 'EMFILE'
    if (socket.port === 0) socket.port = this.#free(socket.ip, ports)
    const others = ports.get(socket.port) ?? []
    if (others.some(other => socket.share === undefined || other.share !== socket.share || other.pod !== socket.pod))
      return 'EADDRINUSE'
    if (socket.port === 0) return 'EADDRINUSE'
    ports.set(socket.port, [...others, socket])
    this.#byAddress.set(socket.ip, ports)
    return 'OK'
  }

  unbind(socket: DatagramSocket): void {
    const ports = this.#byAddress.get(socket.ip)
    const left = (ports?.get(socket.port) ?? []).filter(other => other !== socket)
    if (left.length) ports?.set(socket.port, left)
    else ports?.delete(socket.port)
    if (ports?.size !== 0) return
    this.#byAddress.delete(socket.ip)
    this.#next.delete(socket.ip)
  }

  /** All ports of an address are what `at` gives, but for those that are bound here. */
  cover(ip: string, at: (port: number) => DatagramSocket): void {
    this.#covered.set(ip, at)
  }

  uncover(ip: string): void {
    this.#covered.delete(ip)
  }

  /** The socket that hears this port; of several that share it always the same for one sender. */
  at(ip: string, port: number, from: { ip: string; port: number }): DatagramSocket | undefined {
    const sockets = this.#byAddress.get(ip)?.get(port)
    if (!sockets) return this.#covered.get(ip)?.(port)
    if (sockets.length === 1) return sockets[0]
    let hash = from.port
    for (const part of from.ip.split('.')) hash = (hash * 31 + Number(part)) % 65_537
    return sockets[hash % sockets.length]
  }

  #free(ip: string, ports: Map<number, DatagramSocket[]>): number {
    const count = LAST_EPHEMERAL - FIRST_EPHEMERAL + 1
    const start = this.#next.get(ip) ?? 0
    for (let i = 0; i < count; i++) {
      const port = FIRST_EPHEMERAL + ((start + i) % count)
      if (ports.has(port)) continue
      this.#next.set(ip, (start + i + 1) % count)
      return port
    }
    return 0
  }
}
