import type { KubeObject, ManagedFieldsEntry } from '../../../../engine/api/object.ts'

/** Leaves out who manages which field: half of what is listed, and nothing that a list shows. Works in place. */
export function forgetManagedFields<T extends { managedFields?: unknown }>(metadata: T): T {
  delete metadata.managedFields
  return metadata
}

/** The newest of the entries that say who wrote an object. */
export function lastWrite({ metadata }: KubeObject): ManagedFieldsEntry | undefined {
  let last: ManagedFieldsEntry | undefined
  for (const entry of metadata.managedFields ?? []) if (!last || (entry.time ?? '') >= (last.time ?? '')) last = entry
  return last
}

/** Keeps of who wrote an object only who did so last, and not which fields. Works in place. */
export function keepLastWrite<T extends KubeObject>(object: T): T {
  const last = lastWrite(object)
  if (last) {
    const { fieldsV1: _, ...said } = last
    object.metadata.managedFields = [said]
  }
  return object
}
