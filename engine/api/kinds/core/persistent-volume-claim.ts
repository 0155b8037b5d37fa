import { parseQuantity } from '../../../base/quantity.ts'
import { deepClone, semanticEqual } from '../../equality.ts'
import type { KubeObject } from '../../object.ts'
import type { FieldError } from '../../strategy.ts'
import { NIL, forbidden, invalid, invalids, notSupported, required } from '../../validation/field.ts'
import { isQualifiedName } from '../../validation/names.ts'
import { accessModes, ageColumn, column, nameColumn, wide } from '../columns.ts'
import { defineKind } from '../define.ts'
import { isNative } from './pod/resource-names.ts'
import { claimSpecWarnings, validateClaimSpec } from './volume/claim-spec.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class'
const RESIZE_STATES = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
]

export const strategy = defineKind({
  group: '',
  kind: 'PersistentVolumeClaim',
  resource: 'persistentvolumeclaims',
  namespaced: true,
  shortNames: ['pvc'],
  hasStatus: true,
  columns: [
    nameColumn,
    column('Status', 'string', 'Whether a volume is bound.', o =>
      o.metadata.deletionTimestamp ? 'Terminating' : (o.status?.phase ?? ''),
    ),
    column('Volume', 'string', 'Volume that is bound.', o => o.spec?.volumeName ?? ''),
    column('Capacity', 'string', 'Size of the bound volume.', o =>
      o.spec?.volumeName ? (o.status?.capacity?.storage ?? '0') : '',
    ),
    column('Access Modes', 'string', 'How the bound volume may be mounted.', o =>
      o.spec?.volumeName ? accessModes(o.status?.accessModes) : '',
    ),
    column(
      'StorageClass',
      'string',
      'Class of the claim.',
      o => o.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? o.spec?.storageClassName ?? '',
    ),
    column(
      'VolumeAttributesClass',
      'string',
      'Attributes class that is wanted.',
      o => o.spec?.volumeAttributesClassName ?? '<unset>',
    ),
    ageColumn,
    wide('VolumeMode', 'string', 'File system or raw block device.', o => o.spec?.volumeMode ?? '<unset>'),
  ],
  setDefaults(object) {
    object.status ??= {}
    object.status.phase ??= 'Pending'
  },
  prepareForCreate(object) {
    object.status = { phase: 'Pending' }
    dropOddSource(object.spec)
    mirrorDataSource(object.spec)
  },
  prepareForUpdate(object, old, context) {
    // A client that does not know the newer field keeps it by saying nothing.
    if (context.subresource === '' && !old.spec?.dataSource && !old.spec?.dataSourceRef) dropOddSource(object.spec)
  },
  validate: object => validateClaimSpec(object.spec ?? {}, 'spec'),
  validateUpdate: (object, old, context) =>
    context.subresource === 'status' ? validateStatus(object) : validateSpecUpdate(object, old),
  warnings(object, _old, context) {
    if (context.subresource) return []
    const noted =
      object.metadata.annotations?.[BETA_CLASS] !== undefined
        ? [`metadata.annotations[${BETA_CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`]
        : []
    return [...noted, ...claimSpecWarnings(object.spec, 'spec')]
  },
  selectableFields: o => ({ name: o.metadata.name ?? '' }),
})

