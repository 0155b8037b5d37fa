import { own, setOwn } from '../../../../engine/base/own.ts'
import { deepEqual, isRecord } from '../../../../engine/api/equality.ts'
import { strategicMergePatch } from '../../../../engine/api/patch/strategic.ts'
import type { TypeSchema } from '../../../../engine/api/schema/types.ts'

type Json = Record<string, unknown>

/**
 * The strategic merge patch that brings `current` to `modified`, where only what `original` had and `modified` has no more
 * is deleted: kubectl's three-way merge.
 */
export function threeWayPatch(schema: TypeSchema, original: Json, modified: Json, current: Json): Json {
  const additions = diffMap(current, modified, schema, { changes: true, deletions: false })
  const deletions = diffMap(original, modified, schema, { changes: false, deletions: true })
  return combine(deletions, additions, schema)
}

/** The strategic merge patch from one state to another. */
export function twoWayPatch(schema: TypeSchema, from: Json, to: Json): Json {
  return diffMap(from, to, schema, { changes: true, deletions: true })
}

/** Whether a patch would change anything. */
export function changesAnything(schema: TypeSchema, current: Json, patch: Json): boolean {
  return !deepEqual(strategicMergePatch(schema, current, patch), current)
}

/** The JSON merge patch of three states, for kinds without a schema of their own. */
export function threeWayMergePatch(original: Json, modified: Json, current: Json): Json {
  const patch: Json = {}
  for (const key of new Set([...Object.keys(original), ...Object.keys(modified)])) {
    const [was, wanted, is] = [own(original, key), own(modified, key), own(current, key)]
    if (wanted === undefined) {
      if (was !== undefined && is !== undefined) setOwn(patch, key, null)
    } else if (isRecord(wanted) && isRecord(is)) {
      const inner = threeWayMergePatch(isRecord(was) ? was : {}, wanted, is)
      if (Object.keys(inner).length) setOwn(patch, key, inner)
    } else if (!deepEqual(wanted, is)) setOwn(patch, key, wanted)
  }
  return patch
}

interface Wanted {
  changes: boolean
  deletions: boolean
}

function fieldOf(schema: TypeSchema | undefined, key: string): TypeSchema | undefined {
  return schema?.type === 'struct'
    ? schema.fields!.get(key)?.schema
    : schema?.type === 'map'
      ? schema.element
      : undefined
}

function diffMap(from: Json, to: Json, schema: TypeSchema | undefined, wanted: Wanted): Json {
  const patch: Json = {}
  for (const key of Object.keys(from).sort()) {
    const [a, b] = [from[key], own(to, key)]
    if (b === undefined) {
      if (wanted.deletions) setOwn(patch, key, null)
      continue
    }
    if (a === null || deepEqual(a, b)) continue
    const field = fieldOf(schema, key)
    if (isRecord(a) && isRecord(b)) {
      if (field?.patch?.replace) {
        if (wanted.changes) setOwn(patch, key, b)
        continue
      }
      const inner = diffMap(a, b, field, wanted)
      const retain = field?.patch?.retainKeys && Object.keys(inner).length ? { $retainKeys: Object.keys(b).sort() } : {}
      if (Object.keys(inner).length) setOwn(patch, key, { ...retain, ...inner })
    } else if (Array.isArray(a) && Array.isArray(b)) diffList(patch, key, a, b, field, wanted)
    else if (wanted.changes) setOwn(patch, key, b)
  }
  if (wanted.changes)
    for (const [key, value] of Object.entries(to)) if ((own(from, key) ?? null) === null) setOwn(patch, key, value)
  return patch
}

function diffList(
  patch: Json,
  key: string,
  from: unknown[],
  to: unknown[],
  field: TypeSchema | undefined,
  wanted: Wanted,
): void {
  const mergeKey = field?.patch?.mergeKey
  if (!field?.patch?.merge) {
    if (wanted.changes) setOwn(patch, key, to)
    return
  }
  if (!mergeKey) {
    const added = wanted.changes ? to.filter(item => !from.includes(item)) : []
    const removed = wanted.deletions ? from.filter(item => !to.includes(item)) : []
    if (added.length) setOwn(patch, key, added)
    if (removed.length) patch[`$deleteFromPrimitiveList/${key}`] = removed
    if ((added.length || removed.length) && to.length) patch[`$setElementOrder/${key}`] = to
    return
  }
  const find = (list: unknown[], item: Json) =>
    (list as Json[]).find(other => deepEqual(other[mergeKey], item[mergeKey]))
  const items: Json[] = []
  for (const item of to as Json[]) {
    const was = find(from, item)
    if (!was) {
      if (wanted.changes) items.push(item)
      continue
    }
    const inner = diffMap(was, item, field.element, wanted)
    if (Object.keys(inner).length) items.push({ ...inner, [mergeKey]: item[mergeKey] })
  }
  if (wanted.deletions)
    for (const item of from as Json[]) if (!find(to, item)) items.push({ $patch: 'delete', [mergeKey]: item[mergeKey] })
  const order = (to as Json[]).map(item => ({ [mergeKey]: item[mergeKey] }))
  // The other direction of the merge may leave items out: only what both sides know can be out of order.
  const known = (from as Json[]).filter(item => find(to, item)).map(item => item[mergeKey])
  const asked = (to as Json[]).filter(item => find(from, item)).map(item => item[mergeKey])
  if (items.length || (wanted.changes && !deepEqual(known, asked))) {
    if (items.length) setOwn(patch, key, items)
    if (order.length) patch[`$setElementOrder/${key}`] = order
  }
}

/** One patch out of the deletions and the additions; directives stay what they are. */
function combine(deletions: Json, additions: Json, schema: TypeSchema | undefined): Json {
  const out: Json = { ...deletions }
  for (const [key, value] of Object.entries(additions)) {
    const had = own(out, key)
    const field = key.startsWith('$') ? undefined : fieldOf(schema, key)
    if (isRecord(had) && isRecord(value)) setOwn(out, key, combine(had, value, field))
    else if (Array.isArray(had) && Array.isArray(value) && !key.startsWith('$') && field?.patch?.mergeKey) {
      const mergeKey = field.patch.mergeKey
      const rest = [...(value as Json[])]
      const merged = (had as Json[]).map(item => {
        const at = rest.findIndex(other => deepEqual(other[mergeKey], item[mergeKey]))
        return at < 0 ? item : combine(item, rest.splice(at, 1)[0]!, field.element)
      })
      setOwn(out, key, [...merged, ...rest])
    } else setOwn(out, key, value)
  }
  return out
}
