import type { Socket } from 'node:net'
import type { Clock } from '../../base/clock.ts'
import { intBelow, type Random } from '../../base/random.ts'
import type { ServiceEndpoint } from './endpoints.ts'
import type { ServicePortEntry } from './service-table.ts'

export type ProxyMode = 'userspace' | 'iptables' | 'ipvs'

interface Affinity {
  endpoint: string
  lastMs: number
}

/** Clients whose endpoint is remembered; the one that was seen longest ago goes first. */
const MAX_AFFINITIES = 16_384

/**
 * Chooses the endpoint of each connection as the mode does: `userspace` and `ipvs` (rr) in turn, `iptables` at random with equal
 * probabilities. With session affinity a client keeps its endpoint while that one is eligible.
 */
export class Balancer {
  readonly mode: ProxyMode
  readonly #clock: Clock
  readonly #random: Random
  readonly #turns = new Map<string, number>()
  readonly #affinities = new Map<string, Affinity>()
  readonly #connections = new Map<string, number>()

  constructor(mode: ProxyMode, clock: Clock, random: Random) {
    this.mode = mode
    this.#clock = clock
    this.#random = random
  }

  /**
   * The endpoints to try in this order. More than one only in `userspace` mode, which turns to the next one when a
   * connection is refused; the other modes work on packets and cannot.
   */
  choose(entry: ServicePortEntry, endpoints: ServiceEndpoint[], clientIP: string): ServiceEndpoint[] {
    if (endpoints.length === 0) return []
    const key = `${entry.id}/${entry.protocol}`
    const kept = this.#kept(entry, key, endpoints, clientIP)
    const first = kept ?? this.#pick(key, endpoints)
    if (entry.affinitySeconds !== undefined) this.#keep(key, clientIP, first)
    if (this.mode !== 'userspace') return [first]
    const at = endpoints.indexOf(first)
    return [...endpoints.slice(at), ...endpoints.slice(0, at)]
  }

  /** The connection went to this endpoint after all: the client stays with it. */
  settled(entry: ServicePortEntry, endpoint: ServiceEndpoint, clientIP: string): void {
    if (entry.affinitySeconds !== undefined) this.#keep(`${entry.id}/${entry.protocol}`, clientIP, endpoint)
  }

  /** Counts a connection to the endpoint until it closes. */
  carry(entry: ServicePortEntry, endpoint: ServiceEndpoint, socket: Socket): void {
    const key = connectionKey(entry, `${endpoint.ip}:${endpoint.port}`)
    this.#connections.set(key, (this.#connections.get(key) ?? 0) + 1)
    socket.once('close', () => {
      const left = (this.#connections.get(key) ?? 1) - 1
      if (left > 0) this.#connections.set(key, left)
      else this.#connections.delete(key)
    })
  }

  /** Open connections to an endpoint (`ip:port`) of a Service's port through this node. */
  connections(entry: ServicePortEntry, endpoint: string): number {
    return this.#connections.get(connectionKey(entry, endpoint)) ?? 0
  }

  /** A Service is gone, and whose turn it was. */
  forget(namespace: string, name: string): void {
    const service = `${namespace}/${name}`
    for (const key of this.#turns.keys())
      if (key.startsWith(`${service}/`) || key.startsWith(`${service}:`)) this.#turns.delete(key)
  }

  #pick(key: string, endpoints: ServiceEndpoint[]): ServiceEndpoint {
    if (this.mode === 'iptables') return endpoints[intBelow(this.#random, endpoints.length)]!
    const turn = this.#turns.get(key) ?? 0
    this.#turns.set(key, (turn + 1) % Number.MAX_SAFE_INTEGER)
    return endpoints[turn % endpoints.length]!
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
