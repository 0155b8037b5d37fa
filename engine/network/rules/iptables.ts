import { createHash } from 'node:crypto'
import { chances } from '../services/strategy/iptables.ts'
import type { ServiceEndpoint } from '../services/endpoints.ts'
import type { ServicePortEntry } from '../services/service-table.ts'
import type { IptablesChain, IptablesRule, IptablesTable } from './iptables-save.ts'
import type { RulesContext } from './render.ts'

/**
 * The rules of kube-proxy's iptables mode: KUBE-SERVICES leads each address to the chain of its Service's port, which picks an
 * endpoint's chain at random, and that one rewrites the destination. Chain names are kube-proxy's (a hash of the port's name).
 */
export function iptablesRules(entries: ServicePortEntry[], context: Pick<RulesContext, 'podCIDR'>): IptablesTable[] {
  const services: IptablesRule[] = []
  const nodePorts: IptablesRule[] = []
  const refused: IptablesRule[] = []
  const refusedExternal: IptablesRule[] = []
  const dropped: IptablesRule[] = []
  const chains = new Map<string, IptablesChain>()
  for (const entry of entries) {
    const protocol = entry.protocol.toLowerCase()
    const match = [`-p ${protocol}`, `-m ${protocol}`]
    const policy = chainOf('SVC', entry)
    const localPolicy = chainOf('SVL', entry)
    const external = chainOf('EXT', entry)
    const usesLocal = entry.internalPolicy === 'Local' || (isExternal(entry) && entry.externalPolicy === 'Local')
    const usesCluster = entry.internalPolicy === 'Cluster' || isExternal(entry)
    const internalEndpoints = entry.internalPolicy === 'Local' ? entry.local : entry.cluster
    const toCluster = [`-d ${entry.clusterIP}/32`, ...match]
    if (internalEndpoints.length)
      services.push({
        comment: `${entry.id} cluster IP`,
        match: toCluster,
        after: [`--dport ${entry.port}`],
        target: entry.internalPolicy === 'Local' ? localPolicy : policy,
      })
    else refused.push(refusal(entry, toCluster, entry.port))
    for (const ip of entry.externalIPs) {
      const toExternal = [`-d ${ip}/32`, ...match]
      if (entry.cluster.length)
        services.push({
          comment: `${entry.id} external IP`,
          match: toExternal,
          after: [`--dport ${entry.port}`],
          target: external,
        })
      else refusedExternal.push(refusal(entry, toExternal, entry.port))
    }
    for (const ip of entry.loadBalancerIPs) {
      const toBalancer = [`-d ${ip}/32`, ...match]
      const firewall = chainOf('FW', entry)
      const after = [`--dport ${entry.port}`]
      if (entry.cluster.length === 0) {
        refusedExternal.push(refusal(entry, toBalancer, entry.port))
        continue
      }
      const target = entry.sourceRanges ? firewall : external
      services.push({ comment: `${entry.id} loadbalancer IP`, match: toBalancer, after, target })
      if (!entry.sourceRanges) continue
      chains.set(firewall, firewallChain(entry, firewall, external, entry.sourceRanges))
      const comment = `${entry.id} traffic not accepted by ${firewall}`
      dropped.push({ comment, match: toBalancer, after, target: 'DROP' })
    }
    if (entry.nodePort) {
      if (entry.cluster.length)
        nodePorts.push({ comment: entry.id, match, after: [`--dport ${entry.nodePort}`], target: external })
      else refusedExternal.push(refusal(entry, ['-m addrtype --dst-type LOCAL', ...match], entry.nodePort))
    }
    if (isExternal(entry) && entry.cluster.length)
      chains.set(external, externalChain(entry, external, policy, localPolicy, context.podCIDR))
    if (usesCluster && entry.cluster.length)
      chains.set(policy, serviceChain(entry, policy, entry.cluster, context.podCIDR, true))
    if (usesLocal && entry.local.length)
      chains.set(localPolicy, serviceChain(entry, localPolicy, entry.local, context.podCIDR, false))
    for (const endpoint of [...(usesCluster ? entry.cluster : []), ...(usesLocal ? entry.local : [])]) {
      const name = endpointChainOf(entry, endpoint)
      chains.set(name, endpointChain(entry, name, endpoint))
    }
  }
  services.push({
    comment: 'kubernetes service nodeports; NOTE: this must be the last rule in this chain',
    match: [],
    after: ['-m addrtype --dst-type LOCAL'],
    target: 'KUBE-NODEPORTS',
  })
  return [
    { name: 'filter', chains: filterChains(refused, refusedExternal, dropped) },
    {
      name: 'nat',
      chains: [...natChains(services, nodePorts), ...[...chains.values()].sort((a, b) => (a.name < b.name ? -1 : 1))],
    },
  ]
}

