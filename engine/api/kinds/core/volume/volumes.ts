import { parseQuantity } from '../../../../base/quantity.ts'
import type { FieldError } from '../../../strategy.ts'
import { duplicate, forbidden, invalid, invalids, notSupported, required } from '../../../validation/field.ts'
import { validateAnnotations, validateLabels } from '../../../validation/metadata.ts'
import { isDNS1123Label, isDNS1123Subdomain } from '../../../validation/names.ts'
import { validateClaimSpec } from './claim-spec.ts'
import { validateDownwardFile, validateFileMode, validateItems, validateProjected } from './projections.ts'
import * as sources from './sources.ts'
import type { SourceCheck } from './sources.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

/** What the pod that the volumes belong to is, if it is one and no template. */
export interface VolumeOwner {
  /** The pod's name; absent for templates, whose pods have none yet. */
  podName?: string
  isPod: boolean
}

/**
 * Complains about volumes into `errors`; returns those that mounts may use, by name. A volume that was complained about
 * is not among them, so mounts of it are complained about too, as in Kubernetes.
 */
export function validateVolumes(
  volumes: any[] | undefined,
  at: string,
  errors: FieldError[],
  owner: VolumeOwner,
): Map<string, any> {
  const usable = new Map<string, any>()
  const created = new Set<string>()
  if (owner.podName)
    for (const volume of volumes ?? []) if (volume.ephemeral) created.add(`${owner.podName}-${volume.name}`)
  ;(volumes ?? []).forEach((volume, i) => {
    const path = `${at}[${i}]`
    const found = validateSource(volume, path, owner)
    const name: string = volume.name ?? ''
    if (!name) found.push(required(`${path}.name`))
    else found.push(...invalids(`${path}.name`, name, isDNS1123Label(name)))
    if (usable.has(name)) found.push(duplicate(`${path}.name`, name))
    if (found.length) errors.push(...found)
    else usable.set(name, volume)
    const claim = volume.persistentVolumeClaim?.claimName
    if (claim !== undefined && created.has(claim))
      errors.push(
        invalid(
          `${path}.persistentVolumeClaim.claimName`,
          claim,
          'must not reference a PVC that gets created for an ephemeral volume',
        ),
      )
  })
  return usable
}

const keyed =
  (name: string): SourceCheck =>
  (source, at) => [
    ...(source[name] ? [] : [required(`${at}.${name}`)]),
    ...validateFileMode(source.defaultMode, `${at}.defaultMode`),
    ...validateItems(source.items, `${at}.items`),
  ]

const emptyDir: SourceCheck = (source, at) =>
  source.sizeLimit !== undefined && parseQuantity(source.sizeLimit).sign() < 0
    ? [forbidden(`${at}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
    : []

const downwardAPI: SourceCheck = (source, at) => [
  ...validateFileMode(source.defaultMode, `${at}.defaultMode`),
  ...(source.items ?? []).flatMap((file: any) => validateDownwardFile(file, at)),
]

/** Sources of a pod's volumes in the order in which Kubernetes looks at them. */
const SOURCES: [member: string, check: SourceCheck, path?: string, extraPath?: string][] = [
  ['emptyDir', emptyDir],
  ['hostPath', sources.hostPath],
  ['gitRepo', sources.gitRepo],
  ['gcePersistentDisk', sources.gcePersistentDisk, 'persistentDisk'],
  ['awsElasticBlockStore', sources.awsElasticBlockStore],
  ['secret', keyed('secretName')],
  ['nfs', sources.nfs],
  ['iscsi', sources.iscsi],
  ['glusterfs', sources.glusterfs],
  ['flocker', sources.flocker],
  ['persistentVolumeClaim', sources.persistentVolumeClaim],
  ['rbd', sources.rbd],
  ['cinder', sources.cinder],
  ['cephfs', sources.cephfs, 'cephfs', 'cephFS'],
  ['quobyte', sources.quobyte],
  // The misspelling is Kubernetes' own.
  ['downwardAPI', downwardAPI, 'downwardAPI', 'downwarAPI'],
  ['fc', sources.fc],
  ['flexVolume', sources.flexVolume],
  ['configMap', keyed('name')],
  ['azureFile', sources.azureFile],
  ['vsphereVolume', sources.vsphereVolume],
  ['photonPersistentDisk', sources.photonPersistentDisk],
  ['portworxVolume', sources.portworxVolume],
  ['azureDisk', sources.azureDisk],
  ['storageos', sources.storageos],
  ['projected', validateProjected],
  ['scaleIO', sources.scaleIO],
  ['csi', sources.csi],
]

function validateSource(volume: any, at: string, owner: VolumeOwner): FieldError[] {
  const errors: FieldError[] = []
  let count = 0
  const first = (member: string, extraPath: string): boolean => {
    if (!volume[member]) return false
    if (count++ === 0) return true
    errors.push(forbidden(`${at}.${extraPath}`, 'may not specify more than 1 volume type'))
    return false
  }
  for (const [member, check, path = member, extraPath = member] of SOURCES)
    if (first(member, extraPath)) errors.push(...check(volume[member], `${at}.${path}`, volume.name ?? ''))
  if (first('ephemeral', 'ephemeral')) {
    errors.push(...validateEphemeral(volume.ephemeral, `${at}.ephemeral`))
    if (owner.podName && volume.name) {
      const claim = `${owner.podName}-${volume.name}`
      errors.push(
        ...invalids(
          `${at}.name`,
          volume.name,
          isDNS1123Subdomain(claim).map(text => `PVC name ${JSON.stringify(claim)}: ${text}`),
        ),
      )
    }
  }
  if (first('image', 'image')) {
    const image = volume.image
    if (owner.isPod && !image.reference) errors.push(required(`${at}.image.reference`))
    const policies = ['Always', 'IfNotPresent', 'Never']
    if (!image.pullPolicy) errors.push(required(`${at}.image.pullPolicy`))
    else if (!policies.includes(image.pullPolicy))
      errors.push(notSupported(`${at}.image.pullPolicy`, image.pullPolicy, policies))
  }
  if (!count) errors.push(required(at, 'must specify a volume type'))
  return errors
}

function validateEphemeral(source: any, at: string): FieldError[] {
  const template = source.volumeClaimTemplate
  if (!template) return [required(`${at}.volumeClaimTemplate`)]
  const path = `${at}.volumeClaimTemplate`
  const errors = [
    ...validateAnnotations(template.metadata?.annotations, `${path}.metadata.annotations`),
    ...validateLabels(template.metadata?.labels, `${path}.metadata.labels`),
  ]
  for (const key of Object.keys(template.metadata ?? {}))
    if (key !== 'annotations' && key !== 'labels' && template.metadata[key] !== null)
      errors.push(forbidden(`${path}.metadata.${key}`, 'cannot be set'))
  return [...errors, ...validateClaimSpec(template.spec ?? {}, `${path}.spec`)]
}
