import { required } from '../../validation/field.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'authentication.k8s.io',
  kind: 'TokenReview',
  resource: 'tokenreviews',
  namespaced: false,
  verbs: ['create'],
  validate: object => (object.spec?.token ? [] : [required('spec.token')]),
})
