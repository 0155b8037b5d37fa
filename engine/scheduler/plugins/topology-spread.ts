import { labelSelectorMatches } from '../../api/selector.ts'
import type { Pod, TopologySpreadConstraint } from '../../api/types.ts'
import { MAX_SCORE, rejection, type FilterPlugin, type ScorePlugin, type Snapshot } from '../framework.ts'
import { matchesNodeAffinity } from '../../api/scheduling/node-affinity.ts'
import { untoleratedTaint } from '../../api/scheduling/tolerations.ts'

interface Counted {
  constraint: TopologySpreadConstraint
  /** Matching pods of each domain that the pod may run in, also of empty ones. */
  counts: Map<string, number>
}

const NAME = 'PodTopologySpread'

/** Used where the pod says nothing and belongs to something: spread over hosts, a little more weakly over zones. */
const DEFAULTS: TopologySpreadConstraint[] = [
  { maxSkew: 3, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
  { maxSkew: 5, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' },
]

/** Keeps the pods of a group even over the domains of a topology. */
export const podTopologySpread: FilterPlugin & ScorePlugin = {
  name: NAME,
  weight: 2,
  preFilter(cycle) {
    const hard = (cycle.pod.spec?.topologySpreadConstraints ?? []).filter(c => c.whenUnsatisfiable === 'DoNotSchedule')
    cycle.state.set(
      NAME,
      hard.map(c => count(c, cycle.pod, cycle.snapshot)),
    )
  },
  filter({ pod, state }, node) {
    for (const { constraint, counts } of state.get(NAME) as Counted[]) {
      const domain = node.labels[constraint.topologyKey!]
      if (domain === undefined)
        return rejection(NAME, "node(s) didn't match pod topology spread constraints (missing required label)", true)
      const least = counts.size < (constraint.minDomains ?? 1) ? 0 : Math.min(...counts.values())
      const self = labelSelectorMatches(constraint.labelSelector, pod.metadata.labels) ? 1 : 0
      if ((counts.get(domain) ?? 0) + self - least > (constraint.maxSkew ?? 1))
        return rejection(NAME, "node(s) didn't match pod topology spread constraints", false)
    }
    return undefined
  },
  preScore(cycle) {
    const { pod, snapshot, state } = cycle
    const soft = (pod.spec?.topologySpreadConstraints ?? []).filter(c => c.whenUnsatisfiable === 'ScheduleAnyway')
    const own = soft.length || pod.spec?.topologySpreadConstraints?.length ? soft : defaultsFor(pod)
    state.set(
      `${NAME}/score`,
      own.map(c => count(c, pod, snapshot)),
    )
  },
  /** How crowded the node's domains are; small domains weigh more as there are fewer of them (log of their number). */
  score({ state }, node) {
    let crowd = 0
    for (const { constraint, counts } of state.get(`${NAME}/score`) as Counted[]) {
      const domain = node.labels[constraint.topologyKey!]
      if (domain === undefined) continue
      crowd += (counts.get(domain) ?? 0) * Math.log(counts.size + 2) + ((constraint.maxSkew ?? 1) - 1)
    }
    return Math.round(crowd)
  },
  normalise(scores) {
    const max = Math.max(...scores)
    const min = Math.min(...scores)
    return scores.map(score => (max === 0 ? MAX_SCORE : Math.floor((MAX_SCORE * (max + min - score)) / max)))
  },
}

/** Replicas of one controller spread by default; they are known by the label that tells their template. */
function defaultsFor(pod: Pod): TopologySpreadConstraint[] {
  if (!pod.metadata.ownerReferences?.some(o => o.controller) || !pod.metadata.labels) return []
  return DEFAULTS.map(c => ({ ...c, labelSelector: { matchLabels: pod.metadata.labels } }))
}

function count(constraint: TopologySpreadConstraint, pod: Pod, snapshot: Snapshot): Counted {
  const counts = new Map<string, number>()
  for (const node of snapshot.nodes) {
    const domain = node.labels[constraint.topologyKey!]
    if (domain === undefined) continue
    if ((constraint.nodeAffinityPolicy ?? 'Honor') === 'Honor' && !matchesNodeAffinity(pod, node.node)) continue
    if (
      constraint.nodeTaintsPolicy === 'Honor' &&
      untoleratedTaint(node.node.spec?.taints, pod.spec?.tolerations, ['NoSchedule', 'NoExecute'])
    )
      continue
    let sum = counts.get(domain) ?? 0
    for (const other of node.pods.values())
      if (
        other.metadata.namespace === pod.metadata.namespace &&
        !other.metadata.deletionTimestamp &&
        labelSelectorMatches(constraint.labelSelector, other.metadata.labels)
      )
        sum++
    counts.set(domain, sum)
  }
  return { constraint, counts }
}
