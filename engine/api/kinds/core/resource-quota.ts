import { own } from '../../../base/own.ts'
import { semanticEqual } from '../../equality.ts'
import type { FieldError } from '../../strategy.ts'
import { invalid, required } from '../../validation/field.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'
import {
  STANDARD_QUOTA,
  isQuotaHugePages,
  validateResourceName,
  validateResourceQuantity,
} from './pod/resource-names.ts'

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
    errors.push(...validateAmounts(object.spec?.hard, 'spec.hard'))
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
            "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
          ),
        )
      const given = !!e.values?.length
      if (['In', 'NotIn'].includes(e.operator)) {
        if (!given)
          errors.push(
            required(
              `${at}.values`,
              "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
            ),
          )
      } else if (!['Exists', 'DoesNotExist'].includes(e.operator))
        errors.push(invalid(`${at}.operator`, e.operator ?? '', 'not a valid selector operator'))
      else if (given)
        errors.push(
          invalid(
            `${at}.values`,
            e.values,
            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
          ),
        )
    }
    return errors
  },
  validateUpdate(object, old, context) {
    if (context.subresource === 'status')
      return [
        ...validateAmounts(object.status?.hard, 'status.hard'),
        ...validateAmounts(object.status?.used, 'status.used'),
      ]
    if (!semanticEqual([...(object.spec?.scopes ?? [])].sort(), [...(old.spec?.scopes ?? [])].sort()))
      return [invalid('spec.scopes', object.spec?.scopes ?? null, 'field is immutable')]
    return []
  },
})

function validateAmounts(amounts: Record<string, string> | undefined, at: string): FieldError[] {
  return Object.entries(amounts ?? {}).flatMap(([name, value]) => {
    const errors = validateResourceName(name, `${at}[${name}]`)
    if (!name.includes('/') && !isStandard(name))
      errors.push(invalid(`${at}[${name}]`, name, 'must be a standard resource for quota'))
    return [...errors, ...validateResourceQuantity(name, value, `${at}[${name}]`)]
  })
}

const isStandard = (name: string): boolean => STANDARD_QUOTA.has(name) || isQuotaHugePages(name)

/** Standard resources of a quota that the scope has nothing to do with. */
function outOfScope(scope: string, hard: Record<string, string> | undefined): string[] {
  const allowed = SCOPED[scope]
  return allowed ? Object.keys(hard ?? {}).filter(key => isStandard(key) && !allowed.includes(key)) : []
}

function usage(
  status: { hard?: Record<string, string>; used?: Record<string, string> } | undefined,
  wanted: (key: string) => boolean,
): string {
  return Object.keys(status?.hard ?? {})
    .filter(wanted)
    .sort()
    .map(key => `${key}: ${own(status!.used, key) ?? '0'}/${status!.hard![key]}`)
    .join(', ')
}
