import type { Node, Pod } from '../../../engine/api/types.ts'
import { amountsOf, podRequests, type Amounts } from '../../../engine/api/scheduling/requests.ts'
import type { Usage } from '../cluster/usage.ts'

export type Resource = 'cpu' | 'memory'

/** A pod's share of a node: what it asks for, what it may take, and what it takes now. */
export interface Share {
  pod: Pod
  /** Thousandths of a core, or bytes. */
  request: number
  /** Absent: as much as there is. */
  limit?: number
  used?: number
}

export interface Packing {
  resource: Resource
  allocatable: number
  requested: number
  /** Limits of the pods that have one, which may be more than there is. */
  limited: number
  used?: number
  /** The greatest requests first. */
  shares: Share[]
}

/** How a node's resource is shared out among its pods, but for those that have ended: they hold nothing. */
export function packingOf(
  resource: Resource,
  node: Node,
  pods: readonly Pod[],
  usage: { node?: Usage; pods: ReadonlyMap<string, Usage> },
): Packing {
  const shares = pods
    .filter(pod => pod.spec?.nodeName === node.metadata.name && !hasEnded(pod))
    .map((pod): Share => {
      const used = usage.pods.get(`${pod.metadata.namespace}/${pod.metadata.name}`)?.[resource]
      return { pod, request: podRequests(pod).get(resource) ?? 0, limit: limitOf(pod, resource), used }
    })
    .sort((a, b) => b.request - a.request || (b.used ?? 0) - (a.used ?? 0))
  const sum = (of: (share: Share) => number | undefined) => shares.reduce((total, share) => total + (of(share) ?? 0), 0)
  return {
    resource,
    allocatable: amountsOf(node.status?.allocatable as Record<string, string> | undefined).get(resource) ?? 0,
    requested: sum(s => s.request),
    limited: sum(s => s.limit),
    used: usage.node?.[resource],
    shares,
  }
}

/** A limit holds for a pod only if each of its containers has one. */
function limitOf(pod: Pod, resource: Resource): number | undefined {
  const limits = (list: unknown): Amounts => amountsOf(list as Record<string, string> | undefined)
  const own = limits(pod.spec?.resources?.limits).get(resource)
  if (own !== undefined) return own
  let total = 0
  for (const container of pod.spec?.containers ?? []) {
    const limit = limits(container.resources?.limits).get(resource)
    if (limit === undefined) return undefined
    total += limit
  }
  return total
}

export function hasEnded(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}

/** Cores with as many digits as tell something: 0.25, 1.5, 12. */
export function formatCores(millis: number): string {
  const cores = millis / 1000
  return String(Number(cores.toFixed(cores < 1 ? 3 : cores < 10 ? 2 : 1)))
}
