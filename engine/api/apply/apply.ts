import { zeroValue } from '../defaulting.ts'
import { deepClone, deepEqual } from '../equality.ts'
import type { KubeObject, ManagedFieldsEntry } from '../object.ts'
import { applyConflict } from '../status.ts'
import type { StatusCause } from '../status.ts'
import type { TypeSchema } from '../schema/types.ts'
import { difference, equalSets, intersection, isEmptySet, memberPaths, union, withoutBranch } from './field-set.ts'
import type { FieldSet } from './field-set.ts'
import { decodeManagers, encodeManagers, sameManager } from './managers.ts'
import type { Manager } from './managers.ts'
import { checkDeclared, compare, fieldSetOf, mergeTyped, prune } from './typed.ts'

export interface ApplyRequest {
  schema: TypeSchema
  /** The stored object, or nothing if the apply creates it. */
  live: KubeObject | undefined
  /** What the client sent, as it sent it: only what it names becomes its own. */
  applied: KubeObject
  manager: string
  apiVersion: string
  /** "" for the object itself. */
  subresource: string
  /** Takes fields from other managers instead of refusing. */
  force: boolean
  /** RFC 3339, to the second. */
  now: string
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
/** Metadata that has no owner. */
const UNOWNED = [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
]

/**
 * Server-side apply: the applied fields are laid over the live object, what the manager applied before and no longer does
 * goes (unless somebody else owns it), and the books on who owns what are brought up to date.
 * If nothing changes, the result equals the live object, with its managed fields.
 * @throws ApiError 409 with the conflicting fields, 500 if the object does not fit the schema
 */
export function serverSideApply(request: ApplyRequest): KubeObject {
  const { schema, live, manager, apiVersion, subresource, now } = request
  const applied = deepClone(request.applied)
  const { namespace, name } = applied.metadata ?? {}
  const gv = applied.apiVersion ?? apiVersion
  checkDeclared(schema, applied, `${namespace ? `${namespace}/` : '/'}${name ?? ''}; ${gv}, Kind=${applied.kind}`)
  const before: KubeObject = live ? bare(live) : { apiVersion: gv, kind: applied.kind, metadata: {} }
  const self: Manager = {
    manager,
    operation: 'Apply',
    apiVersion: gv,
    subresource,
    time: now,
    set: stripped(fieldSetOf(schema, applied), subresource, schema),
  }
  let managers = decodeManagers(live?.metadata.managedFields)
  if (live && !managers.length) {
    // Whoever wrote before anybody kept books.
    const set = stripped(compare(schema, zeroValue(schema), before).added, '', schema)
    managers.push({
      manager: 'before-first-apply',
      operation: 'Update',
      apiVersion: gv,
      subresource: '',
      time: now,
      set,
    })
  }
  const previous = managers.find(m => sameManager(m, self))
  const others = managers.filter(m => m !== previous)

  const merged = mergeTyped(schema, before, applied) as KubeObject
  const changes = compare(schema, before, merged)
  const changed = union(changes.modified, changes.added)
  const conflicts = others.map(m => ({ manager: m, set: intersection(m.set, changed) })).filter(c => !isEmptySet(c.set))
  if (conflicts.length && !request.force && !ownedByLastApplied(schema, live, manager, conflicts))
    throw conflictError(conflicts)
  managers = others.map(m => ({ ...m, set: difference(m.set, changed) }))
  let owned = self.set
  for (const m of managers) owned = union(owned, m.set)
  if (previous) prune(schema, merged, previous.set, owned)
  const removed = compare(schema, before, merged).removed
  managers = managers.map(m => ({ ...m, set: difference(m.set, removed) }))

  const sameBooks =
    previous !== undefined && equalSets(previous.set, self.set) && previous.apiVersion === self.apiVersion
  const nothingNew =
    live !== undefined && deepEqual(before, merged) && (sameBooks || (!previous && isEmptySet(self.set)))
  if (nothingNew) return deepClone(live)
  if (live?.metadata.annotations?.[LAST_APPLIED] !== undefined && manager === 'kubectl' && subresource === '') {
    ;(merged.metadata.annotations ??= {})[LAST_APPLIED] = `${JSON.stringify(request.applied)}\n`
  }
  const entries = encodeManagers([...managers, self])
  if (entries.length) merged.metadata.managedFields = entries
  return merged
}

export interface TrackRequest {
  schema: TypeSchema
  /** The stored object, or nothing for a creation. */
  before: KubeObject | undefined
  /** The object as it will be stored. */
  after: KubeObject
  manager: string
  apiVersion: string
  subresource: string
  now: string
}

/** The managed fields of an object after a create, update or patch by `manager`. */
export function trackUpdate(request: TrackRequest): ManagedFieldsEntry[] {
  const { schema, before, after, manager, apiVersion, subresource, now } = request
  const sent = after.metadata.managedFields
  const reset = sent?.length === 1 && Object.keys(sent[0]!).length === 0
  const own = subresource === '' ? decodeManagers(sent) : []
  const managers = own.length || (reset && subresource === '') ? own : decodeManagers(before?.metadata.managedFields)
  const base = before ? bare(before) : zeroValue(schema)
  const { added, modified, removed } = compare(schema, base, bare(after))
  const taken = stripped(union(added, modified), subresource, schema, true)
  const result = managers.map(m => ({ ...m, set: difference(difference(m.set, union(added, modified)), removed) }))
  if (!isEmptySet(taken)) {
    const self: Manager = { manager, operation: 'Update', apiVersion, subresource, time: now, set: taken }
    const index = managers.findIndex(m => sameManager(m, self))
    if (index < 0) result.push(self)
    else result[index] = { ...self, set: union(taken, difference(managers[index]!.set, removed)) }
  }
  return encodeManagers(result)
}

/** An object without its books. */
function bare(object: KubeObject): KubeObject {
  const { managedFields: _books, ...metadata } = object.metadata
  return { ...object, metadata }
}

/** Fields that nobody owns, and those that the endpoint ignores, are left out. */
function stripped(set: FieldSet, subresource: string, schema: TypeSchema, update = false): FieldSet {
  let out: FieldSet = { member: false, children: new Map(set.children) }
  for (const key of ['f:apiVersion', 'f:kind']) out.children.delete(key)
  for (const key of UNOWNED) out = withoutBranch(out, ['f:metadata', `f:${key}`])
  const metadata = out.children.get('f:metadata')
  if (metadata) {
    const rest: FieldSet = { member: false, children: metadata.children }
    if (isEmptySet(rest)) out.children.delete('f:metadata')
    else out.children.set('f:metadata', rest)
  }
  if (!update) {
    if (subresource === '' && schema.fields?.has('status') && schema.fields.has('spec'))
      out = withoutBranch(out, ['f:status'])
    if (subresource === 'status') out = withoutBranch(out, ['f:spec'])
  }
  return out
}

interface Conflict {
  manager: Manager
  set: FieldSet
}

/** A first server-side apply by kubectl may take what its client-side apply wrote. */
function ownedByLastApplied(
  schema: TypeSchema,
  live: KubeObject | undefined,
  manager: string,
  conflicts: Conflict[],
): boolean {
  const text = live?.metadata.annotations?.[LAST_APPLIED]
  if (manager !== 'kubectl' || !text) return false
  let last: unknown
  try {
    last = JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
  const set = fieldSetOf(schema, last)
  return conflicts.every(c => c.manager.operation === 'Update' && isEmptySet(difference(c.set, set)))
}

function conflictError(conflicts: Conflict[]): Error {
  const causes: StatusCause[] = []
  const lines: string[] = []
  let count = 0
  let single = ''
  const name = ({ manager: m }: Conflict) =>
    `${JSON.stringify(m.manager)}${m.subresource ? ` with subresource ${JSON.stringify(m.subresource)}` : ''}${m.operation === 'Update' ? ` using ${m.apiVersion}` : ''}`
  for (const conflict of [...conflicts].sort((a, b) => (name(a) < name(b) ? -1 : 1))) {
    lines.push(`conflicts with ${name(conflict)}:`)
    for (const field of memberPaths(conflict.set)) {
      count++
      single = `conflict with ${name(conflict)}: ${field}`
      lines.push(`- ${field}`)
      causes.push({ reason: 'FieldManagerConflict', message: `conflict with ${name(conflict)}`, field })
    }
  }
  return applyConflict(
    count === 1
      ? `Apply failed with 1 conflict: ${single}`
      : `Apply failed with ${count} conflicts: ${lines.join('\n')}`,
    causes,
  )
}
