import { defineKind, subresource } from '../define.ts'

export const strategy = defineKind({
  group: '',
  kind: 'ServiceAccount',
  resource: 'serviceaccounts',
  namespaced: true,
  shortNames: ['sa'],
  subresources: [subresource('token', 'TokenRequest', ['create'], { group: 'authentication.k8s.io', version: 'v1' })],
})
