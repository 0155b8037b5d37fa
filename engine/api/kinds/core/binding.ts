import { defineKind } from '../define.ts'

/** Binds a pod to a node; posted by the scheduler, never stored. */
export const strategy = defineKind({
  group: '',
  kind: 'Binding',
  resource: 'bindings',
  namespaced: true,
  verbs: ['create'],
})
