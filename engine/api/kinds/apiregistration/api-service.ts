import type { FieldError } from '../../strategy.ts'
import { invalid, invalids, notSupported, required } from '../../validation/field.ts'
import { isDNS1035Label, isDNS1123Subdomain, isPathSegment, isPort } from '../../validation/names.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'apiregistration.k8s.io',
  kind: 'APIService',
  resource: 'apiservices',
  namespaced: false,
  categories: ['api-extensions'],
  hasStatus: true,
  columns: [
    nameColumn,
    column('Service', 'string', 'Service that serves the group version.', o =>
      o.spec?.service ? `${o.spec.service.namespace}/${o.spec.service.name}` : 'Local',
    ),
    column('Available', 'string', 'Whether it answers.', o => {
      const condition = (o.status?.conditions ?? []).find((c: { type: string }) => c.type === 'Available')
      return !condition ? 'Unknown' : condition.status === 'True' ? 'True' : `${condition.status} (${condition.reason})`
    }),
    ageColumn,
  ],
  validate(object) {
    const spec = object.spec ?? {}
    const { version = '', group = '' } = spec
    const wanted = `${version}.${group}`
    const errors: FieldError[] = []
    const name = object.metadata.name ?? ''
    if (name !== wanted && !isPathSegment(name).length)
      errors.push(invalid('metadata.name', name, `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`))
    if (group) errors.push(...invalids('spec.group', group, isDNS1123Subdomain(group)))
    else if (version !== 'v1')
      errors.push(required('spec.group', 'only v1 may have an empty group and it better be legacy kube'))
    errors.push(...invalids('spec.version', version, isDNS1035Label(version)))
    for (const [key, most] of [
      ['groupPriorityMinimum', 20000],
      ['versionPriority', 1000],
    ] as const)
      if (!(spec[key] > 0 && spec[key] <= most))
        errors.push(invalid(`spec.${key}`, spec[key] ?? 0, `must be positive and less than ${most}`))
    return [...errors, ...(spec.service ? validateService(spec) : validateLocal(spec))]
  },
  validateUpdate(object, _old, context) {
    if (context.subresource !== 'status') return []
    return ((object.status?.conditions ?? []) as { status?: string }[]).flatMap(({ status = '' }, i) =>
      ['True', 'False', 'Unknown'].includes(status)
        ? []
        : [notSupported(`status.conditions[${i}].status`, status, ['True', 'False', 'Unknown'])],
    )
  },
})

/** What this server answers itself needs no certificates. */
function validateLocal(spec: { caBundle?: string; insecureSkipTLSVerify?: boolean }): FieldError[] {
  const errors: FieldError[] = []
  if (spec.caBundle)
    errors.push(
      invalid(
        'spec.caBundle',
        `${Buffer.byteLength(spec.caBundle, 'base64')} bytes`,
        'local APIServices may not have a caBundle',
      ),
    )
  if (spec.insecureSkipTLSVerify)
    errors.push(invalid('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify'))
  return errors
}

function validateService(spec: {
  service: { namespace?: string; name?: string; port?: number }
  caBundle?: string
  insecureSkipTLSVerify?: boolean
}): FieldError[] {
  const errors: FieldError[] = []
  const { namespace, name, port = 443 } = spec.service
  if (!namespace) errors.push(required('spec.service.namespace'))
  if (!name) errors.push(required('spec.service.name'))
  const texts = isPort(port)
  if (texts.length) errors.push(invalid('spec.service.port', port, `port is not valid: ${texts.join(', ')}`))
  if (spec.insecureSkipTLSVerify && spec.caBundle)
    errors.push(invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'))
  return errors
}
