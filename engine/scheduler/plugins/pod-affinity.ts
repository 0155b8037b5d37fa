import { labelSelectorMatches } from '../../api/selector.ts'
import type { Pod, PodAffinityTerm } from '../../api/types.ts'
import { MAX_SCORE, rejection, type Cycle, type FilterPlugin, type ScorePlugin, type Snapshot } from '../framework.ts'

interface State {
  /** For each required affinity term of the pod: how many matching pods each topology value has. */
  affinity: { term: PodAffinityTerm; counts: Map<string, number> }[]
  /** The same for its required anti-affinity. */
  antiAffinity: { term: PodAffinityTerm; counts: Map<string, number> }[]
  /** `key=value` of the topologies from which pods that are there keep this pod away. */
  repelledBy: Set<string>
}

const NAME = 'InterPodAffinity'

/** Pods that want to be near, or far from, other pods. Both sides are asked: the new pod, and those that are there. */
export const interPodAffinity: FilterPlugin & ScorePlugin = {
  name: NAME,
  weight: 2,
  preFilter(cycle) {
    const { pod, snapshot } = cycle
    const spec = pod.spec?.affinity
    const count = (terms: PodAffinityTerm[] | undefined) =>
      (terms ?? []).map(term => ({ term, counts: countByTopology(term, pod, snapshot) }))
    const state: State = {
      affinity: count(spec?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
      antiAffinity: count(spec?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
      repelledBy: repellers(pod, snapshot),
    }
    cycle.state.set(NAME, state)
  },
  filter({ pod, snapshot, state }, node) {
    const { affinity, antiAffinity, repelledBy } = state.get(NAME) as State
    for (const [key, value] of Object.entries(node.labels))
      if (repelledBy.has(`${key}=${value}`))
        return rejection(NAME, "node(s) didn't satisfy existing pods anti-affinity rules", false)
    for (const { term, counts } of antiAffinity) {
      const value = node.labels[term.topologyKey!]
      if (value !== undefined && counts.has(value))
        return rejection(NAME, "node(s) didn't match pod anti-affinity rules", false)
    }
    // The first of a group that wants to be together has nobody to be near: it may go anywhere that has the topology.
    const nobodyYet =
      affinity.every(a => a.counts.size === 0) && affinity.every(a => selects(a.term, pod, pod, snapshot))
    for (const { term, counts } of affinity) {
      const value = node.labels[term.topologyKey!]
      if (value === undefined || (!counts.has(value) && !nobodyYet))
        return rejection(NAME, "node(s) didn't match pod affinity rules", true)
    }
    return undefined
  },
  score({ pod, snapshot, state }, node) {
    const weights = cached(state, `${NAME}/weights`, () => preferenceWeights(pod, snapshot))
    let sum = 0
    for (const [key, value] of Object.entries(node.labels)) sum += weights.get(`${key}=${value}`) ?? 0
    return sum
  },
  normalise(scores) {
    const min = Math.min(...scores)
    const max = Math.max(...scores)
    return scores.map(score => (max === min ? 0 : Math.floor((MAX_SCORE * (score - min)) / (max - min))))
  },
}

/** Whether a term of `owner` means the pod `other`. */
function selects(term: PodAffinityTerm, owner: Pod, other: Pod, snapshot: Snapshot): boolean {
  const namespace = other.metadata.namespace!
  const named = term.namespaces?.includes(namespace)
  const selected =
    term.namespaceSelector && labelSelectorMatches(term.namespaceSelector, snapshot.namespaceLabels(namespace))
  const own = !term.namespaces?.length && !term.namespaceSelector && namespace === owner.metadata.namespace
  return !!(named || selected || own) && labelSelectorMatches(term.labelSelector, other.metadata.labels)
}

function countByTopology(term: PodAffinityTerm, pod: Pod, snapshot: Snapshot): Map<string, number> {
  const counts = new Map<string, number>()
  for (const node of snapshot.nodes) {
    const value = node.labels[term.topologyKey!]
    if (value === undefined) continue
    for (const other of node.pods.values())
      if (selects(term, pod, other, snapshot)) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return counts
}

function repellers(pod: Pod, snapshot: Snapshot): Set<string> {
  const repelled = new Set<string>()
  for (const node of snapshot.nodes)
    for (const other of node.pods.values())
      for (const term of other.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) {
        const value = node.labels[term.topologyKey!]
        if (value !== undefined && selects(term, other, pod, snapshot)) repelled.add(`${term.topologyKey}=${value}`)
      }
  return repelled
}

/** Preferences of the pod for the others and of the others for it, by `key=value` of the topology. */
function preferenceWeights(pod: Pod, snapshot: Snapshot): Map<string, number> {
  const weights = new Map<string, number>()
  const preferences = (p: Pod): [PodAffinityTerm, number][] => [
    ...(p.spec?.affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      (t): [PodAffinityTerm, number] => [t.podAffinityTerm!, t.weight ?? 0],
    ),
    ...(p.spec?.affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      (t): [PodAffinityTerm, number] => [t.podAffinityTerm!, -(t.weight ?? 0)],
    ),
  ]
  const own = preferences(pod)
  for (const node of snapshot.nodes)
    for (const other of node.pods.values()) {
      const count = (term: PodAffinityTerm, weight: number, owner: Pod, target: Pod) => {
        const value = node.labels[term.topologyKey!]
        if (value === undefined || !selects(term, owner, target, snapshot)) return
        const at = `${term.topologyKey}=${value}`
        weights.set(at, (weights.get(at) ?? 0) + weight)
      }
      for (const [term, weight] of own) count(term, weight, pod, other)
      for (const [term, weight] of preferences(other)) count(term, weight, other, pod)
    }
  return weights
}

function cached<T>(state: Cycle['state'], key: string, make: () => T): T {
  if (!state.has(key)) state.set(key, make())
  return state.get(key) as T
}
