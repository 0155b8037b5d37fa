import { deepEqual } from '../../equality.ts'
import { invalid } from '../../validation/field.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'resource.k8s.io',
  kind: 'ResourceClaimTemplate',
  resource: 'resourceclaimtemplates',
  namespaced: true,
  validateUpdate: (object, old) =>
    deepEqual(object.spec, old.spec) ? [] : [invalid('spec', object.spec, 'field is immutable')],
})
