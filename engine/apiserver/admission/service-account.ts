import { forbidden } from '../../api/status.ts'
import { safeSuffix } from '../../base/random.ts'
import type { Random } from '../../base/random.ts'
import type { Feed } from '../storage/feed.ts'
import type { ObjectStorage } from '../storage/objects.ts'
import type { AdmissionPlugin } from './plugin.ts'

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
const MIRROR = 'kubernetes.io/config.mirror'
const TOKEN_SECONDS = 3607

/** Gives each pod a service account, and a volume with its token, the cluster's CA and the namespace. */
export function serviceAccount(deps: { feed: Feed; storage: ObjectStorage; random: Random }): AdmissionPlugin {
  return {
    name: 'ServiceAccount',
    async mutate({ operation, resource, subresource, object, namespace, name }) {
      if (operation !== 'CREATE' || resource.group || resource.resource !== 'pods' || subresource || !object?.spec)
        return
      if (object.metadata.annotations?.[MIRROR] !== undefined) return
      const { spec } = object
      spec.serviceAccountName ||= spec.serviceAccount || 'default'
      spec.serviceAccount = spec.serviceAccountName
      const account = spec.serviceAccountName as string
      const key = `/registry/serviceaccounts/${namespace}/${account}`
      const found = (await deps.feed.cache('/registry/serviceaccounts/')).get(key) ?? (await deps.storage.get(key))
      if (!found)
        throw forbidden(
          { ...resource, name },
          `error looking up service account ${namespace}/${account}: serviceaccount ${JSON.stringify(account)} not found`,
        )
      if (!spec.imagePullSecrets?.length && found.object.imagePullSecrets?.length)
        spec.imagePullSecrets = structuredClone(found.object.imagePullSecrets)
      const mount = spec.automountServiceAccountToken ?? found.object.automountServiceAccountToken ?? true
      if (mount) mountToken(spec, deps.random)
    },
  }
}

interface Container {
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[]
}

function mountToken(
  spec: Record<string, never> & {
    containers?: Container[]
    initContainers?: Container[]
    volumes?: { name: string }[]
  },
  random: Random,
) {
  const name = `kube-api-access-${safeSuffix(random)}`
  let used = false
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    const mounts = container.volumeMounts ?? []
    if (mounts.some(mount => mount.mountPath === MOUNT_PATH)) continue
    container.volumeMounts = [...mounts, { name, readOnly: true, mountPath: MOUNT_PATH }]
    used = true
  }
  if (!used) return
  const volume = {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
      defaultMode: 420,
    },
  }
  spec.volumes = [...(spec.volumes ?? []), volume] as never
}
