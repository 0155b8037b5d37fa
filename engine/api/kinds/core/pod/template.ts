import type { FieldError } from '../../../strategy.ts'
import { forbidden, notSupported } from '../../../validation/field.ts'
import { validateAnnotations, validateLabels } from '../../../validation/metadata.ts'
import { validatePodAnnotations, validateProfilesAgree } from './annotation-rules.ts'
import { validatePodSpec } from './spec-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

/** Rules for a template of pods. Complaints about its metadata leave that member out of the path: Kubernetes' do. */
export function validatePodTemplateSpec(template: any, at: string): FieldError[] {
  const { labels, annotations } = template?.metadata ?? {}
  const spec = template?.spec ?? {}
  const errors = [
    ...validateLabels(labels, `${at}.labels`),
    ...validateAnnotations(annotations, `${at}.annotations`),
    ...validatePodAnnotations(annotations, spec, `${at}.annotations`),
    ...validatePodSpec(spec, `${at}.spec`, { isPod: false }),
    ...validateProfilesAgree(annotations, spec, `${at}.spec`),
  ]
  if (spec.ephemeralContainers?.length)
    errors.push(forbidden(`${at}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'))
  return errors
}

/** Pods of a workload that is to run for ever are restarted for ever; `what` is the kind that the text names. */
export function validateRunsForEver(template: any, at: string, what: string): FieldError[] {
  const spec = template?.spec ?? {}
  const errors: FieldError[] = []
  if (spec.restartPolicy !== 'Always')
    errors.push(notSupported(`${at}.spec.restartPolicy`, spec.restartPolicy ?? '', ['Always']))
  if (spec.activeDeadlineSeconds !== undefined)
    errors.push(forbidden(`${at}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${what} is not Supported`))
  return errors
}
