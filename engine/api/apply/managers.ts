import type { ManagedFieldsEntry } from '../object.ts'
import { fromFieldsV1, isEmptySet, toFieldsV1, union } from './field-set.ts'
import type { FieldSet } from './field-set.ts'

/** Who owns which fields. */
export interface Manager {
  manager: string
  operation: 'Apply' | 'Update'
  apiVersion: string
  subresource: string
  time: string | undefined
  set: FieldSet
}

/** Updaters beyond this number are merged into one, oldest first. */
const MAX_UPDATERS = 10
const OLD_UPDATERS = 'ancient-changes'

export function decodeManagers(entries: readonly ManagedFieldsEntry[] | undefined): Manager[] {
  const managers: Manager[] = []
  for (const entry of entries ?? []) {
    if (entry.operation !== 'Apply' && entry.operation !== 'Update') continue
    managers.push({
      manager: entry.manager ?? '',
      operation: entry.operation,
      apiVersion: entry.apiVersion ?? '',
      subresource: entry.subresource ?? '',
      time: entry.time,
      set: fromFieldsV1(entry.fieldsV1),
    })
  }
  return managers
}

/** In the order in which Kubernetes writes them: by operation, time, manager, version, subresource. */
export function encodeManagers(managers: Manager[]): ManagedFieldsEntry[] {
  const kept = cap(managers.filter(m => !isEmptySet(m.set)))
  const by = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  kept.sort(
    (a, b) =>
      by(a.operation, b.operation) ||
      by(a.time ?? '', b.time ?? '') ||
      by(a.manager, b.manager) ||
      by(a.apiVersion, b.apiVersion) ||
      by(a.subresource, b.subresource),
  )
  return kept.map(m => ({
    manager: m.manager,
    operation: m.operation,
    apiVersion: m.apiVersion,
    ...(m.time && { time: m.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(m.set),
    ...(m.subresource && { subresource: m.subresource }),
  }))
}

/** The same writer: an applier by name and subresource, an updater also by version. */
export function sameManager(a: Omit<Manager, 'set' | 'time'>, b: Omit<Manager, 'set' | 'time'>): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.subresource === b.subresource &&
    (a.operation === 'Apply' || a.apiVersion === b.apiVersion)
  )
}

function cap(managers: Manager[]): Manager[] {
  const updaters = managers.filter(m => m.operation === 'Update')
  if (updaters.length <= MAX_UPDATERS) return managers
  updaters.sort((a, b) => ((a.time ?? '') < (b.time ?? '') ? -1 : (a.time ?? '') > (b.time ?? '') ? 1 : 0))
  const merged = new Map<string, Manager>()
  const old = updaters.slice(0, updaters.length - MAX_UPDATERS + 1)
  for (const manager of old) {
    const known = merged.get(manager.apiVersion)
    if (known) {
      known.set = union(known.set, manager.set)
      known.time = manager.time
    } else merged.set(manager.apiVersion, { ...manager, manager: OLD_UPDATERS, subresource: '' })
  }
  return [...managers.filter(m => !old.includes(m)), ...merged.values()]
}
