import type { FieldError } from '../../strategy.ts'
import { required } from '../../validation/field.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'
import { paramKindText, validateMatchConstraints } from './policies.ts'

export const strategy = defineKind({
  group: 'admissionregistration.k8s.io',
  kind: 'ValidatingAdmissionPolicy',
  resource: 'validatingadmissionpolicies',
  namespaced: false,
  categories: ['api-extensions'],
  hasStatus: true,
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Validations', 'integer', 'Number of expressions.', o => (o.spec?.validations ?? []).length),
    column('ParamKind', 'string', 'Kind of its parameters.', paramKindText),
    ageColumn,
  ],
  validate(object) {
    const errors: FieldError[] = []
    const spec = object.spec ?? {}
    if (!spec.validations?.length && !spec.auditAnnotations?.length)
      errors.push(required('spec.validations', 'validations or auditAnnotations must contain at least one item'))
    errors.push(...validateMatchConstraints(object))
    ;((spec.validations ?? []) as { expression?: string }[]).forEach((v, i) => {
      if (!v.expression?.trim())
        errors.push(required(`spec.validations[${i}].expression`, 'expression is not specified'))
    })
    return errors
  },
})
