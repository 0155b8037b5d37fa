import type { FieldError } from '../../../strategy.ts'
import { notSupported, required } from '../../../validation/field.ts'
import { validateAnnotations, validateLabels } from '../../../validation/metadata.ts'
import { validatePodSpec } from './spec-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

/** Rules for a template of pods. `onlyAlways`: the pods are restarted for ever; `onlyEnding`: they come to an end (jobs). */
export function validatePodTemplateSpec(
  template: any,
  at: string,
  options: { onlyAlways?: boolean; onlyEnding?: boolean } = {},
): FieldError[] {
  const errors: FieldError[] = [
    ...validateLabels(template?.metadata?.labels, `${at}.metadata.labels`),
    ...validateAnnotations(template?.metadata?.annotations, `${at}.metadata.annotations`),
  ]
  const spec = template?.spec ?? {}
  errors.push(...validatePodSpec(spec, `${at}.spec`))
  if (spec.ephemeralContainers?.length)
    errors.push({
      reason: 'FieldValueForbidden',
      field: `${at}.spec.ephemeralContainers`,
      message: 'Forbidden: ephemeral containers not allowed in pod template',
    })
  if (options.onlyAlways) {
    if (spec.restartPolicy !== 'Always')
      errors.push(notSupported(`${at}.spec.restartPolicy`, spec.restartPolicy ?? '', ['Always']))
    if (spec.activeDeadlineSeconds !== undefined)
      errors.push({
        reason: 'FieldValueForbidden',
        field: `${at}.spec.activeDeadlineSeconds`,
        message: 'Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported',
      })
  }
  if (options.onlyEnding && spec.restartPolicy !== 'OnFailure' && spec.restartPolicy !== 'Never')
    errors.push(
      spec.restartPolicy && spec.restartPolicy !== 'Always'
        ? notSupported(`${at}.spec.restartPolicy`, spec.restartPolicy, ['OnFailure', 'Never'])
        : required(`${at}.spec.restartPolicy`, 'valid values: "OnFailure", "Never"'),
    )
  return errors
}
