import type { DaemonSet, Node, Pod, Toleration } from '../../api/types.ts'
import { matchesNodeAffinity } from '../../api/scheduling/node-affinity.ts'
import { untoleratedTaint } from '../../api/scheduling/tolerations.ts'

/** Daemons stay on nodes in trouble: that is where they are needed. */
const TOLERATIONS: Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
]

/** Whether a DaemonSet's pod should be made on a node, and whether one that is there may stay. */
export function runsOn(set: DaemonSet, node: Node): { shouldRun: boolean; shouldStay: boolean } {
  const pod = withDaemonRules({ metadata: {}, spec: set.spec!.template.spec } as Pod, undefined)
  if (!matchesNodeAffinity(pod, node)) return { shouldRun: false, shouldStay: false }
  const wanted = set.spec!.template.spec?.nodeName
  if (wanted && wanted !== node.metadata.name) return { shouldRun: false, shouldStay: false }
  const tolerations = pod.spec!.tolerations
  return {
    shouldRun: !untoleratedTaint(node.spec?.taints, tolerations, ['NoSchedule', 'NoExecute']),
    shouldStay: !untoleratedTaint(node.spec?.taints, tolerations, ['NoExecute']),
  }
}

/** Adds what every daemon pod has: its tolerations, and the affinity to its node if one is given. */
export function withDaemonRules(pod: Pod, node: string | undefined): Pod {
  const spec = pod.spec!
  const own = spec.tolerations ?? []
  const missing = TOLERATIONS.filter(
    t => !own.some(o => o.key === t.key && o.effect === t.effect && o.operator === t.operator),
  )
  const network: Toleration[] = spec.hostNetwork
    ? [{ key: 'node.kubernetes.io/network-unavailable', operator: 'Exists', effect: 'NoSchedule' }]
    : []
  const tolerations = [...own, ...missing, ...network]
  if (!node) return { ...pod, spec: { ...spec, tolerations } }
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }]
  const before = spec.affinity?.nodeAffinity
  const terms = before?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  const nodeSelectorTerms = terms?.length ? terms.map(term => ({ ...term, matchFields })) : [{ matchFields }]
  const nodeAffinity = { ...before, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } }
  return { ...pod, spec: { ...spec, tolerations, affinity: { ...spec.affinity, nodeAffinity } } }
}
