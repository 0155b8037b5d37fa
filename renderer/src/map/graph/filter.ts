import type { Tone } from '../../ui/tone.ts'
import type { Graph, GraphNode } from './model.ts'

/** What shall be seen of all that there is. */
export interface Filter {
  /** Words that must all be found. */
  text: string
  /** Any of these; empty for all. */
  tones: readonly Tone[]
  /** A kind such as Pod; empty for all. */
  kind: string
}

export const NO_FILTER: Filter = { text: '', tones: [], kind: '' }

export function isFiltering({ text, tones, kind }: Filter): boolean {
  return text.trim() !== '' || tones.length > 0 || kind !== ''
}

/** What is looked at when something is matched. */
export interface Matched {
  kind: string
  tone: Tone
  namespace?: string
  name: string
  words?: string
}

/** A test that is made ready once for many things. */
export function matcher({ text, tones, kind }: Filter): (thing: Matched) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return thing => {
    if (kind && thing.kind !== kind) return false
    if (tones.length && !tones.includes(thing.tone)) return false
    if (words.length === 0) return true
    const all = `${thing.namespace ?? ''}/${thing.name} ${thing.kind} ${thing.words ?? ''}`.toLowerCase()
    return words.every(word => all.includes(word))
  }
}

/** What is found among the drawn nodes by a text, in the order of the picture. */
export function findNodes(graph: Graph, text: string): GraphNode[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  return graph.nodes.filter(node => {
    const all = `${node.kind} ${node.title} ${node.subtitle} ${nameOf(node)}`.toLowerCase()
    return words.every(word => all.includes(word))
  })
}

function nameOf({ about }: GraphNode): string {
  if (about.is === 'pod') return `${about.pod.metadata.namespace}/${about.pod.metadata.name}`
  if (about.is === 'object') return `${about.namespace}/${about.name}`
  return about.is === 'machine' || about.is === 'component' ? about.machine : ''
}

/**
 * What belongs to a node: all that leads to it and all that it leads to, with the boxes around them. Nothing is laid out anew for it;
 * the rest is merely hidden.
 */
export function neighbourhood(graph: Graph, id: string): ReadonlySet<string> {
  const inside = graph.nodes.filter(n => n.box === id).map(n => n.id)
  const found = new Set<string>()
  for (const direction of ['source', 'target'] as const) {
    const next = Map.groupBy(graph.edges, e => e[direction])
    const other = direction === 'source' ? 'target' : 'source'
    const seen = new Set([id, ...inside])
    const queue = [...seen]
    for (let at = queue.pop(); at !== undefined; at = queue.pop())
      for (const edge of next.get(at) ?? []) {
        if (seen.has(edge[other])) continue
        seen.add(edge[other])
        queue.push(edge[other])
      }
    for (const each of seen) found.add(each)
  }
  for (const node of graph.nodes) if (node.box && found.has(node.id)) found.add(node.box)
  return found
}
