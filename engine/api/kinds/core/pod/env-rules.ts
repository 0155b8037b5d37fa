import type { FieldError } from '../../../strategy.ts'
import { invalid, notSupported, required } from '../../../validation/field.ts'
import { isConfigMapKey, isDNS1123Subdomain, isEnvVarName, isQualifiedName } from '../../../validation/names.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]
const VOLUME_FIELDS = ['metadata.name', 'metadata.namespace', 'metadata.labels', 'metadata.annotations', 'metadata.uid']
/** Labels of fields that pods have at all; what is among them but not allowed is refused with another text. */
const POD_FIELDS = new Set([
  ...ENV_FIELDS,
  ...VOLUME_FIELDS,
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.hostNetwork',
  'status.phase',
  'status.nominatedNodeName',
])
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]

/** Variables of a container's environment. */
export function validateEnv(env: any[] | undefined, at: string): FieldError[] {
  return (env ?? []).flatMap((variable, i) => {
    const path = `${at}[${i}]`
    const errors: FieldError[] = []
    if (!variable.name) errors.push(required(`${path}.name`))
    else errors.push(...isEnvVarName(variable.name).map(text => invalid(`${path}.name`, variable.name, text)))
    if (variable.valueFrom) errors.push(...validateValueFrom(variable, `${path}.valueFrom`))
    return errors
  })
}

export function validateEnvFrom(list: any[] | undefined, at: string): FieldError[] {
  return (list ?? []).flatMap((source, i) => {
    const path = `${at}[${i}]`
    const errors: FieldError[] = []
    if (source.prefix)
      errors.push(...isEnvVarName(source.prefix).map(text => invalid(`${path}.prefix`, source.prefix, text)))
    const refs = ['configMapRef', 'secretRef'].filter(k => source[k])
    if (!refs.length) errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'))
    else if (refs.length > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'))
    for (const ref of refs)
      if (!source[ref].name) errors.push(required(`${path}.${ref}.name`))
      else
        errors.push(
          ...isDNS1123Subdomain(source[ref].name).map(text => invalid(`${path}.${ref}.name`, source[ref].name, text)),
        )
    return errors
  })
}

function validateValueFrom(variable: any, at: string): FieldError[] {
  const from = variable.valueFrom
  const errors: FieldError[] = []
  const given = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'].filter(k => from[k])
  if (from.fieldRef) errors.push(...validateFieldRef(from.fieldRef, `${at}.fieldRef`, 'env'))
  if (from.resourceFieldRef)
    errors.push(...validateResourceFieldRef(from.resourceFieldRef, `${at}.resourceFieldRef`, false))
  for (const ref of ['configMapKeyRef', 'secretKeyRef'])
    if (from[ref]) {
      errors.push(
        ...isDNS1123Subdomain(from[ref].name ?? '').map(text =>
          invalid(`${at}.${ref}.name`, from[ref].name ?? '', text),
        ),
      )
      if (!from[ref].key) errors.push(required(`${at}.${ref}.key`))
      else errors.push(...isConfigMapKey(from[ref].key).map(text => invalid(`${at}.${ref}.key`, from[ref].key, text)))
    }
  if (!given.length)
    errors.push(
      invalid(
        at,
        '',
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
      ),
    )
  if (variable.value) {
    if (given.length) errors.push(invalid(at, '', 'may not be specified when `value` is not empty'))
  } else if (given.length > 1) errors.push(invalid(at, '', 'may not have more than one field specified at a time'))
  return errors
}

/** A reference to a field of the pod itself. */
export function validateFieldRef(ref: any, at: string, use: 'env' | 'volume'): FieldError[] {
  if (!ref.apiVersion) return [required(`${at}.apiVersion`)]
  if (!ref.fieldPath) return [required(`${at}.fieldPath`)]
  const subscript = /^(metadata\.(?:annotations|labels))\['(.*)'\]$/.exec(ref.fieldPath)
  if (subscript) {
    const key = subscript[1] === 'metadata.annotations' ? subscript[2]!.toLowerCase() : subscript[2]!
    return isQualifiedName(key).map(text => invalid(`${at}.fieldPath`, subscript[2], text))
  }
  if (!POD_FIELDS.has(ref.fieldPath))
    return [
      invalid(
        `${at}.fieldPath`,
        ref.fieldPath,
        `error converting fieldPath: field label not supported: ${ref.fieldPath}`,
      ),
    ]
  const allowed = use === 'env' ? ENV_FIELDS : VOLUME_FIELDS
  return allowed.includes(ref.fieldPath) ? [] : [notSupported(`${at}.fieldPath`, ref.fieldPath, [...allowed].sort())]
}

export function validateResourceFieldRef(ref: any, at: string, needsContainer: boolean): FieldError[] {
  if (needsContainer && !ref.containerName) return [required(`${at}.containerName`)]
  if (!ref.resource) return [required(`${at}.resource`)]
  return RESOURCES.includes(ref.resource) || /^(limits|requests)\.hugepages-/.test(ref.resource)
    ? []
    : [notSupported(`${at}.resource`, ref.resource, RESOURCES)]
}
