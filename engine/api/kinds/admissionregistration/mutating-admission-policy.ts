import type { FieldError } from '../../strategy.ts'
import { required } from '../../validation/field.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'
import { paramKindText, validateMatchConstraints } from './policies.ts'

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
    const errors: FieldError[] = [...validateMatchConstraints(object)]
    if (!object.spec?.mutations?.length)
      errors.push(required('spec.mutations', 'mutations must contain at least one item'))
    if (!object.spec?.reinvocationPolicy) errors.push(required('spec.reinvocationPolicy'))
    return errors
  },
})
