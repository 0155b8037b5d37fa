import { defineKind } from '../define.ts'

/** Asks for the deletion of a pod within the limits of its disruption budgets; body of pods/eviction. */
export const strategy = defineKind({
  group: 'policy',
  kind: 'Eviction',
  resource: 'evictions',
  namespaced: true,
  verbs: ['create'],
})
