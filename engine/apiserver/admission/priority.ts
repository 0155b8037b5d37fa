import { badRequest, forbidden } from '../../api/status.ts'
import type { Feed } from '../storage/feed.ts'
import type { ObjectStorage } from '../storage/objects.ts'
import type { AdmissionPlugin } from './plugin.ts'

const PREFIX = '/registry/priorityclasses/'

/** Turns a pod's priorityClassName into its priority and preemption policy. */
export function priority(deps: { feed: Feed; storage: ObjectStorage }): AdmissionPlugin {
  return {
    name: 'Priority',
    async mutate({ operation, resource, subresource, object, oldObject, name }) {
      if (resource.group || resource.resource !== 'pods' || subresource || !object?.spec) return
      const { spec } = object
      if (operation === 'UPDATE') {
        // A client that sends no priority keeps the one that the pod has.
        if (oldObject?.spec?.priority !== undefined) spec.priority ??= oldObject.spec.priority
        if (oldObject?.spec?.preemptionPolicy !== undefined) spec.preemptionPolicy ??= oldObject.spec.preemptionPolicy
        return
      }
      const cache = await deps.feed.cache(PREFIX)
      let value = 0
      let policy = 'PreemptLowerPriority'
      if (spec.priorityClassName) {
        const found =
          cache.get(PREFIX + spec.priorityClassName) ?? (await deps.storage.get(PREFIX + spec.priorityClassName))
        if (!found)
          throw forbidden({ ...resource, name }, `no PriorityClass with name ${spec.priorityClassName} was found`)
        value = found.object.value ?? 0
        policy = found.object.preemptionPolicy ?? policy
      } else {
        let best: { name: string; value: number; policy: string } | undefined
        for (const { object: candidate } of cache.values())
          if (candidate.globalDefault && (!best || candidate.value < best.value))
            best = {
              name: candidate.metadata.name!,
              value: candidate.value ?? 0,
              policy: candidate.preemptionPolicy ?? policy,
            }
        if (best) {
          spec.priorityClassName = best.name
          ;({ value, policy } = best)
        }
      }
      if (spec.priority !== undefined && spec.priority !== value)
        throw forbidden(
          { ...resource, name },
          `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
        )
      if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy)
        throw forbidden(
          { ...resource, name },
          `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
        )
      spec.priority = value
      spec.preemptionPolicy = policy
    },
    async validate({ operation, resource, object, oldObject }) {
      if (resource.group !== 'scheduling.k8s.io' || resource.resource !== 'priorityclasses' || !object?.globalDefault)
        return
      if (operation !== 'CREATE' && oldObject?.globalDefault) return
      for (const { object: other } of (await deps.feed.cache(PREFIX)).values())
        if (other.globalDefault && other.metadata.name !== object.metadata.name)
          throw badRequest(
            `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`,
          )
    },
  }
}
