import type { FieldError } from '../../strategy.ts'
import { invalid, notSupported, required } from '../../validation/field.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'
import { enumerated } from './match-rules.ts'
import { MUTABLE_OPERATIONS, paramKindText, validatePolicy } from './policies.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

export const strategy = defineKind({
  group: 'admissionregistration.k8s.io',
  kind: 'MutatingAdmissionPolicy',
  resource: 'mutatingadmissionpolicies',
  namespaced: false,
  categories: ['api-extensions'],
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Mutations', 'integer', 'Number of mutations.', o => (o.spec?.mutations ?? []).length),
    column('ParamKind', 'string', 'Kind of its parameters.', paramKindText),
    ageColumn,
  ],
  validate(object) {
    const spec = object.spec ?? {}
    const errors: FieldError[] = validatePolicy(spec, MUTABLE_OPERATIONS)
    if (!spec.mutations?.length) errors.push(required('spec.mutations', 'mutations must contain at least one item'))
    ;(spec.mutations ?? []).forEach((mutation: any, i: number) =>
      errors.push(...validateMutation(mutation, `spec.mutations[${i}]`)),
    )
    if (!spec.reinvocationPolicy) errors.push(required('spec.reinvocationPolicy'))
    else errors.push(...enumerated(spec.reinvocationPolicy, 'spec.reinvocationPolicy', ['IfNeeded', 'Never']))
    return errors
  },
})

const MEMBERS: Record<string, string> = { ApplyConfiguration: 'applyConfiguration', JSONPatch: 'jsonPatch' }

/** A mutation has the member that its type names, and no other. */
function validateMutation(mutation: any, at: string): FieldError[] {
  const type: string = mutation.patchType ?? ''
  if (!type) return [required(`${at}.patchType`)]
  const expected = Object.hasOwn(MEMBERS, type) ? MEMBERS[type]! : undefined
  if (!expected) return [notSupported(`${at}.patchType`, type, Object.keys(MEMBERS))]
  const errors: FieldError[] = []
  if (!mutation[expected]) errors.push(required(`${at}.${expected}`, `must be specified when patchType is ${type}`))
  else if (!mutation[expected].expression?.trim()) errors.push(required(`${at}.${expected}.expression`))
  for (const member of Object.values(MEMBERS))
    if (member !== expected && mutation[member])
      errors.push(invalid(`${at}.${member}`, `{${member}}`, `must not be specified when patchType is ${type}`))
  return errors
}
