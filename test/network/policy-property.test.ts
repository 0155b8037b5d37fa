import { describe, expect, it } from 'vitest'
import type { NetworkPolicy, Pod } from '../../engine/api/types.ts'
import { intBelow, seededRandom } from '../../engine/base/random.ts'
import { refusingPolicies, type PolicyView } from '../../engine/network/policy/evaluate.ts'

/**
 * The naive reference below is written from the API's description of NetworkPolicy and shares nothing with the engine: it
 * reads plain objects, compares addresses as bits, and scans everything each time.
 */
interface Selector {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: string; values?: string[] }[]
}
interface Peer {
  podSelector?: Selector
  namespaceSelector?: Selector
  ipBlock?: { cidr: string; except?: string[] }
}
interface Rule {
  from?: Peer[]
  to?: Peer[]
  ports?: { protocol?: string; port?: number | string; endPort?: number }[]
}
interface Policy {
  metadata: { name: string; namespace: string }
  spec: { podSelector: Selector; policyTypes?: string[]; ingress?: Rule[]; egress?: Rule[] }
}
interface PlainPod {
  metadata: { name: string; namespace: string; labels?: Record<string, string> }
  spec: { containers: { ports?: { name: string; containerPort: number; protocol?: string }[] }[] }
  status: { podIP: string }
}
interface World {
  pods: PlainPod[]
  namespaces: Record<string, Record<string, string>>
  policies: Policy[]
}

function selects(selector: Selector, labels: Record<string, string> = {}): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {}))
    if (!Object.hasOwn(labels, key) || labels[key] !== value) return false
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const present = Object.hasOwn(labels, key)
    if (operator === 'In' && !(present && values.includes(labels[key]!))) return false
    if (operator === 'NotIn' && present && values.includes(labels[key]!)) return false
    if (operator === 'Exists' && !present) return false
    if (operator === 'DoesNotExist' && present) return false
  }
  return true
}

const bits = (ip: string) =>
  ip
    .split('.')
    .map(part => Number(part).toString(2).padStart(8, '0'))
    .join('')
const within = (ip: string, cidr: string) => {
  const [base, length] = cidr.split('/')
  return bits(ip).startsWith(bits(base!).slice(0, Number(length)))
}

