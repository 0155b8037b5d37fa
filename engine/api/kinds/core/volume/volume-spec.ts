import { parseQuantity } from '../../../../base/quantity.ts'
import type { FieldError } from '../../../strategy.ts'
import { forbidden, invalid, invalids, notSupported, required } from '../../../validation/field.ts'
import { isDNS1123Subdomain } from '../../../validation/names.ts'
import { validateNodeSelector } from '../pod/scheduling-rules.ts'
import { VOLUME_MODES, validateAccessModes } from './claim-spec.ts'
import * as sources from './sources.ts'
import type { SourceCheck } from './sources.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

/** Sources of persistent volumes in the order in which Kubernetes looks at them. */
const SOURCES: [member: string, check: SourceCheck, path?: string, extraPath?: string][] = [
  ['hostPath', sources.hostPath],
  ['gcePersistentDisk', sources.gcePersistentDisk, 'persistentDisk'],
  ['awsElasticBlockStore', sources.awsElasticBlockStore],
  ['glusterfs', sources.glusterfsPersistent],
  ['flocker', sources.flocker],
  ['nfs', sources.nfs],
  ['rbd', sources.rbd],
  ['quobyte', sources.quobyte],
  ['cephfs', sources.cephfs, 'cephfs', 'cephFS'],
  ['iscsi', sources.iscsiPersistent],
  ['cinder', sources.cinderPersistent],
  ['fc', sources.fc],
  ['flexVolume', sources.flexVolume],
  ['azureFile', sources.azureFilePersistent],
  ['vsphereVolume', sources.vsphereVolume],
  ['photonPersistentDisk', sources.photonPersistentDisk],
  ['portworxVolume', sources.portworxVolume],
  ['azureDisk', sources.azureDisk],
  ['scaleIO', sources.scaleIO],
  ['local', sources.local],
  ['storageos', sources.storageosPersistent],
  ['csi', sources.csiPersistent],
]

/** Members of the spec that say where the bytes are. */
export const VOLUME_SOURCES = SOURCES.map(([member]) => member)

/** Rules for the spec of a persistent volume; `inline` for one inside of an attachment, which has no life of its own. */
export function validateVolumeSpec(spec: any, at: string, options: { name: string; inline: boolean }): FieldError[] {
  const errors: FieldError[] = []
  const { inline } = options
  const notInline = (key: string) =>
    errors.push(forbidden(`${at}.${key}`, 'may not be specified in the context of inline volumes'))
  if (inline) {
    if (spec.claimRef) notInline('claimRef')
    if (Object.keys(spec.capacity ?? {}).length) notInline('capacity')
    if (!spec.csi) errors.push(required(`${at}.csi`, 'has to be specified in the context of inline volumes'))
  }
  if (!spec.accessModes?.length) errors.push(required(`${at}.accessModes`))
  errors.push(...validateAccessModes(spec.accessModes, `${at}.accessModes`))
  if (!inline) errors.push(...validateCapacity(spec.capacity, `${at}.capacity`))
  const reclaim = spec.persistentVolumeReclaimPolicy
  const policies = ['Delete', 'Recycle', 'Retain']
  if (reclaim && inline && reclaim !== 'Retain')
    errors.push(forbidden(`${at}.persistentVolumeReclaimPolicy`, 'may only be Retain in the context of inline volumes'))
  else if (reclaim && !inline && !policies.includes(reclaim))
    errors.push(notSupported(`${at}.persistentVolumeReclaimPolicy`, reclaim, policies))
  if (spec.nodeAffinity) {
    if (inline) notInline('nodeAffinity')
    else if (!spec.nodeAffinity.required)
      errors.push(required(`${at}.nodeAffinity.required`, 'must specify required node constraints'))
    else errors.push(...validateNodeSelector(spec.nodeAffinity.required, `${at}.nodeAffinity.required`))
  }
  errors.push(...validateSource(spec, at, options.name))
  if (spec.hostPath && isRoot(spec.hostPath.path) && reclaim === 'Recycle')
    errors.push(forbidden(`${at}.persistentVolumeReclaimPolicy`, "may not be 'recycle' for a hostPath mount of '/'"))
  if (spec.storageClassName) {
    if (inline) notInline('storageClassName')
    else
      errors.push(
        ...invalids(`${at}.storageClassName`, spec.storageClassName, isDNS1123Subdomain(spec.storageClassName)),
      )
  }
  if (spec.volumeMode !== undefined) {
    if (inline && spec.volumeMode !== 'Filesystem')
      errors.push(
        forbidden(
          `${at}.volumeMode`,
          'may not specify volumeMode other than Filesystem in the context of inline volumes',
        ),
      )
    else if (!inline && !VOLUME_MODES.includes(spec.volumeMode))
      errors.push(notSupported(`${at}.volumeMode`, spec.volumeMode, VOLUME_MODES))
  }
  const attributes = spec.volumeAttributesClassName
  if (attributes !== undefined) {
    if (!attributes) errors.push(required(`${at}.volumeAttributesClassName`, 'an empty string is disallowed'))
    else errors.push(...invalids(`${at}.volumeAttributesClassName`, attributes, isDNS1123Subdomain(attributes)))
    if (!spec.csi) errors.push(required(`${at}.csi`, 'has to be specified when using volumeAttributesClassName'))
  }
  return errors
}

function validateCapacity(capacity: Record<string, string> | undefined, at: string): FieldError[] {
  const errors: FieldError[] = []
  const entries = Object.entries(capacity ?? {})
  if (!entries.length) errors.push(required(at))
  if (!capacity?.storage || entries.length > 1) errors.push(notSupported(at, capacity ?? null, ['storage']))
  for (const [name, value] of entries) {
    const quantity = parseQuantity(value)
    if (quantity.value() < 0)
      errors.push(invalid(`${at}[${name}]`, quantity.value(), 'must be a valid resource quantity'))
    if (quantity.sign() <= 0) errors.push(invalid(`${at}[${name}]`, quantity.toString(), 'must be greater than zero'))
  }
  return errors
}

function validateSource(spec: any, at: string, name: string): FieldError[] {
  const errors: FieldError[] = []
  let count = 0
  for (const [member, check, path = member, extraPath = member] of SOURCES) {
    if (!spec[member]) continue
    // Flexible volumes are never counted as one too many.
    if (count++ === 0 || member === 'flexVolume') {
      errors.push(...check(spec[member], `${at}.${path}`, name))
      if (member === 'local' && !spec.nodeAffinity)
        errors.push(required(`${at}.nodeAffinity`, 'Local volume requires node affinity'))
    } else errors.push(forbidden(`${at}.${extraPath}`, 'may not specify more than 1 volume type'))
  }
  if (!count) errors.push(required(at, 'must specify a volume type'))
  return errors
}

/** Whether a path is the root, however it is written. */
function isRoot(path: string | undefined): boolean {
  return path !== undefined && path.startsWith('/') && path.split('/').every(part => part === '' || part === '.')
}
