import type { FieldError } from '../../../strategy.ts'
import { invalid, invalids, notSupported, required, tooLong } from '../../../validation/field.ts'
import { inRange, isDNS1123Label, isDNS1123Subdomain } from '../../../validation/names.ts'
import { validateLocalDescendingPath, validatePathNoBacksteps } from '../../../validation/paths.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

/** Rules for one kind of volume source; `at` is its path, `name` the name of the volume. */
export type SourceCheck = (source: any, at: string, name: string) => FieldError[]

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
]
const ISCSI_FORMS: [string, RegExp][] = [
  ['iqn', /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/],
  ['eui', /^eui.[A-Za-z0-9]{16}$/],
  ['naa', /^naa.[A-Za-z0-9]{32}$/],
]
const ISCSI_LENGTH_TEXT =
  'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.'

/** Complains of members that are missing or empty. */
function need(...keys: string[]): SourceCheck {
  return (source, at) => keys.filter(key => !source[key]?.length).map(key => required(`${at}.${key}`))
}

export const hostPath: SourceCheck = (source, at) => {
  if (!source.path) return [required(`${at}.path`)]
  const errors = validatePathNoBacksteps(source.path, `${at}.path`)
  if (source.type !== undefined && !HOST_PATH_TYPES.includes(source.type))
    errors.push(notSupported(`${at}.type`, source.type, HOST_PATH_TYPES))
  return errors
}

export const gitRepo: SourceCheck = (source, at, name) => [
  ...need('repository')(source, at, name),
  ...validateLocalDescendingPath(source.directory ?? '', `${at}.directory`),
]

const partition = (source: any, at: string): FieldError[] =>
  source.partition < 0 || source.partition > 255
    ? invalids(`${at}.partition`, source.partition, inRange(-1, 1, 255))
    : []

export const gcePersistentDisk: SourceCheck = (source, at, name) => [
  ...need('pdName')(source, at, name),
  ...partition(source, at),
]

export const awsElasticBlockStore: SourceCheck = (source, at, name) => [
  ...need('volumeID')(source, at, name),
  ...partition(source, at),
]

export const nfs: SourceCheck = (source, at, name) => {
  const errors = need('server', 'path')(source, at, name)
  if (!source.path?.startsWith('/')) errors.push(invalid(`${at}.path`, source.path ?? '', 'must be an absolute path'))
  return errors
}

function iscsiNames(source: any, at: string, unknownText: string): FieldError[] {
  const errors: FieldError[] = []
  const check = (value: string, path: string) => {
    const form = ISCSI_FORMS.find(([prefix]) => value.startsWith(prefix))
    if (!form) errors.push(invalid(path, value, unknownText))
    else if (!form[1].test(value)) errors.push(invalid(path, value, 'must be valid format'))
  }
  if (!source.iqn) errors.push(required(`${at}.iqn`))
  else check(source.iqn, `${at}.iqn`)
  const lun = source.lun ?? 0
  errors.push(...invalids(`${at}.lun`, lun, inRange(lun, 0, 255)))
  if ((source.chapAuthDiscovery || source.chapAuthSession) && !source.secretRef)
    errors.push(required(`${at}.secretRef`))
  if (at && source.secretRef && unknownText === 'must be valid format' && !source.secretRef.name)
    errors.push(required(`${at}.secretRef.name`))
  if (source.initiatorName !== undefined) check(source.initiatorName, `${at}.initiatorname`)
  return errors
}

export const iscsi: SourceCheck = (source, at, name) => {
  const errors = need('targetPortal')(source, at, name)
  errors.push(...iscsiNames(source, at, 'must be valid format starting with iqn, eui, or naa'))
  if (source.initiatorName !== undefined && `${name}:${source.targetPortal ?? ''}`.length > 64)
    errors.push(invalid(at.replace(/\.iscsi$/, '.name'), name, ISCSI_LENGTH_TEXT))
  return errors
}

