import type { KubeObject } from '../../object.ts'
import { labelSelectorMatches } from '../../selector.ts'
import type { FieldError } from '../../strategy.ts'
import { invalid, notSupported, required, sortedMap } from '../../validation/field.ts'
import { validateLabelSelector } from '../../validation/metadata.ts'
import { nonNegative } from '../../validation/names.ts'
import { validatePodTemplateSpec } from '../core/pod/template.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const UID_LABEL = 'batch.kubernetes.io/controller-uid'

/** The selector of a job is generated, or chosen by hand and then complete. */
export function validateJobSelector(object: KubeObject): FieldError[] {
  const spec = object.spec ?? {}
  const errors: FieldError[] = []
  if (spec.manualSelector) {
    if (!spec.selector) errors.push(required('spec.selector'))
    else errors.push(...validateLabelSelector(spec.selector, 'spec.selector'))
  } else {
    const labels = spec.selector?.matchLabels ?? {}
    const uid = object.metadata.uid
    const generated =
      Object.keys(labels).length === 1 &&
      (labels[UID_LABEL] === uid || labels['controller-uid'] === uid) &&
      !spec.selector?.matchExpressions
    if (!generated) errors.push(invalid('spec.selector', spec.selector ?? null, '`selector` not auto-generated'))
  }
  const templateLabels = spec.template?.metadata?.labels
  if (!labelSelectorMatches(spec.selector, templateLabels))
    errors.push(
      invalid(
        'spec.template.metadata.labels',
        sortedMap(templateLabels),
        '`selector` does not match template `labels`',
      ),
    )
  return errors
}

/** The rest of a job's spec, also in the template of a cron job. */
export function validateJobSpec(spec: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  for (const key of [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ])
    errors.push(...nonNegative(spec[key], `${at}.${key}`))
  if (spec.completionMode !== undefined) {
    if (!['NonIndexed', 'Indexed'].includes(spec.completionMode))
      errors.push(notSupported(`${at}.completionMode`, spec.completionMode, ['NonIndexed', 'Indexed']))
    if (spec.completionMode === 'Indexed' && spec.completions === undefined)
      errors.push(required(`${at}.completions`, 'when completion mode is Indexed'))
  }
  if (spec.backoffLimitPerIndex !== undefined && spec.completionMode !== 'Indexed')
    errors.push(invalid(`${at}.backoffLimitPerIndex`, spec.backoffLimitPerIndex, 'requires indexed completion mode'))
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    errors.push(required(`${at}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'))
  if (spec.podReplacementPolicy !== undefined) {
    if (spec.podFailurePolicy && spec.podReplacementPolicy !== 'Failed')
      errors.push(notSupported(`${at}.podReplacementPolicy`, spec.podReplacementPolicy, ['Failed']))
    else if (!['Failed', 'TerminatingOrFailed'].includes(spec.podReplacementPolicy))
      errors.push(
        notSupported(`${at}.podReplacementPolicy`, spec.podReplacementPolicy, ['Failed', 'TerminatingOrFailed']),
      )
  }
  if (spec.podFailurePolicy) errors.push(...validateFailurePolicy(spec, `${at}.podFailurePolicy`))
  if (spec.successPolicy) {
    if (spec.completionMode !== 'Indexed')
      errors.push(invalid(`${at}.successPolicy`, spec.successPolicy, 'requires indexed completion mode'))
    else if (!spec.successPolicy.rules?.length)
      errors.push(
        required(
          `${at}.successPolicy.rules`,
          'at least one rules must be specified when the successPolicy is specified',
        ),
      )
  }
  errors.push(...validatePodTemplateSpec(spec.template, `${at}.template`, { onlyEnding: true }))
  if (spec.podFailurePolicy && spec.template?.spec?.restartPolicy !== 'Never')
    errors.push(
      invalid(
        `${at}.template.spec.restartPolicy`,
        spec.template?.spec?.restartPolicy ?? '',
        'only "Never" is supported when podFailurePolicy is specified',
      ),
    )
  return errors
}

function validateFailurePolicy(spec: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const names = new Set(
    [...(spec.template?.spec?.containers ?? []), ...(spec.template?.spec?.initContainers ?? [])].map(
      (c: any) => c.name,
    ),
  )
  ;(spec.podFailurePolicy.rules ?? []).forEach((rule: any, i: number) => {
    const path = `${at}.rules[${i}]`
    const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore']
    if (!rule.action) errors.push(required(`${path}.action`, 'valid values: "Count", "FailIndex", "FailJob", "Ignore"'))
    else if (!actions.includes(rule.action)) errors.push(notSupported(`${path}.action`, rule.action, actions))
    else if (rule.action === 'FailIndex' && spec.backoffLimitPerIndex === undefined)
      errors.push(invalid(`${path}.action`, rule.action, 'requires the backoffLimitPerIndex to be set'))
    const codes = rule.onExitCodes
    if (codes) {
      if (!['In', 'NotIn'].includes(codes.operator))
        errors.push(notSupported(`${path}.onExitCodes.operator`, codes.operator ?? '', ['In', 'NotIn']))
      if (codes.containerName !== undefined && !names.has(codes.containerName))
        errors.push(
          invalid(
            `${path}.onExitCodes.containerName`,
            codes.containerName,
            'must be one of the container or initContainer names in the pod template',
          ),
        )
      if (!codes.values?.length)
        errors.push(invalid(`${path}.onExitCodes.values`, codes.values ?? [], 'at least one value is required'))
      ;(codes.values ?? []).forEach((value: number, j: number) => {
        if (codes.operator === 'In' && value === 0)
          errors.push(invalid(`${path}.onExitCodes.values[${j}]`, value, 'must not be 0 for the In operator'))
      })
    }
    if (codes && rule.onPodConditions?.length)
      errors.push({
        reason: 'FieldValueInvalid',
        field: path,
        message: 'Invalid value: specifying both OnExitCodes and OnPodConditions is not supported',
      })
    if (!codes && !rule.onPodConditions?.length)
      errors.push({
        reason: 'FieldValueInvalid',
        field: path,
        message: 'Invalid value: specifying one of OnExitCodes and OnPodConditions is required',
      })
  })
  return errors
}
