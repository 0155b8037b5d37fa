import { parseQuantity } from '../../../../base/quantity.ts'
import type { FieldError } from '../../../strategy.ts'
import { invalid, invalids, notFound, notSupported, required } from '../../../validation/field.ts'
import {
  isConfigMapKey,
  isDNS1123Label,
  isDNS1123Subdomain,
  isEnvVarName,
  isQualifiedName,
} from '../../../validation/names.ts'
import { maskTrailingDash } from '../../../validation/names.ts'
import { validatePathNoBacksteps } from '../../../validation/paths.ts'
import { containersOf } from './containers.ts'

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
const VOLUME_FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid']
/** Fields of pods that have a label at all; one that is among them but not allowed is refused with another text. */
const POD_FIELDS = new Set([
  ...ENV_FIELDS,
  ...VOLUME_FIELDS,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
])
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]
const BYTE_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']
const HUGEPAGES = /^(limits|requests)\.hugepages-/

/** Variables of a container's environment. */
export function validateEnv(env: any[] | undefined, at: string): FieldError[] {
  return (env ?? []).flatMap((variable, i) => {
    const path = `${at}[${i}]`
    const errors: FieldError[] = []
    if (!variable.name) errors.push(required(`${path}.name`))
    else errors.push(...invalids(`${path}.name`, variable.name, isEnvVarName(variable.name)))
    if (variable.valueFrom) errors.push(...validateValueFrom(variable, `${path}.valueFrom`))
    return errors
  })
}

/** Config maps and secrets whose entries become variables. Some complaints name the list: Kubernetes' do. */
export function validateEnvFrom(list: any[] | undefined, at: string): FieldError[] {
  return (list ?? []).flatMap((source, i) => {
    const path = `${at}[${i}]`
    const errors: FieldError[] = []
    if (source.prefix) errors.push(...invalids(`${path}.prefix`, source.prefix, isEnvVarName(source.prefix)))
    const refs = ['configMapRef', 'secretRef'].filter(k => source[k])
    for (const ref of refs) {
      const name = source[ref].name
      if (!name) errors.push(required(`${path}.${ref}.name`))
      else errors.push(...invalids(`${path}.${ref}.name`, name, isDNS1123Subdomain(maskTrailingDash(name))))
    }
    if (!refs.length) errors.push(invalid(at, '', 'must specify one of: `configMapRef` or `secretRef`'))
    else if (refs.length > 1) errors.push(invalid(at, '', 'may not have more than one field specified at a time'))
    return errors
  })
}

function validateValueFrom(variable: any, at: string): FieldError[] {
  const from = variable.valueFrom
  const errors: FieldError[] = []
  let count = 0
  if (from.fieldRef) {
    count++
    errors.push(...validateFieldRef(from.fieldRef, `${at}.fieldRef`, 'env'))
  }
  if (from.resourceFieldRef) {
    count++
    errors.push(...validateResourceFieldRef(from.resourceFieldRef, `${at}.resourceFieldRef`, false))
  }
  for (const ref of ['configMapKeyRef', 'secretKeyRef'])
    if (from[ref]) {
      count++
      errors.push(...validateKeyRef(from[ref], `${at}.${ref}`))
    }
  if (from.fileKeyRef) {
    count++
    errors.push(...validateFileKeyRef(from.fileKeyRef, `${at}.fileKeyRef`))
  }
  if (!count)
    errors.push(
      invalid(
        at,
        '',
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
      ),
    )
  else if (variable.value) errors.push(invalid(at, '', 'may not be specified when `value` is not empty'))
  else if (count > 1) errors.push(invalid(at, '', 'may not have more than one field specified at a time'))
  return errors
}

function validateKeyRef(ref: any, at: string): FieldError[] {
  const errors = invalids(`${at}.name`, ref.name ?? '', isDNS1123Subdomain(ref.name ?? ''))
  if (!ref.key) errors.push(required(`${at}.key`))
  else errors.push(...invalids(`${at}.key`, ref.key, isConfigMapKey(ref.key)))
  return errors
}

