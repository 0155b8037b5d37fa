import { fromFieldsV1, memberPaths } from '../../../../engine/api/apply/field-set.ts'
import type { ManagedFieldsEntry } from '../../../../engine/api/object.ts'

/** Who owns some fields of an object, and since when. */
export interface FieldOwner {
  manager: string
  operation: string
  /** Empty for the object itself. */
  subresource: string
  time: string
  /** Such as `spec.template.spec.containers[name="web"].image`. */
  fields: string[]
}

/** Who owns which fields, the latest to write first. */
export function ownersOf(entries: readonly ManagedFieldsEntry[] | undefined): FieldOwner[] {
  return (entries ?? [])
    .map(({ manager = '', operation = '', subresource = '', time = '', fieldsV1 }) => ({
      ...{ manager, operation, subresource, time: String(time) },
      fields: memberPaths(fromFieldsV1(fieldsV1)).map(path => path.replace(/^\./, '')),
    }))
    .sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : a.manager < b.manager ? -1 : 1))
}

/** Owners with those of their fields that contain a text; who has none such is left out. */
export function filterOwners(owners: readonly FieldOwner[], text: string): FieldOwner[] {
  const wanted = text.trim().toLowerCase()
  if (!wanted) return [...owners]
  return owners
    .map(owner => ({
      ...owner,
      fields: owner.manager.toLowerCase().includes(wanted)
        ? owner.fields
        : owner.fields.filter(field => field.toLowerCase().includes(wanted)),
    }))
    .filter(owner => owner.fields.length)
}
