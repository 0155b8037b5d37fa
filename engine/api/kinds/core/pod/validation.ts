import { deepClone, deepEqual, semanticEqual } from '../../../equality.ts'
import type { KubeObject } from '../../../object.ts'
import type { FieldError, StrategyContext } from '../../../strategy.ts'
import { forbidden, invalid } from '../../../validation/field.ts'
import { validatePodSpec } from './spec-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const IMMUTABLE_TEXT =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

/** What holds for a pod at all times. */
export function validatePod(object: KubeObject): FieldError[] {
  const errors = validatePodSpec(object.spec ?? {}, 'spec')
  if (object.spec?.nodeName && object.spec?.schedulingGates?.length)
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'))
  return errors
}

/** What a new pod may not have yet: ephemeral containers come through the subresource. */
export function validateNewPod(object: KubeObject): FieldError[] {
  return object.spec?.ephemeralContainers?.length
    ? [forbidden('spec.ephemeralContainers', 'cannot be set on create')]
    : []
}

/** What of a pod may change: images, a deadline that comes nearer, further tolerations, scheduling while it is gated. */
export function validatePodUpdate(object: KubeObject, old: KubeObject, context: StrategyContext): FieldError[] {
  if (context.subresource === 'binding') return []
  const errors: FieldError[] = []
  const now = deepClone(object.spec ?? {}) as any
  const was = old.spec ?? {}
  if (context.subresource === 'ephemeralcontainers') return validateEphemeralUpdate(now, was)
  if (context.subresource === 'resize') return validateResize(now, was)
  if ((now.containers ?? []).length !== (was.containers ?? []).length)
    return [forbidden('spec.containers', 'pod updates may not add or remove containers')]
  if ((now.initContainers ?? []).length !== (was.initContainers ?? []).length)
    return [forbidden('spec.initContainers', 'pod updates may not add or remove containers')]
  for (const list of ['containers', 'initContainers'])
    now[list]?.forEach((container: any, i: number) => (container.image = was[list][i]?.image))
  if (now.activeDeadlineSeconds !== was.activeDeadlineSeconds) {
    if (now.activeDeadlineSeconds === undefined)
      errors.push(invalid('spec.activeDeadlineSeconds', null, 'must not update from a positive integer to nil value'))
    else if (was.activeDeadlineSeconds !== undefined && was.activeDeadlineSeconds < now.activeDeadlineSeconds)
      errors.push(
        invalid(
          'spec.activeDeadlineSeconds',
          now.activeDeadlineSeconds,
          'must be less than or equal to previous value',
        ),
      )
    restore(now, was, 'activeDeadlineSeconds')
  }
  if (was.terminationGracePeriodSeconds < 0 && now.terminationGracePeriodSeconds === 1)
    restore(now, was, 'terminationGracePeriodSeconds')
  const gates = (spec: any): string[] => (spec.schedulingGates ?? []).map((g: any) => g.name)
  const added = gates(now).filter(g => !gates(was).includes(g))
  if (added.length)
    errors.push(
      forbidden('spec.schedulingGates', `only deletion is allowed, but found new scheduling gate '${added[0]}'`),
    )
  restore(now, was, 'schedulingGates')
  if (gates(was).length) {
    // While a pod is gated, its selector of nodes may still be narrowed.
    const kept = Object.entries(was.nodeSelector ?? {}).every(([k, v]) => now.nodeSelector?.[k] === v)
    if (kept) restore(now, was, 'nodeSelector')
    else
      errors.push(
        invalid(
          'spec.nodeSelector',
          now.nodeSelector ?? null,
          'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
        ),
      )
    if (!was.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution) restore(now, was, 'affinity')
  }
  const tolerations: any[] = now.tolerations ?? []
  const lost = (was.tolerations ?? []).find(
    (t: any) => !tolerations.some(n => semanticEqual({ ...n, tolerationSeconds: 0 }, { ...t, tolerationSeconds: 0 })),
  )
  if (lost)
    errors.push(forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds'))
  restore(now, was, 'tolerations')
  if (!semanticEqual(now, was)) errors.push(forbidden('spec', IMMUTABLE_TEXT))
  return errors
}

/** A pod's status may not change its quality of service or the node that was nominated behind its back. */
export function validatePodStatusUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = []
  if (old.status?.qosClass && object.status?.qosClass !== old.status.qosClass)
    errors.push(invalid('status.qosClass', object.status?.qosClass ?? '', 'field is immutable'))
  for (const [i, condition] of (object.status?.conditions ?? []).entries())
    if (!condition.type)
      errors.push({ reason: 'FieldValueRequired', field: `status.conditions[${i}].type`, message: 'Required value' })
  return errors
}

function validateEphemeralUpdate(now: any, was: any): FieldError[] {
  const errors: FieldError[] = []
  const list: any[] = now.ephemeralContainers ?? []
  for (const container of (was.ephemeralContainers ?? []) as any[]) {
    const same = list.find(c => c.name === container.name)
    if (!same)
      errors.push(
        forbidden(
          'spec.ephemeralContainers',
          `existing ephemeral containers ${JSON.stringify(container.name)} may not be removed\n`,
        ),
      )
    else if (!deepEqual(same, container))
      errors.push(
        forbidden(
          'spec.ephemeralContainers',
          `existing ephemeral containers ${JSON.stringify(container.name)} may not be changed\n`,
        ),
      )
  }
  return errors
}

/** Only CPU and memory of existing containers can be resized. */
function validateResize(now: any, was: any): FieldError[] {
  for (const list of ['containers', 'initContainers'])
    now[list]?.forEach((container: any, i: number) => was[list]?.[i] && (container.resources = was[list][i].resources))
  return semanticEqual(now, was) ? [] : [forbidden('spec', 'only cpu and memory resources are mutable')]
}

function restore(now: any, was: any, key: string): void {
  if (was[key] === undefined) delete now[key]
  else now[key] = was[key]
}