/** A variable out of a file that an earlier container left in a volume. */
function validateFileKeyRef(ref: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (!ref.key) errors.push(required(`${at}.key`))
  else errors.push(...invalids(`${at}.key`, ref.key, isEnvVarName(ref.key)))
  if (!ref.volumeName) errors.push(required(`${at}.volumeName`))
  else errors.push(...invalids(`${at}.volumeName`, ref.volumeName, isDNS1123Label(ref.volumeName)))
  if (!ref.path) errors.push(required(`${at}.path`))
  else errors.push(...validatePathNoBacksteps(ref.path, `${at}.path`))
  return errors
}

/** The volumes that variables read files of are empty directories of the pod. */
export function validateVariableFiles(spec: any, at: string): FieldError[] {
  const volumes = new Map<string, any>((spec.volumes ?? []).map((v: any) => [v.name, v]))
  return containersOf(spec, at).flatMap(({ container, path }) =>
    (container.env ?? []).flatMap((variable: any, i: number) => {
      const ref = variable.valueFrom?.fileKeyRef
      if (!ref) return []
      const field = `${path}.env[${i}].valueFrom.fileKeyRef.volumeName`
      const volume = volumes.get(ref.volumeName)
      if (!volume) return [notFound(field, ref.volumeName ?? '')]
      return volume.emptyDir ? [] : [invalid(field, ref.volumeName, 'referenced volume must be of type emptyDir')]
    }),
  )
}

/** A reference to a field of the pod itself. */
export function validateFieldRef(ref: any, at: string, use: 'env' | 'volume'): FieldError[] {
  if (!ref.apiVersion) return [required(`${at}.apiVersion`)]
  if (!ref.fieldPath) return [required(`${at}.fieldPath`)]
  const path: string = ref.fieldPath
  const unknown = () => [
    invalid(
      `${at}.fieldPath`,
      path,
      ref.apiVersion === 'v1'
        ? `error converting fieldPath: field label not supported: ${path}`
        : `error converting fieldPath: unsupported pod version: ${ref.apiVersion}`,
    ),
  ]
  if (ref.apiVersion !== 'v1') return unknown()
  const subscript = /^([^[]*)\['(.*)'\]$/.exec(path)
  if (subscript) {
    const [, field, key] = subscript as unknown as [string, string, string]
    if (field === 'metadata.annotations') return invalids(at, key.toLowerCase(), isQualifiedName(key.toLowerCase()))
    if (field === 'metadata.labels') return invalids(at, key, isQualifiedName(key))
    return [
      invalid(`${at}.fieldPath`, path, `error converting fieldPath: field label does not support subscript: ${field}`),
    ]
  }
  // The node's name has an older label too.
  if (path === 'spec.host') return use === 'env' ? [] : [notSupported(`${at}.fieldPath`, path, VOLUME_FIELDS)]
  if (!POD_FIELDS.has(path)) return unknown()
  const allowed = use === 'env' ? ENV_FIELDS : VOLUME_FIELDS
  return allowed.includes(path) ? [] : [notSupported(`${at}.fieldPath`, path, allowed)]
}

/** A reference to a resource of a container. */
export function validateResourceFieldRef(ref: any, at: string, needsContainer: boolean): FieldError[] {
  const errors: FieldError[] = []
  const resource: string = ref.resource ?? ''
  if (needsContainer && !ref.containerName) errors.push(required(`${at}.containerName`))
  else if (!resource) errors.push(required(`${at}.resource`))
  else if (!RESOURCES.includes(resource) && !HUGEPAGES.test(resource))
    errors.push(notSupported(`${at}.resource`, resource, RESOURCES))
  return [...errors, ...validateDivisor(resource, ref.divisor, `${at}.divisor`)]
}

function validateDivisor(resource: string, divisor: string | undefined, at: string): FieldError[] {
  if (divisor === undefined || parseQuantity(divisor).isZero()) return []
  const text = parseQuantity(divisor).toString()
  const kind = resource.replace(/^(limits|requests)\./, '')
  if (kind === 'cpu')
    return ['1m', '1'].includes(text)
      ? []
      : [invalid(at, resource, "only divisor's values 1m and 1 are supported with the cpu resource")]
  const name =
    kind === 'memory'
      ? 'memory'
      : kind === 'ephemeral-storage'
        ? 'local ephemeral storage'
        : HUGEPAGES.test(resource)
          ? 'hugepages'
          : ''
  if (!name || BYTE_DIVISORS.includes(text)) return []
  return [
    invalid(at, resource, `only divisor's values ${BYTE_DIVISORS.join(', ')} are supported with the ${name} resource`),
  ]
}
