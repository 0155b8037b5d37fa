import type { Graph, GraphNode } from './model.ts'

/** A line of the list that says the same as the picture. */
export interface TreeRow {
  node: GraphNode
  level: number
  /** What it is drawn under, for the way to the left. */
  parent?: string
  /** How many the line above it has, and which of them this is. */
  size: number
  position: number
}

/**
 * The drawn nodes as a tree, each exactly once: what is in a box under its box, and there under what owns it; what came out
 * of a group under that. Everything else is a root.
 */
export function treeOf({ nodes, edges }: Graph): TreeRow[] {
  const known = new Map(nodes.map(n => [n.id, n]))
  const owner = new Map<string, string>()
  for (const { type, source, target } of edges)
    if (type === 'owns' && known.get(source)?.box === known.get(target)?.box && !owner.has(target))
      owner.set(target, source)
  const children = new Map<string | undefined, GraphNode[]>()
  for (const node of nodes) {
    const parent = node.parent ?? owner.get(node.id) ?? (node.box && known.has(node.box) ? node.box : undefined)
    const siblings = children.get(parent)
    if (siblings) siblings.push(node)
    else children.set(parent, [node])
  }
  const rows: TreeRow[] = []
  const seen = new Set<string>()
  const add = (parent: string | undefined, level: number) => {
    const siblings = children.get(parent) ?? []
    siblings.forEach((node, i) => {
      if (seen.has(node.id)) return
      seen.add(node.id)
      rows.push({ node, level, parent, size: siblings.length, position: i + 1 })
      add(node.id, level + 1)
    })
  }
  add(undefined, 1)
  return rows
}
