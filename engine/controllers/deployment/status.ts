import type { Deployment, ReplicaSet } from '../../api/types.ts'
import type { Clock } from '../../base/clock.ts'
import { isNotFound } from '../../client/errors.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import { canonicalJSON } from '../../base/canonical.ts'
import { maxUnavailable } from './budget.ts'
import type { DeploymentParts } from './rollout.ts'

type Status = NonNullable<Deployment['status']>
type Condition = NonNullable<Status['conditions']>[number]

/** Writes what the sets have reached, if that is news. */
export async function writeStatus(
  parts: DeploymentParts,
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  sets: ReplicaSet[],
): Promise<void> {
  const status = computeStatus(parts.clock, deployment, newSet, sets)
  if (canonicalJSON(status) === canonicalJSON(deployment.status)) return
  try {
    await parts.deployments.updateStatus({ ...deployment, status })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

function computeStatus(
  clock: Clock,
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  sets: ReplicaSet[],
): Status {
  const total = (value: (set: ReplicaSet) => number | undefined) => sets.reduce((sum, s) => sum + (value(s) ?? 0), 0)
  const available = total(s => s.status?.availableReplicas)
  const specified = total(s => s.spec!.replicas)
  const status: Status = {
    observedGeneration: deployment.metadata.generation,
    replicas: total(s => s.status?.replicas) || undefined,
    updatedReplicas: newSet?.status?.replicas || undefined,
    readyReplicas: total(s => s.status?.readyReplicas) || undefined,
    availableReplicas: available || undefined,
    unavailableReplicas: Math.max(0, specified - available) || undefined,
    terminatingReplicas: total(s => s.status?.terminatingReplicas),
    collisionCount: deployment.status?.collisionCount,
  }
  const conditions = new Map((deployment.status?.conditions ?? []).map(c => [c.type!, c]))
  const set = (type: string, state: string, reason: string, message: string) =>
    conditions.set(type, condition(clock, conditions.get(type), { type, status: state, reason, message }))
  if (available >= (deployment.spec!.replicas ?? 1) - maxUnavailable(deployment))
    set('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
  else set('Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.')
  const failure = sets
    .flatMap(s => s.status?.conditions ?? [])
    .find(c => c.type === 'ReplicaFailure' && c.status === 'True')
  if (failure) set('ReplicaFailure', 'True', failure.reason ?? 'FailedCreate', failure.message ?? '')
  else conditions.delete('ReplicaFailure')
  progress(clock, deployment, newSet, status, conditions, set)
  status.conditions = [...conditions.values()]
  return status
}

function progress(
  clock: Clock,
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  status: Status,
  conditions: Map<string, Condition>,
  set: (type: string, state: string, reason: string, message: string) => void,
): void {
  if (!hasDeadline(deployment)) return void conditions.delete('Progressing')
  const known = conditions.get('Progressing')
  const subject = newSet ? `ReplicaSet "${newSet.metadata.name}"` : `Deployment "${deployment.metadata.name}"`
  const before = deployment.status ?? {}
  if (deployment.spec!.paused) {
    if (known?.reason !== 'DeploymentPaused') set('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused')
    return
  }
  if (known?.reason === 'DeploymentPaused')
    return set('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed')
  if (isComplete(deployment, status)) {
    if (known?.reason !== 'NewReplicaSetAvailable' || known.message !== `${subject} has successfully progressed.`)
      set('Progressing', 'True', 'NewReplicaSetAvailable', `${subject} has successfully progressed.`)
    return
  }
  const increased = (field: 'updatedReplicas' | 'readyReplicas' | 'availableReplicas') =>
    (status[field] ?? 0) > (before[field] ?? 0)
  const oldNow = (status.replicas ?? 0) - (status.updatedReplicas ?? 0)
  const oldBefore = (before.replicas ?? 0) - (before.updatedReplicas ?? 0)
  if (
    increased('updatedReplicas') ||
    increased('readyReplicas') ||
    increased('availableReplicas') ||
    oldNow < oldBefore
  ) {
    // Each step forward starts the deadline anew, so the time moves also when the words stay.
    conditions.set('Progressing', {
      ...condition(clock, known, {
        type: 'Progressing',
        status: 'True',
        reason: 'ReplicaSetUpdated',
        message: `${subject} is progressing.`,
      }),
      lastUpdateTime: rfc3339(clock.now()),
    })
    return
  }
  if (!known) {
    if (newSet) set('Progressing', 'True', 'NewReplicaSetCreated', `Created new replica set "${newSet.metadata.name}"`)
    return
  }
  if (known.reason === 'NewReplicaSetAvailable' && newSet && !known.message?.includes(newSet.metadata.name!))
    return set('Progressing', 'True', 'NewReplicaSetCreated', `Created new replica set "${newSet.metadata.name}"`)
  if (deadlineIn(clock, deployment, known) <= 0 && known.reason !== 'NewReplicaSetAvailable')
    set('Progressing', 'False', 'ProgressDeadlineExceeded', `${subject} has timed out progressing.`)
}

/** Milliseconds after which the deadline has to be looked at again, if one is running. */
export function progressCheckIn(clock: Clock, deployment: Deployment): number | undefined {
  const known = deployment.status?.conditions?.find(c => c.type === 'Progressing')
  if (!hasDeadline(deployment) || !known || known.reason === 'NewReplicaSetAvailable' || known.status === 'False')
    return undefined
  return Math.max(0, deadlineIn(clock, deployment, known)) + 1000
}

function hasDeadline(deployment: Deployment): boolean {
  const seconds = deployment.spec!.progressDeadlineSeconds
  return seconds !== undefined && seconds !== 2 ** 31 - 1
}

function deadlineIn(clock: Clock, deployment: Deployment, known: Condition): number {
  return Date.parse(known.lastUpdateTime ?? '') + (deployment.spec!.progressDeadlineSeconds ?? 600) * 1000 - clock.now()
}

function isComplete(deployment: Deployment, status: Status): boolean {
  const wanted = deployment.spec!.replicas ?? 1
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted
  )
}

function condition(
  clock: Clock,
  known: Condition | undefined,
  next: Pick<Condition, 'type' | 'status' | 'reason' | 'message'>,
): Condition {
  if (known && known.status === next.status && known.reason === next.reason && known.message === next.message)
    return known
  const now = rfc3339(clock.now())
  return {
    ...next,
    lastUpdateTime: now,
    lastTransitionTime: known?.status === next.status ? known.lastTransitionTime : now,
  } as Condition
}
