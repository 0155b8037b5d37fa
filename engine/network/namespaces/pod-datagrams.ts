import type { Address } from '../datagrams/flows.ts'
import { MAX_PAYLOAD, type DatagramCode } from '../datagrams/frames.ts'
import type { DatagramSocket } from '../datagrams/sockets.ts'
import type { DatagramSwitch } from '../datagrams/switch.ts'
import type { OverlayPod } from '../overlay/port-registry.ts'
import { datagramOf, datagramUnreachable, UNREACHABLE } from './packets.ts'

/** Ports of one pod that are remembered; a port beyond that is made anew when it is spoken of again. */
const MAX_PORTS = 4_096

/**
 * The datagrams of one pod with a network namespace. Which of its programs has a port, and whether any has, only the
 * pod's kernel knows: to the switch all of its ports are there, and the kernel says later what nobody heard.
 */
export class PodDatagrams {
  readonly #switch: DatagramSwitch
  readonly #pod: OverlayPod
  readonly #inject: (packet: Buffer) => void
  readonly #ports = new Map<number, DatagramSocket>()

  /** `inject` lets a packet arrive in the pod. */
  constructor(datagrams: DatagramSwitch, pod: OverlayPod, inject: (packet: Buffer) => void) {
    this.#switch = datagrams
    this.#pod = pod
    this.#inject = inject
    datagrams.cover(pod.ip, port => this.#at(port))
  }

  /** A program has sent one. */
  sent(source: Address, destination: Address, payload: Buffer): void {
    const code = this.#switch.send(this.#at(source.port), destination.ip, destination.port, payload)
    if (code !== 'OK') this.#refused(source.port, destination, code)
  }

  /** No program has heard the one that came from `source`. */
  unheard(source: Address, destination: Address): void {
    this.#switch.unheard(source, { ip: this.#pod.ip, port: destination.port })
  }

  close(): void {
    this.#switch.uncover(this.#pod.ip)
    this.#ports.clear()
  }

  #at(port: number): DatagramSocket {
    const known = this.#ports.get(port)
    if (known) return known
    const own = { ip: this.#pod.ip, port }
    const socket: DatagramSocket = {
      pod: this.#pod,
      ...own,
      loopbackOnly: false,
      deliver: (ip, from, payload) => {
        if (payload.length <= MAX_PAYLOAD) this.#inject(datagramOf({ ip, port: from }, own, payload))
      },
      refused: (ip, to, code) => this.#refused(port, { ip, port: to }, code),
    }
    if (this.#ports.size >= MAX_PORTS) this.#ports.delete(this.#ports.keys().next().value!)
    this.#ports.set(port, socket)
    return socket
  }

  #refused(port: number, destination: Address, code: DatagramCode): void {
    const word =
      code === 'ECONNREFUSED' ? UNREACHABLE.port : code === 'ENETUNREACH' ? UNREACHABLE.network : UNREACHABLE.host
    this.#inject(datagramUnreachable({ ip: this.#pod.ip, port }, destination, word))
  }
}
