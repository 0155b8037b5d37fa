import { isLabelValue } from '../../validation/names.ts'

/** Labels of nodes that others have followed, and what is said to those who still use them. */
const DEPRECATED: Record<string, string> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
}

/** Why a node label should not be used any more; undefined if it may. */
export function deprecatedNodeLabel(key: string | undefined): string | undefined {
  return key !== undefined && Object.hasOwn(DEPRECATED, key) ? DEPRECATED[key] : undefined
}

/** Remarks on a map of node labels. */
export function nodeSelectorWarnings(labels: Record<string, string> | undefined, at: string): string[] {
  return Object.keys(labels ?? {}).flatMap(key => {
    const text = deprecatedNodeLabel(key)
    return text ? [`${at}[${key}]: ${text}`] : []
  })
}

interface Term {
  matchExpressions?: { key?: string; values?: string[] }[]
}

/** Remarks on a term that chooses nodes; values are looked at where validation lets any pass. */
export function nodeTermWarnings(term: Term | undefined, at: string, checkValues: boolean): string[] {
  return (term?.matchExpressions ?? []).flatMap((e, i) => {
    const path = `${at}.matchExpressions[${i}]`
    const text = deprecatedNodeLabel(e.key)
    const warnings = text ? [`${path}.key: ${e.key} is ${text}`] : []
    if (checkValues)
      for (const [j, value] of (e.values ?? []).entries())
        warnings.push(...isLabelValue(value).map(message => `${path}.values[${j}]: ${value} is invalid, ${message}`))
    return warnings
  })
}

/** Remarks on a label selector that chooses nodes. */
export function nodeLabelSelectorWarnings(
  selector: { matchExpressions?: { key?: string }[]; matchLabels?: Record<string, string> } | undefined,
  at: string,
): string[] {
  return [
    ...nodeTermWarnings({ matchExpressions: selector?.matchExpressions ?? [] }, at, false),
    ...Object.keys(selector?.matchLabels ?? {}).flatMap(key => {
      const text = deprecatedNodeLabel(key)
      return text ? [`${at}.matchLabels.${key}: ${text}`] : []
    }),
  ]
}
