import { defineKind } from '../define.ts'
import { policyBindingColumns, validatePolicyBinding } from './policies.ts'

export const strategy = defineKind({
  group: 'admissionregistration.k8s.io',
  kind: 'ValidatingAdmissionPolicyBinding',
  resource: 'validatingadmissionpolicybindings',
  namespaced: false,
  categories: ['api-extensions'],
  hasGeneration: true,
  columns: policyBindingColumns,
  validate: object => validatePolicyBinding(object, true),
})
