import type { KubeObject } from '../../object.ts'
import type { FieldError } from '../../strategy.ts'
import { deepEqual } from '../../equality.ts'
import { labelSelectorMatches } from '../../selector.ts'
import { invalid, required, sortedMap } from '../../validation/field.ts'
import { validateLabelSelector } from '../../validation/metadata.ts'
import { isDNS1123Label, isPercent, nonNegative } from '../../validation/names.ts'
import { validatePodTemplateSpec, validateRunsForEver } from '../core/pod/template.ts'
import { templateWarnings } from '../core/pod/warnings.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

/** Whether a selector chooses everything. */
export const isEmptySelector = (selector: any): boolean =>
  !Object.keys(selector?.matchLabels ?? {}).length && !selector?.matchExpressions?.length

/** The selector of a workload: there, well formed, and choosing something. `what` is the kind in the text. */
export function validateSelector(spec: any, what: string): FieldError[] {
  if (!spec.selector) return [required('spec.selector')]
  const errors = validateLabelSelector(spec.selector, 'spec.selector')
  if (isEmptySelector(spec.selector))
    errors.push(invalid('spec.selector', spec.selector, `empty selector is invalid for ${what}`))
  return errors
}

/**
 * Whether a selector makes sense as such; else complains that it does not, with the text that the kind has for it. The
 * rules for the template are for those that do.
 */
export function validateUsable(spec: any, text = 'invalid label selector'): FieldError[] {
  return spec.selector && validateLabelSelector(spec.selector, '').length
    ? [invalid('spec.selector', spec.selector, text)]
    : []
}

/** The template of a workload has to make pods that its selector chooses and that run for ever. */
export function validateTemplate(spec: any, what: string): FieldError[] {
  if (!spec.template) return [required('spec.template')]
  return [
    ...validateTemplateLabels(spec),
    ...validatePodTemplateSpec(spec.template, 'spec.template'),
    ...validateRunsForEver(spec.template, 'spec.template', what),
  ]
}

/** The labels of the template are among those that the selector chooses; `always` for kinds that have no empty selector. */
export function validateTemplateLabels(spec: any, always = false): FieldError[] {
  const labels = spec.template?.metadata?.labels
  if (!always && spec.selector && isEmptySelector(spec.selector)) return []
  return labelSelectorMatches(spec.selector, labels ?? {})
    ? []
    : [invalid('spec.template.metadata.labels', sortedMap(labels), '`selector` does not match template `labels`')]
}

/** The selector of a workload never changes. */
export function validateSelectorUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  return deepEqual(object.spec?.selector, old.spec?.selector)
    ? []
    : [invalid('spec.selector', object.spec?.selector ?? null, 'field is immutable')]
}

/** The number in "25%" or 3; text that is neither counts as nothing. */
export function intOrPercentValue(value: unknown): number {
  if (typeof value === 'string') return isPercent(value).length ? 0 : Number(value.slice(0, -1))
  return Number(value ?? 0)
}

/**
 * The counts of a status: none negative, and (`parts`) none that counts some of the replicas more than those.
 * `available` is complained about once more where it exceeds those that are ready.
 */
export function validateCounts(
  status: any,
  counts: string[],
  parts: string[],
  readyText = 'cannot be greater than readyReplicas',
): FieldError[] {
  const value = (key: string): number => status?.[key] ?? 0
  const errors = counts.flatMap(key => nonNegative(status?.[key], `status.${key}`))
  for (const key of parts)
    if (value(key) > value('replicas'))
      errors.push(invalid(`status.${key}`, value(key), 'cannot be greater than status.replicas'))
  if (parts.includes('availableReplicas') && value('availableReplicas') > value('readyReplicas'))
    errors.push(invalid('status.availableReplicas', value('availableReplicas'), readyText))
  return errors
}

/** The number of collisions of names only grows. */
export function validateCollisions(object: KubeObject, old: KubeObject): FieldError[] {
  const [now, was] = [object.status?.collisionCount, old.status?.collisionCount]
  return was !== undefined && (now === undefined || now < was)
    ? [invalid('status.collisionCount', now ?? 0, 'cannot be decremented')]
    : []
}

/** Remarks on a new workload, or on one whose spec has changed: on its name, which its pods inherit, and its template. */
export function workloadWarnings(
  object: KubeObject,
  old: KubeObject | undefined,
  options: { named: boolean; template?: any; at?: string } = { named: true },
): string[] {
  if (old && old.metadata.generation === object.metadata.generation) return []
  const texts = options.named && !old ? isDNS1123Label(object.metadata.name ?? '') : []
  return [
    ...(texts.length
      ? [
          `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${texts.join(' ')}]`,
        ]
      : []),
    ...templateWarnings(options.template ?? object.spec?.template, options.at ?? 'spec.template'),
  ]
}
