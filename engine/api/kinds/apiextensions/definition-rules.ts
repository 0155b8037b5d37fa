import type { KubeObject } from '../../object.ts'
import type { FieldError, StrategyContext } from '../../strategy.ts'
import { duplicate, invalid, notSupported, required } from '../../validation/field.ts'
import { isDNS1035Label, isDNS1123Subdomain } from '../../validation/names.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

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
  const errors: FieldError[] = []
  const spec = object.spec ?? {}
  const wanted = `${spec.names?.plural ?? ''}.${spec.group ?? ''}`
  if (object.metadata.name !== wanted)
    errors.push(invalid('metadata.name', object.metadata.name ?? '', `must be spec.names.plural+"."+spec.group`))
  if (!spec.group) errors.push(required('spec.group'))
  else if (isDNS1123Subdomain(spec.group).length)
    errors.push(...isDNS1123Subdomain(spec.group).map(text => invalid('spec.group', spec.group, text)))
  else if (!spec.group.includes('.'))
    errors.push(invalid('spec.group', spec.group, 'should be a domain with at least one dot'))
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
  if (!versions.length) errors.push(required('spec.versions', 'must have at least one version'))
  const storage = versions.filter(v => v.storage)
  const seen = new Set<string>()
  versions.forEach((version, i) => {
    const at = `spec.versions[${i}]`
    if (seen.has(version.name)) errors.push(duplicate(`${at}.name`, version.name))
    seen.add(version.name)
    errors.push(...isDNS1035Label(version.name ?? '').map(text => invalid(`${at}.name`, version.name ?? '', text)))
    if (!version.schema?.openAPIV3Schema) errors.push(required(`${at}.schema.openAPIV3Schema`, 'schemas are required'))
    else if (version.schema.openAPIV3Schema.type !== 'object')
      errors.push(
        version.schema.openAPIV3Schema.type
          ? invalid(
              `${at}.schema.openAPIV3Schema.type`,
              version.schema.openAPIV3Schema.type,
              'must be object at the root',
            )
          : required(`${at}.schema.openAPIV3Schema.type`, 'must not be empty at the root'),
      )
    ;(version.additionalPrinterColumns ?? []).forEach((col: any, j: number) => {
      if (!col.jsonPath) errors.push(required(`${at}.additionalPrinterColumns[${j}].jsonPath`))
      if (!['integer', 'number', 'string', 'boolean', 'date'].includes(col.type))
        errors.push(
          invalid(
            `${at}.additionalPrinterColumns[${j}].type`,
            col.type ?? '',
            'must be one of boolean, date, integer, number, string',
          ),
        )
    })
    const scale = version.subresources?.scale
    if (scale) {
      if (!scale.specReplicasPath?.startsWith('.spec.'))
        errors.push(
          invalid(
            `${at}.subresources.scale.specReplicasPath`,
            scale.specReplicasPath ?? '',
            'should be a json path under .spec',
          ),
        )
      if (!scale.statusReplicasPath?.startsWith('.status.'))
        errors.push(
          invalid(
            `${at}.subresources.scale.statusReplicasPath`,
            scale.statusReplicasPath ?? '',
            'should be a json path under .status',
          ),
        )
    }
  })
  if (versions.length && storage.length !== 1)
    errors.push(invalid('spec.versions', versions, 'must have exactly one version marked as storage version'))
  for (const key of ['plural', 'singular', 'kind', 'listKind']) {
    const name = spec.names?.[key]
    if (!name) errors.push(required(`spec.names.${key}`))
    else
      errors.push(
        ...isDNS1035Label(key === 'kind' || key === 'listKind' ? name.toLowerCase() : name).map(text =>
          invalid(
            `spec.names.${key}`,
            name,
            key === 'kind' || key === 'listKind' ? 'may have mixed case, but should otherwise match: ' + text : text,
          ),
        ),
      )
  }
  if (spec.names?.kind && spec.names.kind === spec.names.listKind)
    errors.push(invalid('spec.names.listKind', spec.names.listKind, 'kind and listKind may not be the same'))
  const strategy = spec.conversion?.strategy
  if (!['None', 'Webhook'].includes(strategy))
    errors.push(
      strategy
        ? notSupported('spec.conversion.strategy', strategy, ['None', 'Webhook'])
        : required('spec.conversion.strategy'),
    )
  if (strategy === 'Webhook' && !spec.conversion.webhook?.clientConfig)
    errors.push(required('spec.conversion.webhook.clientConfig', 'required when strategy is set to Webhook'))
  return errors
}

export function validateDefinitionUpdate(object: KubeObject, old: KubeObject, context: StrategyContext): FieldError[] {
  if (context.subresource === 'status') return []
  const errors: FieldError[] = []
  const established = (old.status?.conditions ?? []).some(
    (c: { type: string; status: string }) => c.type === 'Established' && c.status === 'True',
  )
  const fixed = (field: string, a: unknown, b: unknown) => {
    if (a !== b) errors.push(invalid(field, a ?? '', 'field is immutable'))
  }
  fixed('spec.group', object.spec?.group, old.spec?.group)
  fixed('spec.names.plural', object.spec?.names?.plural, old.spec?.names?.plural)
  if (established) {
    fixed('spec.scope', object.spec?.scope, old.spec?.scope)
    fixed('spec.names.kind', object.spec?.names?.kind, old.spec?.names?.kind)
  }
  const names = new Set(((object.spec?.versions ?? []) as any[]).map(v => v.name))
  ;((object.status?.storedVersions ?? []) as string[]).forEach((version, i) => {
    if (!names.has(version))
      errors.push(
        invalid(
          `status.storedVersions[${i}]`,
          version,
          'missing from spec.versions; ' +
            version +
            ' was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ' +
            version +
            ' and removes ' +
            version +
            ' from status.storedVersions',
        ),
      )
  })
  return errors
}
