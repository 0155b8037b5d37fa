import { MAX_SCORE, rejection, type FilterPlugin, type ScorePlugin } from '../framework.ts'
import { nonZeroRequests, podRequests, type NodeInfo } from '../node-info.ts'

/** What the pod asks for must be left of what the node offers; of several nodes the emptiest scores best. */
export const nodeResourcesFit: FilterPlugin & ScorePlugin = {
  name: 'NodeResourcesFit',
  weight: 1,
  filter({ pod }, node) {
    const reasons: string[] = []
    let unresolvable = false
    if (node.pods.size + 1 > (node.allocatable.get('pods') ?? 0)) reasons.push('Too many pods')
    for (const [name, wanted] of podRequests(pod)) {
      if (wanted === 0) continue
      const offered = node.allocatable.get(name) ?? 0
      if (wanted <= offered - (node.requested.get(name) ?? 0)) continue
      reasons.push(`Insufficient ${name}`)
      // More than the whole node has: no eviction makes room.
      if (wanted > offered) unresolvable = true
    }
    return reasons.length ? rejection(this.name, reasons, unresolvable) : undefined
  },
  /** LeastAllocated over cpu and memory, equal weights. */
  score({ pod }, node) {
    const shares = usedShares(nonZeroRequests(pod), node)
    return Math.floor(shares.reduce((sum, share) => sum + (share > 1 ? 0 : (1 - share) * MAX_SCORE), 0) / shares.length)
  },
}

/** Prefers nodes on which cpu and memory would be used to a like degree. */
export const balancedAllocation: ScorePlugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  score({ pod }, node) {
    const shares = usedShares(podRequests(pod), node, node.requested).map(share => Math.min(1, share))
    return Math.floor((1 - Math.abs(shares[0] - shares[1]) / 2) * MAX_SCORE)
  },
}

/** Shares of cpu and memory that would be taken with the pod on the node. */
function usedShares(wanted: Map<string, number>, node: NodeInfo, taken = node.nonZeroRequested): number[] {
  return ['cpu', 'memory'].map(name => {
    const offered = node.allocatable.get(name) ?? 0
    return offered === 0 ? 1 : ((taken.get(name) ?? 0) + (wanted.get(name) ?? 0)) / offered
  })
}
