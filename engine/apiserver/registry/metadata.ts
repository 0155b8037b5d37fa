import type { KubeObject, ObjectMeta } from '../../api/object.ts'
import { conflict, invalid, OPTIMISTIC_LOCK_TEXT } from '../../api/status.ts'
import type { Stored } from '../storage/codec.ts'
import type { Resource } from './resources.ts'

/** An object that waits for nothing more may go. */
export function isReadyToGo(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata
  if (!deletionTimestamp || finalizers?.length) return false
  if (object.kind === 'Namespace' && (object.spec?.finalizers?.length ?? 0) > 0) return false
  return (deletionGracePeriodSeconds ?? 0) === 0
}

/** Holds an update to the version and the uid that it names. @throws ApiError 409 or 422 */
export function checkVersion(resource: Resource, key: string, name: string, object: KubeObject, current: Stored) {
  const { resourceVersion, uid } = object.metadata
  if (resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== String(current.revision))
    throw conflict(resource, name, OPTIMISTIC_LOCK_TEXT)
  const old = current.object.metadata
  if (uid && uid !== old.uid)
    throw conflict(
      resource,
      name,
      `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.uid}`,
    )
  if (!resourceVersion && resource.strategy.allowUnconditionalUpdate === false)
    throw invalid({ group: resource.group, kind: resource.kind }, name, [
      {
        reason: 'FieldValueInvalid',
        field: 'metadata.resourceVersion',
        message: 'Invalid value: 0: must be specified for an update',
      },
    ])
  object.metadata.resourceVersion = String(current.revision)
}

/** Fields that only the server writes keep their values, whatever the client sent. */
export function keepServerMetadata(given: ObjectMeta, old: ObjectMeta): ObjectMeta {
  const metadata: ObjectMeta = { ...given }
  for (const field of [
    'uid',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'generation',
    'generateName',
  ] as const) {
    if (old[field] === undefined) delete metadata[field]
    else (metadata as Record<string, unknown>)[field] = old[field]
  }
  metadata.name ??= old.name
  // A client that sends no managed fields leaves them alone; an empty list asks to reset them.
  if (metadata.managedFields === undefined && old.managedFields)
    metadata.managedFields = structuredClone(old.managedFields)
  return metadata
}
