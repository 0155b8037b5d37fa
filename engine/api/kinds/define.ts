import { deepEqual } from '../equality.ts'
import { zeroValue } from '../defaulting.ts'
import { packageOf, typeOfPackage } from '../schema/packages.ts'
import type { KubeObject } from '../object.ts'
import type { Strategy, SubresourceInfo, Verb } from '../strategy.ts'
import { ageColumn, nameColumn } from './columns.ts'

/** The verbs of a resource that is stored. */
export const ALL_VERBS: Verb[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

type Given = Pick<Strategy, 'group' | 'kind' | 'resource' | 'namespaced'> &
  Partial<Strategy> & {
    /** Whether who makes an object may say its status, too. */
    bornWithStatus?: boolean
  }

/**
 * A strategy from what is special about the kind. Filled in: one version v1, every verb, columns Name and Age, a status subresource
 * where there is a status, and the usual division of labour between an object's writers and its status' writers.
 */
export function defineKind({ bornWithStatus = false, ...given }: Given): Strategy {
  const versions = given.versions ?? ['v1']
  const hasStatus = given.hasStatus ?? false
  const strategy: Strategy = {
    versions,
    storageVersion: versions[0]!,
    singular: given.kind.toLowerCase(),
    verbs: ALL_VERBS,
    columns: [nameColumn, ageColumn],
    allowUnconditionalUpdate: true,
    allowCreateOnUpdate: false,
    ...given,
    hasStatus,
  }
  const subresources = [...(given.subresources ?? [])]
  if (hasStatus && !subresources.some(s => s.name === 'status')) subresources.push(subresource('status', given.kind))
  if (subresources.length) strategy.subresources = subresources.sort((a, b) => (a.name < b.name ? -1 : 1))
  strategy.prepareForCreate = (object, context) => {
    if (hasStatus && !bornWithStatus) object.status = zeroStatus(strategy)
    if (strategy.hasGeneration) object.metadata.generation = 1
    given.prepareForCreate?.(object, context)
  }
  strategy.prepareForUpdate = (object, old, context) => {
    if (hasStatus && STATUS_WRITERS.has(context.subresource)) keepAllButStatus(object, old)
    else if (hasStatus) {
      if (old.status === undefined) delete object.status
      else object.status = old.status
    }
    given.prepareForUpdate?.(object, old, context)
    if (strategy.hasGeneration)
      object.metadata.generation = (old.metadata.generation ?? 0) + (specChanged(object, old) ? 1 : 0)
  }
  return strategy
}

/** A subresource with the kind's own body. */
export function subresource(
  name: string,
  kind: string,
  verbs: Verb[] = ['get', 'patch', 'update'],
  groupVersion?: { group: string; version: string },
): SubresourceInfo {
  return { name, kind, verbs, ...groupVersion }
}

/** The scale subresource. */
export const scaleSubresource: SubresourceInfo = subresource('scale', 'Scale', undefined, {
  group: 'autoscaling',
  version: 'v1',
})

/** Subresources through which the status is written. */
const STATUS_WRITERS = new Set(['status', 'approval'])

/** Metadata that the writer of a status may not change is put back along with everything else. */
function keepAllButStatus(object: KubeObject, old: KubeObject): void {
  for (const key of Object.keys(object)) if (!KEPT.has(key) && !(key in old)) delete object[key]
  for (const key of Object.keys(old)) if (!KEPT.has(key)) object[key] = old[key]
}
const KEPT = new Set(['apiVersion', 'kind', 'metadata', 'status'])

function specChanged(object: KubeObject, old: KubeObject): boolean {
  for (const key of new Set([...Object.keys(object), ...Object.keys(old)]))
    if (!KEPT.has(key) && !deepEqual(object[key], old[key])) return true
  return false
}

function zeroStatus(strategy: Strategy): unknown {
  const pkg = packageOf(strategy.group, strategy.versions[0]!)
  const field = pkg ? typeOfPackage(pkg, strategy.kind)?.fields?.get('status') : undefined
  return field ? zeroValue(field.schema) : {}
}
