import { invalid } from '../../validation/field.ts'
import { defineKind } from '../define.ts'
import { validateAttributes, validateSubject } from './rules.ts'

export const strategy = defineKind({
  group: 'authorization.k8s.io',
  kind: 'LocalSubjectAccessReview',
  resource: 'localsubjectaccessreviews',
  namespaced: true,
  verbs: ['create'],
  validate(object) {
    const errors = [...validateAttributes(object), ...validateSubject(object)]
    const asked = object.spec?.resourceAttributes?.namespace ?? ''
    if (object.spec?.resourceAttributes && asked !== (object.metadata.namespace ?? ''))
      errors.push(invalid('spec.resourceAttributes.namespace', asked, 'must match metadata.namespace'))
    if (object.spec?.nonResourceAttributes)
      errors.push(
        invalid('spec.nonResourceAttributes', object.spec.nonResourceAttributes, 'disallowed on this kind of request'),
      )
    return errors
  },
})
