import { own, setOwn } from '../../base/own.ts'
import { deepClone, deepEqual, isRecord } from '../equality.ts'
import { unclassified } from '../status.ts'
import type { PatchStrategy, TypeSchema } from '../schema/types.ts'

const DIRECTIVE = '$patch'
const RETAIN = '$retainKeys'
const ORDER = '$setElementOrder/'
const DELETE_PRIMITIVES = '$deleteFromPrimitiveList/'

/**
 * Kubernetes' strategic merge patch: a merge patch that also merges lists, by the key that the schema names, and
 * understands `$patch`, `$retainKeys`, `$setElementOrder` and `$deleteFromPrimitiveList`. The inputs stay as they are.
 * @throws ApiError 500 without a reason, as Kubernetes answers for patches that make no sense
 */
export function strategicMergePatch<T extends object>(schema: TypeSchema, object: T, patch: object): T {
  return mergeMap(
    deepClone(object) as Record<string, unknown>,
    deepClone(patch) as Record<string, unknown>,
    schema,
  ) as T
}

/**
 * What Kubernetes still holds of a strategic merge patch after merging it: directives are taken out as they are followed,
 * and so are the lists whose order they name. Its messages about a refused patch quote this.
 */
export function remainderOfPatch(patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const left: Json = {}
  for (const [key, value] of Object.entries(patch)) {
    if (key === DIRECTIVE || key === RETAIN || key.startsWith(ORDER) || ORDER + key in patch) continue
    setOwn(left, key, remainderOfPatch(value))
  }
  return left
}

type Json = Record<string, unknown>

function mergeMap(original: Json, patch: Json, schema: TypeSchema | undefined): Json {
  if (DIRECTIVE in patch) {
    const directive = patch[DIRECTIVE]
    if (directive === 'replace') {
      delete patch[DIRECTIVE]
      return patch
    }
    if (directive === 'delete') return {}
    if (directive !== 'merge') throw unclassified(`unknown patch type: ${goText(directive)} in map: ${goText(patch)}`)
    delete patch[DIRECTIVE]
  }
  retainKeys(original, patch)
  applyOrders(original, patch, schema)
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(DELETE_PRIMITIVES)) {
      deletePrimitives(original, key.slice(DELETE_PRIMITIVES.length), value)
      continue
    }
    if (value === null) {
      delete original[key]
      continue
    }
    setOwn(original, key, mergeValue(own(original, key), value, fieldOf(schema, key)))
  }
  return original
}

function mergeValue(current: unknown, value: unknown, field: TypeSchema | undefined): unknown {
  if (isRecord(current) && isRecord(value) && !field?.patch?.replace) return mergeMap(current, value, field)
  if (Array.isArray(current) && Array.isArray(value)) return mergeSlice(current, value, field)
  return clean(value)
}

/** Of the original, only the keys that the patch lists stay. */
function retainKeys(original: Json, patch: Json): void {
  const keys = patch[RETAIN]
  if (keys === undefined) return
  delete patch[RETAIN]
  if (!Array.isArray(keys)) throw unclassified('invalid patch format of $retainKeys')
  for (const key of Object.keys(patch))
    if (patch[key] !== null && !key.startsWith('$') && !keys.includes(key))
      throw unclassified('all keys in the patch should be in the retainKeys list')
  for (const key of Object.keys(original)) if (!keys.includes(key)) delete original[key]
}

/** Lists with an order of their own are merged first, and out of the patch. */
function applyOrders(original: Json, patch: Json, schema: TypeSchema | undefined): void {
  for (const directive of Object.keys(patch)) {
    if (!directive.startsWith(ORDER)) continue
    const order = patch[directive]
    delete patch[directive]
    const key = directive.slice(ORDER.length)
    if (!Array.isArray(order)) throw unclassified('invalid patch format of $setElementOrder list')
    const field = fieldOf(schema, key)
    const [had, given] = [own(original, key), own(patch, key)]
    let list: unknown[]
    if (Array.isArray(had)) list = Array.isArray(given) ? mergeSlice(had, given, field) : had
    else if (Array.isArray(given)) list = clean(given) as unknown[]
    else continue
    delete patch[key]
    setOwn(original, key, inOrder(list, order, Array.isArray(had) ? had : [], mergeKeyOf(field)))
  }
}

function deletePrimitives(original: Json, key: string, values: unknown): void {
  if (!Array.isArray(values)) throw unclassified('invalid patch format of $deleteFromPrimitiveList')
  const list = own(original, key)
  if (Array.isArray(list))
    setOwn(
      original,
      key,
      list.filter(item => !values.includes(item)),
    )
}

