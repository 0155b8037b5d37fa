import type { FieldError } from '../../strategy.ts'
import { duplicate, invalid, invalids, notSupported, required, tooMany } from '../../validation/field.ts'
import { validateLabelSelector } from '../../validation/metadata.ts'
import { isPathSegment, isQualifiedName } from '../../validation/names.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']
const SCOPES = ['*', 'Cluster', 'Namespaced']
const MAX_CONDITIONS = 64

/** Which requests a policy or its binding is for. Selectors and the policy of matching have their defaults already. */
export function validateMatchResources(match: any, at: string): FieldError[] {
  const named = (key: string): FieldError[] =>
    (match[key] ?? []).flatMap((rule: any, i: number) => validateNamedRule(rule, `${at}.${key}[${i}]`))
  return [
    ...enumerated(match.matchPolicy, `${at}.matchPolicy`, ['Equivalent', 'Exact']),
    ...validateLabelSelector(match.namespaceSelector, `${at}.namespaceSelector`),
    ...validateLabelSelector(match.objectSelector, `${at}.objectSelector`),
    ...named('resourceRules'),
    ...named('excludeResourceRules'),
  ]
}

function validateNamedRule(rule: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  ;((rule.resourceNames ?? []) as string[]).forEach((name, i) => {
    errors.push(...invalids(`${at}.resourceNames[${i}]`, name, isPathSegment(name)))
    if (seen.has(name)) errors.push(duplicate(`${at}.resourceNames[${i}]`, name))
    seen.add(name)
  })
  return [...errors, ...validateRule(rule, at)]
}

/** One rule of a webhook or policy: operations on resources. */
export function validateRule(rule: any, at: string): FieldError[] {
  const operations: string[] = rule.operations ?? []
  const errors = [
    ...exclusive(operations, `${at}.operations`, 'operations'),
    ...operations.flatMap((op, i) => enumerated(op, `${at}.operations[${i}]`, OPERATIONS)),
    ...exclusive(rule.apiGroups ?? [], `${at}.apiGroups`, 'API groups'),
    ...exclusive(rule.apiVersions ?? [], `${at}.apiVersions`, 'API versions'),
  ]
  ;((rule.apiVersions ?? []) as string[]).forEach((version, i) => {
    if (!version) errors.push(required(`${at}.apiVersions[${i}]`))
  })
  return [
    ...errors,
    ...validateResources(rule.resources ?? [], `${at}.resources`),
    ...enumerated(rule.scope, `${at}.scope`, SCOPES),
  ]
}

/** A list that is either * or has names in it, but not both. */
function exclusive(values: string[], at: string, what: string): FieldError[] {
  if (!values.length) return [required(at)]
  if (values.length === 1 || !values.includes('*')) return []
  return [invalid(at, values, `if '*' is present, must not specify other ${what}`)]
}

/** Resources with subresources behind a slash; what a wildcard covers is not named again. */
function validateResources(resources: string[], at: string): FieldError[] {
  const errors: FieldError[] = resources.length ? [] : [required(at)]
  const [allOf, everywhere] = [new Set<string>(), new Set<string>()]
  let plain = false
  resources.forEach((text, i) => {
    if (!text) return void errors.push(required(`${at}[${i}]`))
    const slash = text.indexOf('/')
    if (slash < 0) return void (plain = text !== '*')
    const [resource, sub] = [text.slice(0, slash), text.slice(slash + 1)]
    if (allOf.has(resource))
      errors.push(invalid(`${at}[${i}]`, text, `if '${resource}/*' is present, must not specify ${text}`))
    if (everywhere.has(sub))
      errors.push(invalid(`${at}[${i}]`, text, `if '*/${sub}' is present, must not specify ${text}`))
    if (sub === '*') allOf.add(resource)
    if (resource === '*') everywhere.add(sub)
  })
  if (resources.length > 1 && resources.includes('*/*'))
    errors.push(invalid(at, resources, "if '*/*' is present, must not specify other resources"))
  if (plain && resources.includes('*'))
    errors.push(invalid(at, resources, "if '*' is present, must not specify other resources without subresources"))
  return errors
}

/** Conditions on requests, each with a name of its own. */
export function validateMatchConditions(conditions: any[] | undefined, at: string): FieldError[] {
  const errors: FieldError[] = []
  const count = conditions?.length ?? 0
  if (count > MAX_CONDITIONS) errors.push(tooMany(at, count, MAX_CONDITIONS))
  const names = new Set<string>()
  conditions?.forEach((condition, i) => {
    if (!condition.expression?.trim()) errors.push(required(`${at}[${i}].expression`))
    const name: string = condition.name ?? ''
    if (!name) return void errors.push(required(`${at}[${i}].name`))
    errors.push(...invalids(`${at}[${i}].name`, name, isQualifiedName(name)))
    if (names.has(name)) errors.push(duplicate(`${at}[${i}].name`, name))
    names.add(name)
  })
  return errors
}

/** An optional value of a list. */
export function enumerated(value: unknown, at: string, supported: string[]): FieldError[] {
  return value === undefined || supported.includes(value as string) ? [] : [notSupported(at, value, supported)]
}
