import type { Pod, StatefulSet } from '../../api/types.ts'
import { isAvailable, isReady } from '../replicas/pods.ts'
import { share } from '../deployment/budget.ts'
import { ordinalOf, ordinalsOf, revisionOf } from './identity.ts'

/** One thing to do for a set's pods. */
export type Step =
  { kind: 'create'; ordinal: number } | { kind: 'delete'; pod: Pod; event?: { reason: string; message: string } }

export interface Situation {
  set: StatefulSet
  /** All pods of the set, those that are going among them. */
  pods: Pod[]
  /** Name of the revision that the set asks for. */
  updateRevision: string
  nowMs: number
}

/**
 * What is to be done next. In order, each pod waits until all before it are available, and goes only when all after it
 * are gone; in parallel, nobody waits for anybody. Updates go from the last pod to the first, in both cases one after the
 * other, or as many as may be unavailable (pkg/controller/statefulset).
 */
export function nextSteps(situation: Situation): Step[] {
  const { set, pods, nowMs } = situation
  const inOrder = set.spec!.podManagementPolicy !== 'Parallel'
  const { start, end } = ordinalsOf(set)
  const byOrdinal = new Map(pods.map(pod => [ordinalOf(set, pod.metadata.name!)!, pod]))
  const healthy = (pod: Pod) => !isGoing(pod) && isAvailable(pod, minReady(set), nowMs)
  const steps: Step[] = []
  for (let ordinal = start; ordinal < end; ordinal++) {
    const pod = byOrdinal.get(ordinal)
    const step: Step | undefined = pod ? replacement(set, pod) : { kind: 'create', ordinal }
    if (step) {
      steps.push(step)
      if (inOrder) return steps
    } else if (inOrder && !healthy(pod!)) return steps
  }
  const condemned = [...byOrdinal].filter(([o]) => o < start || o >= end).sort(([a], [b]) => b - a)
  const firstUnhealthy = [...byOrdinal].sort(([a], [b]) => a - b).find(([, pod]) => !healthy(pod))?.[1]
  for (const [, pod] of condemned) {
    if (isGoing(pod)) {
      if (inOrder) return steps
      continue
    }
    if (inOrder && !healthy(pod) && pod !== firstUnhealthy) return steps
    steps.push({ kind: 'delete', pod })
    if (inOrder) return steps
  }
  return [...steps, ...updates(situation, byOrdinal, healthy)]
}

/** Pods of an old revision that may go now. */
function updates(
  { set, updateRevision }: Situation,
  byOrdinal: Map<number, Pod>,
  healthy: (pod: Pod) => boolean,
): Step[] {
  const { type = 'RollingUpdate', rollingUpdate } = set.spec!.updateStrategy ?? {}
  if (type === 'OnDelete') return []
  const { start, end } = ordinalsOf(set)
  const first = start + Number(rollingUpdate?.partition ?? 0)
  let allowed = Math.max(1, share(rollingUpdate?.maxUnavailable ?? 1, end - start, Math.floor))
  const steps: Step[] = []
  const targets = [...byOrdinal].filter(([o]) => o >= first && o < end).sort(([a], [b]) => b - a)
  // Those that are away already are part of what may be missing.
  allowed -= targets.filter(([, pod]) => !healthy(pod) && (isGoing(pod) || revisionOf(pod) === updateRevision)).length
  for (const [, pod] of targets) {
    if (allowed <= 0) break
    if (isGoing(pod) || revisionOf(pod) === updateRevision) continue
    steps.push({ kind: 'delete', pod })
    allowed--
  }
  return steps
}

/** A pod that has ended is made anew. */
function replacement(set: StatefulSet, pod: Pod): Step | undefined {
  const { phase } = pod.status ?? {}
  if (isGoing(pod) || (phase !== 'Failed' && phase !== 'Succeeded')) return undefined
  const { namespace, name } = set.metadata
  const what = phase === 'Failed' ? 'failed' : 'terminated'
  const reason = phase === 'Failed' ? 'RecreatingFailedPod' : 'RecreatingTerminatedPod'
  const type = `StatefulSet ${namespace}/${name} is recreating ${what} Pod ${pod.metadata.name}`
  return { kind: 'delete', pod, event: { reason, message: type } }
}

/** Whether a pod that is made now is of the revision that the set comes from: the update does not reach so far, or not yet. */
export function isOfCurrent(set: StatefulSet, ordinal: number): boolean {
  const index = ordinal - ordinalsOf(set).start
  const { type = 'RollingUpdate', rollingUpdate } = set.spec!.updateStrategy ?? {}
  if (type === 'RollingUpdate' && !rollingUpdate) return index < Number(set.status?.currentReplicas ?? 0)
  return index < Number(rollingUpdate?.partition ?? 0)
}

/** The counts of a set's status. */
export function countsOf({ set, pods, updateRevision, nowMs }: Situation, currentRevision: string) {
  const of = (revision: string) => pods.filter(pod => !isGoing(pod) && revisionOf(pod) === revision).length
  return {
    replicas: pods.length,
    readyReplicas: pods.filter(isReady).length,
    availableReplicas: pods.filter(pod => isAvailable(pod, minReady(set), nowMs)).length,
    currentReplicas: of(currentRevision),
    updatedReplicas: of(updateRevision),
  }
}

function minReady({ spec }: StatefulSet): number {
  return Number(spec!.minReadySeconds ?? 0)
}

function isGoing(pod: Pod): boolean {
  return !!pod.metadata.deletionTimestamp
}
