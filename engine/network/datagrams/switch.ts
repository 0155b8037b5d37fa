import type { Clock } from '../../base/clock.ts'
import { contains, type Cidr } from '../address/cidr.ts'
import type { Responder } from '../dns/responder.ts'
import type { NodeDirectory, NodeEntry } from '../node-directory.ts'
import type { HostPorts } from '../overlay/host-ports.ts'
import type { PortRegistry } from '../overlay/port-registry.ts'
import type { Attempt } from '../policy/evaluate.ts'
import type { PolicyEnforcer } from '../policy/enforcer.ts'
import type { Balancer } from '../services/balancer.ts'
import type { ServiceRanges } from '../services/service-ranges.ts'
import type { ServicePortEntry, ServiceTable } from '../services/service-table.ts'
import { Flows, type Address, type Flow } from './flows.ts'
import { codeOfNumber, FRAME, numberOf, type DatagramCode, type Frame } from './frames.ts'
import { admits } from '../services/source-ranges.ts'
import type { Peers } from '../proxy/peers.ts'
import { NodeLinks } from './node-links.ts'
import { DatagramSockets, type DatagramSocket } from './sockets.ts'

export interface SwitchParts {
  /** The node's own address. */
  address: string
  podCIDR: Cidr
  services: ServiceRanges
  table: ServiceTable
  nodes: NodeDirectory
  ports: PortRegistry
  hostPorts: HostPorts
  balancer: Balancer
  policies: PolicyEnforcer
  peers: Peers
  clock: Clock
  /** The cluster's DNS; a Service with that address comes first. */
  dns: { address: string; respond: Responder }
}

const DNS_PORT = 53
/** Datagrams may wait for the node's first look at policies; more than so many bytes do not. */
const MAX_WAITING_BYTES = 4 << 20

/**
 * Where a node's datagrams go: the part of kube-proxy, the CNI plug-in and the kernel's connection tracking for UDP. Nobody is
 * told of what a policy drops; what nobody hears is refused as ICMP would.
 */
export class DatagramSwitch {
  readonly #parts: SwitchParts
  readonly #sockets = new DatagramSockets()
  readonly #flows: Flows
  readonly #nodes: NodeLinks
  #waitingBytes = 0

  constructor(parts: SwitchParts) {
    this.#parts = parts
    this.#flows = new Flows(parts.clock)
    this.#nodes = new NodeLinks(parts.clock, parts.address, parts.peers)
  }

  /** Flows that are followed now. */
  get flows(): number {
    return this.#flows.size
  }

  /** The address that sockets of clients on the laptop have. */
  get address(): string {
    return this.#parts.address
  }

  bind(socket: DatagramSocket): DatagramCode {
    return this.#sockets.bind(socket)
  }

  unbind(socket: DatagramSocket): void {
    this.#sockets.unbind(socket)
    this.#flows.deleteOf(socket)
  }

  /** Any port of this address may be a program's: what nobody hears is told of by `unheard`. */
  cover(ip: string, at: (port: number) => DatagramSocket): void {
    this.#sockets.cover(ip, at)
  }

  uncover(ip: string): void {
    this.#sockets.uncover(ip)
    this.#flows.deleteFrom(ip)
  }

  /** Nobody has heard what was delivered from `source` to `target`. */
  unheard(source: Address, target: Address): void {
    const flow = this.#flows.ofReply(target, source)
    if (flow) this.#refuse(flow, 'ECONNREFUSED')
  }

  close(): void {
    this.#flows.close()
    this.#nodes.close()
  }

  /** A program sends. The answer is what the system call would give; what is refused later the socket is told. */
  send(socket: DatagramSocket, ip: string, port: number, payload: Buffer): DatagramCode {
    if (isLoopback(ip)) return this.#sendInside(socket, ip, port, payload)
    if (socket.pod && socket.loopbackOnly) return 'EINVAL'
    const source = { ip: socket.ip, port: socket.port }
    const destination = { ip, port }
    const known = this.#valid(this.#flows.ofPacket(source, destination))
    if (known) {
      this.#carry(known, payload)
      return 'OK'
    }
    const answered = this.#flows.ofReply(source, destination)
    if (answered) {
      this.#return(answered, payload)
      return 'OK'
    }
    return this.#begin(socket, source, destination, payload)
  }

  /** A datagram from another node, or word of one that was refused there. */
  receive(frame: Frame): void {
    const source = { ip: frame.ip, port: frame.port }
    const destination = { ip: frame.peerIP, port: frame.peerPort }
    if (frame.type === FRAME.unreachable) {
      const flow = this.#flows.ofReply(destination, source)
      if (flow) this.#refuse(flow, codeOfNumber(frame.code))
      return
    }
    if (frame.type !== FRAME.packet) return
    const known = this.#valid(this.#flows.ofPacket(source, destination))
    if (known) return this.#carry(known, frame.payload)
    const answered = this.#flows.ofReply(source, destination)
    if (answered) return this.#return(answered, frame.payload)
    this.#arrive(source, destination, frame.payload)
  }

