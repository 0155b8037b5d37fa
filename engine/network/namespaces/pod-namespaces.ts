import type { Socket } from 'node:net'
import { sleep } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { NetworkNamespace } from '../../kubelet/pod-network.ts'
import type { Address } from '../datagrams/flows.ts'
import type { DatagramSwitch } from '../datagrams/switch.ts'
import type { OverlayPod } from '../overlay/port-registry.ts'
import { RouteError } from '../proxy/route-error.ts'
import type { NamespaceHelper } from './helper-process.ts'
import type { HelperKeeper } from './keeper.ts'
import { Openings, type OpeningsParts } from './openings.ts'
import { readPacket } from './packets.ts'
import { PodDatagrams } from './pod-datagrams.ts'

export interface PodNamespacesParts extends OpeningsParts {
  datagrams: DatagramSwitch
  /** The processes that run in a pod now, or what has started them. */
  processesOf(uid: string): number[]
}

interface Entry {
  id: number
  pod: OverlayPod
  /** Absent until it was made, and while there is no helper. */
  namespace?: NetworkNamespace
  openings: Openings
  datagrams: PodDatagrams
  closed: AbortController
}

const LOOPBACK = '127.0.0.1'
const AGAIN_MS = 1_000

/** The pods of a node that have a network namespace each, and what goes in and out of these. */
export class PodNamespaces {
  readonly #keeper: HelperKeeper
  readonly #parts: PodNamespacesParts
  readonly #byPod = new Map<string, Entry>()
  readonly #byId = new Map<number, Entry>()
  readonly #byAddress = new Map<string, Entry>()
  #last = 0

  constructor(keeper: HelperKeeper, parts: PodNamespacesParts) {
    this.#keeper = keeper
    this.#parts = parts
    keeper.listener = {
      captured: (id, packet) => this.#captured(id, packet),
      datagram: (id, source, destination, payload) => this.#byId.get(id)?.datagrams.sent(source, destination, payload),
      accepted: (id, source, destination, socket) => this.#accepted(id, source, destination, socket),
      replaced: helper => {
        for (const entry of this.#byPod.values()) void this.#openAgain(entry, helper)
      },
    }
  }

  has(uid: string): boolean {
    return this.#byPod.has(uid)
  }

  /**
   * Puts a pod into its namespace: that which its processes are in, or a new one.
   * @throws Error if that cannot be
   */
  async attach(pod: OverlayPod): Promise<void> {
    const id = ++this.#last
    const inject = (packet: Buffer) => this.#keeper.helper?.inject(id, packet)
    const source = { kind: 'pod', ip: pod.ip, namespace: pod.namespace, pod } as const
    const openings = new Openings(this.#parts, source, inject)
    const datagrams = new PodDatagrams(this.#parts.datagrams, pod, inject)
    const entry: Entry = { id, pod, openings, datagrams, closed: new AbortController() }
    this.#byPod.set(pod.uid, entry)
    this.#byId.set(id, entry)
    this.#byAddress.set(pod.ip, entry)
    try {
      if (!this.#keeper.helper) throw new Error('the network of the pods is being set up again')
      await this.#open(entry, this.#keeper.helper)
    } catch (error) {
      this.#forget(entry)
      throw error
    }
  }

  detach(uid: string): void {
    const entry = this.#byPod.get(uid)
    if (!entry) return
    this.#forget(entry)
    this.#keeper.helper?.close(entry.id)
  }

  /** Where the pod's programs are to be started. @throws Error while that is not to be had */
  namespaceOf(uid: string): NetworkNamespace {
    const namespace = this.#byPod.get(uid)?.namespace
    if (!namespace) throw new Error("the pod's network namespace is not to be had at this moment")
    return namespace
  }

  /** How to connect to a program of the pod at this address, from the address of whoever calls. */
  at(ip: string): ((port: number, source: string, signal?: AbortSignal) => Promise<Socket>) | undefined {
    const entry = this.#byAddress.get(ip)
    return entry && ((port, source, signal) => this.#dial(entry, source, { ip, port }, signal))
  }

  /** Connects to a program as others of the pod do at localhost. */
  inside(uid: string): ((port: number, signal?: AbortSignal) => Promise<Socket>) | undefined {
    const entry = this.#byPod.get(uid)
    return entry && ((port, signal) => this.#dial(entry, LOOPBACK, { ip: LOOPBACK, port }, signal))
  }

  close(): void {
    for (const entry of [...this.#byPod.values()]) this.#forget(entry)
    this.#keeper.stop()
  }

  async #dial(entry: Entry, source: string, target: Address, signal?: AbortSignal): Promise<Socket> {
    const { helper } = this.#keeper
    if (!helper || !entry.namespace)
      throw new RouteError('EHOSTUNREACH', `the network of ${entry.pod.ip} is being set up again`, entry.pod.ip)
    const socket = await helper.dial(entry.id, source, target, signal)
    const { sockets } = this.#parts
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    return socket
  }

  async #open(entry: Entry, helper: NamespaceHelper): Promise<void> {
    const { id, pod, closed } = entry
    entry.namespace = undefined
    const namespace = await helper.open(id, pod.ip, this.#parts.processesOf(pod.uid))
    if (closed.signal.aborted) helper.close(id)
    else entry.namespace = namespace
  }

  /** Programs of the pod may run: it is tried for as long as the pod and the helper are there. */
  async #openAgain(entry: Entry, helper: NamespaceHelper): Promise<void> {
    const { pod, closed } = entry
    while (!closed.signal.aborted && this.#keeper.helper === helper)
      try {
        return await this.#open(entry, helper)
      } catch (error) {
        const { clock, log } = this.#parts
        log.error('a pod is without its network', { pod: `${pod.namespace}/${pod.name}`, error: messageOf(error) })
        await sleep(clock, AGAIN_MS, closed.signal).catch(() => undefined) // the pod is gone: nothing is left to do
      }
  }

  #captured(id: number, packet: Buffer): void {
    const entry = this.#byId.get(id)
    const read = entry && readPacket(packet)
    if (read?.kind === 'opening') entry!.openings.begin(read)
    else if (read?.kind === 'unheard') entry!.datagrams.unheard(read.source, read.destination)
  }

  #accepted(id: number, source: Address, destination: Address, socket: Socket): void {
    const entry = this.#byId.get(id)
    if (entry) entry.openings.accepted(source, destination, socket)
    else socket.destroy()
  }

  #forget(entry: Entry): void {
    entry.closed.abort()
    entry.openings.close()
    entry.datagrams.close()
    this.#byPod.delete(entry.pod.uid)
    this.#byId.delete(entry.id)
    if (this.#byAddress.get(entry.pod.ip) === entry) this.#byAddress.delete(entry.pod.ip)
  }
}