/** Lets the clients of the load balancer through; what is left is dropped in the filter table, as none may be here. */
function firewallChain(entry: ServicePortEntry, name: string, external: string, ranges: string[]): IptablesChain {
  const comment = `${entry.id} loadbalancer IP`
  const accepted = ranges
    .filter(range => !range.includes(':'))
    .map(range => ({ comment, match: [`-s ${range.trim()}`], target: external }))
  const rest = { comment: `other traffic to ${entry.id} will be dropped by KUBE-PROXY-FIREWALL`, match: [] }
  return { name, rules: [...accepted, rest] }
}

/** KUBE-SVC-XXXXXXXXXXXXXXXX and the like, as kube-proxy names them. */
export function chainOf(kind: 'SVC' | 'SVL' | 'EXT' | 'FW', entry: Pick<ServicePortEntry, 'id' | 'protocol'>): string {
  return `KUBE-${kind}-${hash(entry.id + entry.protocol.toLowerCase())}`
}

export function endpointChainOf(entry: Pick<ServicePortEntry, 'id' | 'protocol'>, endpoint: ServiceEndpoint): string {
  return `KUBE-SEP-${hash(entry.id + entry.protocol.toLowerCase() + addressOf(endpoint))}`
}

function isExternal(entry: ServicePortEntry): boolean {
  return entry.nodePort !== undefined || entry.externalIPs.length > 0 || entry.loadBalancerIPs.length > 0
}

function refusal(entry: ServicePortEntry, match: string[], port: number): IptablesRule {
  return {
    comment: `${entry.id} has no endpoints`,
    match,
    after: [`--dport ${port}`],
    target: 'REJECT --reject-with icmp-port-unreachable',
  }
}

function serviceChain(
  entry: ServicePortEntry,
  name: string,
  endpoints: ServiceEndpoint[],
  podCIDR: string,
  masquerade: boolean,
): IptablesChain {
  const protocol = entry.protocol.toLowerCase()
  const rules: IptablesRule[] = []
  if (masquerade && entry.internalPolicy === 'Cluster')
    rules.push({
      comment: `${entry.id} cluster IP`,
      match: [`! -s ${podCIDR}`, `-d ${entry.clusterIP}/32`, `-p ${protocol}`, `-m ${protocol}`],
      after: [`--dport ${entry.port}`],
      target: 'KUBE-MARK-MASQ',
    })
  if (entry.affinitySeconds !== undefined)
    for (const endpoint of endpoints) {
      const chain = endpointChainOf(entry, endpoint)
      rules.push({
        comment: `${entry.id} -> ${addressOf(endpoint)}`,
        match: [],
        after: [
          `-m recent --rcheck --seconds ${entry.affinitySeconds} --reap --name ${chain} --mask 255.255.255.255 --rsource`,
        ],
        target: chain,
      })
    }
  const odds = chances(endpoints.length)
  endpoints.forEach((endpoint, i) => {
    const isLast = i === endpoints.length - 1
    rules.push({
      comment: `${entry.id} -> ${addressOf(endpoint)}`,
      match: [],
      after: isLast ? [] : [`-m statistic --mode random --probability ${odds[i]!.toFixed(11)}`],
      target: endpointChainOf(entry, endpoint),
    })
  })
  return { name, rules }
}

