import type { KubeObject } from '../../object.ts'
import type { FieldError, StrategyContext } from '../../strategy.ts'
import { forbidden, invalid, notSupported, required } from '../../validation/field.ts'
import { isDNS1035Label, isDNS1123Subdomain } from '../../validation/names.ts'
import { validateClientConfig } from '../admissionregistration/client-config.ts'
import { validateVersion } from './version-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const REVIEW_VERSIONS = ['v1', 'v1beta1']

/** Names that follow from other names, and the conversion that does nothing. */
export function defaultDefinition(object: KubeObject): void {
  const spec = object.spec
  if (!spec) return
  spec.scope ??= 'Namespaced'
  const names = (spec.names ??= {})
  if (names.kind) {
    names.singular ||= String(names.kind).toLowerCase()
    names.listKind ||= `${names.kind}List`
  }
  spec.conversion ??= { strategy: 'None' }
}

export function validateDefinition(object: KubeObject): FieldError[] {
  const spec = object.spec ?? {}
  const errors: FieldError[] = []
  const wanted = `${spec.names?.plural ?? ''}.${spec.group ?? ''}`
  if (object.metadata.name !== wanted)
    errors.push(invalid('metadata.name', object.metadata.name ?? '', `must be spec.names.plural+"."+spec.group`))
  errors.push(...validateGroup(spec.group ?? '', 'spec.group'))
  if (!['Cluster', 'Namespaced'].includes(spec.scope))
    errors.push(notSupported('spec.scope', spec.scope ?? '', ['Cluster', 'Namespaced']))
  if (spec.preserveUnknownFields)
    errors.push(
      invalid(
        'spec.preserveUnknownFields',
        true,
        'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
      ),
    )
  const versions: any[] = spec.versions ?? []
  versions.forEach((version, i) => errors.push(...validateVersion(version, `spec.versions[${i}]`)))
  if (new Set(versions.map(v => v.name ?? '')).size < versions.length)
    errors.push(invalid('spec.versions', versions, 'must contain unique version names'))
  if (versions.filter(v => v.storage).length !== 1)
    errors.push(invalid('spec.versions', versions, 'must have exactly one version marked as storage version'))
  for (const key of ['plural', 'singular', 'kind', 'listKind'])
    if (!spec.names?.[key]) errors.push(required(`spec.names.${key}`))
  return [
    ...errors,
    ...validateNames(spec.names ?? {}, 'spec.names'),
    ...validateConversion(spec.conversion ?? {}, 'spec.conversion'),
  ]
}

function validateGroup(group: string, at: string): FieldError[] {
  if (!group) return [required(at)]
  const texts = isDNS1123Subdomain(group)
  if (texts.length) return [invalid(at, group, texts.join(','))]
  return group.includes('.') ? [] : [invalid(at, group, 'should be a domain with at least one dot')]
}

function validateNames(names: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const label = (value: string | undefined, path: string, mixed = false) => {
    if (!value) return
    const texts = isDNS1035Label(mixed ? value.toLowerCase() : value)
    if (!texts.length) return
    const text = texts.join(',')
    errors.push(invalid(path, value, mixed ? `may have mixed case, but should otherwise match: ${text}` : text))
  }
  for (const key of ['plural', 'singular']) label(names[key], `${at}.${key}`)
  for (const key of ['kind', 'listKind']) label(names[key], `${at}.${key}`, true)
  ;(names.shortNames ?? []).forEach((name: string, i: number) => label(name, `${at}.shortNames[${i}]`))
  if (names.kind && names.kind === names.listKind)
    errors.push(invalid(`${at}.listKind`, names.listKind, 'kind and listKind may not be the same'))
  ;(names.categories ?? []).forEach((name: string, i: number) => label(name, `${at}.categories[${i}]`))
  return errors
}

/** Versions are either the same field for field, or a web service converts them. */
function validateConversion(conversion: any, at: string): FieldError[] {
  const { strategy, webhook } = conversion
  if (!strategy) return [required(`${at}.strategy`)]
  if (!['None', 'Webhook'].includes(strategy)) return [notSupported(`${at}.strategy`, strategy, ['None', 'Webhook'])]
  if (strategy === 'None')
    return webhook ? [forbidden(`${at}.webhook`, 'should not be set when strategy is not set to Webhook')] : []
  const path = `${at}.webhook.clientConfig`
  const errors = webhook?.clientConfig
    ? validateClientConfig(webhook.clientConfig, path)
    : [required(path, 'required when strategy is set to Webhook')]
  const reviews: string[] = webhook?.conversionReviewVersions ?? []
  const where = `${at}.conversionReviewVersions`
  if (!reviews.length) errors.push(required(where))
  else if (!reviews.some(v => REVIEW_VERSIONS.includes(v)))
    errors.push(invalid(where, reviews, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`))
  reviews.forEach((version, i) => {
    if (reviews.indexOf(version) < i) errors.push(invalid(`${where}[${i}]`, version, 'duplicate version'))
    else for (const text of isDNS1035Label(version)) errors.push(invalid(`${where}[${i}]`, version, text))
  })
  return errors
}

export function validateDefinitionUpdate(object: KubeObject, old: KubeObject, context: StrategyContext): FieldError[] {
  const stored = validateStoredVersions(object)
  if (context.subresource === 'status')
    return [...validateNames(object.status?.acceptedNames ?? {}, 'status.acceptedNames'), ...stored]
  const errors: FieldError[] = []
  const established = (old.status?.conditions ?? []).some(
    (c: { type: string; status: string }) => c.type === 'Established' && c.status === 'True',
  )
  const fixed = (field: string, a: unknown, b: unknown) => {
    if (a !== b) errors.push(invalid(field, a ?? '', 'field is immutable'))
  }
  if (established) {
    fixed('spec.scope', object.spec?.scope, old.spec?.scope)
    fixed('spec.names.kind', object.spec?.names?.kind, old.spec?.names?.kind)
  }
  fixed('spec.group', object.spec?.group, old.spec?.group)
  fixed('spec.names.plural', object.spec?.names?.plural, old.spec?.names?.plural)
  return [...errors, ...stored]
}

/** Versions in which objects may be stored have to be known for as long. */
function validateStoredVersions(object: KubeObject): FieldError[] {
  const stored: string[] = object.status?.storedVersions ?? []
  const at = 'status.storedVersions'
  if (!stored.length) return [invalid(at, stored, 'must have at least one stored version')]
  const versions: any[] = object.spec?.versions ?? []
  const errors: FieldError[] = versions
    .filter(v => v.storage && !stored.includes(v.name))
    .map(v => invalid(at, stored, `must have the storage version ${v.name}`))
  stored.forEach((version, i) => {
    if (versions.some(v => v.name === version)) return
    errors.push(
      invalid(
        `${at}[${i}]`,
        version,
        `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`,
      ),
    )
  })
  return errors
}
