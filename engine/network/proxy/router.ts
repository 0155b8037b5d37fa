import { isIP, type Socket } from 'node:net'
import { intBelow, type Random } from '../../base/random.ts'
import { contains, type Cidr } from '../address/cidr.ts'
import type { ClusterZone } from '../dns/zone.ts'
import type { NodeDirectory } from '../node-directory.ts'
import type { HostPorts } from '../overlay/host-ports.ts'
import type { OverlayPod, PortRegistry } from '../overlay/port-registry.ts'
import type { Balancer } from '../services/balancer.ts'
import type { ServiceEndpoint } from '../services/endpoints.ts'
import type { ServiceRanges } from '../services/service-ranges.ts'
import type { ServicePortEntry, ServiceTable } from '../services/service-table.ts'
import { admits } from '../services/source-ranges.ts'
import { dialLoopback, dialThroughGateway } from './dial.ts'
import type { Peers } from './peers.ts'
import type { PolicyEnforcer } from '../policy/enforcer.ts'
import type { SourceAliases } from './source-aliases.ts'
import { RouteError } from './route-error.ts'

/** Who opens a connection. */
export type Source =
  | { kind: 'pod'; ip: string; namespace: string; pod: OverlayPod }
  /** The node itself: probes and port-forward. */
  | { kind: 'node'; ip: string; namespace: string }
  /** The laptop: its terminals, its browser. */
  | { kind: 'outside'; ip: string; namespace: string }
  /** The ingress of this node, for a client that has no part in the decision: it is a program like others to policies. */
  | { kind: 'ingress'; ip: string; namespace: string }
  /** Another node's gateway, which has decided already. */
  | { kind: 'gateway'; ip: string; namespace: string }

/** Where a connection went: the address that the caller meant, and what a Service made of it. */
interface Destination {
  ip: string
  port: number
  endpoint?: ServiceEndpoint
  service?: string
}

/** An open connection. */
export interface Route extends Destination {
  socket: Socket
}

/** A port on 127.0.0.1 to which the caller connects by itself: nothing is between it and the program that listens there. */
export interface DirectRoute extends Destination {
  realPort: number
  /** To be called when the connection has ended; absent if nobody counts. */
  closed?: () => void
}

type Link = { socket: Socket } | { realPort: number }

/** One connection to be opened. */
interface Call {
  source: Source
  signal: AbortSignal | undefined
  /** The caller can connect on loopback itself. */
  direct: boolean
}

export interface RouterParts {
  address: string
  podCIDR: Cidr
  services: ServiceRanges
  table: ServiceTable
  nodes: NodeDirectory
  ports: PortRegistry
  hostPorts: HostPorts
  zone: ClusterZone
  balancer: Balancer
  aliases: SourceAliases
  peers: Peers
  policies: PolicyEnforcer
  random: Random
  /** The cluster's DNS, and where on loopback it listens; a Service with that address comes first. */
  dns?: { address: string; port: number }
  /** What listens at ports of the node's own address, if anything does; in the name of whoever calls. */
  nodeServer?(port: number): ((client: string, signal?: AbortSignal) => Promise<Socket>) | undefined
  /** How to connect to a pod of this node that has a network namespace, in the name of `source`. */
  inPod?(ip: string): ((port: number, source: string, signal?: AbortSignal) => Promise<Socket>) | undefined
}

const MAX_ADDRESSES_TRIED = 4
const DNS_PORT = 53
const API_SERVER_SLICE = /^kubernetes(-\d+)?$/

/** Decides for every connection where it goes, and opens it: the part of kube-proxy, the CNI plug-in and DNS together. */
export class Router {
  readonly #parts: RouterParts

  constructor(parts: RouterParts) {
    this.#parts = parts
  }

  /**
   * Opens a connection to a name or an address of the cluster.
   * @throws RouteError
   */
  async open(host: string, port: number, source: Source, signal?: AbortSignal): Promise<Route> {
    return withSocket(await this.#open(host, port, { source, signal, direct: false }))
  }

  /**
   * The same for a caller that connects on loopback by itself where nothing has to be done for the connection any more: the
   * decision is made, and the program that it is for listens.
   * @throws RouteError
   */
  locate(host: string, port: number, source: Source, signal?: AbortSignal): Promise<Route | DirectRoute> {
    return this.#open(host, port, { source, signal, direct: true })
  }

  /**
   * Connects to a pod or a node itself, past all Services.
   * @throws RouteError
   */
  async dial(ip: string, port: number, source: Source, signal?: AbortSignal): Promise<Socket> {
    return withSocket(await this.#dial(ip, port, { source, signal, direct: false })).socket
  }

  async #open(host: string, port: number, call: Call): Promise<Route | DirectRoute> {
    if (!Number.isInteger(port) || port < 1 || port > 65535) throw new RouteError('EHOSTUNREACH', `${port} is no port`)
    if (isLoopback(host)) return this.#openLoopback(port, call)
    if (isIP(host) === 4) return this.#openAddress(host, port, call)
    if (isIP(host) === 6) {
      // IPv4 in the clothes of IPv6 is what dual-stack programs write.
      const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host)?.[1]
      if (mapped) return this.#open(mapped, port, call)
      throw new RouteError('ENETUNREACH', `${host}: this cluster has IPv4 addresses only`, host)
    }
    return this.#openName(host, port, call)
  }