export const iscsiPersistent: SourceCheck = (source, at, name) => {
  const errors = need('targetPortal')(source, at, name)
  if (source.initiatorName !== undefined && `${name}:${source.targetPortal ?? ''}`.length > 64)
    errors.push(invalid(`${at}.targetportal`, source.targetPortal ?? '', ISCSI_LENGTH_TEXT))
  errors.push(...iscsiNames(source, at, 'must be valid format'))
  return errors
}

export const fc: SourceCheck = (source, at) => {
  const errors: FieldError[] = []
  const [wwns, wwids] = [source.targetWWNs ?? [], source.wwids ?? []]
  if (!wwns.length && !wwids.length)
    errors.push(required(`${at}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both'))
  if (wwns.length && wwids.length)
    errors.push(invalid(`${at}.targetWWNs`, wwns, 'targetWWNs and wwids can not be specified simultaneously'))
  if (wwns.length) {
    if (source.lun === undefined) errors.push(required(`${at}.lun`, 'lun is required if targetWWNs is specified'))
    else errors.push(...invalids(`${at}.lun`, source.lun, inRange(source.lun, 0, 255)))
  }
  return errors
}

export const glusterfs: SourceCheck = need('endpoints', 'path')

export const glusterfsPersistent: SourceCheck = (source, at, name) => {
  const errors = glusterfs(source, at, name)
  const namespace = source.endpointsNamespace
  if (namespace === '')
    errors.push(
      invalid(
        `${at}.endpointsNamespace`,
        namespace,
        'if the endpointnamespace is set, it must be a valid namespace name',
      ),
    )
  else if (namespace !== undefined)
    errors.push(...invalids(`${at}.endpointsNamespace`, namespace, isDNS1123Label(namespace)))
  return errors
}

export const flocker: SourceCheck = (source, at) => {
  const errors: FieldError[] = []
  if (!source.datasetName && !source.datasetUUID)
    errors.push(required(at, 'one of datasetName and datasetUUID is required'))
  if (source.datasetName && source.datasetUUID)
    errors.push(invalid(at, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'))
  if (source.datasetName?.includes('/'))
    errors.push(invalid(`${at}.datasetName`, source.datasetName, "must not contain '/'"))
  return errors
}

export const persistentVolumeClaim: SourceCheck = need('claimName')
export const rbd: SourceCheck = need('monitors', 'image')
export const cephfs: SourceCheck = need('monitors')
export const vsphereVolume: SourceCheck = need('volumePath')
export const photonPersistentDisk: SourceCheck = need('pdID')
export const portworxVolume: SourceCheck = need('volumeID')
export const scaleIO: SourceCheck = need('gateway', 'system', 'volumeName')
export const azureFile: SourceCheck = need('secretName', 'shareName')

export const azureFilePersistent: SourceCheck = (source, at, name) => {
  const errors = azureFile(source, at, name)
  if (source.secretNamespace === '') errors.push(required(`${at}.secretNamespace`))
  return errors
}

/** A secret beside a volume, in the pod's namespace or in one that is named. */
const secretRef =
  (...keys: string[]): SourceCheck =>
  (source, at) =>
    source.secretRef ? keys.filter(key => !source.secretRef[key]).map(key => required(`${at}.secretRef.${key}`)) : []

export const cinder: SourceCheck = (source, at, name) => [
  ...need('volumeID')(source, at, name),
  ...secretRef('name')(source, at, name),
]

export const cinderPersistent: SourceCheck = (source, at, name) => [
  ...need('volumeID')(source, at, name),
  ...secretRef('name', 'namespace')(source, at, name),
]

const storageosNames = (source: any, at: string): FieldError[] => {
  const errors: FieldError[] = []
  if (!source.volumeName) errors.push(required(`${at}.volumeName`))
  else errors.push(...invalids(`${at}.volumeName`, source.volumeName, isDNS1123Label(source.volumeName)))
  if (source.volumeNamespace)
    errors.push(...invalids(`${at}.volumeNamespace`, source.volumeNamespace, isDNS1123Label(source.volumeNamespace)))
  return errors
}

export const storageos: SourceCheck = (source, at, name) => [
  ...storageosNames(source, at),
  ...secretRef('name')(source, at, name),
]

export const storageosPersistent: SourceCheck = (source, at, name) => [
  ...storageosNames(source, at),
  ...secretRef('name', 'namespace')(source, at, name),
]

const hostAndPort = (pair: string): boolean => /^(\[[^[\]]*\]|[^:[\]]*):[^:[\]]*$/.test(pair)

export const quobyte: SourceCheck = (source, at) => {
  const errors: FieldError[] = []
  const text = 'must be a host:port pair or multiple pairs separated by commas'
  if (!source.registry) errors.push(required(`${at}.registry`, text))
  else if ((source.tenant ?? '').length >= 65)
    errors.push(required(`${at}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'))
  else
    for (const pair of source.registry.split(','))
      if (!hostAndPort(pair)) errors.push(invalid(`${at}.registry`, source.registry, text))
  if (!source.volume) errors.push(required(`${at}.volume`))
  return errors
}

export const flexVolume: SourceCheck = (source, at, name) => {
  const errors = need('driver')(source, at, name)
  for (const key of Object.keys(source.options ?? {})) {
    const prefix = `.${(key.includes('/') ? key.slice(0, key.indexOf('/')) : key).toLowerCase()}`
    if (prefix.endsWith('.kubernetes.io') || prefix.endsWith('.k8s.io'))
      errors.push(invalid(`${at}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved'))
  }
  return errors
}

export const azureDisk: SourceCheck = (source, at, name) => {
  const errors = need('diskName', 'diskURI')(source, at, name)
  const { cachingMode, kind } = source
  const uri = source.diskURI ?? ''
  if (cachingMode !== undefined && !['None', 'ReadOnly', 'ReadWrite'].includes(cachingMode))
    errors.push(notSupported(`${at}.cachingMode`, cachingMode, ['None', 'ReadOnly', 'ReadWrite']))
  if (kind !== undefined && !['Dedicated', 'Managed', 'Shared'].includes(kind))
    errors.push(notSupported(`${at}.kind`, kind, ['Dedicated', 'Managed', 'Shared']))
  if (kind === 'Managed' && !uri.startsWith('/subscriptions/'))
    errors.push(
      notSupported(`${at}.diskURI`, uri, [
        '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}',
      ]),
    )
  if (kind !== undefined && kind !== 'Managed' && !uri.startsWith('https://'))
    errors.push(
      notSupported(`${at}.diskURI`, uri, [
        'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd',
      ]),
    )
  return errors
}

export const local: SourceCheck = (source, at) =>
  source.path ? validatePathNoBacksteps(source.path, `${at}.path`) : [required(`${at}.path`)]

/** Name of a CSI driver. */
export function validateCSIDriverName(name: string | undefined, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (!name) errors.push(required(at))
  if ((name ?? '').length > 63) errors.push(tooLong(at, 63))
  errors.push(...invalids(at, name ?? '', isDNS1123Subdomain((name ?? '').toLowerCase())))
  return errors
}

export const csi: SourceCheck = (source, at) => {
  const errors = validateCSIDriverName(source.driver, `${at}.driver`)
  const secret = source.nodePublishSecretRef
  if (secret) {
    if (!secret.name) errors.push(required(`${at}.nodePublishSecretRef.name`))
    else errors.push(...invalids(`${at}.name`, secret.name, isDNS1123Subdomain(secret.name)))
  }
  return errors
}

export const csiPersistent: SourceCheck = (source, at) => {
  const errors = validateCSIDriverName(source.driver, `${at}.driver`)
  if (!source.volumeHandle) errors.push(required(`${at}.volumeHandle`))
  for (const key of [
    'controllerPublishSecretRef',
    'controllerExpandSecretRef',
    'nodePublishSecretRef',
    'nodeExpandSecretRef',
  ]) {
    const secret = source[key]
    if (!secret) continue
    if (!secret.name) errors.push(required(`${at}.${key}.name`))
    else errors.push(...invalids(`${at}.${key}.name`, secret.name, isDNS1123Subdomain(secret.name)))
    if (!secret.namespace) errors.push(required(`${at}.${key}.namespace`))
    else errors.push(...invalids(`${at}.${key}.namespace`, secret.namespace, isDNS1123Label(secret.namespace)))
  }
  return errors
}
