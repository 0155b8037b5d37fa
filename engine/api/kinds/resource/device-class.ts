import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'resource.k8s.io',
  kind: 'DeviceClass',
  resource: 'deviceclasses',
  namespaced: false,
  hasGeneration: true,
})
