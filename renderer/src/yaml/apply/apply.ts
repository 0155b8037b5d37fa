import type { KubeObject } from '../../../../engine/api/object.ts'
import { objectPath, type ResourceKind } from '../../cluster/discovery.ts'
import { connection } from '../../cluster/connection.svelte.ts'
import { requestJSON } from '../../cluster/rest.ts'

const FIELD_MANAGER = 'kubarium-ui'

export interface ApplyOptions {
  /** Takes fields over that others manage. */
  force?: boolean
  /** Asks what would happen, and changes nothing. */
  dryRun?: boolean
}

/** Server-side apply. @throws ApiError 409 if other managers own fields with other values */
export function applyObject(
  kind: ResourceKind,
  object: KubeObject,
  { force = false, dryRun = false }: ApplyOptions = {},
): Promise<KubeObject> {
  const query = new URLSearchParams({
    fieldManager: FIELD_MANAGER,
    force: String(force),
    ...(dryRun && { dryRun: 'All' }),
  })
  const { managedFields: _, ...metadata } = object.metadata
  return requestJSON<KubeObject>(
    `${connection.cluster}${objectPath(kind, metadata.namespace, metadata.name!)}?${query}`,
    {
      method: 'PATCH',
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: JSON.stringify({ ...object, metadata }),
    },
  )
}

/** Replaces the object as a whole. @throws ApiError 409 if it changed since its resourceVersion */
export function replaceObject(kind: ResourceKind, object: KubeObject, dryRun = false): Promise<KubeObject> {
  const query = new URLSearchParams({ fieldManager: FIELD_MANAGER, ...(dryRun && { dryRun: 'All' }) })
  return requestJSON<KubeObject>(
    `${connection.cluster}${objectPath(kind, object.metadata.namespace, object.metadata.name!)}?${query}`,
    {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(object),
    },
  )
}
