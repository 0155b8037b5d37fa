import type { Pod, Service } from '../../api/types.ts'

interface State {
  service: string
  pods: Map<string, string>
}

/**
 * When what an endpoint change comes from has happened, for `endpoints.kubernetes.io/last-change-trigger-time`: with it people
 * measure how long the network takes to follow.
 */
export class TriggerTimes {
  readonly #states = new Map<string, State>()

  /** The earliest moment of what has changed since the last call for this Service; undefined if none of it has a time. */
  next(service: Service, pods: Pod[]): string | undefined {
    const { namespace, name } = service.metadata
    const creationTimestamp = service.metadata.creationTimestamp ?? ''
    const key = `${namespace}/${name}`
    const before = this.#states.get(key)
    const now: State = { service: creationTimestamp, pods: new Map() }
    const changed = creationTimestamp > (before?.service ?? '') ? [creationTimestamp] : []
    for (const pod of pods) {
      const time = pod.status?.conditions?.find(c => c.type === 'Ready')?.lastTransitionTime
      if (!time) continue
      now.pods.set(pod.metadata.name!, time)
      if (time > (before?.pods.get(pod.metadata.name!) ?? '')) changed.push(time)
    }
    this.#states.set(key, now)
    return before ? changed.sort()[0] : creationTimestamp || undefined
  }

  forget(key: string): void {
    this.#states.delete(key)
  }
}