  /** Inside a pod, localhost is the pod. */
  #sendInside(socket: DatagramSocket, ip: string, port: number, payload: Buffer): DatagramCode {
    const target = socket.pod && this.#sockets.at(socket.ip, port, socket)
    // Clients on the laptop hold ports of the node without hearing anything but answers.
    if (target?.pod) target.deliver('127.0.0.1', socket.port, payload)
    else socket.refused(ip, port, 'ECONNREFUSED')
    return 'OK'
  }

  #begin(socket: DatagramSocket, source: Address, destination: Address, payload: Buffer): DatagramCode {
    const { address, table, nodes, hostPorts, podCIDR, services, dns } = this.#parts
    const { ip, port } = destination
    const refuse = (code: DatagramCode): DatagramCode => {
      socket.refused(ip, port, code)
      return 'OK'
    }
    const entry = table.at(ip, 'UDP', port) ?? this.#nodePort(socket, ip, port)
    let flow: Omit<Flow, 'replied' | 'lastMs'> = { source, destination, target: destination, owner: socket }
    if (entry?.loadBalancerIPs.includes(ip) && !admits(entry.sourceRanges, source.ip)) return 'OK'
    if (entry) {
      const endpoint = this.#choose(entry, ip, source.ip, !socket.pod)
      if (!endpoint) return refuse('ECONNREFUSED')
      flow = { ...flow, target: { ip: endpoint.ip, port: endpoint.port }, entry, endpoint }
    } else if (ip === dns.address && port === DNS_PORT) {
      this.#permitted([this.#egress(socket, destination)], payload, () => {
        const deliver = (answer: Buffer | undefined) => void (answer && socket.deliver(ip, port, answer))
        const answer = dns.respond(payload, 'udp')
        if (answer instanceof Promise) void answer.then(deliver)
        else deliver(answer)
      })
      return 'OK'
    } else if (services.has(ip)) return refuse('ECONNREFUSED')
    else if (ip === address) flow.target = hostPorts.find(ip, 'UDP', port) ?? destination
    const { target } = flow
    const here = this.#isHere(target.ip)
    const node = here ? undefined : this.#nodeOf(target.ip)
    if (!here && !node)
      return contains(podCIDR, target.ip) || nodes.byAddress(target.ip) ? refuse('EHOSTUNREACH') : 'ENETUNREACH'
    if (!here && !node!.gatewayPort) return refuse('EHOSTUNREACH')
    const attempts = [this.#egress(socket, target)]
    // Pods always hear their own node, and what runs in its network.
    if (here && !(socket.pod && source.ip === address)) attempts.push(ingress(source, target))
    this.#permitted(attempts, payload, () => {
      const added = this.#flows.add(flow)
      if (added) this.#carry(added, payload)
    })
    return 'OK'
  }

  /** From another node, and of no flow that is known here. */
  #arrive(source: Address, destination: Address, payload: Buffer): void {
    const { address, table, hostPorts } = this.#parts
    const refuse = (code: DatagramCode) => this.#tellUnreachable(source, destination, code)
    let flow: Omit<Flow, 'replied' | 'lastMs'> = { source, destination, target: destination }
    const entry = destination.ip === address ? table.atNodePort('UDP', destination.port) : undefined
    if (entry) {
      const endpoint = this.#choose(entry, destination.ip, source.ip, false)
      if (!endpoint) return refuse('ECONNREFUSED')
      flow = { ...flow, target: { ip: endpoint.ip, port: endpoint.port }, entry, endpoint }
    } else if (!this.#isHere(destination.ip)) return refuse('EHOSTUNREACH')
    else if (destination.ip === address) flow.target = hostPorts.find(address, 'UDP', destination.port) ?? destination
    this.#permitted(this.#isHere(flow.target.ip) ? [ingress(source, flow.target)] : [], payload, () => {
      const added = this.#flows.add(flow)
      if (added) this.#carry(added, payload)
    })
  }

  /** Onwards, to where the flow leads. */
  #carry(flow: Flow, payload: Buffer): void {
    const { source, target } = flow
    if (!this.#isHere(target.ip)) {
      const node = this.#nodeOf(target.ip)
      if (!node?.gatewayPort) return this.#refuse(flow, 'EHOSTUNREACH')
      const frame = { type: FRAME.packet, ...source, peerIP: target.ip, peerPort: target.port, payload }
      return this.#nodes.send(node.gatewayPort, frame, () => this.#refuse(flow, 'EHOSTUNREACH'))
    }
    const socket = this.#sockets.at(target.ip, target.port, source)
    if (socket && !socket.loopbackOnly) socket.deliver(source.ip, source.port, payload)
    else this.#refuse(flow, 'ECONNREFUSED')
  }

  /** Back to the source, from the address that it has sent to. */
  #return(flow: Flow, payload: Buffer): void {
    const { source, destination, owner } = flow
    if (owner) return owner.deliver(destination.ip, destination.port, payload)
    const node = this.#nodeOf(source.ip)
    if (!node?.gatewayPort) return
    const frame = { type: FRAME.packet, ...destination, peerIP: source.ip, peerPort: source.port, payload }
    this.#nodes.send(node.gatewayPort, frame)
  }

  #refuse(flow: Flow, code: DatagramCode): void {
    const { source, destination, owner } = flow
    this.#flows.delete(flow)
    if (owner) owner.refused(destination.ip, destination.port, code)
    else this.#tellUnreachable(source, destination, code)
  }

  #tellUnreachable(source: Address, destination: Address, code: DatagramCode): void {
    const node = this.#nodeOf(source.ip)
    if (!node?.gatewayPort) return
    const to = { peerIP: destination.ip, peerPort: destination.port }
    this.#nodes.send(node.gatewayPort, { type: FRAME.unreachable, code: numberOf(code), ...source, ...to })
  }

  /** A flow ends with the endpoint that it led to, or with its Service: the next datagram begins another. */
  #valid(flow: Flow | undefined): Flow | undefined {
    if (!flow?.entry) return flow
    const { table } = this.#parts
    const { destination, entry, endpoint } = flow
    const now =
      table.at(destination.ip, 'UDP', destination.port) ??
      (this.#isNode(destination.ip) ? table.atNodePort('UDP', destination.port) : undefined)
    if (now === entry) return flow
    if (now?.id === entry.id && endpoint && this.#serves(now, endpoint)) {
      flow.entry = now
      return flow
    }
    this.#flows.delete(flow)
    return undefined
  }

  /** Those that shut down keep the flows that they have for as long as they serve. */
  #serves({ namespace, name, cluster, local }: ServicePortEntry, { ip, port }: { ip: string; port: number }): boolean {
    if ([...cluster, ...local].some(e => e.ip === ip && e.port === port)) return true
    return this.#parts.table
      .slices(namespace, name)
      .some(
        slice =>
          slice.ports?.some(p => p.port === port && p.protocol === 'UDP') &&
          slice.endpoints?.some(
            e => e.addresses?.includes(ip) && (e.conditions?.serving ?? e.conditions?.ready ?? true),
          ),
      )
  }

  #nodePort(socket: DatagramSocket, ip: string, port: number): ServicePortEntry | undefined {
    if (!this.#isNode(ip)) return undefined
    const entry = this.#parts.table.atNodePort('UDP', port)
    // With a Local policy only the node that was meant knows its endpoints.
    return entry && (ip === this.#parts.address || entry.externalPolicy === 'Cluster' || !socket.pod)
      ? entry
      : undefined
  }

  #choose(entry: ServicePortEntry, ip: string, client: string, outside: boolean) {
    const internal = entry.clusterIP === ip && !outside
    const local = internal ? entry.internalPolicy === 'Local' : entry.externalPolicy === 'Local' && !outside
    return this.#parts.balancer.choose(entry, local ? entry.local : entry.cluster, client, ip)[0]
  }

  #egress(socket: DatagramSocket, target: Address): Attempt | undefined {
    if (!socket.pod || socket.pod.hostNetwork) return undefined
    return { direction: 'Egress', podIP: socket.ip, peerIP: target.ip, protocol: 'UDP', port: target.port }
  }

  #permitted(attempts: (Attempt | undefined)[], payload: Buffer, then: () => void): void {
    const verdicts = attempts.map(attempt => attempt === undefined || this.#parts.policies.allows(attempt))
    if (verdicts.every(verdict => verdict === true)) return then()
    if (verdicts.includes(false) || this.#waitingBytes + payload.length > MAX_WAITING_BYTES) return
    this.#waitingBytes += payload.length
    void Promise.all(verdicts).then(found => {
      this.#waitingBytes -= payload.length
      if (found.every(verdict => verdict)) then()
    })
  }

  #isHere(ip: string): boolean {
    return ip === this.#parts.address || this.#parts.ports.hasAddress(ip)
  }

  #isNode(ip: string): boolean {
    return ip === this.#parts.address || this.#parts.nodes.byAddress(ip) !== undefined
  }

  /** Another node that has this address, itself or in its range of pods. */
  #nodeOf(ip: string): NodeEntry | undefined {
    const { nodes, address } = this.#parts
    const node = nodes.byAddress(ip) ?? nodes.byPodAddress(ip)
    return node?.addresses.includes(address) ? undefined : node
  }
}

function ingress(source: Address, { ip, port }: Address): Attempt {
  return { direction: 'Ingress', podIP: ip, peerIP: source.ip, protocol: 'UDP', port }
}

function isLoopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '0.0.0.0'
}
