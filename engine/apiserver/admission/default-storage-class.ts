import type { Feed } from '../storage/feed.ts'
import type { AdmissionPlugin } from './plugin.ts'

const DEFAULT = 'storageclass.kubernetes.io/is-default-class'

/** A claim that names no class gets the default one: the newest, and by name among equals. */
export function defaultStorageClass(deps: { feed: Feed }): AdmissionPlugin {
  return {
    name: 'DefaultStorageClass',
    async mutate({ operation, resource, subresource, object }) {
      if (
        operation !== 'CREATE' ||
        resource.group ||
        resource.resource !== 'persistentvolumeclaims' ||
        subresource ||
        !object?.spec
      )
        return
      if (object.spec.storageClassName !== undefined) return
      if (object.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] !== undefined) return
      const classes = [...(await deps.feed.cache('/registry/storageclasses/')).values()]
        .map(stored => stored.object.metadata)
        .filter(metadata => metadata.annotations?.[DEFAULT] === 'true')
        .sort(
          (a, b) =>
            (b.creationTimestamp ?? '').localeCompare(a.creationTimestamp ?? '') || a.name!.localeCompare(b.name!),
        )
      if (classes[0]) object.spec.storageClassName = classes[0].name
    },
  }
}
