import type { KubeObject } from '../../object.ts'
import type { Column, FieldError } from '../../strategy.ts'
import { notSupported, required } from '../../validation/field.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { validateRule } from './webhooks.ts'

export const paramKindText = (o: KubeObject): string => {
  const p = o.spec?.paramKind
  return p ? `${p.apiVersion}/${p.kind}` : '<unset>'
}

export const policyBindingColumns: Column[] = [
  nameColumn,
  column('PolicyName', 'string', 'Policy that is bound.', o => o.spec?.policyName ?? ''),
  column('ParamRef', 'string', 'Parameters of the policy.', o => {
    const p = o.spec?.paramRef
    if (!p) return '<unset>'
    return p.name ? (p.namespace ? `${p.namespace}/${p.name}` : `*/${p.name}`) : '*/*'
  }),
  ageColumn,
]

/** What a policy must match. */
export function validateMatchConstraints(object: KubeObject): FieldError[] {
  const match = object.spec?.matchConstraints
  if (!match) return [required('spec.matchConstraints')]
  if (!match.resourceRules?.length) return [required('spec.matchConstraints.resourceRules')]
  return (match.resourceRules as unknown[]).flatMap((rule, i) =>
    validateRule(rule, `spec.matchConstraints.resourceRules[${i}]`),
  )
}

export function validatePolicyBinding(object: KubeObject, withActions: boolean): FieldError[] {
  const errors: FieldError[] = []
  if (!object.spec?.policyName) errors.push(required('spec.policyName'))
  const ref = object.spec?.paramRef
  if (ref) {
    if (!ref.name && !ref.selector) errors.push(required('spec.paramRef', 'one of name or selector must be specified'))
    if (!ref.parameterNotFoundAction) errors.push(required('spec.paramRef.parameterNotFoundAction'))
    else if (!['Allow', 'Deny'].includes(ref.parameterNotFoundAction))
      errors.push(notSupported('spec.paramRef.parameterNotFoundAction', ref.parameterNotFoundAction, ['Deny', 'Allow']))
  }
  if (withActions) {
    const actions: string[] = object.spec?.validationActions ?? []
    if (!actions.length) errors.push(required('spec.validationActions'))
    actions.forEach((action, i) => {
      if (!['Audit', 'Deny', 'Warn'].includes(action))
        errors.push(notSupported(`spec.validationActions[${i}]`, action, ['Audit', 'Deny', 'Warn']))
    })
    if (actions.includes('Deny') && actions.includes('Warn'))
      errors.push({
        reason: 'FieldValueInvalid',
        field: 'spec.validationActions',
        message: `Invalid value: ${JSON.stringify(actions)}: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)`,
      })
  }
  return errors
}
