import type { KubeObject } from '../../object.ts'
import { defineKind, subresource } from '../define.ts'

const MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets'

export const strategy = defineKind({
  group: '',
  kind: 'ServiceAccount',
  resource: 'serviceaccounts',
  namespaced: true,
  shortNames: ['sa'],
  subresources: [subresource('token', 'TokenRequest', ['create'], { group: 'authentication.k8s.io', version: 'v1' })],
  prepareForCreate: keepNamesOfSecrets,
  prepareForUpdate: keepNamesOfSecrets,
  warnings: (object, old) =>
    object.metadata.annotations?.[MOUNTABLE] !== undefined && old?.metadata.annotations?.[MOUNTABLE] === undefined
      ? [
          `metadata.annotations[${MOUNTABLE}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
        ]
      : [],
})

/** Secrets of an account are in its namespace: all that is kept of a reference is the name. */
function keepNamesOfSecrets(object: KubeObject): void {
  if (object.secrets)
    object.secrets = (object.secrets as { name?: string }[]).map(({ name }) => (name === undefined ? {} : { name }))
}
