import { own } from '../../base/own.ts'
import type { Node, NodeSelectorRequirement, NodeSelectorTerm, Pod } from '../types.ts'

/** Whether a node satisfies a pod's nodeSelector and its required node affinity. */
export function matchesNodeAffinity(pod: Pod, node: Node): boolean {
  for (const [key, value] of Object.entries(pod.spec?.nodeSelector ?? {}))
    if (own(node.metadata.labels, key) !== value) return false
  const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return !required || (required.nodeSelectorTerms ?? []).some(term => matchesTerm(term, node))
}

/** Sum of the weights of the preferred terms that the node satisfies. */
export function preferredNodeScore(pod: Pod, node: Node): number {
  const preferred = pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
  return preferred.filter(p => matchesTerm(p.preference!, node)).reduce((sum, p) => sum + (p.weight ?? 0), 0)
}

/** All requirements of a term hold; a term without any matches nothing. */
export function matchesTerm(term: NodeSelectorTerm, node: Node): boolean {
  const expressions = term.matchExpressions ?? []
  const fields = term.matchFields ?? []
  if (expressions.length + fields.length === 0) return false
  return (
    expressions.every(r => holds(r, own(node.metadata.labels, r.key!))) &&
    fields.every(r => holds(r, r.key === 'metadata.name' ? node.metadata.name : undefined))
  )
}

function holds({ operator, values = [] }: NodeSelectorRequirement, actual: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return actual !== undefined && values.includes(actual)
    case 'NotIn':
      return actual === undefined || !values.includes(actual)
    case 'Exists':
      return actual !== undefined
    case 'DoesNotExist':
      return actual === undefined
    case 'Gt':
      return isInteger(actual) && Number(actual) > Number(values[0])
    case 'Lt':
      return isInteger(actual) && Number(actual) < Number(values[0])
    default:
      return false
  }
}

function isInteger(text: string | undefined): boolean {
  return text !== undefined && /^-?\d+$/.test(text)
}
