import type { NetworkPolicy, Pod } from '../../api/types.ts'
import { labelSelectorMatches } from '../../api/selector.ts'
import { contains, parseCidr } from '../address/cidr.ts'

export type Direction = 'Ingress' | 'Egress'

/** What a decision is made of. */
export interface PolicyView {
  /** The pod that has the address now; not for pods in the network of their node. */
  podAt(ip: string): Pod | undefined
  namespaceLabels(namespace: string): Record<string, string> | undefined
  policies(namespace: string): NetworkPolicy[]
  /** Those of them that select the pod for a direction, where that is remembered. */
  isolating?(pod: Pod, direction: Direction): NetworkPolicy[]
}

export interface Attempt {
  direction: Direction
  /** The pod whose policies decide. */
  podIP: string
  /** The other end. */
  peerIP: string
  protocol: 'TCP' | 'UDP' | 'SCTP'
  /** Port at the destination. */
  port: number
}

type Peer = NonNullable<NonNullable<NonNullable<NetworkPolicy['spec']>['ingress']>[number]['from']>[number]
type Port = NonNullable<NonNullable<NonNullable<NetworkPolicy['spec']>['ingress']>[number]['ports']>[number]

/**
 * The policies that keep a connection from a pod, or undefined if it is allowed: a pod that no policy selects takes and makes all
 * connections; one that is selected only those that some rule of some of its policies allows.
 */
export function refusingPolicies(view: PolicyView, attempt: Attempt): NetworkPolicy[] | undefined {
  const { direction, podIP, peerIP } = attempt
  const pod = view.podAt(podIP)
  if (!pod || podIP === peerIP) return undefined
  const isolating =
    view.isolating?.(pod, direction) ?? isolatingPolicies(view.policies(pod.metadata.namespace!), pod, direction)
  if (isolating.length === 0) return undefined
  return isolating.some(policy => allows(policy, view, attempt, pod)) ? undefined : isolating
}

/** The policies of its namespace that select a pod. */
export function isolatingPolicies(policies: NetworkPolicy[], pod: Pod, direction: Direction): NetworkPolicy[] {
  return policies.filter(
    p => typesOf(p).includes(direction) && labelSelectorMatches(p.spec?.podSelector ?? {}, pod.metadata.labels),
  )
}

function typesOf({ spec }: NetworkPolicy): string[] {
  // Empty lists are as good as none: so the API server fills in what is not said.
  if (spec?.policyTypes?.length) return spec.policyTypes
  return spec?.egress?.length ? ['Ingress', 'Egress'] : ['Ingress']
}

function allows(policy: NetworkPolicy, view: PolicyView, attempt: Attempt, pod: Pod): boolean {
  const destination = attempt.direction === 'Ingress' ? pod : view.podAt(attempt.peerIP)
  const rules =
    attempt.direction === 'Ingress'
      ? (policy.spec?.ingress ?? []).map(r => ({ ports: r.ports, peers: r.from }))
      : (policy.spec?.egress ?? []).map(r => ({ ports: r.ports, peers: r.to }))
  return rules.some(
    ({ ports, peers }) =>
      (!ports?.length || ports.some(p => portMatches(p, attempt, destination))) &&
      (!peers?.length || peers.some(p => peerMatches(p, policy.metadata.namespace!, attempt.peerIP, view))),
  )
}

function portMatches(wanted: Port, { protocol, port }: Attempt, destination: Pod | undefined): boolean {
  if ((wanted.protocol ?? 'TCP') !== protocol) return false
  if (wanted.port === undefined || wanted.port === null) return true
  if (typeof wanted.port === 'number') return port >= wanted.port && port <= (wanted.endPort ?? wanted.port)
  return (destination?.spec?.containers ?? []).some(c =>
    (c.ports ?? []).some(p => p.name === wanted.port && (p.protocol ?? 'TCP') === protocol && p.containerPort === port),
  )
}

function peerMatches(peer: Peer, namespace: string, ip: string, view: PolicyView): boolean {
  if (peer.ipBlock)
    return (
      contains(parseCidr(peer.ipBlock.cidr!), ip) &&
      !(peer.ipBlock.except ?? []).some(cidr => contains(parseCidr(cidr), ip))
    )
  const pod = view.podAt(ip)
  if (!pod) return false
  const { namespace: theirs = '', labels } = pod.metadata
  if (peer.podSelector && !labelSelectorMatches(peer.podSelector, labels)) return false
  if (!peer.namespaceSelector) return theirs === namespace
  const theirLabels = view.namespaceLabels(theirs)
  return theirLabels !== undefined && labelSelectorMatches(peer.namespaceSelector, theirLabels)
}
