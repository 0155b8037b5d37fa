import type { Pod } from '../api/types.ts'
import { firstRejection } from './decide.ts'
import type { Cycle, FilterPlugin, Rejection, Snapshot } from './framework.ts'
import type { NodeInfo } from './node-info.ts'

export interface Preemption {
  /** The node to clear, and the pods to evict from it; undefined if that helps nowhere. */
  choice: { node: string; victims: Pod[] } | undefined
  /** Why not, in the words of the FailedScheduling event. */
  message: string
}

/**
 * Looks for a node on which the pod would fit if pods of lower priority went, and for the choice that hurts least: the
 * lowest highest victim, then the smallest sum of priorities, then the fewest victims (DefaultPreemption without
 * disruption budgets, which the caller weighs when it evicts).
 */
export function findPreemption(
  pod: Pod,
  snapshot: Snapshot,
  rejections: Map<string, Rejection>,
  filters: readonly FilterPlugin[],
): Preemption {
  const total = snapshot.nodes.length
  if (pod.spec?.preemptionPolicy === 'Never')
    return { choice: undefined, message: 'not eligible due to preemptionPolicy=Never.' }
  const candidates: { node: string; victims: Pod[] }[] = []
  const reasons = new Map<string, number>()
  const note = (reason: string) => reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  for (const node of snapshot.nodes) {
    if (rejections.get(node.name)?.unresolvable) {
      note('Preemption is not helpful for scheduling')
      continue
    }
    const victims = victimsOn(node, pod, snapshot, filters)
    if (victims) candidates.push({ node: node.name, victims })
    else note('No preemption victims found for incoming pod')
  }
  const parts = Array.from(reasons, ([reason, count]) => `${count} ${reason}`).sort()
  return { choice: leastHarmful(candidates), message: `0/${total} nodes are available: ${parts.join(', ')}.` }
}

/** The fewest and lowest pods whose removal lets the pod in, or undefined. */
function victimsOn(node: NodeInfo, pod: Pod, snapshot: Snapshot, filters: readonly FilterPlugin[]): Pod[] | undefined {
  const priority = priorityOf(pod)
  const lower = Array.from(node.pods.values()).filter(p => priorityOf(p) < priority)
  if (lower.length === 0) return undefined
  const trial = node.clone()
  for (const victim of lower) trial.remove(victim)
  if (!fits(trial, pod, snapshot, filters)) return undefined
  // Give back the most important ones first, as long as the pod still fits.
  const victims: Pod[] = []
  for (const candidate of lower.sort((a, b) => priorityOf(b) - priorityOf(a) || startOf(a) - startOf(b))) {
    trial.add(candidate)
    if (fits(trial, pod, snapshot, filters)) continue
    trial.remove(candidate)
    victims.push(candidate)
  }
  return victims.length ? victims : undefined
}

function fits(trial: NodeInfo, pod: Pod, snapshot: Snapshot, filters: readonly FilterPlugin[]): boolean {
  const nodes = snapshot.nodes.map(node => (node.name === trial.name ? trial : node))
  const cycle: Cycle = { pod, snapshot: { ...snapshot, nodes }, state: new Map() }
  for (const plugin of filters) if (plugin.preFilter?.(cycle)) return false
  return firstRejection(cycle, trial, filters) === undefined
}

function leastHarmful(candidates: { node: string; victims: Pod[] }[]) {
  const cost = ({ victims }: { victims: Pod[] }) => [
    Math.max(...victims.map(priorityOf)),
    victims.reduce((sum, v) => sum + priorityOf(v) + 2 ** 31, 0),
    victims.length,
  ]
  return candidates
    .map(candidate => ({ candidate, cost: cost(candidate) }))
    .sort((a, b) => a.cost[0] - b.cost[0] || a.cost[1] - b.cost[1] || a.cost[2] - b.cost[2])[0]?.candidate
}

function priorityOf(pod: Pod): number {
  return pod.spec?.priority ?? 0
}

function startOf(pod: Pod): number {
  return Date.parse(pod.status?.startTime ?? pod.metadata.creationTimestamp ?? '') || 0
}