function mergeSlice(original: unknown[], patch: unknown[], field: TypeSchema | undefined): unknown[] {
  if (!field?.patch?.merge) return clean(patch) as unknown[]
  if (!patch.length && !original.length) return original
  const primitive = [...original, ...patch].some(item => !isRecord(item))
  if (primitive) {
    const merged = [...original]
    for (const item of patch) if (!merged.includes(item)) merged.push(item)
    return inOrder(merged, patch, original, undefined)
  }
  const mergeKey = mergeKeyOf(field)
  if (!mergeKey) throw unclassified('cannot merge lists without merge key')
  let items = original as Json[]
  const additions: Json[] = []
  let replace = false
  for (const item of patch as Json[]) {
    const directive = item[DIRECTIVE]
    if (directive === undefined) {
      additions.push(item)
      continue
    }
    if (directive === 'delete') {
      if (!(mergeKey in item)) throw unclassified(`delete patch type with no merge key defined`)
      items = items.filter(existing => !deepEqual(existing[mergeKey], item[mergeKey]))
    } else if (directive === 'replace') replace = true
    else if (directive === 'merge') throw unclassified('merging lists with merge directive is not supported')
    else throw unclassified(`unknown patch type: ${goText(directive)} in map: ${goText(item)}`)
  }
  if (replace) return clean(additions) as unknown[]
  const merged = [...items]
  for (const item of additions) {
    if (!(mergeKey in item)) throw unclassified(`map: ${goText(item)} does not contain declared merge key: ${mergeKey}`)
    const at = merged.findIndex(existing => deepEqual(existing[mergeKey], item[mergeKey]))
    if (at < 0) merged.push(clean(item) as Json)
    else merged[at] = mergeMap(merged[at]!, deepClone(item), field.element)
  }
  return inOrder(merged, additions, original, mergeKey)
}

/**
 * The order of a merged list: items that the patch names in the patch's order, the others in the server's; the two are
 * interleaved by the server's order where it knows both, and else the patch's come first.
 */
function inOrder(merged: unknown[], patch: unknown[], server: unknown[], mergeKey: string | undefined): unknown[] {
  const id = (item: unknown) => (mergeKey && isRecord(item) ? item[mergeKey] : item)
  const indexIn = (list: unknown[], item: unknown) => list.findIndex(other => deepEqual(id(other), id(item)))
  const sorted = (items: unknown[], order: unknown[]) =>
    items
      .map((item, i) => ({ item, i, at: indexIn(order, item) }))
      .sort((a, b) => a.at - b.at || a.i - b.i)
      .map(entry => entry.item)
  const right = sorted(
    merged.filter(item => indexIn(patch, item) >= 0),
    patch,
  )
  const left = sorted(
    merged.filter(item => indexIn(patch, item) < 0),
    server,
  )
  const out: unknown[] = []
  let [i, j] = [0, 0]
  while (i < left.length || j < right.length) {
    if (i >= left.length) out.push(right[j++])
    else if (j >= right.length) out.push(left[i++])
    else {
      const [l, r] = [indexIn(server, left[i]), indexIn(server, right[j])]
      out.push(l >= 0 && r >= 0 && l < r ? left[i++] : right[j++])
    }
  }
  return out
}

/** What is taken over as a whole loses its directives and nulls. */
function clean(value: unknown): unknown {
  if (Array.isArray(value))
    return value
      .filter(
        item =>
          !(
            isRecord(item) &&
            (item[DIRECTIVE] === 'delete' || (item[DIRECTIVE] === 'replace' && Object.keys(item).length === 1))
          ),
      )
      .map(clean)
  if (!isRecord(value)) return value
  const out: Json = {}
  for (const [key, item] of Object.entries(value)) {
    if (
      item === null ||
      key === DIRECTIVE ||
      key === RETAIN ||
      key.startsWith(ORDER) ||
      key.startsWith(DELETE_PRIMITIVES)
    )
      continue
    setOwn(out, key, clean(item))
  }
  return out
}

const mergeKeyOf = (field: TypeSchema | undefined): string | undefined =>
  (field?.patch as PatchStrategy | undefined)?.mergeKey

function fieldOf(schema: TypeSchema | undefined, key: string): TypeSchema | undefined {
  return schema?.type === 'struct'
    ? schema.fields!.get(key)?.schema
    : schema?.type === 'map'
      ? schema.element
      : undefined
}

/** A value as Go prints it with %v. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (isRecord(value))
    return `map[${Object.keys(value)
      .sort()
      .map(key => `${key}:${goText(value[key])}`)
      .join(' ')}]`
  return String(value)
}
