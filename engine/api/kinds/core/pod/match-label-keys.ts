import { own } from '../../../../base/own.ts'
import type { KubeObject } from '../../../object.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- fills in what clients sent */

/**
 * Writes the values that a new pod has for its matchLabelKeys and mismatchLabelKeys into the selectors beside them, so
 * that the scheduler reads selectors alone. A key that the pod has no label for is skipped.
 */
export function mergeMatchLabelKeys(pod: KubeObject): void {
  const labels: Record<string, string> = pod.metadata.labels ?? {}
  const merge = (term: any, member: string, operator: string) => {
    if (!term?.labelSelector) return
    for (const key of term[member] ?? []) {
      const value = own(labels, key)
      if (value === undefined) continue
      const added = { key, operator, values: [value] }
      term.labelSelector.matchExpressions = [...(term.labelSelector.matchExpressions ?? []), added]
    }
  }
  for (const kind of ['podAffinity', 'podAntiAffinity']) {
    const affinity = pod.spec?.affinity?.[kind]
    const terms = [
      ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((t: any) => t.podAffinityTerm),
    ]
    for (const term of terms) {
      merge(term, 'matchLabelKeys', 'In')
      merge(term, 'mismatchLabelKeys', 'NotIn')
    }
  }
  for (const constraint of pod.spec?.topologySpreadConstraints ?? []) merge(constraint, 'matchLabelKeys', 'In')
}
