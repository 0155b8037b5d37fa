import type { Pod } from '../../../../engine/api/types.ts'
import { podState, type PodState } from '../../cluster/pod-state.ts'
import type { IconName } from '../../ui/icons.ts'
import type { Tone } from '../../ui/tone.ts'

/** What is looked at: where things run, how they belong together, or who agrees on it. */
export const LENSES = ['machines', 'workloads', 'control'] as const
export type Lens = (typeof LENSES)[number]

/** How a node is drawn: a card, a rounder card, a box around others, a hexagon, or a stack of hexagons. */
export type Shape = 'card' | 'pill' | 'box' | 'pod' | 'group'

/** What a node stands for, as far as its panel needs to know. */
export type About =
  | { is: 'machine'; machine: string }
  | { is: 'machines'; names: readonly string[] }
  | { is: 'balancer' }
  | { is: 'pod'; pod: Pod }
  | { is: 'pods'; pods: readonly Pod[] }
  | { is: 'object'; kind: string; address?: string; namespace: string; name: string; pods?: readonly Pod[] }
  | { is: 'component'; machine: string; component: Component; lease?: LeaseFacts }
  | { is: 'nothing' }

export type Component = 'apiserver' | 'scheduler' | 'manager' | 'store' | 'kubelet' | 'proxy'

/** What a Lease says of who leads, or of who lives. */
export interface LeaseFacts {
  namespace: string
  name: string
  holder: string
  renewed?: string
  changes?: number
}

export interface GraphNode {
  id: string
  shape: Shape
  icon: IconName
  /** What kind of thing it is, in words. */
  kind: string
  title: string
  subtitle: string
  tone: Tone
  /** Figures that change often. Drawn as text beside the picture, so that the picture stays. */
  detail?: string
  /** Id of the box that it is drawn in. */
  box?: string
  /** Id of the node that it came out of, where that stays beside it. */
  parent?: string
  /** Its row of the picture, as the layout of the lens understands it. */
  band: string
  /** Its place from left to right within the band. */
  column: number
  /** It leads. */
  leader?: boolean
  dashed?: boolean
  /** How many things it stands for. */
  count?: number
  /** Present where Enter opens or closes something: under which name that is remembered, and what it is now. */
  toggle?: { key: string; open: boolean }
  about: About
}

export type EdgeType = 'owns' | 'selects' | 'uses' | 'scales' | 'replicates' | 'balances' | 'calls'

export interface GraphEdge {
  id: string
  source: string
  target: string
  type: EdgeType
  /** False where nothing flows: the target is down, missing or not ready. */
  live: boolean
}

export interface Graph {
  nodes: readonly GraphNode[]
  edges: readonly GraphEdge[]
  /** How many things there are, drawn one by one or within a group. */
  total: number
  /** True if something that is open could not be drawn within the limit. */
  cut: boolean
}

/** Never more elements on the screen, however much is opened. */
export const MOST_ELEMENTS = 1_500
/** What is drawn unasked: beyond, things start out as groups. */
export const COMFORTABLE = 280
/** More pods of one owner than this start out as one group, where they hang on their owner. */
export const PODS_OF_OWNER = 8
/** More pods on one worker than this are grouped by their owners. */
export const PODS_OF_WORKER = 24
/** So many machines with numbers that follow each other make one group. */
export const MACHINES_OF_RANGE = 25

const WORST: readonly Tone[] = ['bad', 'warn', 'info', 'ok', 'idle']

/** The tone that deserves attention first. */
export function worstOf(tones: Iterable<Tone>): Tone {
  let worst = WORST.length - 1
  for (const tone of tones) worst = Math.min(worst, WORST.indexOf(tone))
  return WORST[worst]!
}

const states = new WeakMap<Pod, PodState>()

/** The state of a pod, computed once for each version of it. */
export function stateOf(pod: Pod): PodState {
  let state = states.get(pod)
  if (!state) states.set(pod, (state = podState(pod)))
  return state
}

export function podKey({ metadata }: Pod): string {
  return `${metadata.namespace}/${metadata.name}`
}

/** A pod's name without the hash of its template, which all of its siblings share. */
export function shortPodName({ metadata }: Pod): string {
  const hash = metadata.labels?.['pod-template-hash']
  const name = metadata.name ?? ''
  return hash ? name.replace(`-${hash}-`, '-') : name
}

/** One edge for each pair of drawn nodes: alive if anything flows between the two. */
export class Edges {
  readonly #edges = new Map<string, GraphEdge>()

  add(type: EdgeType, source: string | undefined, target: string | undefined, live = true): void {
    if (source === undefined || target === undefined || source === target) return
    const id = `${type}:${source}→${target}`
    const known = this.#edges.get(id)
    if (known) known.live ||= live
    else this.#edges.set(id, { id, type, source, target, live })
  }

  /** At most so many, and whether that is all. */
  take(most: number): { edges: GraphEdge[]; cut: boolean } {
    return { edges: [...this.#edges.values()].slice(0, Math.max(0, most)), cut: this.#edges.size > most }
  }
}