function allowed(
  world: World,
  way: 'Ingress' | 'Egress',
  self: PlainPod,
  peerIP: string,
  protocol: string,
  port: number,
) {
  if (self.status.podIP === peerIP) return true
  const peer = world.pods.find(p => p.status.podIP === peerIP)
  const mine = world.policies.filter(p => {
    const types = p.spec.policyTypes ?? (p.spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'])
    return (
      p.metadata.namespace === self.metadata.namespace &&
      types.includes(way) &&
      selects(p.spec.podSelector, self.metadata.labels)
    )
  })
  if (mine.length === 0) return true
  for (const policy of mine)
    for (const rule of (way === 'Ingress' ? policy.spec.ingress : policy.spec.egress) ?? []) {
      const peers = (way === 'Ingress' ? rule.from : rule.to) ?? []
      let peerFits = peers.length === 0
      for (const p of peers) {
        if (p.ipBlock) {
          if (within(peerIP, p.ipBlock.cidr) && !(p.ipBlock.except ?? []).some(e => within(peerIP, e))) peerFits = true
          continue
        }
        if (!peer) continue
        const namespaceFits = p.namespaceSelector
          ? selects(p.namespaceSelector, world.namespaces[peer.metadata.namespace])
          : peer.metadata.namespace === policy.metadata.namespace
        if (namespaceFits && (!p.podSelector || selects(p.podSelector, peer.metadata.labels))) peerFits = true
      }
      const target = way === 'Ingress' ? self : peer
      let portFits = !rule.ports?.length
      for (const wanted of rule.ports ?? []) {
        if ((wanted.protocol ?? 'TCP') !== protocol) continue
        if (wanted.port === undefined) portFits = true
        else if (typeof wanted.port === 'string') {
          for (const c of target?.spec.containers ?? [])
            for (const has of c.ports ?? [])
              if (has.name === wanted.port && has.containerPort === port && (has.protocol ?? 'TCP') === protocol)
                portFits = true
        } else if (wanted.endPort === undefined ? port === wanted.port : wanted.port <= port && port <= wanted.endPort)
          portFits = true
      }
      if (peerFits && portFits) return true
    }
  return false
}

/** A random cluster: few labels, names and ports, so that much of it meets. */
function randomWorld(seed: number): World {
  const random = seededRandom(seed)
  const below = (n: number) => intBelow(random, n)
  const maybe = <T>(value: () => T, of = 2): T | undefined => (below(of) === 0 ? undefined : value())
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!
  const some = <T>(max: number, make: () => T): T[] => Array.from({ length: below(max + 1) }, make)
  const labels = () => Object.fromEntries(some(3, () => [pick(['app', 'tier', 'toString']), pick(['a', 'b', ''])]))
  const selector = (): Selector => ({
    matchLabels: maybe(labels, 3),
    matchExpressions: maybe(
      () =>
        some(2, () => {
          const operator = pick(['In', 'NotIn', 'Exists', 'DoesNotExist'])
          const values = operator.endsWith('In') ? [pick(['a', 'b']), pick(['a', ''])] : undefined
          return { key: pick(['app', 'tier', 'valueOf']), operator, values }
        }),
      3,
    ),
  })
  const namespaces = Object.fromEntries(['one', 'two', 'three'].map(name => [name, labels()]))
  const pods = Array.from({ length: 9 }, (_, i) => ({
    metadata: { name: `pod-${i}`, namespace: pick(Object.keys(namespaces)), labels: maybe(labels, 5) },
    spec: {
      containers: some(2, () => ({
        ports: maybe(() =>
          some(2, () => ({
            name: pick(['http', 'dns']),
            containerPort: pick([53, 80, 8080]),
            protocol: maybe(() => pick(['TCP', 'UDP'])),
          })),
        ),
      })),
    },
    status: { podIP: `10.244.${1 + (i % 2)}.${i + 2}` },
  }))
  const block = (): string =>
    `${pick([...pods.map(p => p.status.podIP), '172.18.0.101', '0.0.0.0'])}/${pick([0, 16, 24, 29, 31, 32])}`
  const peer = (): Peer =>
    below(3) === 0
      ? { ipBlock: { cidr: block(), except: maybe(() => some(2, block)) } }
      : pick([
          () => ({ podSelector: selector() }),
          () => ({ namespaceSelector: selector() }),
          () => ({ podSelector: selector(), namespaceSelector: selector() }),
        ])()
  const port = () => {
    const protocol = maybe(() => pick(['TCP', 'UDP']))
    return pick<() => NonNullable<Rule['ports']>[number]>([
      () => ({ protocol }),
      () => ({ protocol, port: pick([53, 80, 8080]) }),
      () => ({ protocol, port: pick(['http', 'dns', 'none']) }),
      () => ({ protocol, port: pick([1, 54, 80]), endPort: pick([80, 8080]) }),
    ])()
  }
  const rules = (side: 'from' | 'to') =>
    some(2, (): Rule => ({ [side]: maybe(() => some(3, peer), 4), ports: maybe(() => some(2, port), 2) }))
  const policies = some(8, () => ({
    metadata: { name: `policy-${below(1e9)}`, namespace: pick(Object.keys(namespaces)) },
  })).map((p): Policy => ({
    ...p,
    spec: {
      podSelector: selector(),
      policyTypes: maybe(() => pick([['Ingress'], ['Egress'], ['Ingress', 'Egress']]), 3),
      ingress: maybe(() => rules('from')),
      egress: maybe(() => rules('to')),
    },
  }))
  return { pods, namespaces, policies }
}

function viewOf({ pods, namespaces, policies }: World): PolicyView {
  return {
    podAt: ip => pods.find(p => p.status.podIP === ip) as Pod | undefined,
    namespaceLabels: name => namespaces[name],
    policies: namespace => policies.filter(p => p.metadata.namespace === namespace) as unknown as NetworkPolicy[],
  }
}

describe('random clusters', () => {
  it('get the verdict of a naive reference for every pair, both directions, protocol and port', () => {
    let verdicts = 0
    let refused = 0
    const wrong: string[] = []
    for (let seed = 1; seed <= 400; seed++) {
      const world = randomWorld(seed)
      const view = viewOf(world)
      const ends = [...world.pods.map(p => p.status.podIP), '172.18.0.101', '8.8.8.8']
      for (const self of world.pods)
        for (const peerIP of ends)
          for (const direction of ['Ingress', 'Egress'] as const)
            for (const [protocol, port] of [
              ['TCP', 80],
              ['TCP', 8080],
              ['UDP', 53],
              ['UDP', 80],
            ] as const) {
              const expected = allowed(world, direction, self, peerIP, protocol, port)
              const attempt = { direction, podIP: self.status.podIP, peerIP, protocol, port }
              verdicts++
              if (!expected) refused++
              if ((refusingPolicies(view, attempt) === undefined) !== expected)
                wrong.push(`seed ${seed}: ${JSON.stringify(attempt)} should be ${expected ? 'allowed' : 'refused'}`)
            }
    }
    expect(wrong.slice(0, 5)).toEqual([])
    // Both verdicts are frequent, or the comparison would say little.
    expect(refused / verdicts).toBeGreaterThan(0.1)
    expect(refused / verdicts).toBeLessThan(0.9)
  })
})
