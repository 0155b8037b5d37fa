import type { ServiceEndpoint } from '../endpoints.ts'
import type { Choice, Load, Strategy } from './strategy.ts'

export const IPVS_SCHEDULERS = ['rr', 'wrr', 'lc', 'wlc', 'sh', 'dh', 'sed', 'nq'] as const
export type IpvsScheduler = (typeof IPVS_SCHEDULERS)[number]

/** A real server of a virtual one, as `ipvsadm` lists it and as its scheduler sees it. */
export interface RealServer extends Load {
  endpoint: ServiceEndpoint
  /** Of 0 it gets no new connection. */
  weight: number
}

/** kube-proxy gives every endpoint the same weight. */
export function realServers(endpoints: ServiceEndpoint[], load: Choice['load']): RealServer[] {
  return endpoints.map(endpoint => ({ endpoint, weight: 1, ...load(endpoint) }))
}

/** Where a scheduler is in its round. */
interface Round {
  at: number
  weight: number
}

/** So many closed connections weigh as much as one that is open (`ip_vs_dest_conn_overhead` in Linux). */
const INACTIVE_PER_ACTIVE = 256
/** Tables of `sh` and `dh` have this many places. */
const HASH_BITS = 8
/** The kernel's multiplier for hashes of 32 bits. */
const GOLDEN_RATIO = 0x61c88647

/** The schedulers of Linux' IP Virtual Server. Documented in `ipvsadm(8)`; what that leaves open is as in the kernel. */
export function createIpvsStrategy(scheduler: IpvsScheduler): Strategy {
  const rounds = new Map<string, Round>()
  return {
    pick({ key, endpoints, source, destination, load }) {
      let round = rounds.get(key)
      if (!round) rounds.set(key, (round = { at: -1, weight: 0 }))
      const servers = realServers(endpoints, load)
      return (schedule(scheduler, servers, round, { source, destination }) ?? servers[0]!).endpoint
    },
    forget(fits) {
      for (const key of rounds.keys()) if (fits(key)) rounds.delete(key)
    },
  }
}

/** The server of a new connection; undefined if none has weight. `round` is moved on. */
export function schedule(
  scheduler: IpvsScheduler,
  servers: RealServer[],
  round: Round,
  { source, destination }: Pick<Choice, 'source' | 'destination'>,
): RealServer | undefined {
  switch (scheduler) {
    case 'rr':
      return inTurn(servers, round)
    case 'wrr':
      return inWeightedTurn(servers, round)
    case 'lc':
      return least(servers, s => overhead(s), false)
    case 'wlc':
      return least(servers, s => overhead(s), true)
    case 'sed':
      return least(servers, s => s.active + 1, true)
    case 'nq':
      return servers.find(s => s.weight > 0 && s.active === 0) ?? least(servers, s => s.active + 1, true)
    case 'sh':
      return byHash(servers, source, true)
    case 'dh':
      return byHash(servers, destination, false)
  }
}

function inTurn(servers: RealServer[], round: Round): RealServer | undefined {
  for (let i = 1; i <= servers.length; i++) {
    const at = (round.at + i) % servers.length
    if (servers[at]!.weight <= 0) continue
    round.at = at
    return servers[at]
  }
  return undefined
}

/** From the greatest weight down in steps, so that the heavy ones do not come all at once. */
function inWeightedTurn(servers: RealServer[], round: Round): RealServer | undefined {
  const weights = servers.map(s => s.weight).filter(w => w > 0)
  if (weights.length === 0) return undefined
  const step = weights.reduce(greatestCommonDivisor)
  const greatest = Math.max(...weights)
  for (;;) {
    round.at = (round.at + 1) % servers.length
    if (round.at === 0) round.weight = round.weight > step ? round.weight - step : greatest
    const server = servers[round.at]!
    if (server.weight > 0 && server.weight >= round.weight) return server
  }
}

/** The least cost, or the least by weight; of several the first. */
function least(servers: RealServer[], cost: (server: RealServer) => number, weighted: boolean): RealServer | undefined {
  let found: RealServer | undefined
  for (const server of servers) {
    if (server.weight <= 0) continue
    const better =
      !found || (weighted ? cost(server) * found.weight < cost(found) * server.weight : cost(server) < cost(found))
    if (better) found = server
  }
  return found
}

function overhead({ active, inactive }: Load): number {
  return active * INACTIVE_PER_ACTIVE + inactive
}

/** The place of an address in a table that the servers fill in turn, with `sh` as often as they weigh. */
function byHash(servers: RealServer[], address: string, weighted: boolean): RealServer | undefined {
  const usable = servers.filter(s => s.weight > 0)
  const turns = weighted ? usable.flatMap(s => new Array<RealServer>(s.weight).fill(s)) : usable
  return turns[hash(address) % turns.length]
}

/** Eight bits of an IPv4 address. */
function hash(address: string): number {
  const number = address.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0)
  return Math.imul(number, GOLDEN_RATIO) >>> (32 - HASH_BITS)
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
