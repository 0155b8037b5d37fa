import type { FieldError } from '../../strategy.ts'
import { duplicate, invalid, invalids, required } from '../../validation/field.ts'
import { isQualifiedName } from '../../validation/names.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'
import { enumerated } from './match-rules.ts'
import { paramKindText, validatePolicy } from './policies.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const MAX_ANNOTATIONS = 20
/** Shorter than a note may become: expressions join texts. */
const MAX_EXPRESSION_BYTES = 5 * 1024
const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge']

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
    const spec = object.spec ?? {}
    const errors: FieldError[] = validatePolicy(spec)
    if (!spec.validations?.length && !spec.auditAnnotations?.length) {
      const text = 'validations or auditAnnotations must contain at least one item'
      return [...errors, required('spec.validations', text), required('spec.auditAnnotations', text)]
    }
    ;(spec.validations ?? []).forEach((validation: any, i: number) =>
      errors.push(...validateValidation(validation, `spec.validations[${i}]`)),
    )
    return [...errors, ...validateAuditAnnotations(spec.auditAnnotations, object.metadata.name ?? '')]
  },
  validateUpdate(object, _old, context) {
    if (context.subresource !== 'status') return []
    return (object.status?.typeChecking?.expressionWarnings ?? []).flatMap((warning: any, i: number) => {
      const at = `status.typeChecking.expressionWarnings[${i}]`
      return ['warning', 'fieldRef'].flatMap(key => (warning[key]?.trim() ? [] : [required(`${at}.${key}`)]))
    })
  },
})

function validateValidation(validation: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const { expression = '', message = '', messageExpression = '', reason } = validation
  if (!expression.trim()) errors.push(required(`${at}.expression`, 'expression is not specified'))
  if (messageExpression && !messageExpression.trim())
    errors.push(invalid(`${at}.messageExpression`, messageExpression, 'must be non-empty if specified'))
  if (message && !message.trim())
    errors.push(invalid(`${at}.message`, message, 'message must be non-empty if specified'))
  else if (/[\n\r]/.test(message.trim()))
    errors.push(invalid(`${at}.message`, message, 'message must not contain line breaks'))
  return [...errors, ...enumerated(reason, `${at}.reason`, REASONS)]
}

/** Keys of notes follow the name of the policy in the audit log. */
function validateAuditAnnotations(annotations: any[] | undefined, policy: string): FieldError[] {
  const at = 'spec.auditAnnotations'
  const errors: FieldError[] = []
  const keys = new Set<string>()
  if (annotations && annotations.length > MAX_ANNOTATIONS)
    errors.push(invalid(at, annotations, `must not have more than ${MAX_ANNOTATIONS} auditAnnotations`))
  annotations?.forEach((annotation, i) => {
    const key: string = annotation.key ?? ''
    if (policy) errors.push(...invalids(`${at}[${i}].key`, `${policy}/${key}`, isQualifiedName(`${policy}/${key}`)))
    else errors.push(invalid(`${at}[${i}].key`, key, 'requires metadata.name be non-empty'))
    const expression = (annotation.valueExpression ?? '').trim()
    if (!expression) errors.push(required(`${at}[${i}].valueExpression`, 'valueExpression is not specified'))
    else if (Buffer.byteLength(expression) > MAX_EXPRESSION_BYTES)
      errors.push(required(`${at}[${i}].valueExpression`, `must not exceed ${MAX_EXPRESSION_BYTES} bytes in length`))
    if (keys.has(key)) errors.push(duplicate(`${at}[${i}].key`, key))
    keys.add(key)
  })
  return errors
}
