import type { Deployment, ReplicaSet } from '../../api/types.ts'
import { maxSurge } from './budget.ts'

export const REVISION = 'deployment.kubernetes.io/revision'
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history'
const DESIRED = 'deployment.kubernetes.io/desired-replicas'
const MAX = 'deployment.kubernetes.io/max-replicas'

/** Annotations that belong to one object and are not handed from the Deployment to its sets. */
const OWN = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED,
  MAX,
  'deprecated.deployment.rollback.to',
])

export function revisionOf(set: ReplicaSet): number {
  return Number(set.metadata.annotations?.[REVISION]) || 0
}

/** The Deployment's annotations on a set, with its revision; an earlier revision of the set goes into its history. */
export function annotationsForSet(
  deployment: Deployment,
  set: ReplicaSet | undefined,
  revision: string,
): Record<string, string> {
  const annotations = { ...set?.metadata.annotations }
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {}))
    if (!OWN.has(key)) annotations[key] = value
  const before = annotations[REVISION]
  if (before !== undefined && Number(before) < Number(revision)) {
    const history = (annotations[REVISION_HISTORY] ?? '').split(',').filter(Boolean)
    annotations[REVISION_HISTORY] = [...history, before].join(',')
  }
  annotations[REVISION] = revision
  return annotations
}

/** Notes what a set's number of replicas was computed from, so that a later change of it is recognised. */
export function withScaleAnnotations(
  annotations: Record<string, string> | undefined,
  deployment: Deployment,
): Record<string, string> {
  const wanted = deployment.spec!.replicas ?? 1
  return { ...annotations, [DESIRED]: String(wanted), [MAX]: String(wanted + maxSurge(deployment)) }
}
