import type { Pod, PodTemplateSpec } from '../../api/types.ts'
import type { KubeObject } from '../../api/object.ts'
import { messageOf } from '../../base/errors.ts'
import { isNamespaceTerminating, isNotFound } from '../../client/errors.ts'
import type { EventRecorder } from '../../client/event-recorder.ts'
import type { ResourceClient } from '../../client/resource-client.ts'
import { controllerReference } from './ownership.ts'

export function isActive(pod: Pod): boolean {
  return pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed' && !pod.metadata.deletionTimestamp
}

export function readyCondition(pod: Pod) {
  return pod.status?.conditions?.find(c => c.type === 'Ready')
}

export function isReady(pod: Pod): boolean {
  return readyCondition(pod)?.status === 'True'
}

/** Ready for at least `minReadySeconds`. */
export function isAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  return isReady(pod) && availableAt(pod, minReadySeconds) <= nowMs
}

/** When a ready pod becomes available, in milliseconds since the epoch. */
export function availableAt(pod: Pod, minReadySeconds: number): number {
  return minReadySeconds === 0 ? 0 : Date.parse(readyCondition(pod)?.lastTransitionTime ?? '') + minReadySeconds * 1000
}

/** A pod as a template describes it, owned by `owner`. */
export function podFromTemplate(template: PodTemplateSpec, owner: KubeObject, name?: string): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {}
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(name ? { name } : { generateName: `${owner.metadata.name}-` }),
      namespace: owner.metadata.namespace,
      labels: { ...labels },
      annotations: { ...annotations },
      ...(finalizers ? { finalizers: [...finalizers] } : {}),
      ownerReferences: [controllerReference(owner)],
    },
    spec: structuredClone(template.spec),
  } as Pod
}

/** Creates and deletes pods for an owner, and tells about it in events. */
export class PodControl {
  readonly #pods: ResourceClient<Pod>
  readonly #events: EventRecorder

  constructor(pods: ResourceClient<Pod>, events: EventRecorder) {
    this.#pods = pods
    this.#events = events
  }

  async create(pod: Pod, owner: KubeObject): Promise<Pod> {
    try {
      const created = await this.#pods.create(pod)
      this.#events.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`)
      return created
    } catch (error) {
      if (!isNamespaceTerminating(error))
        this.#events.event(owner, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`)
      throw error
    }
  }

  /** A pod that is gone already counts as deleted. */
  async delete(pod: Pod, owner: KubeObject): Promise<void> {
    const { namespace, name, uid } = pod.metadata
    try {
      await this.#pods.delete(namespace, name!, { preconditions: { uid } })
      this.#events.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`)
    } catch (error) {
      if (isNotFound(error)) return
      this.#events.event(owner, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`)
      throw error
    }
  }
}

/**
 * Runs `action` for `count` items in batches that double, beginning with one: if creations fail at all, most fail alike,
 * and there is no use in asking a hundred times. Gives the number that succeeded and the first error.
 */
export async function slowStart(
  count: number,
  action: (index: number) => Promise<void>,
): Promise<{ done: number; error?: unknown }> {
  let done = 0
  for (let batch = 1; done < count; batch *= 2) {
    const size = Math.min(batch, count - done)
    const results = await Promise.allSettled(Array.from({ length: size }, (_, i) => action(done + i)))
    const failed = results.filter(r => r.status === 'rejected')
    done += size - failed.length
    if (failed.length) return { done, error: failed[0].reason }
  }
  return { done }
}

/**
 * Orders pods by which should go first when there are too many: not yet placed, not running, not ready, cheap to delete,
 * crowded on their node, ready for a shorter time, restarted more, younger (pkg/controller ActivePodsWithRanks).
 */
export function byDeletionPreference(related: Pod[]): (a: Pod, b: Pod) => number {
  const crowd = new Map<string, number>()
  for (const pod of related.filter(isActive))
    crowd.set(pod.spec?.nodeName ?? '', (crowd.get(pod.spec?.nodeName ?? '') ?? 0) + 1)
  const phase = { Pending: 0, Unknown: 1, Running: 2 } as Record<string, number>
  const keys: ((pod: Pod) => number)[] = [
    pod => (pod.spec?.nodeName ? 1 : 0),
    pod => phase[pod.status?.phase ?? 'Pending'] ?? 0,
    pod => (isReady(pod) ? 1 : 0),
    pod => Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost']) || 0,
    pod => -(crowd.get(pod.spec?.nodeName ?? '') ?? 0),
    pod => (isReady(pod) ? -Date.parse(readyCondition(pod)!.lastTransitionTime ?? '') : 0),
    pod => -Math.max(0, ...(pod.status?.containerStatuses ?? []).map(c => c.restartCount ?? 0)),
    pod => -Date.parse(pod.metadata.creationTimestamp ?? ''),
  ]
  return (a, b) => {
    for (const key of keys) {
      const difference = key(a) - key(b)
      if (difference) return difference
    }
    return 0
  }
}