/** A claim's spec stays as it is, but for the size and the attributes class of one that is bound. */
function validateSpecUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = []
  const [now, was] = [object.spec ?? {}, old.spec ?? {}]
  const rest = deepClone(now) as any
  const before = deepClone(was) as any
  if (!was.volumeName) restore(before, now, 'volumeName')
  const noted = (o: KubeObject) => o.metadata.annotations?.[BETA_CLASS]
  const upgraded =
    noted(old) !== undefined &&
    was.storageClassName === undefined &&
    now.storageClassName === noted(old) &&
    (noted(object) === undefined || noted(object) === noted(old))
  if (upgraded) delete rest.storageClassName
  else {
    if ((noted(object) ?? '') !== (noted(old) ?? ''))
      errors.push(invalid(`metadata.annotations.${BETA_CLASS}`, noted(object) ?? '', 'field is immutable'))
    const fromNothing = now.storageClassName !== undefined && was.storageClassName === undefined
    if (fromNothing && (noted(old) === undefined || noted(old) === now.storageClassName)) delete rest.storageClassName
  }
  if (object.status?.phase === 'Bound') {
    if (rest.resources?.requests) restore(rest.resources.requests, was.resources?.requests ?? {}, 'storage')
    if (rest.volumeAttributesClassName !== undefined) restore(rest, was, 'volumeAttributesClassName')
  }
  if (!semanticEqual(rest, before))
    errors.push(
      forbidden(
        'spec',
        'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ),
    )
  const size = (list: Record<string, string> | undefined) => parseQuantity(list?.storage ?? '0')
  const asked = size(now.resources?.requests)
  if (asked.cmp(size(was.resources?.requests)) < 0 && asked.cmp(size(old.status?.capacity)) <= 0)
    errors.push(forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity'))
  if (now.volumeMode !== was.volumeMode) errors.push(invalid('volumeMode', now.volumeMode ?? NIL, 'field is immutable'))
  if (was.volumeAttributesClassName !== undefined && now.volumeAttributesClassName !== was.volumeAttributesClassName) {
    const to = now.volumeAttributesClassName
    if (!to)
      errors.push(
        forbidden(
          'spec.volumeAttributesClassName',
          `update from non-nil value to ${to === undefined ? 'nil' : 'an empty string'} is forbidden`,
        ),
      )
  }
  return errors
}

function validateStatus(object: KubeObject): FieldError[] {
  const errors: FieldError[] = []
  if (!object.spec?.accessModes?.length) errors.push(required('Spec.accessModes'))
  const { capacity, allocatedResourceStatuses: states, allocatedResources } = object.status ?? {}
  for (const [name, value] of Object.entries<string>(capacity ?? {}))
    errors.push(...validateSize(value, `status.capacity[${name}]`))
  for (const [name, state] of Object.entries<string>(states ?? {})) {
    errors.push(...validateStorageName(name, 'status.allocatedResourceStatus'))
    if (!RESIZE_STATES.includes(state)) errors.push(notSupported('status.allocatedResourceStatus', name, RESIZE_STATES))
  }
  for (const [name, value] of Object.entries<string>(allocatedResources ?? {})) {
    const odd = validateStorageName(name, 'status.allocatedResources')
    errors.push(...(odd.length ? odd : validateSize(value, `status.allocatedResources[${name}]`)))
  }
  return errors
}

const validateSize = (value: string, at: string): FieldError[] =>
  parseQuantity(value).value() < 0
    ? [invalid(at, parseQuantity(value).value(), 'must be a valid resource quantity')]
    : []

function validateStorageName(name: string, at: string): FieldError[] {
  const texts = isQualifiedName(name)
  if (texts.length) return invalids(at, name, texts)
  return isNative(name) && name !== 'storage' ? [notSupported(at, name, ['storage'])] : []
}

/** Sources other than claims and snapshots are for the newer field alone; in the older they are dropped. */
function dropOddSource(spec: KubeObject['spec']): void {
  const source = spec?.dataSource
  if (!source || spec.dataSourceRef) return
  const known =
    (source.kind === 'PersistentVolumeClaim' && !source.apiGroup) ||
    (source.kind === 'VolumeSnapshot' && source.apiGroup === 'snapshot.storage.k8s.io')
  if (!known) delete spec.dataSource
}

function restore(now: any, was: any, key: string): void {
  if (was[key] === undefined) delete now[key]
  else now[key] = was[key]
}

/** dataSource and dataSourceRef say the same where both can. */
function mirrorDataSource(spec: KubeObject['spec']): void {
  if (!spec) return
  if (spec.dataSource && !spec.dataSourceRef) spec.dataSourceRef = { ...spec.dataSource }
  else if (spec.dataSourceRef && !spec.dataSource && !spec.dataSourceRef.namespace)
    spec.dataSource = { ...spec.dataSourceRef }
}
