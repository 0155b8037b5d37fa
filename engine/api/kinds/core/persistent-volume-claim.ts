import { parseQuantity } from '../../../base/quantity.ts'
import { semanticEqual } from '../../equality.ts'
import type { KubeObject } from '../../object.ts'
import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, notSupported, required } from '../../validation/field.ts'
import { isDNS1123Subdomain } from '../../validation/names.ts'
import { validateLabelSelector } from '../../validation/metadata.ts'
import { accessModes, ageColumn, column, nameColumn, wide } from '../columns.ts'
import { defineKind } from '../define.ts'

export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']

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
      'Attributes class in force.',
      o => o.status?.currentVolumeAttributesClassName ?? o.spec?.volumeAttributesClassName ?? '<unset>',
    ),
    ageColumn,
    wide('VolumeMode', 'string', 'File system or raw block device.', o => o.spec?.volumeMode ?? '<unset>'),
  ],
  setDefaults(object) {
    object.status ??= {}
    object.status.phase ??= 'Pending'
    mirrorDataSource(object.spec)
  },
  prepareForCreate(object) {
    object.status = { phase: 'Pending' }
  },
  validate: object => validateClaimSpec(object.spec ?? {}, 'spec'),
  validateUpdate(object, old, context) {
    if (context.subresource === 'status') return []
    const errors: FieldError[] = []
    const changed = JSON.parse(JSON.stringify(object.spec)) as KubeObject['spec']
    const before = old.spec ?? {}
    if (changed.volumeName && !before.volumeName) delete changed.volumeName
    const bound = old.status?.phase === 'Bound'
    if (bound && before.resources?.requests && changed.resources?.requests)
      changed.resources.requests = { ...changed.resources.requests, storage: before.resources.requests.storage }
    if (changed.storageClassName !== undefined && before.storageClassName === undefined) delete changed.storageClassName
    changed.volumeAttributesClassName = before.volumeAttributesClassName
    if (changed.volumeAttributesClassName === undefined) delete changed.volumeAttributesClassName
    if (!semanticEqual(changed, before))
      errors.push(
        forbidden(
          'spec',
          'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
        ),
      )
    const [asked, had] = [object.spec?.resources?.requests?.storage, before.resources?.requests?.storage]
    if (asked && had && parseQuantity(asked).cmp(parseQuantity(had)) < 0) {
      const capacity = old.status?.capacity?.storage
      if (!capacity || parseQuantity(asked).cmp(parseQuantity(capacity)) <= 0)
        errors.push(
          forbidden(
            'spec.resources.requests.storage',
            capacity ? 'field can not be less than status.capacity' : 'field can not be less than previous value',
          ),
        )
    }
    return errors
  },
})

/** dataSource and dataSourceRef say the same where both can. */
function mirrorDataSource(spec: KubeObject['spec']): void {
  if (!spec) return
  if (spec.dataSource && !spec.dataSourceRef) spec.dataSourceRef = { ...spec.dataSource }
  else if (spec.dataSourceRef && !spec.dataSource && !spec.dataSourceRef.namespace)
    spec.dataSource = { ...spec.dataSourceRef }
}

/** Rules for the spec of a claim, also inside of templates. */
export function validateClaimSpec(spec: KubeObject['spec'], at: string): FieldError[] {
  const errors: FieldError[] = []
  if (!spec.accessModes?.length) errors.push(required(`${at}.accessModes`, 'at least 1 access mode is required'))
  if (spec.selector) errors.push(...validateLabelSelector(spec.selector, `${at}.selector`))
  for (const mode of spec.accessModes ?? [])
    if (!ACCESS_MODES.includes(mode)) errors.push(notSupported(`${at}.accessModes`, mode, ACCESS_MODES))
  if (spec.accessModes?.includes('ReadWriteOncePod') && spec.accessModes.length > 1)
    errors.push(forbidden(`${at}.accessModes`, 'may not use ReadWriteOncePod with other access modes'))
  const storage = spec.resources?.requests?.storage
  if (storage === undefined) errors.push(required(`${at}.resources[storage]`))
  else if (parseQuantity(storage).sign() <= 0)
    errors.push(invalid(`${at}.resources[storage]`, storage, 'must be greater than zero'))
  if (spec.storageClassName)
    errors.push(
      ...isDNS1123Subdomain(spec.storageClassName).map(text =>
        invalid(`${at}.storageClassName`, spec.storageClassName, text),
      ),
    )
  if (spec.volumeMode && !['Block', 'Filesystem'].includes(spec.volumeMode))
    errors.push(notSupported(`${at}.volumeMode`, spec.volumeMode, ['Block', 'Filesystem']))
  return errors
}
