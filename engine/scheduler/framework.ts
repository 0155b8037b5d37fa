import type { Pod } from '../api/types.ts'
import type { NodeInfo } from './node-info.ts'
import type { StorageView } from './plugins/volumes.ts'

/**
 * The scheduling framework: a decision is made by plugins that each know one rule. Filters say whether a pod can run on
 * a node; scores say how well. The names are those of Kubernetes' in-tree plugins.
 */

/** Why a node was ruled out. */
export interface Rejection {
  plugin: string
  /** As Kubernetes words them; a node may have several, one for each lacking resource. */
  reasons: string[]
  /** False if removing other pods from the node could help. */
  unresolvable: boolean
  /** It is not about the node: the pod can run on none. */
  everywhere?: boolean
}

/** What all nodes look like at the moment of one decision. */
export interface Snapshot {
  nodes: NodeInfo[]
  byName: Map<string, NodeInfo>
  /** Labels of a namespace, for namespace selectors. */
  namespaceLabels(namespace: string): Record<string, string> | undefined
  /** Absent: volumes are of no concern. */
  storage?: StorageView
}

/** One pod's way through the framework. Plugins keep what they computed once per pod in `state`. */
export interface Cycle {
  pod: Pod
  snapshot: Snapshot
  state: Map<string, unknown>
}

export interface FilterPlugin {
  readonly name: string
  /** Called once before the filters; may find what is needed for all nodes, or why the pod can run on none. */
  preFilter?(cycle: Cycle): Rejection | void
  filter(cycle: Cycle, node: NodeInfo): Rejection | undefined
}

export interface ScorePlugin {
  readonly name: string
  readonly weight: number
  preScore?(cycle: Cycle, nodes: NodeInfo[]): void
  /** Raw score of one node; `normalise` brings all of them to 0…100. */
  score(cycle: Cycle, node: NodeInfo): number
  normalise?(scores: number[]): number[]
}

export const MAX_SCORE = 100

/** Scales to 0…100 by the largest, reversed if small raw scores are good. */
export function scaleToMax(scores: number[], reverse: boolean): number[] {
  const max = Math.max(...scores)
  if (max === 0) return scores.map(() => (reverse ? MAX_SCORE : 0))
  return scores.map(score => {
    const scaled = Math.floor((MAX_SCORE * score) / max)
    return reverse ? MAX_SCORE - scaled : scaled
  })
}

export function rejection(plugin: string, reason: string | string[], unresolvable: boolean): Rejection {
  return { plugin, reasons: typeof reason === 'string' ? [reason] : reason, unresolvable }
}
