import { defineKind } from '../define.ts'
import { validateAttributes } from './rules.ts'

export const strategy = defineKind({
  group: 'authorization.k8s.io',
  kind: 'SelfSubjectAccessReview',
  resource: 'selfsubjectaccessreviews',
  namespaced: false,
  verbs: ['create'],
  validate: validateAttributes,
})
