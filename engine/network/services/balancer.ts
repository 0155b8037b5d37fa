import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { ServiceEndpoint } from './endpoints.ts'
import type { ServicePortEntry } from './service-table.ts'
import { Connections } from './strategy/connections.ts'
import { createIptablesStrategy } from './strategy/iptables.ts'
import { createIpvsStrategy, type IpvsScheduler } from './strategy/ipvs.ts'
import type { Load, Strategy } from './strategy/strategy.ts'
import { createUserspaceStrategy } from './strategy/userspace.ts'

export const PROXY_MODES = ['userspace', 'iptables', 'ipvs'] as const
export type ProxyMode = (typeof PROXY_MODES)[number]

interface Affinity {
  endpoint: string
  lastMs: number
}

/** Clients whose endpoint is remembered; the one that was seen longest ago goes first. */
const MAX_AFFINITIES = 16_384

/**
 * Chooses the endpoint of each connection as the mode does: `userspace` in turn, `iptables` at random, `ipvs` by its
 * scheduler. With session affinity a client keeps its endpoint while that one is eligible.
 */
export class Balancer {
  readonly mode: ProxyMode
  readonly #clock: Clock
  readonly #strategy: Strategy
  readonly #affinities = new Map<string, Affinity>()
  readonly #connections: Connections

  constructor(mode: ProxyMode, clock: Clock, random: Random, scheduler: IpvsScheduler = 'rr') {
    this.mode = mode
    this.#clock = clock
    this.#connections = new Connections(clock)
    this.#strategy =
      mode === 'iptables'
        ? createIptablesStrategy(random)
        : mode === 'ipvs'
          ? createIpvsStrategy(scheduler)
          : createUserspaceStrategy()
  }

  /**
   * The endpoints to try in this order. More than one only in `userspace` mode, which turns to the next one when a
   * connection is refused; the other modes work on packets and cannot.
   */
  choose(
    entry: ServicePortEntry,
    endpoints: ServiceEndpoint[],
    clientIP: string,
    destination = entry.clusterIP,
  ): ServiceEndpoint[] {
    if (endpoints.length === 0) return []
    const key = `${entry.id}/${entry.protocol}`
    const kept = this.#kept(entry, key, endpoints, clientIP)
    const load = (endpoint: ServiceEndpoint) => this.load(entry, `${endpoint.ip}:${endpoint.port}`)
    const first = kept ?? this.#strategy.pick({ key, endpoints, source: clientIP, destination, load })
    if (entry.affinitySeconds !== undefined) this.#keep(key, clientIP, first)
    if (this.mode !== 'userspace') return [first]
    const at = endpoints.indexOf(first)
    return [...endpoints.slice(at), ...endpoints.slice(0, at)]
  }

  /** The connection went to this endpoint after all: the client stays with it. */
  settled(entry: ServicePortEntry, endpoint: ServiceEndpoint, clientIP: string): void {
    if (entry.affinitySeconds !== undefined) this.#keep(`${entry.id}/${entry.protocol}`, clientIP, endpoint)
  }

  /**
   * A connection to the endpoint is open, until the function that this gives is called. Undefined in modes that do not count.
   */
  carry(entry: ServicePortEntry, endpoint: ServiceEndpoint): (() => void) | undefined {
    if (this.mode !== 'ipvs') return undefined
    return this.#connections.opened(connectionKey(entry, `${endpoint.ip}:${endpoint.port}`))
  }

  /** Connections to an endpoint (`ip:port`) of a Service's port through this node. */
  load(entry: ServicePortEntry, endpoint: string): Load {
    return this.#connections.load(connectionKey(entry, endpoint))
  }

  /** A Service is gone: whose turn it was, who stayed where, and what was counted. */
  forget(namespace: string, name: string): void {
    const service = `${namespace}/${name}`
    const fits = (key: string) => key.startsWith(`${service}/`) || key.startsWith(`${service}:`)
    this.#strategy.forget(fits)
    this.#connections.forget(fits)
    for (const key of this.#affinities.keys()) if (fits(key)) this.#affinities.delete(key)
  }

  #kept(
    entry: ServicePortEntry,
    key: string,
    endpoints: ServiceEndpoint[],
    clientIP: string,
  ): ServiceEndpoint | undefined {
    if (entry.affinitySeconds === undefined) return undefined
    const affinity = this.#affinities.get(`${key}|${clientIP}`)
    if (!affinity || this.#clock.monotonic() - affinity.lastMs > entry.affinitySeconds * 1000) return undefined
    return endpoints.find(e => `${e.ip}:${e.port}` === affinity.endpoint)
  }

  #keep(key: string, clientIP: string, endpoint: ServiceEndpoint): void {
    const id = `${key}|${clientIP}`
    this.#affinities.delete(id)
    this.#affinities.set(id, { endpoint: `${endpoint.ip}:${endpoint.port}`, lastMs: this.#clock.monotonic() })
    if (this.#affinities.size > MAX_AFFINITIES) this.#affinities.delete(this.#affinities.keys().next().value!)
  }
}

function connectionKey(entry: ServicePortEntry, endpoint: string): string {
  return `${entry.id}/${entry.protocol} ${endpoint}`
}
