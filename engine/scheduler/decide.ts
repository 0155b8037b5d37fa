import type { Pod } from '../api/types.ts'
import type { Random } from '../base/random.ts'
import { intBelow } from '../base/random.ts'
import type { Cycle, FilterPlugin, Rejection, ScorePlugin, Snapshot } from './framework.ts'
import type { NodeInfo } from './node-info.ts'

/** All that was found out about one pod in one attempt: enough to explain the outcome node by node. */
export interface Decision {
  /** The chosen node; undefined if none can take the pod. */
  node: string | undefined
  rejections: Map<string, Rejection>
  /** Weighted scores of the nodes that could take the pod, by plugin. */
  scores: Map<string, Record<string, number>>
}

/** Filters, scores and picks. Pure but for the draw among equals. */
export function decide(
  pod: Pod,
  snapshot: Snapshot,
  filters: readonly FilterPlugin[],
  scorers: readonly ScorePlugin[],
  random: Random,
): Decision {
  const cycle: Cycle = { pod, snapshot, state: new Map() }
  const { feasible, rejections } = filterNodes(cycle, filters)
  const scores = new Map<string, Record<string, number>>()
  if (feasible.length === 0) return { node: undefined, rejections, scores }
  const totals = scoreNodes(cycle, feasible, scorers, scores)
  const best = Math.max(...totals)
  const winners = feasible.filter((_, i) => totals[i] === best)
  return { node: winners[intBelow(random, winners.length)].name, rejections, scores }
}

/** Asks the filters, in order, about each node. */
export function filterNodes(cycle: Cycle, filters: readonly FilterPlugin[]) {
  const rejections = new Map<string, Rejection>()
  for (const plugin of filters) {
    const everywhere = plugin.preFilter?.(cycle)
    if (!everywhere) continue
    for (const node of cycle.snapshot.nodes) rejections.set(node.name, { ...everywhere, everywhere: true })
    return { feasible: [], rejections }
  }
  const feasible = cycle.snapshot.nodes.filter(node => {
    const no = firstRejection(cycle, node, filters)
    if (no) rejections.set(node.name, no)
    return !no
  })
  return { feasible, rejections }
}

export function firstRejection(cycle: Cycle, node: NodeInfo, filters: readonly FilterPlugin[]): Rejection | undefined {
  for (const plugin of filters) {
    const no = plugin.filter(cycle, node)
    if (no) return no
  }
  return undefined
}

function scoreNodes(
  cycle: Cycle,
  nodes: NodeInfo[],
  scorers: readonly ScorePlugin[],
  scores: Map<string, Record<string, number>>,
): number[] {
  const totals = nodes.map(() => 0)
  for (const plugin of scorers) {
    plugin.preScore?.(cycle, nodes)
    const raw = nodes.map(node => plugin.score(cycle, node))
    const normal = plugin.normalise?.(raw) ?? raw
    nodes.forEach((node, i) => {
      const weighted = normal[i] * plugin.weight
      totals[i] += weighted
      const own = scores.get(node.name) ?? {}
      own[plugin.name] = weighted
      scores.set(node.name, own)
    })
  }
  return totals
}

/**
 * The sentence that FailedScheduling events carry: how many nodes were ruled out for which reason, and why evicting
 * others would not help (kube-scheduler's FitError).
 */
export function explain(rejections: Iterable<Rejection>, total: number, preemption: string): string {
  const counts = new Map<string, number>()
  let general: string | undefined
  for (const { reasons, everywhere } of rejections) {
    if (everywhere) general = reasons.join(', ')
    else for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  if (total === 0) return 'no nodes available to schedule pods'
  if (general !== undefined)
    return `0/${total} nodes are available: ${general}. no new claims to deallocate, preemption: ${preemption}`
  const parts = Array.from(counts, ([reason, count]) => `${count} ${reason}`).sort()
  return `0/${total} nodes are available: ${parts.join(', ')}. no new claims to deallocate, preemption: ${preemption}`
}
