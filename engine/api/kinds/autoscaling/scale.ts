import { defineKind } from '../define.ts'
import { nonNegative } from '../../validation/names.ts'

/** Body of every scale subresource; never stored. */
export const strategy = defineKind({
  group: 'autoscaling',
  kind: 'Scale',
  resource: 'scales',
  namespaced: true,
  verbs: ['get', 'patch', 'update'],
  validate: object => nonNegative(object.spec?.replicas, 'spec.replicas'),
})
