import { namespaceTerminating, notFound } from '../../api/status.ts'
import type { Feed } from '../storage/feed.ts'
import type { ObjectStorage } from '../storage/objects.ts'
import type { AdmissionPlugin } from './plugin.ts'

const PREFIX = '/registry/namespaces/'

/** Nothing is created in a namespace that is not there or is going away. */
export function namespaceLifecycle(deps: { feed: Feed; storage: ObjectStorage }): AdmissionPlugin {
  return {
    name: 'NamespaceLifecycle',
    async mutate({ operation, resource, namespace, name, object, subresource }) {
      if (operation !== 'CREATE' || !resource.namespaced || subresource) return
      if (resource.resource === 'localsubjectaccessreviews') return
      const cache = await deps.feed.cache(PREFIX)
      // The cache may be a moment behind somebody who has just created the namespace.
      const found = cache.get(PREFIX + namespace) ?? (await deps.storage.get(PREFIX + namespace))
      if (!found) throw notFound({ group: '', resource: 'namespaces' }, namespace)
      if (found.object.metadata.deletionTimestamp)
        throw namespaceTerminating(resource, name || (object?.metadata.name ?? ''), namespace)
    },
  }
}