function externalChain(
  entry: ServicePortEntry,
  name: string,
  policy: string,
  localPolicy: string,
  podCIDR: string,
): IptablesChain {
  if (entry.externalPolicy === 'Cluster')
    return {
      name,
      rules: [
        { comment: `masquerade traffic for ${entry.id} external destinations`, match: [], target: 'KUBE-MARK-MASQ' },
        { match: [], target: policy },
      ],
    }
  return {
    name,
    rules: [
      { comment: `pod traffic for ${entry.id} external destinations`, match: [`-s ${podCIDR}`], target: policy },
      {
        comment: `masquerade LOCAL traffic for ${entry.id} external destinations`,
        match: [],
        after: ['-m addrtype --src-type LOCAL'],
        target: 'KUBE-MARK-MASQ',
      },
      {
        comment: `route LOCAL traffic for ${entry.id} external destinations`,
        match: [],
        after: ['-m addrtype --src-type LOCAL'],
        target: policy,
      },
      ...(entry.local.length ? [{ match: [], target: localPolicy }] : []),
    ],
  }
}

function endpointChain(entry: ServicePortEntry, name: string, endpoint: ServiceEndpoint): IptablesChain {
  const protocol = entry.protocol.toLowerCase()
  const recent =
    entry.affinitySeconds === undefined ? [] : [`-m recent --set --name ${name} --mask 255.255.255.255 --rsource`]
  return {
    name,
    rules: [
      { comment: entry.id, match: [`-s ${endpoint.ip}/32`], target: 'KUBE-MARK-MASQ' },
      {
        comment: entry.id,
        match: [`-p ${protocol}`],
        after: [...recent, `-m ${protocol}`],
        target: `DNAT --to-destination ${addressOf(endpoint)}`,
      },
    ],
  }
}

function natChains(services: IptablesRule[], nodePorts: IptablesRule[]): IptablesChain[] {
  const portals: IptablesRule = { comment: 'kubernetes service portals', match: [], target: 'KUBE-SERVICES' }
  return [
    { name: 'PREROUTING', policy: 'ACCEPT', rules: [portals] },
    { name: 'INPUT', policy: 'ACCEPT', rules: [] },
    { name: 'OUTPUT', policy: 'ACCEPT', rules: [portals] },
    {
      name: 'POSTROUTING',
      policy: 'ACCEPT',
      rules: [{ comment: 'kubernetes postrouting rules', match: [], target: 'KUBE-POSTROUTING' }],
    },
    { name: 'KUBE-MARK-MASQ', rules: [{ match: [], target: 'MARK --set-xmark 0x4000/0x4000' }] },
    { name: 'KUBE-NODEPORTS', rules: nodePorts },
    {
      name: 'KUBE-POSTROUTING',
      rules: [
        { match: ['-m mark ! --mark 0x4000/0x4000'], target: 'RETURN' },
        { match: [], target: 'MARK --set-xmark 0x4000/0x0' },
        { comment: 'kubernetes service traffic requiring SNAT', match: [], target: 'MASQUERADE --random-fully' },
      ],
    },
    { name: 'KUBE-SERVICES', rules: services },
  ]
}

function filterChains(
  refused: IptablesRule[],
  refusedExternal: IptablesRule[],
  dropped: IptablesRule[],
): IptablesChain[] {
  const state = '-m conntrack --ctstate NEW'
  const portals = (comment: string, target: string): IptablesRule => ({ comment, match: [state], target })
  const external = portals('kubernetes externally-visible service portals', 'KUBE-EXTERNAL-SERVICES')
  const internal = portals('kubernetes service portals', 'KUBE-SERVICES')
  const firewall = portals('kubernetes load balancer firewall', 'KUBE-PROXY-FIREWALL')
  return [
    { name: 'INPUT', policy: 'ACCEPT', rules: [firewall, external] },
    { name: 'FORWARD', policy: 'ACCEPT', rules: [firewall, internal, external] },
    { name: 'OUTPUT', policy: 'ACCEPT', rules: [firewall, internal] },
    { name: 'KUBE-EXTERNAL-SERVICES', rules: refusedExternal },
    { name: 'KUBE-PROXY-FIREWALL', rules: dropped },
    { name: 'KUBE-SERVICES', rules: refused },
  ]
}

function addressOf(endpoint: ServiceEndpoint): string {
  return `${endpoint.ip}:${endpoint.port}`
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The first 16 characters of the base32 of a SHA-256. */
function hash(text: string): string {
  const digest = createHash('sha256').update(text).digest()
  let bits = 0n
  for (const byte of digest.subarray(0, 10)) bits = (bits << 8n) | BigInt(byte)
  let encoded = ''
  for (let i = 15; i >= 0; i--) encoded += BASE32[Number((bits >> BigInt(i * 5)) & 31n)]
  return encoded
}
