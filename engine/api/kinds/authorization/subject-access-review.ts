import { defineKind } from '../define.ts'
import { validateAttributes, validateSubject } from './rules.ts'

export const strategy = defineKind({
  group: 'authorization.k8s.io',
  kind: 'SubjectAccessReview',
  resource: 'subjectaccessreviews',
  namespaced: false,
  verbs: ['create'],
  validate: object => [...validateAttributes(object), ...validateSubject(object)],
})
