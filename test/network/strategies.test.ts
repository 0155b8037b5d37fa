import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../engine/base/clock.ts'
import { seededRandom } from '../../engine/base/random.ts'
import { Balancer, type ProxyMode } from '../../engine/network/services/balancer.ts'
import type { ServiceEndpoint } from '../../engine/network/services/endpoints.ts'
import type { ServicePortEntry } from '../../engine/network/services/service-table.ts'
import { Connections } from '../../engine/network/services/strategy/connections.ts'
import { chances } from '../../engine/network/services/strategy/iptables.ts'
import { schedule, type IpvsScheduler, type RealServer } from '../../engine/network/services/strategy/ipvs.ts'

const addresses = { source: '10.244.1.9', destination: '10.96.0.50' }

/** Servers a, b, c, … with their weights, open and closed connections. */
function servers(...given: [weight: number, active?: number, inactive?: number][]): (RealServer & { name: string })[] {
  return given.map(([weight, active = 0, inactive = 0], i) => ({
    ...{ name: 'abcdefgh'[i]!, weight, active, inactive },
    endpoint: { ip: `10.244.1.${i + 2}`, port: 80, terminating: false },
  }))
}

function chosen(scheduler: IpvsScheduler, all: ReturnType<typeof servers>, count = 1, from = addresses): string {
  const round = { at: -1, weight: 0 }
  return Array.from({ length: count }, () => {
    const server = schedule(scheduler, all, round, from)
    return all.find(s => s === server)?.name ?? '-'
  }).join('')
}

describe('the schedulers of IPVS', () => {
  it('rr goes in turn and leaves out what has no weight', () => {
    expect(chosen('rr', servers([1], [0], [2], [1]), 7)).toBe('acdacda')
    expect(chosen('rr', servers([0], [0]), 1)).toBe('-')
  })

  it('wrr meets each as often as it weighs, the heavy ones not all at once', () => {
    // The sequence for weights 4, 3 and 2 is worked out in the documentation of the Linux Virtual Server project.
    expect(chosen('wrr', servers([4], [3], [2]), 9)).toBe('aababcabc')
    expect(chosen('wrr', servers([1], [1], [1]), 4)).toBe('abca')
    expect(chosen('wrr', servers([0], [2], [4]), 3)).toBe('cbc')
  })

  it('lc takes the fewest connections, of which 256 that are closed count as one', () => {
    expect(chosen('lc', servers([1, 2], [1, 1], [1, 3]))).toBe('b')
    expect(chosen('lc', servers([1, 1, 0], [1, 0, 255], [1, 0, 256]))).toBe('b')
    expect(chosen('lc', servers([1, 1, 0], [1, 0, 257]))).toBe('a')
    expect(chosen('lc', servers([9, 1], [1, 1]))).toBe('a')
  })

  it('wlc takes the fewest by weight', () => {
    // 4/4 = 1.00, 2/3 = 0.67, 2/2 = 1
    expect(chosen('wlc', servers([4, 4], [3, 2], [2, 2]))).toBe('b')
    // Closed ones tip the scales: (512 + 10) / 2 > 256 / 1.
    expect(chosen('wlc', servers([2, 2, 10], [1, 1]))).toBe('b')
    expect(chosen('wlc', servers([0, 0], [1, 7]))).toBe('b')
  })

  it('sed takes the shortest delay that is to be expected, though another be idle', () => {
    // (1+1)/3 = 0.67 beats (0+1)/1.
    expect(chosen('sed', servers([1, 0], [3, 1]))).toBe('b')
    // (5+1)/3 = 2 loses against (0+1)/1.
    expect(chosen('sed', servers([1, 0], [3, 5]))).toBe('a')
  })

  it('nq leaves nobody idle, and is sed otherwise', () => {
    expect(chosen('nq', servers([3, 1], [1, 0]))).toBe('b')
    expect(chosen('nq', servers([1, 1], [3, 1]))).toBe('b')
    expect(chosen('nq', servers([3, 1], [0, 0]))).toBe('a')
  })

  it('sh keeps to the caller’s address and dh to the one that was called, each spread over all', () => {
    const all = servers([1], [1], [1], [1])
    for (const [scheduler, own, other] of [
      ['sh', 'source', 'destination'],
      ['dh', 'destination', 'source'],
    ] as const) {
      const at = (address: string, rest = '10.0.0.1') =>
        chosen(scheduler, all, 1, { [own]: address, [other]: rest } as typeof addresses)
      expect(at('10.1.2.3', '1.1.1.1')).toBe(at('10.1.2.3', '2.2.2.2'))
      const met = Map.groupBy(
        Array.from({ length: 1024 }, (_, i) => at(`10.${i >> 8}.7.${i & 255}`)),
        name => name,
      )
      expect([...met.keys()].sort()).toEqual(['a', 'b', 'c', 'd'])
      // Chi-square with 3 degrees of freedom: 16.3 is exceeded once in a thousand.
      expect(
        chiSquare(
          [...met.values()].map(v => v.length),
          new Array<number>(4).fill(256),
        ),
      ).toBeLessThan(16.3)
    }
  })

  it('sh weighs, dh does not', () => {
    const shares = (scheduler: IpvsScheduler) => {
      const all = servers([3], [1])
      const names = Array.from({ length: 2048 }, (_, i) => {
        const address = `10.${i >> 8}.7.${i & 255}`
        return chosen(scheduler, all, 1, { source: address, destination: address })
      })
      return names.filter(n => n === 'a').length / names.length
    }
    expect(shares('sh')).toBeCloseTo(0.75, 1)
    expect(shares('dh')).toBeCloseTo(0.5, 1)
  })
})

