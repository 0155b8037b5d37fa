import { defineKind } from '../define.ts'
import { MUTABLE_OPERATIONS, policyBindingColumns, validateOperations } from './policies.ts'
import { validatePolicyBinding } from './policy-bindings.ts'

export const strategy = defineKind({
  group: 'admissionregistration.k8s.io',
  kind: 'MutatingAdmissionPolicyBinding',
  resource: 'mutatingadmissionpolicybindings',
  namespaced: false,
  categories: ['api-extensions'],
  hasGeneration: true,
  columns: policyBindingColumns,
  validate: ({ spec }) => [
    ...validatePolicyBinding(spec ?? {}),
    ...validateOperations(spec?.matchResources ?? {}, MUTABLE_OPERATIONS, 'spec.matchResources'),
  ],
})
