import { defineKind } from '../define.ts'
import { policyBindingColumns, validateActions } from './policies.ts'
import { validatePolicyBinding } from './policy-bindings.ts'

export const strategy = defineKind({
  group: 'admissionregistration.k8s.io',
  kind: 'ValidatingAdmissionPolicyBinding',
  resource: 'validatingadmissionpolicybindings',
  namespaced: false,
  categories: ['api-extensions'],
  hasGeneration: true,
  columns: policyBindingColumns,
  validate: ({ spec }) => [
    ...validatePolicyBinding(spec ?? {}),
    ...validateActions(spec?.validationActions ?? [], 'spec.validationActions'),
  ],
})
