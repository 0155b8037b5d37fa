import { own, setOwn } from '../../base/own.ts'
import { deepClone, deepEqual, isRecord } from '../equality.ts'
import { unclassified } from '../status.ts'
import type { TypeSchema } from '../schema/types.ts'
import { childOf, emptySet } from './field-set.ts'
import type { FieldSet } from './field-set.ts'

/** Operations on values that have a schema: which fields there are, what differs, how two of them merge (structured-merge-diff). */

type Json = Record<string, unknown>

export interface Comparison {
  added: FieldSet
  removed: FieldSet
  modified: FieldSet
}

/** The fields that a value sets. */
export function fieldSetOf(schema: TypeSchema, value: unknown): FieldSet {
  const set = emptySet()
  collect(schema, value, set)
  return set
}

function collect(schema: TypeSchema, value: unknown, at: FieldSet): void {
  if (isLeaf(schema, value)) return void (at.member = true)
  if (Array.isArray(value)) {
    for (const item of value) {
      const child = childOf(at, elementOf(schema, item))
      child.member = true
      if (schema.listType === 'map') collect(schema.element!, item, child)
    }
    return
  }
  for (const [key, item] of Object.entries(value as Json)) {
    const child = childOf(at, `f:${key}`)
    collect(childSchema(schema, key), item, child)
    if (item === null || (isRecord(item) && !Object.keys(item).length) || schema.type === 'map') child.member = true
    if (!child.member && !child.children.size) at.children.delete(`f:${key}`)
  }
}

/** What `after` adds to, takes from and changes in `before`. */
export function compare(schema: TypeSchema, before: unknown, after: unknown): Comparison {
  const result: Comparison = { added: emptySet(), removed: emptySet(), modified: emptySet() }
  walk(schema, before, after, [], result)
  return result
}

function walk(schema: TypeSchema, before: unknown, after: unknown, path: string[], out: Comparison): void {
  if (before === undefined && after === undefined) return
  const mark = (set: FieldSet) => {
    let node = set
    for (const element of path) node = childOf(node, element)
    node.member = true
  }
  if (before === undefined && path.length) mark(out.added)
  if (after === undefined && path.length) mark(out.removed)
  const leaf = (value: unknown) => value === undefined || value === null || isLeaf(schema, value)
  const bothEmpty = isEmptyContainer(before) && isEmptyContainer(after)
  const atomic =
    (before !== undefined && before !== null && isLeaf(schema, before)) ||
    (after !== undefined && after !== null && isLeaf(schema, after))
  if (atomic || bothEmpty || (leaf(before) && leaf(after))) {
    if (before !== undefined && after !== undefined && path.length && !deepEqual(before, after)) mark(out.modified)
    return
  }
  if (Array.isArray(before) || Array.isArray(after)) {
    const [left, right] = [indexed(schema, before), indexed(schema, after)]
    for (const [element, item] of left) step(element, item, right.get(element))
    for (const [element, item] of right) if (!left.has(element)) step(element, undefined, item)
    return
  }
  const [left, right] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}]
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    path.push(`f:${key}`)
    walk(childSchema(schema, key), own(left, key), own(right, key), path, out)
    path.pop()
  }

  function step(element: string, a: unknown, b: unknown): void {
    path.push(element)
    if (schema.listType === 'map') walk(schema.element!, a, b, path, out)
    else walk(SCALAR, a, b, path, out)
    path.pop()
  }
}

const SCALAR: TypeSchema = { type: 'string' }

/** `applied` laid over `live`: maps and associative lists merge, everything else is replaced. */
export function mergeTyped(schema: TypeSchema, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return deepClone(live)
  if (live === undefined || live === null || applied === null || isLeaf(schema, applied) || isLeaf(schema, live))
    return deepClone(applied)
  if (Array.isArray(applied)) return mergeList(schema, live as unknown[], applied)
  const out: Json = {}
  for (const key of Object.keys(live as Json))
    setOwn(out, key, mergeTyped(childSchema(schema, key), (live as Json)[key], own(applied as Json, key)))
  for (const key of Object.keys(applied as Json))
    if (!Object.hasOwn(out, key)) setOwn(out, key, deepClone((applied as Json)[key]))
  return out
}

/** Items of both lists in the applied order, with what only the live list has at its place. */
function mergeList(schema: TypeSchema, live: unknown[], applied: unknown[]): unknown[] {
  const [left, right] = [live.map(item => elementOf(schema, item)), applied.map(item => elementOf(schema, item))]
  const [inLeft, inRight] = [new Map(left.map((e, i) => [e, i])), new Set(right)]
  const done = new Set<string>()
  const out: unknown[] = []
  const both = (r: number) => {
    const l = inLeft.get(right[r]!)
    out.push(
      l === undefined || schema.listType === 'set'
        ? deepClone(applied[r])
        : mergeTyped(schema.element!, live[l], applied[r]),
    )
    done.add(right[r]!)
  }
  let [i, j] = [0, 0]
  while (i < left.length || j < right.length) {
    if (i < left.length && done.has(left[i]!)) i++
    else if (i < left.length && j < right.length && left[i] === right[j]) {
      both(j++)
      i++
    } else if (i < left.length && !inRight.has(left[i]!)) out.push(deepClone(live[i++]))
    else if (j < right.length) both(j++)
    else i++
  }
  return out
}