describe('the rules of iptables', () => {
  it('give every endpoint the same share', () => {
    for (const count of [1, 2, 3, 7, 100]) {
      let left = 1
      for (const chance of chances(count)) {
        expect(left * chance).toBeCloseTo(1 / count, 8)
        left *= 1 - chance
      }
    }
  })

  it('decide: the choices follow them', () => {
    const endpoints = servers(...new Array<[number]>(5).fill([1])).map(s => s.endpoint)
    const balancer = new Balancer('iptables', new FakeClock(), seededRandom(42))
    const met = new Map<string, number>()
    for (let i = 0; i < 10_000; i++) {
      const [{ ip }] = balancer.choose(entryOf(endpoints), endpoints, addresses.source) as [ServiceEndpoint]
      met.set(ip, (met.get(ip) ?? 0) + 1)
    }
    // Chi-square with 4 degrees of freedom: 18.5 is exceeded once in a thousand.
    expect(chiSquare([...met.values()], new Array<number>(5).fill(2_000))).toBeLessThan(18.5)
  })
})

describe('a balancer', () => {
  it('lets connections that are open weigh in ipvs mode, and in no other', () => {
    const endpoints = servers([1], [1], [1]).map(s => s.endpoint)
    const entry = entryOf(endpoints)
    const first = (balancer: Balancer) => balancer.choose(entry, endpoints, addresses.source)[0]!
    const clock = new FakeClock()
    const least = new Balancer('ipvs', clock, seededRandom(1), 'lc')
    const closed = Array.from({ length: 6 }, () => least.carry(entry, first(least))!)
    expect(endpoints.map(e => least.load(entry, `${e.ip}:80`))).toEqual(new Array(3).fill({ active: 2, inactive: 0 }))
    for (const i of [1, 4]) closed[i]!()
    expect(least.load(entry, '10.244.1.3:80')).toEqual({ active: 0, inactive: 2 })
    expect(first(least).ip).toBe('10.244.1.3')
    clock.advance(121_000)
    expect(least.load(entry, '10.244.1.3:80')).toEqual({ active: 0, inactive: 0 })
    least.forget('default', 'web')
    expect(least.load(entry, '10.244.1.2:80').active).toBe(2)
    const inTurn = new Balancer('userspace' satisfies ProxyMode, clock, seededRandom(1))
    expect(inTurn.carry(entry, first(inTurn))).toBeUndefined()
    expect(first(inTurn).ip).toBe('10.244.1.3')
  })

  it('forgets who stayed where with the Service', () => {
    const endpoints = servers([1], [1]).map(s => s.endpoint)
    const entry = { ...entryOf(endpoints), affinitySeconds: 60 }
    const balancer = new Balancer('userspace', new FakeClock(), seededRandom(1))
    const next = (client: string) => balancer.choose(entry, endpoints, client)[0]!.ip
    expect([next('x'), next('y'), next('y')]).toEqual(['10.244.1.2', '10.244.1.3', '10.244.1.3'])
    balancer.forget('default', 'web')
    expect(next('y')).toBe('10.244.1.2')
  })
})

describe('connections', () => {
  it('are counted for two minutes after they have closed, however many they are', () => {
    const clock = new FakeClock()
    const connections = new Connections(clock)
    for (let i = 0; i < 1000; i++) {
      connections.opened('x')()
      clock.advance(100)
    }
    expect(connections.load('x')).toEqual({ active: 0, inactive: 1000 })
    clock.advance(70_000)
    expect(connections.load('x').inactive).toBe(500)
    clock.advance(60_000)
    expect(connections.load('x')).toEqual({ active: 0, inactive: 0 })
  })
})

function entryOf(endpoints: ServiceEndpoint[]): ServicePortEntry {
  return {
    ...{ id: 'default/web:http', namespace: 'default', name: 'web', protocol: 'TCP', port: 80 },
    ...{ clusterIP: '10.96.0.50', externalIPs: [], internalPolicy: 'Cluster', externalPolicy: 'Cluster' },
    ...{ cluster: endpoints, local: [] },
  } as unknown as ServicePortEntry
}

function chiSquare(observed: number[], expected: number[]): number {
  return expected.reduce((sum, e, i) => sum + ((observed[i] ?? 0) - e) ** 2 / e, 0)
}
