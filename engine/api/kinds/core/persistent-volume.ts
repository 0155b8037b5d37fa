import { parseQuantity } from '../../../base/quantity.ts'
import { semanticEqual } from '../../equality.ts'
import type { KubeObject } from '../../object.ts'
import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, notSupported, required } from '../../validation/field.ts'
import { accessModes, ageColumn, column, nameColumn, wide } from '../columns.ts'
import { defineKind } from '../define.ts'
import { ACCESS_MODES } from './persistent-volume-claim.ts'

/** Members of the spec that say where the bytes are. */
const SOURCES = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'hostPath',
  'glusterfs',
  'nfs',
  'rbd',
  'iscsi',
  'cinder',
  'cephfs',
  'fc',
  'flocker',
  'flexVolume',
  'azureFile',
  'vsphereVolume',
  'quobyte',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'local',
  'storageos',
  'csi',
]

export const strategy = defineKind({
  group: '',
  kind: 'PersistentVolume',
  resource: 'persistentvolumes',
  namespaced: false,
  shortNames: ['pv'],
  hasStatus: true,
  columns: [
    nameColumn,
    column('Capacity', 'string', 'Size of the volume.', o => o.spec?.capacity?.storage ?? '0'),
    column('Access Modes', 'string', 'How the volume may be mounted.', o => accessModes(o.spec?.accessModes)),
    column(
      'Reclaim Policy',
      'string',
      'What happens when its claim is gone.',
      o => o.spec?.persistentVolumeReclaimPolicy ?? '',
    ),
    column('Status', 'string', 'Phase of the volume.', o =>
      o.metadata.deletionTimestamp ? 'Terminating' : (o.status?.phase ?? ''),
    ),
    column('Claim', 'string', 'Claim that it is bound to.', o =>
      o.spec?.claimRef ? `${o.spec.claimRef.namespace ?? ''}/${o.spec.claimRef.name ?? ''}` : '',
    ),
    column(
      'StorageClass',
      'string',
      'Class of the volume.',
      o => o.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? o.spec?.storageClassName ?? '',
    ),
    column(
      'VolumeAttributesClass',
      'string',
      'Attributes class of the volume.',
      o => o.spec?.volumeAttributesClassName ?? '<unset>',
    ),
    column('Reason', 'string', 'Why it is in its phase.', o => o.status?.reason ?? ''),
    ageColumn,
    wide('VolumeMode', 'string', 'File system or raw block device.', o => o.spec?.volumeMode ?? '<unset>'),
  ],
  setDefaults(object) {
    object.status ??= {}
    object.status.phase ??= 'Pending'
  },
  prepareForCreate(object, context) {
    object.status = { phase: 'Pending', lastPhaseTransitionTime: context.now }
  },
  prepareForUpdate(object, old, context) {
    if (context.subresource === 'status' && object.status?.phase !== old.status?.phase)
      object.status.lastPhaseTransitionTime ??= context.now
    if (
      context.subresource === 'status' &&
      object.status?.phase !== old.status?.phase &&
      object.status.lastPhaseTransitionTime === old.status?.lastPhaseTransitionTime
    )
      object.status.lastPhaseTransitionTime = context.now
  },
  validate(object) {
    const spec = object.spec ?? {}
    const errors: FieldError[] = []
    if (!spec.accessModes?.length) errors.push(required('spec.accessModes'))
    for (const mode of spec.accessModes ?? [])
      if (!ACCESS_MODES.includes(mode)) errors.push(notSupported('spec.accessModes', mode, ACCESS_MODES))
    if (!Object.keys(spec.capacity ?? {}).length) errors.push(required('spec.capacity'))
    else if (!spec.capacity.storage || Object.keys(spec.capacity).length > 1)
      errors.push(
        notSupported('spec.capacity', Object.keys(spec.capacity).find(k => k !== 'storage') ?? spec.capacity, [
          'storage',
        ]),
      )
    if (spec.capacity?.storage && parseQuantity(spec.capacity.storage).sign() <= 0)
      errors.push(invalid('spec.capacity[storage]', spec.capacity.storage, 'must be greater than zero'))
    if (!['Delete', 'Recycle', 'Retain'].includes(spec.persistentVolumeReclaimPolicy))
      errors.push(
        notSupported('spec.persistentVolumeReclaimPolicy', spec.persistentVolumeReclaimPolicy, [
          'Delete',
          'Recycle',
          'Retain',
        ]),
      )
    const given = SOURCES.filter(s => spec[s])
    for (const extra of given.slice(1))
      errors.push(forbidden(`spec.${extra}`, 'may not specify more than 1 volume type'))
    if (!given.length) errors.push(required('spec', 'must specify a volume type'))
    if (spec.hostPath) {
      if (!spec.hostPath.path) errors.push(required('spec.hostPath.path'))
      else if (spec.hostPath.path.split('/').includes('..'))
        errors.push(invalid('spec.hostPath.path', spec.hostPath.path, "must not contain '..'"))
      if (spec.hostPath.path === '/' && spec.persistentVolumeReclaimPolicy === 'Recycle')
        errors.push(forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'"))
    }
    if (spec.nfs) {
      if (!spec.nfs.server) errors.push(required('spec.nfs.server'))
      if (!spec.nfs.path) errors.push(required('spec.nfs.path'))
    }
    if (spec.local) {
      if (!spec.local.path) errors.push(required('spec.local.path'))
      if (!spec.nodeAffinity?.required)
        errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'))
    }
    if (spec.csi) {
      if (!spec.csi.driver) errors.push(required('spec.csi.driver'))
      if (!spec.csi.volumeHandle) errors.push(required('spec.csi.volumeHandle'))
    }
    if (spec.volumeMode && !['Block', 'Filesystem'].includes(spec.volumeMode))
      errors.push(notSupported('spec.volumeMode', spec.volumeMode, ['Block', 'Filesystem']))
    return errors
  },
  validateUpdate(object, old, context) {
    if (context.subresource === 'status') return []
    const errors: FieldError[] = []
    const source = (o: KubeObject) => Object.fromEntries(SOURCES.filter(s => o.spec?.[s]).map(s => [s, o.spec[s]]))
    if (!semanticEqual(source(object), source(old)))
      errors.push(forbidden('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation'))
    if (object.spec?.volumeMode !== old.spec?.volumeMode)
      errors.push(invalid('volumeMode', object.spec?.volumeMode ?? null, 'field is immutable'))
    if (old.spec?.nodeAffinity && !semanticEqual(object.spec?.nodeAffinity, old.spec.nodeAffinity))
      errors.push(invalid('nodeAffinity', object.spec?.nodeAffinity ?? null, 'field is immutable'))
    return errors
  },
  selectableFields: o => ({ 'status.phase': o.status?.phase ?? '', name: o.metadata.name ?? '' }),
})
