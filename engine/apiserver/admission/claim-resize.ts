import type { KubeObject } from '../../api/object.ts'
import { forbidden } from '../../api/status.ts'
import { parseQuantity } from '../../base/quantity.ts'
import type { Feed } from '../storage/feed.ts'
import type { AdmissionPlugin } from './plugin.ts'

const PREFIX = '/registry/storageclasses/'
const OLD_ANNOTATION = 'volume.beta.kubernetes.io/storage-class'

/** A claim may only grow when it is bound and its storage class allows it. */
export function claimResize(deps: { feed: Feed }): AdmissionPlugin {
  return {
    name: 'PersistentVolumeClaimResize',
    async validate({ operation, resource, subresource, name, object, oldObject }) {
      if (operation !== 'UPDATE' || resource.group || resource.resource !== 'persistentvolumeclaims' || subresource)
        return
      if (!object || !oldObject || sizeOf(object).cmp(sizeOf(oldObject)) <= 0) return
      if (oldObject.status?.phase !== 'Bound')
        throw forbidden({ ...resource, name }, 'Only bound persistent volume claims can be expanded')
      const wanted = classOf(object)
      const found = wanted ? (await deps.feed.cache(PREFIX)).get(PREFIX + wanted)?.object : undefined
      if (wanted !== classOf(oldObject) || !found?.allowVolumeExpansion)
        throw forbidden(
          { ...resource, name },
          'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
        )
    },
  }
}

function sizeOf(claim: KubeObject) {
  return parseQuantity(claim.spec?.resources?.requests?.storage ?? '0')
}

function classOf(claim: KubeObject): string {
  return claim.metadata.annotations?.[OLD_ANNOTATION] ?? claim.spec?.storageClassName ?? ''
}
