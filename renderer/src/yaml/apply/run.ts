import { parseApiVersion, type KubeObject } from '../../../../engine/api/object.ts'
import { connection } from '../../cluster/connection.svelte.ts'
import { objectPath, objectsAddress, type ResourceKind } from '../../cluster/discovery.ts'
import { kinds } from '../../cluster/kinds.svelte.ts'
import { ApiError } from '../../cluster/api-error.ts'
import { requestJSON } from '../../cluster/rest.ts'
import type { FieldChange } from '../diff/field-diff.ts'
import { reviewChanges } from '../diff/review.ts'
import { applyObject, type ApplyOptions } from './apply.ts'
import { conflictsOf, type Conflict } from './conflicts.ts'

/** What became of one object of a text. */
export type Result = { name: string } & (
  | { state: 'applied'; address: string }
  | { state: 'checked'; isNew: boolean; changes: FieldChange[] }
  | { state: 'conflict'; conflicts: Conflict[]; error: ApiError }
  | { state: 'unknown'; kind: string; apiVersion: string }
  | { state: 'refused'; error: unknown }
)

/** Applies one object, or asks what that would change. `namespace` is where it belongs if it does not say. */
export async function applyOne(object: KubeObject, namespace: string, options: ApplyOptions): Promise<Result> {
  const name = `${object.kind} ${object.metadata.name}`
  const { group, version } = parseApiVersion(object.apiVersion)
  try {
    const kind = await kinds.find(group, object.kind)
    if (!kind) return { name, state: 'unknown', kind: object.kind, apiVersion: object.apiVersion }
    const served = { ...kind, version }
    const place = kind.namespaced ? (object.metadata.namespace ?? namespace) : undefined
    const placed = { ...object, metadata: { ...object.metadata, namespace: place } }
    const before = options.dryRun ? await find(served, place, object.metadata.name!) : undefined
    const after = await applyObject(served, placed, options)
    if (!options.dryRun) return { name, state: 'applied', address: objectsAddress(kind, after.metadata) }
    return { name, state: 'checked', isNew: !before, changes: reviewChanges(before, after) }
  } catch (error) {
    const conflicts = error instanceof ApiError ? conflictsOf(error) : []
    return conflicts.length
      ? { name, state: 'conflict', conflicts, error: error as ApiError }
      : { name, state: 'refused', error }
  }
}

async function find(kind: ResourceKind, namespace: string | undefined, name: string): Promise<KubeObject | undefined> {
  try {
    return await requestJSON<KubeObject>(connection.cluster + objectPath(kind, namespace, name))
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return undefined
    throw error
  }
}
