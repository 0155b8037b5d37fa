import { parseQuantity } from '../../../base/quantity.ts'
import { semanticEqual } from '../../equality.ts'
import type { FieldError } from '../../strategy.ts'
import { invalid, notSupported } from '../../validation/field.ts'
import { isQualifiedName } from '../../validation/names.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

const STANDARD = new Set([
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'requests.storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'persistentvolumeclaims',
  'configmaps',
  'services.nodeports',
  'services.loadbalancers',
])
const INTEGER = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
])
const SCOPES = [
  'BestEffort',
  'CrossNamespacePodAffinity',
  'NotBestEffort',
  'NotTerminating',
  'PriorityClass',
  'Terminating',
  'VolumeAttributesClass',
]

const COUNTED_PODS = ['pods']
const PODS = ['pods', 'cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory']
/** The standard resources that a scope can be applied to (k8s.io/kubernetes/pkg/apis/core/helper). */
const SCOPED: Record<string, string[]> = {
  BestEffort: COUNTED_PODS,
  NotBestEffort: PODS,
  Terminating: PODS,
  NotTerminating: PODS,
  PriorityClass: PODS,
  CrossNamespacePodAffinity: PODS,
  VolumeAttributesClass: ['persistentvolumeclaims', 'requests.storage'],
}
/** Scopes that a pod is in or not, so that a selector can only ask whether it is. */
const PLAIN = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity']

export const strategy = defineKind({
  group: '',
  kind: 'ResourceQuota',
  resource: 'resourcequotas',
  namespaced: true,
  shortNames: ['quota'],
  hasStatus: true,
  columns: [
    nameColumn,
    column('Request', 'string', 'What is used of what may be requested.', o =>
      usage(o.status, key => !key.startsWith('limits.')),
    ),
    column('Limit', 'string', 'What is used of what limits may add up to.', o =>
      usage(o.status, key => key.startsWith('limits.')),
    ),
    ageColumn,
  ],
  validate(object) {
    const errors: FieldError[] = []
    for (const [key, value] of Object.entries<string>(object.spec?.hard ?? {})) {
      const at = `spec.hard[${key}]`
      errors.push(...isQualifiedName(key).map(text => invalid(at, key, text)))
      if (!key.includes('/') && !STANDARD.has(key))
        errors.push(invalid(at, key, 'must be a standard resource for quota'))
      if (!key.includes('/') && !STANDARD.has(key))
        errors.push(invalid(at, key, 'must be a standard resource type or fully qualified'))
      const quantity = parseQuantity(value)
      if (quantity.sign() < 0) errors.push(invalid(at, value, 'must be greater than or equal to 0'))
      if ((INTEGER.has(key) || key.startsWith('count/')) && quantity.milliValue() % 1000)
        errors.push(invalid(at, value, 'must be an integer'))
    }
    const scopes: string[] = object.spec?.scopes ?? []
    for (const scope of scopes) {
      if (!SCOPES.includes(scope)) errors.push(invalid('spec.scopes', scopes, 'unsupported scope'))
      for (const _ of outOfScope(scope, object.spec?.hard))
        errors.push(invalid('spec.scopes', scopes, 'unsupported scope applied to resource'))
    }
    for (const [a, b] of [
      ['BestEffort', 'NotBestEffort'],
      ['Terminating', 'NotTerminating'],
    ] as const)
      if (scopes.includes(a) && scopes.includes(b)) errors.push(invalid('spec.scopes', scopes, 'conflicting scopes'))
    for (const e of object.spec?.scopeSelector?.matchExpressions ?? []) {
      const at = 'spec.scopeSelector.matchExpressions'
      if (!SCOPES.includes(e.scopeName)) errors.push(invalid(`${at}.scopeName`, e.scopeName, 'unsupported scope'))
      for (const _ of outOfScope(e.scopeName, object.spec?.hard))
        errors.push(invalid(at, object.spec.scopeSelector, 'unsupported scope applied to resource'))
      if (PLAIN.includes(e.scopeName) && e.operator !== 'Exists')
        errors.push(
          invalid(
            `${at}.operator`,
            e.operator,
            "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
          ),
        )
      if (!['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(e.operator))
        errors.push(notSupported(`${at}.operator`, e.operator, ['In', 'NotIn', 'Exists', 'DoesNotExist']))
      else if (['In', 'NotIn'].includes(e.operator) && !e.values?.length)
        errors.push({
          reason: 'FieldValueRequired',
          field: `${at}.values`,
          message: "Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
        })
    }
    return errors
  },
  validateUpdate(object, old) {
    if (!semanticEqual([...(object.spec?.scopes ?? [])].sort(), [...(old.spec?.scopes ?? [])].sort()))
      return [invalid('spec.scopes', object.spec?.scopes ?? null, 'field is immutable')]
    return []
  },
})

/** Standard resources of a quota that the scope has nothing to do with. */
function outOfScope(scope: string, hard: Record<string, string> | undefined): string[] {
  const allowed = SCOPED[scope]
  return allowed ? Object.keys(hard ?? {}).filter(key => STANDARD.has(key) && !allowed.includes(key)) : []
}

function usage(
  status: { hard?: Record<string, string>; used?: Record<string, string> } | undefined,
  wanted: (key: string) => boolean,
): string {
  return Object.keys(status?.hard ?? {})
    .filter(wanted)
    .sort()
    .map(key => `${key}: ${status!.used?.[key] ?? '0'}/${status!.hard![key]}`)
    .join(', ')
}
