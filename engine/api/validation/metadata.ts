import type { ObjectMeta } from '../object.ts'
import type { FieldError } from '../strategy.ts'
import { deepEqual } from '../equality.ts'
import { NIL, forbidden, invalid, required, tooLong } from './field.ts'
import { isDNS1123Label, isLabelValue, isQualifiedName, maskTrailingDash } from './names.ts'
import type { NameRule } from './names.ts'

const MAX_ANNOTATIONS = 256 * 1024
const MAX_MANAGER = 128
const MAX_SUBRESOURCE = 256

export interface MetaRules {
  namespaced: boolean
  nameRule: NameRule
  /** Path of the metadata; "metadata" if absent. */
  path?: string
}

/** Checks an object's metadata (ValidateObjectMeta of apimachinery). */
export function validateObjectMeta(meta: ObjectMeta, rules: MetaRules): FieldError[] {
  const at = rules.path ?? 'metadata'
  const errors: FieldError[] = []
  if (meta.generateName)
    for (const text of rules.nameRule(maskTrailingDash(meta.generateName)))
      errors.push(invalid(`${at}.generateName`, meta.generateName, text))
  if (!meta.name) errors.push(required(`${at}.name`, 'name or generateName is required'))
  else for (const text of rules.nameRule(meta.name)) errors.push(invalid(`${at}.name`, meta.name, text))
  if (rules.namespaced) {
    if (!meta.namespace) errors.push(required(`${at}.namespace`))
    else
      for (const text of isDNS1123Label(meta.namespace)) errors.push(invalid(`${at}.namespace`, meta.namespace, text))
  } else if (meta.namespace) errors.push(forbidden(`${at}.namespace`, 'not allowed on this type'))
  if ((meta.generation ?? 0) < 0)
    errors.push(invalid(`${at}.generation`, meta.generation, 'must be greater than or equal to 0'))
  errors.push(
    ...validateLabels(meta.labels, `${at}.labels`),
    ...validateAnnotations(meta.annotations, `${at}.annotations`),
  )
  errors.push(
    ...validateOwners(meta, `${at}.ownerReferences`),
    ...validateFinalizers(meta.finalizers, `${at}.finalizers`),
    ...validateManagedFields(meta, `${at}.managedFields`),
    ...validateFinalizerDomains(meta.finalizers, `${at}.finalizers`),
  )
  return errors
}

/** Checks what an update makes of an object's metadata (ValidateObjectMetaUpdate of apimachinery). */
export function validateObjectMetaUpdate(meta: ObjectMeta, old: ObjectMeta, at = 'metadata'): FieldError[] {
  return [
    ...validateMetaUpdate(meta, old, at),
    ...validateLabels(meta.labels, `${at}.labels`),
    ...validateAnnotations(meta.annotations, `${at}.annotations`),
    ...validateOwners(meta, `${at}.ownerReferences`),
    ...validateManagedFields(meta, `${at}.managedFields`),
    ...validateFinalizerDomains(meta.finalizers, `${at}.finalizers`),
  ]
}

export function validateLabels(labels: Record<string, string> | undefined, at: string): FieldError[] {
  const errors: FieldError[] = []
  for (const [key, value] of Object.entries(labels ?? {})) {
    errors.push(...isQualifiedName(key).map(text => invalid(at, key, text)))
    errors.push(...isLabelValue(value).map(text => invalid(at, value, text)))
  }
  return errors
}

export function validateAnnotations(annotations: Record<string, string> | undefined, at: string): FieldError[] {
  const errors: FieldError[] = []
  let total = 0
  for (const [key, value] of Object.entries(annotations ?? {})) {
    errors.push(...isQualifiedName(key.toLowerCase()).map(text => invalid(at, key, text)))
    total += Buffer.byteLength(key) + Buffer.byteLength(value)
  }
  if (total > MAX_ANNOTATIONS) errors.push(tooLong(at, MAX_ANNOTATIONS))
  return errors
}

/** A LabelSelector object. */
export function validateLabelSelector(selector: unknown, at: string): FieldError[] {
  const s = selector as
    | {
        matchLabels?: Record<string, string>
        matchExpressions?: { key?: string; operator?: string; values?: string[] }[]
      }
    | undefined
    | null
  if (!s) return []
  const errors = validateLabels(s.matchLabels, `${at}.matchLabels`)
  ;(s.matchExpressions ?? []).forEach((e, i) => {
    const path = `${at}.matchExpressions[${i}]`
    switch (e.operator) {
      case 'In':
      case 'NotIn':
        if (!e.values?.length)
          errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
        break
      case 'Exists':
      case 'DoesNotExist':
        if (e.values?.length)
          errors.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
        break
      default:
        errors.push(invalid(`${path}.operator`, e.operator ?? '', 'not a valid selector operator'))
    }
    errors.push(...isQualifiedName(e.key ?? '').map(text => invalid(`${path}.key`, e.key ?? '', text)))
    e.values?.forEach((value, j) =>
      errors.push(...isLabelValue(value).map(text => invalid(`${path}.values[${j}]`, value, text))),
    )
  })
  return errors
}