/** Removes what `last` set and nobody in `owned` claims any more. Works in place. */
export function prune(schema: TypeSchema, value: unknown, last: FieldSet, owned: FieldSet): void {
  if (Array.isArray(value)) {
    for (let i = value.length - 1; i >= 0; i--) {
      const element = elementOf(schema, value[i])
      const was = last.children.get(element)
      if (!was) continue
      const claim = owned.children.get(element)
      if (was.member && !claim) value.splice(i, 1)
      else if (schema.listType === 'map') prune(schema.element!, value[i], was, withKeys(schema, claim ?? emptySet()))
    }
    return
  }
  if (!isRecord(value)) return
  for (const [element, was] of last.children) {
    if (!element.startsWith('f:')) continue
    const key = element.slice(2)
    if (!Object.hasOwn(value, key)) continue
    const claim = owned.children.get(element)
    if (was.member && !claim) delete value[key]
    else prune(childSchema(schema, key), value[key], was, claim ?? emptySet())
  }
}

/** The keys of an item that stays belong to it. */
function withKeys(schema: TypeSchema, claim: FieldSet): FieldSet {
  const out: FieldSet = { member: claim.member, children: new Map(claim.children) }
  for (const key of schema.listKeys ?? []) childOf(out, `f:${key}`)
  return out
}

/** @throws ApiError 500 if the value has fields or types that the schema does not know */
export function checkDeclared(schema: TypeSchema, value: unknown, what: string): void {
  const errors: string[] = []
  const visit = (type: TypeSchema, item: unknown, path: string): void => {
    if (item === null || item === undefined || type.type === 'any' || type.type === 'object') return
    if (type.type === 'struct') {
      if (!isRecord(item)) return void errors.push(`${path}: expected map, got ${kindOf(item)}`)
      for (const key of Object.keys(item)) {
        const field = type.fields!.get(key)
        if (field) visit(field.schema, item[key], `${path}.${key}`)
        else if (
          !type.preserveUnknown &&
          !(type.isKind && (key === 'apiVersion' || key === 'kind')) &&
          !type.embeddedResource
        )
          errors.push(`${path}.${key}: field not declared in schema`)
      }
    } else if (type.type === 'map') {
      if (!isRecord(item)) return void errors.push(`${path}: expected map, got ${kindOf(item)}`)
      for (const key of Object.keys(item)) visit(type.element!, item[key], `${path}.${key}`)
    } else if (type.type === 'list') {
      if (!Array.isArray(item)) return void errors.push(`${path}: expected list, got ${kindOf(item)}`)
      const seen = new Set<string>()
      item.forEach((entry, i) => {
        visit(type.element!, entry, `${path}[${i}]`)
        if (type.listType !== 'map' && type.listType !== 'set') return
        const element = elementOf(type, entry)
        if (seen.has(element)) errors.push(`${path}: duplicate entries for key [${elementText(element)}]`)
        seen.add(element)
      })
    } else if (isRecord(item) || Array.isArray(item))
      errors.push(
        `${path}: expected ${type.type === 'bool' ? 'boolean' : type.type.startsWith('int') || type.type === 'double' ? 'numeric' : 'string'}, got ${kindOf(item)}`,
      )
  }
  visit(schema, value, '')
  if (errors.length === 1) throw unclassified(`failed to create typed patch object (${what}): ${errors[0]}`)
  if (errors.length)
    throw unclassified(
      `failed to create typed patch object (${what}): errors:\n${errors.map(e => `  ${e}`).join('\n')}`,
    )
}

const elementText = (element: string): string =>
  element.startsWith('k:')
    ? Object.entries(JSON.parse(element.slice(2)) as Json)
        .map(([k, v]) => `${k}=${JSON.stringify(v)}`)
        .join(',')
    : `=${element.slice(2)}`

const kindOf = (value: unknown): string =>
  Array.isArray(value) ? 'list' : isRecord(value) ? 'map' : JSON.stringify(value)

/** Whether the value is one field to server-side apply: a scalar, or something atomic. */
function isLeaf(schema: TypeSchema, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return schema.type !== 'list' || (schema.listType !== 'map' && schema.listType !== 'set')
  if (schema.type === 'struct' || schema.type === 'map') return schema.mapType === 'atomic'
  // An open object is one value, except within custom resources, whose schema says otherwise.
  return true
}

function isEmptyContainer(value: unknown): boolean {
  if (value === undefined || value === null) return true
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && !Object.keys(value).length
}

function childSchema(schema: TypeSchema, key: string): TypeSchema {
  if (schema.type === 'map') return schema.element!
  return schema.fields?.get(key)?.schema ?? (schema.preserveUnknown ? OPEN : SCALAR)
}

/** Unknown fields of a type that keeps them merge as untyped maps do. */
const OPEN: TypeSchema = {
  type: 'map',
  get element(): TypeSchema {
    return OPEN
  },
}

/** The path element of a list item: its keys, or its value. */
function elementOf(schema: TypeSchema, item: unknown): string {
  if (schema.listType !== 'map') return `v:${JSON.stringify(item)}`
  const keys: Json = {}
  for (const key of [...schema.listKeys!].sort()) {
    const value = isRecord(item) ? (item[key] ?? schema.element!.fields?.get(key)?.default) : undefined
    if (value !== undefined) keys[key] = value
  }
  return `k:${JSON.stringify(keys)}`
}

function indexed(schema: TypeSchema, value: unknown): Map<string, unknown> {
  const out = new Map<string, unknown>()
  if (Array.isArray(value))
    for (const item of value) if (!out.has(elementOf(schema, item))) out.set(elementOf(schema, item), item)
  return out
}