  async #dial(ip: string, port: number, call: Call): Promise<Link> {
    const { source, signal, direct } = call
    const { address, nodes, ports, hostPorts, podCIDR, aliases, peers, policies } = this.#parts
    const lead = ip === address ? hostPorts.find(ip, 'TCP', port) : undefined
    if (lead) return this.#dial(lead.ip, lead.port, call)
    const target = `${ip}:${port}`
    // What comes from outside has the node's address, as after masquerading.
    const from = source.kind === 'outside' ? address : source.ip
    const at = async (realPort: number): Promise<Link> =>
      direct ? { realPort } : { socket: await dialLoopback(realPort, signal) }
    if (source.kind === 'pod')
      await policies.enforce({ direction: 'Egress', podIP: source.ip, peerIP: ip, protocol: 'TCP', port }, signal)
    if (ports.hasAddress(ip) || ip === address) {
      const binding = ports.find(ip, 'TCP', port)
      // Pods always hear their own node, which probes them, and what runs in its network.
      const isOwnNode = (source.kind === 'node' || source.kind === 'pod') && source.ip === address
      if (!isOwnNode)
        await policies.enforce({ direction: 'Ingress', podIP: ip, peerIP: from, protocol: 'TCP', port }, signal)
      const inPod = this.#parts.inPod?.(ip)
      if (inPod) return { socket: await inPod(port, from, signal) }
      if (binding && !binding.loopbackOnly) {
        // Of a port that is only set aside nobody knows whether somebody listens: a name's next address may have to be tried.
        if (direct && ports.isHeld(binding)) return { realPort: binding.realPort }
        return { socket: await aliases.dial(binding.realPort, from, signal) }
      }
      if (ip === address && nodes.byAddress(ip)?.kubeletPort === port) return at(port)
      const server = ip === address ? this.#parts.nodeServer?.(port) : undefined
      if (server) return { socket: await server(source.ip, signal) }
      throw new RouteError('ECONNREFUSED', `${target}: connection refused`, ip)
    }
    const apiServer = this.#apiServerPort(ip, port)
    if (apiServer) return at(apiServer)
    const node = nodes.byAddress(ip) ?? nodes.byPodAddress(ip)
    if (node && !node.addresses.includes(address)) {
      if (node.addresses.includes(ip) && node.kubeletPort === port) return at(port)
      if (source.kind === 'gateway') throw new RouteError('EHOSTUNREACH', `${target} is not on this node`, ip)
      if (!node.gatewayPort)
        throw new RouteError('EHOSTUNREACH', `${target}: node ${node.name} is not on the overlay`, ip)
      return dialThroughGateway({ gatewayPort: node.gatewayPort, target, source: from, direct }, peers, signal)
    }
    if (node || contains(podCIDR, ip)) throw new RouteError('EHOSTUNREACH', `${target}: no pod has this address`, ip)
    throw new RouteError('ENETUNREACH', `${target} is outside the cluster, and this lab has no way to the internet`, ip)
  }

  async #openName(host: string, port: number, call: Call): Promise<Route | DirectRoute> {
    const { source } = call
    const own = source.kind === 'pod' && host === source.pod.name ? [source.ip] : []
    const ips = own.length ? own : this.#parts.zone.addresses(host, source.namespace)
    if (ips.length === 0)
      throw new RouteError('ENOTFOUND', `${host}: no such name in the cluster, and this lab has no way to the internet`)
    const first = intBelow(this.#parts.random, ips.length)
    const order = [...ips.slice(first), ...ips.slice(0, first)].slice(0, MAX_ADDRESSES_TRIED)
    let refusal: unknown
    for (const ip of order)
      try {
        return await this.#openAddress(ip, port, call)
      } catch (error) {
        if (!(error instanceof RouteError)) throw error
        refusal = error
      }
    throw refusal
  }

  async #openAddress(ip: string, port: number, call: Call): Promise<Route | DirectRoute> {
    const { table, nodes, services, address, dns } = this.#parts
    const { source, signal } = call
    const entry = table.at(ip, 'TCP', port)
    if (entry) {
      if (entry.loadBalancerIPs.includes(ip) && !admits(entry.sourceRanges, source.ip))
        throw new RouteError('ETIMEDOUT', `${ip}:${port}: dropped, ${source.ip} is in no range of ${entry.id}`, ip)
      const from = entry.clusterIP === ip && source.kind !== 'outside' ? 'internal' : 'external'
      return this.#openService(entry, from, ip, port, call)
    }
    if (ip === dns?.address && port === DNS_PORT) {
      const asks = { direction: 'Egress', podIP: source.ip, peerIP: ip, protocol: 'TCP', port } as const
      if (source.kind === 'pod') await this.#parts.policies.enforce(asks, signal)
      return { socket: await dialLoopback(dns.port, signal), ip, port }
    }
    if (services.has(ip)) throw new RouteError('ECONNREFUSED', `${ip}:${port}: no Service has this port`, ip)
    const isNode = ip === address || nodes.byAddress(ip) !== undefined
    const nodePort = isNode ? table.atNodePort('TCP', port) : undefined
    if (nodePort && (ip === address || nodePort.externalPolicy === 'Cluster' || source.kind === 'outside'))
      return this.#openService(nodePort, 'external', ip, port, call)
    return { ...(await this.#dial(ip, port, call)), ip, port }
  }

  async #openService(
    entry: ServicePortEntry,
    from: 'internal' | 'external',
    ip: string,
    port: number,
    call: Call,
  ): Promise<Route | DirectRoute> {
    const { balancer } = this.#parts
    const { source } = call
    const local =
      from === 'internal'
        ? entry.internalPolicy === 'Local'
        : entry.externalPolicy === 'Local' && source.kind !== 'outside'
    const endpoints = local ? entry.local : entry.cluster
    const order = balancer.choose(entry, endpoints, source.ip, ip)
    if (order.length === 0) {
      const where = local && entry.cluster.length ? 'on this node, and its traffic policy is Local' : 'that is ready'
      throw new RouteError('ECONNREFUSED', `Service ${entry.id} has no endpoint ${where}`, ip)
    }
    // Who comes through another gateway could not tell us when its connection has ended.
    const direct = call.direct && source.kind === 'pod' && balancer.mode !== 'userspace'
    let refusal: unknown
    for (const endpoint of order)
      try {
        // What comes from a gateway may have to go on to a third node: it was sent to a node port of this one.
        const via: Source = source.kind === 'gateway' ? { ...source, kind: 'node' } : source
        const link = await this.#dial(endpoint.ip, endpoint.port, { ...call, source: via, direct })
        const closed = balancer.carry(entry, endpoint)
        if (endpoint !== order[0]) balancer.settled(entry, endpoint, source.ip)
        const destination = { ip, port, endpoint, service: entry.id }
        if ('realPort' in link) return { ...link, ...destination, closed }
        if (closed) link.socket.once('close', closed)
        return { ...link, ...destination }
      } catch (error) {
        if (!(error instanceof RouteError)) throw error
        refusal = error
      }
    throw refusal
  }

  /** Inside a pod, localhost is the pod; outside it is the laptop. */
  async #openLoopback(port: number, call: Call): Promise<Route | DirectRoute> {
    const { source, signal, direct } = call
    const ip = '127.0.0.1'
    if (source.kind === 'outside') return { socket: await dialLoopback(port, signal), ip, port }
    if (source.kind !== 'pod') throw new RouteError('ECONNREFUSED', `${ip}:${port}: connection refused`, ip)
    const { ports, hostPorts } = this.#parts
    const lead = source.pod.hostNetwork ? hostPorts.find(ip, 'TCP', port) : undefined
    if (lead) return { ...(await this.#dial(lead.ip, lead.port, call)), ip, port }
    const real =
      ports.find(source.ip, 'TCP', port)?.realPort ?? (ports.ownsRealPort(source.pod, port) ? port : undefined)
    if (real === undefined) throw new RouteError('ECONNREFUSED', `${ip}:${port}: nothing in this pod listens there`, ip)
    return direct ? { realPort: real, ip, port } : { socket: await dialLoopback(real, signal), ip, port }
  }

  /** API servers are no nodes: what they publish as endpoints of the kubernetes Service is where they listen on loopback. */
  #apiServerPort(ip: string, port: number): number | undefined {
    for (const slice of this.#parts.table.slices('default', 'kubernetes')) {
      // Of all that bear the label those alone that the API servers themselves write, and take back from anybody else: others
      // could name any port of the machine.
      if (!API_SERVER_SLICE.test(slice.metadata.name!)) continue
      if (!slice.ports?.some(p => p.port === port)) continue
      if (slice.endpoints?.some(e => e.addresses?.includes(ip))) return port
    }
    return undefined
  }
}

function withSocket<T extends object>(link: T | (T & { socket: Socket })): T & { socket: Socket } {
  if (!('socket' in link)) throw new TypeError('a direct route was given to who did not ask for one')
  return link
}

export function isLoopback(host: string): boolean {
  return (
    /^127\.\d+\.\d+\.\d+$/.test(host) ||
    host === '::1' ||
    host.toLowerCase() === 'localhost' ||
    host.toLowerCase().endsWith('.localhost')
  )
}
