import type { FieldError } from '../../strategy.ts'
import { deepEqual } from '../../equality.ts'
import { labelSelectorMatches } from '../../selector.ts'
import { invalid, required, sortedMap } from '../../validation/field.ts'
import { validateLabelSelector } from '../../validation/metadata.ts'
import { validatePodTemplateSpec } from '../core/pod/template.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

/** Selector and template of a workload have to be there, to fit, and to make pods that are restarted. */
export function validateSelectorAndTemplate(spec: any, what: string): FieldError[] {
  const errors = validateSelector(spec, what)
  errors.push(...validateTemplate(spec))
  return errors
}

export function validateSelector(spec: any, what: string): FieldError[] {
  if (!spec.selector) return [required('spec.selector')]
  const errors = validateLabelSelector(spec.selector, 'spec.selector')
  if (!Object.keys(spec.selector.matchLabels ?? {}).length && !spec.selector.matchExpressions?.length)
    errors.push(invalid('spec.selector', {}, `empty selector is invalid for ${what}`))
  if (errors.some(e => e.field.startsWith('spec.selector.')))
    errors.push(invalid('spec.selector', spec.selector, 'invalid label selector'))
  return errors
}

export function validateTemplate(spec: any): FieldError[] {
  if (!spec.template) return [required('spec.template')]
  const errors: FieldError[] = []
  // A selector that makes no sense has been complained about as such.
  const broken = spec.selector && validateLabelSelector(spec.selector, '').length > 0
  const empty =
    spec.selector && !Object.keys(spec.selector.matchLabels ?? {}).length && !spec.selector.matchExpressions?.length
  const labels = spec.template.metadata?.labels ?? {}
  if (!empty && !broken && !labelSelectorMatches(spec.selector, labels))
    errors.push(
      invalid(
        'spec.template.metadata.labels',
        sortedMap(spec.template.metadata?.labels),
        '`selector` does not match template `labels`',
      ),
    )
  errors.push(...validatePodTemplateSpec(spec.template, 'spec.template', { onlyAlways: true }))
  return errors
}

/** The selector of a workload never changes. */
export function validateSelectorUpdate(object: any, old: any): FieldError[] {
  return deepEqual(object.spec?.selector, old.spec?.selector)
    ? []
    : [invalid('spec.selector', goSelector(object.spec?.selector), 'field is immutable')]
}

/** A selector as messages show it: the JSON of the Go type. */
export function goSelector(selector: any): unknown {
  return selector ?? null
}
