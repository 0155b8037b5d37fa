import { parseQuantity } from '../../../base/quantity.ts'
import { deepClone, semanticEqual } from '../../equality.ts'
import type { KubeObject } from '../../object.ts'
import type { FieldError } from '../../strategy.ts'
import { NIL, forbidden, invalid } from '../../validation/field.ts'
import { accessModes, ageColumn, column, nameColumn, wide } from '../columns.ts'
import { defineKind } from '../define.ts'
import { nodeTermWarnings } from './node-labels.ts'
import { VOLUME_SOURCES, validateVolumeSpec } from './volume/volume-spec.ts'

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
  validate: object =>
    validateVolumeSpec(object.spec ?? {}, 'spec', { name: object.metadata.name ?? '', inline: false }),
  validateUpdate(object, old, context) {
    if (context.subresource === 'status') return []
    const errors: FieldError[] = []
    const [now, was] = [object.spec ?? {}, old.spec ?? {}]
    const source = (spec: KubeObject['spec']) => {
      const { csi, ...rest } = Object.fromEntries(VOLUME_SOURCES.filter(s => spec[s]).map(s => [s, spec[s]]))
      // The secret for expanding may be named later.
      const later = csi && !was.csi?.controllerExpandSecretRef
      return { ...rest, csi: later ? { ...csi, controllerExpandSecretRef: undefined } : csi }
    }
    if (!semanticEqual(source(now), source(was)))
      errors.push(forbidden('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation'))
    if (now.volumeMode !== was.volumeMode)
      errors.push(invalid('volumeMode', now.volumeMode ?? NIL, 'field is immutable'))
    if (was.nodeAffinity && !semanticEqual(withoutBetaLabels(now.nodeAffinity, was.nodeAffinity), was.nodeAffinity))
      errors.push(
        invalid(
          'nodeAffinity',
          now.nodeAffinity ?? NIL,
          'field is immutable, except for updating from beta label to GA',
        ),
      )
    if (was.volumeAttributesClassName !== undefined && now.volumeAttributesClassName === undefined)
      errors.push(forbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'))
    return errors
  },
  warnings: object => volumeWarnings(object),
  selectableFields: o => ({ name: o.metadata.name ?? '' }),
})

const GA_LABELS: Record<string, string> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
}

/** The affinity with keys that only followed a label to its stable name put back as they were. */
function withoutBetaLabels(now: KubeObject['spec'], was: KubeObject['spec']): unknown {
  const copy = deepClone(now)
  copy?.required?.nodeSelectorTerms?.forEach((term: KubeObject['spec'], i: number) =>
    term.matchExpressions?.forEach((e: { key: string }, j: number) => {
      const before: string | undefined = was.required?.nodeSelectorTerms?.[i]?.matchExpressions?.[j]?.key
      if (before && GA_LABELS[before] === e.key) e.key = before
    }),
  )
  return copy
}

const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class'
const OLD_SOURCES: Record<string, string> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
}

function volumeWarnings(object: KubeObject): string[] {
  const warnings: string[] = []
  const spec = object.spec ?? {}
  if (object.metadata.annotations?.[BETA_CLASS] !== undefined)
    warnings.push(
      `metadata.annotations[${BETA_CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`,
    )
  if (object.metadata.annotations?.['volume.beta.kubernetes.io/mount-options'] !== undefined)
    warnings.push(
      'metadata.annotations[volume.beta.kubernetes.io/mount-options]: deprecated since v1.31; use "mountOptions" attribute instead',
    )
  if (spec.persistentVolumeReclaimPolicy === 'Recycle')
    warnings.push(
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
    )
  spec.nodeAffinity?.required?.nodeSelectorTerms?.forEach((term: KubeObject['spec'], i: number) =>
    warnings.push(...nodeTermWarnings(term, `spec.nodeAffinity.required.nodeSelectorTerms[${i}]`, false)),
  )
  for (const [key, text] of Object.entries(OLD_SOURCES))
    if (spec[key]) warnings.push(`spec.${key === 'storageos' ? 'storageOS' : key}: ${text}`)
  const storage = spec.capacity?.storage
  if (storage !== undefined && parseQuantity(storage).milliValue() % 1000)
    warnings.push(
      `spec.capacity[storage]: fractional byte value ${JSON.stringify(parseQuantity(storage).toString())} is invalid, must be an integer`,
    )
  return warnings
}