type Owner = NonNullable<ObjectMeta['ownerReferences']>[number]

/** Messages show a reference with its members in the order of its type. */
function shownOwner({ apiVersion, kind, name, uid, controller, blockOwnerDeletion }: Owner): unknown {
  return { apiVersion, kind, name, uid, controller, blockOwnerDeletion }
}

function validateOwners(meta: ObjectMeta, at: string): FieldError[] {
  const errors: FieldError[] = []
  let controller: string | undefined
  ;(meta.ownerReferences ?? []).forEach((owner, i) => {
    const path = `${at}[${i}]`
    // Two slashes make no version at all.
    if (!/^([^/]*\/)?[^/]+$/.test(owner.apiVersion ?? ''))
      errors.push(invalid(`${path}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty'))
    if (!owner.kind) errors.push(invalid(`${path}.kind`, '', 'must not be empty'))
    if (!owner.name) errors.push(invalid(`${path}.name`, '', 'must not be empty'))
    if (!owner.uid) errors.push(invalid(`${path}.uid`, '', 'must not be empty'))
    if (owner.apiVersion === 'v1' && owner.kind === 'Event')
      errors.push(invalid(path, shownOwner(owner), '/v1, Kind=Event is disallowed from being an owner'))
    if (!owner.controller) return
    if (controller !== undefined)
      errors.push(
        invalid(
          at,
          (meta.ownerReferences ?? []).map(shownOwner),
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${owner.kind}/${owner.name}`,
        ),
      )
    else controller = `${owner.kind}/${owner.name}`
  })
  return errors
}

function validateFinalizers(finalizers: string[] | undefined, at: string): FieldError[] {
  const errors: FieldError[] = []
  for (const name of finalizers ?? []) errors.push(...isQualifiedName(name).map(text => invalid(at, name, text)))
  if (finalizers?.includes('orphan') && finalizers.includes('foregroundDeletion'))
    errors.push(invalid(at, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'))
  return errors
}

/** Finalizers of others than Kubernetes have a domain. */
function validateFinalizerDomains(finalizers: string[] | undefined, at: string): FieldError[] {
  return (finalizers ?? []).flatMap((name, i) => validateFinalizerDomain(name, `${at}[${i}]`))
}

/** The same for one finalizer. */
export function validateFinalizerDomain(name: string, at: string): FieldError[] {
  return name.includes('/') || ['orphan', 'foregroundDeletion', 'kubernetes'].includes(name)
    ? []
    : [invalid(at, name, 'name is neither a standard finalizer name nor is it fully qualified')]
}

function validateManagedFields(meta: ObjectMeta, at: string): FieldError[] {
  const errors: FieldError[] = []
  meta.managedFields?.forEach((entry, i) => {
    const path = `${at}[${i}]`
    if (entry.operation !== 'Apply' && entry.operation !== 'Update')
      errors.push(invalid(`${path}.operation`, entry.operation ?? '', 'must be `Apply` or `Update`'))
    if (entry.fieldsType && entry.fieldsType !== 'FieldsV1')
      errors.push(invalid(`${path}.fieldsType`, entry.fieldsType, 'must be `FieldsV1`'))
    if (Buffer.byteLength(entry.manager ?? '') > MAX_MANAGER) errors.push(tooLong(`${path}.manager`, MAX_MANAGER))
    if (Buffer.byteLength(entry.subresource ?? '') > MAX_SUBRESOURCE)
      errors.push(tooLong(`${path}.subresource`, MAX_SUBRESOURCE))
  })
  return errors
}

function validateMetaUpdate(meta: ObjectMeta, old: ObjectMeta, at: string): FieldError[] {
  const errors: FieldError[] = []
  // Finalizers may only go away once deletion has begun.
  if (old.deletionTimestamp) {
    const added = [...new Set(meta.finalizers ?? [])].filter(f => !(old.finalizers ?? []).includes(f)).sort()
    if (added.length)
      errors.push(
        forbidden(
          `${at}.finalizers`,
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map(f => JSON.stringify(f)).join(', ')}}`,
        ),
      )
  }
  if (!meta.resourceVersion)
    errors.push(
      invalid(
        `${at}.resourceVersion`,
        meta.resourceVersion === undefined ? '' : meta.resourceVersion,
        'must be specified for an update',
      ),
    )
  if ((meta.generation ?? 0) < (old.generation ?? 0))
    errors.push(invalid(`${at}.generation`, meta.generation ?? 0, 'must not be decremented'))
  const immutable = (
    key: 'name' | 'namespace' | 'uid' | 'creationTimestamp' | 'deletionTimestamp' | 'deletionGracePeriodSeconds',
  ) => {
    if (!deepEqual(meta[key] ?? undefined, old[key] ?? undefined))
      errors.push(
        invalid(
          `${at}.${key}`,
          meta[key] ?? (key === 'creationTimestamp' || key.startsWith('deletion') ? NIL : ''),
          'field is immutable',
        ),
      )
  }
  immutable('name')
  immutable('namespace')
  immutable('uid')
  immutable('creationTimestamp')
  immutable('deletionTimestamp')
  immutable('deletionGracePeriodSeconds')
  return errors
}
