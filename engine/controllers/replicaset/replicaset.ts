import type { Pod, ReplicaSet } from '../../api/types.ts'
import { messageOf } from '../../base/errors.ts'
import { keyOf } from '../../client/cache/indexer.ts'
import { isNamespaceTerminating, isNotFound } from '../../client/errors.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { Resource } from '../../client/resource-client.ts'
import { PODS, REPLICA_SETS } from '../../client/resources.ts'
import type { ControllerContext } from '../context.ts'
import { Expectations } from '../replicas/expectations.ts'
import { claim, controllerOf } from '../replicas/ownership.ts'
import {
  availableAt,
  byDeletionPreference,
  isActive,
  isAvailable,
  isReady,
  PodControl,
  podFromTemplate,
  slowStart,
} from '../replicas/pods.ts'
import { canonicalJSON } from '../../base/canonical.ts'

/** Most pods that are created or deleted for one set in one go. */
const BURST = 500

/** Keeps as many pods alive as each ReplicaSet asks for. */
export function setupReplicaSets(context: ControllerContext) {
  const { clock, log, queues, informers } = context
  const client = context.client(REPLICA_SETS as Resource<ReplicaSet>)
  const podClient = context.client(PODS as Resource<Pod>)
  const sets = informers.informer(REPLICA_SETS as Resource<ReplicaSet>)
  const pods = informers.informer(PODS as Resource<Pod>)
  const control = new PodControl(podClient, context.recorder('replicaset-controller'))
  const expectations = new Expectations(clock)
  const reconciler = new Reconciler({ name: 'replicaset', clock, log, queues, reconcile })

  reconciler.watch(sets)
  sets.addHandler({ onDelete: set => expectations.forget(keyOf(set)) })
  pods.addHandler({
    onAdd: pod => onPod(pod, key => expectations.creationObserved(key)),
    onUpdate: (old, pod) => {
      if (controllerOf(old)?.uid !== controllerOf(pod)?.uid) enqueueOwner(old)
      onPod(pod)
    },
    onDelete: pod => onPod(pod, key => expectations.deletionObserved(key, pod.metadata.uid!)),
  })
  return { run: (signal: AbortSignal) => reconciler.run(signal) }

  function onPod(pod: Pod, observed?: (key: string) => void): void {
    const key = enqueueOwner(pod)
    if (key) {
      observed?.(key)
      if (pod.metadata.deletionTimestamp) expectations.deletionObserved(key, pod.metadata.uid!)
    } else if (!controllerOf(pod)) {
      // An orphan: whoever selects it may want it.
      for (const set of sets.lister.list(pod.metadata.namespace)) reconciler.enqueue(keyOf(set), pod)
    }
  }

  function enqueueOwner(pod: Pod): string | undefined {
    const owner = controllerOf(pod)
    if (owner?.kind !== 'ReplicaSet') return undefined
    const key = `${pod.metadata.namespace}/${owner.name}`
    reconciler.enqueue(key, pod)
    return key
  }

  async function reconcile(key: string): Promise<number | void> {
    const set = sets.lister.byKey(key)
    if (!set) return expectations.forget(key)
    const trusted = expectations.satisfied(key)
    const all = pods.lister.list(set.metadata.namespace)
    const mine = await claim(set, set.spec!.selector, all, podClient)
    const active = mine.filter(isActive)
    let failure: unknown
    if (trusted && !set.metadata.deletionTimestamp) failure = await adjust(key, set, active)
    await updateStatus(set, mine, active, failure)
    if (failure && !isNamespaceTerminating(failure)) throw failure
    return nextAvailability(set, active)
  }

  async function adjust(key: string, set: ReplicaSet, active: Pod[]): Promise<unknown> {
    const difference = active.length - (set.spec!.replicas ?? 1)
    if (difference < 0) {
      const count = Math.min(-difference, BURST)
      expectations.expectCreations(key, count)
      const { done, error } = await slowStart(count, async () => {
        await control.create(podFromTemplate(set.spec!.template!, set), set)
      })
      for (let i = done; i < count; i++) expectations.creationObserved(key)
      return error
    }
    if (difference > 0) {
      const victims = [...active].sort(byDeletionPreference(relatedPods(set))).slice(0, Math.min(difference, BURST))
      expectations.expectDeletions(
        key,
        victims.map(v => v.metadata.uid!),
      )
      const results = await Promise.allSettled(victims.map(victim => control.delete(victim, set)))
      results.forEach(
        (result, i) => result.status === 'rejected' && expectations.deletionObserved(key, victims[i].metadata.uid!),
      )
      return results.find(r => r.status === 'rejected')?.reason
    }
    return undefined
  }

  /** Pods of all sets of the same controller: they count when crowding on a node is judged. */
  function relatedPods(set: ReplicaSet): Pod[] {
    const owner = controllerOf(set)
    const siblings = new Set(
      sets.lister
        .list(set.metadata.namespace)
        .filter(s => s.metadata.uid === set.metadata.uid || (owner && controllerOf(s)?.uid === owner.uid))
        .map(s => s.metadata.uid),
    )
    return pods.lister.list(set.metadata.namespace).filter(p => siblings.has(controllerOf(p)?.uid))
  }

  async function updateStatus(set: ReplicaSet, mine: Pod[], active: Pod[], failure: unknown): Promise<void> {
    const templateLabels = Object.entries(set.spec!.template?.metadata?.labels ?? {})
    const now = clock.now()
    const count = (test: (pod: Pod) => boolean) => active.filter(test).length || undefined
    const status: ReplicaSet['status'] = {
      replicas: active.length,
      fullyLabeledReplicas: count(p => templateLabels.every(([k, v]) => p.metadata.labels?.[k] === v)),
      readyReplicas: count(isReady),
      availableReplicas: count(p => isAvailable(p, set.spec!.minReadySeconds ?? 0, now)),
      terminatingReplicas: mine.filter(
        p => p.metadata.deletionTimestamp && p.status?.phase !== 'Succeeded' && p.status?.phase !== 'Failed',
      ).length,
      observedGeneration: set.metadata.generation,
      conditions: conditions(set, failure),
    }
    if (canonicalJSON(status) === canonicalJSON(set.status)) return
    try {
      await client.updateStatus({ ...set, status })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  function conditions(set: ReplicaSet, failure: unknown) {
    const others = (set.status?.conditions ?? []).filter(c => c.type !== 'ReplicaFailure')
    if (!failure) return others.length ? others : undefined
    const known = set.status?.conditions?.find(c => c.type === 'ReplicaFailure')
    const message = messageOf(failure)
    const condition = {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message,
      lastTransitionTime: known?.status === 'True' ? known.lastTransitionTime : rfc3339(clock.now()),
    }
    return [...others, condition]
  }

  /** Milliseconds until the next ready pod becomes available. */
  function nextAvailability(set: ReplicaSet, active: Pod[]): number | undefined {
    const minReady = set.spec!.minReadySeconds ?? 0
    if (minReady === 0) return undefined
    const waits = active.filter(isReady).map(p => availableAt(p, minReady) - clock.now())
    const next = Math.min(...waits.filter(ms => ms > 0))
    return Number.isFinite(next) ? next : undefined
  }
}
