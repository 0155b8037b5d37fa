import type { FieldError } from '../../strategy.ts'
import { duplicate, forbidden, invalid, invalids, notSupported, required } from '../../validation/field.ts'
import { isDNS1123Label, isDNS1123Subdomain } from '../../validation/names.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const MAX_PRECEDENCE = 10_000
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch']
const METHODS = ['ByNamespace', 'ByUser']
const SUBJECTS: Record<string, string> = { Group: 'group', ServiceAccount: 'serviceAccount', User: 'user' }

/** Rules for which requests a flow schema is for, and which level takes them. */
export function validateFlowSchema(spec: any, name: string): FieldError[] {
  const errors: FieldError[] = []
  const at = 'spec.matchingPrecedence'
  const precedence = spec.matchingPrecedence ?? 0
  if (precedence <= 0) errors.push(invalid(at, precedence, 'must be a positive value'))
  if (precedence > MAX_PRECEDENCE) errors.push(invalid(at, precedence, `must not be greater than ${MAX_PRECEDENCE}`))
  if (precedence === 1 && name !== 'exempt')
    errors.push(invalid(at, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"))
  const method = spec.distinguisherMethod
  if (method && !METHODS.includes(method.type))
    errors.push(notSupported('spec.distinguisherMethod.type', { Type: method.type ?? '' }, METHODS))
  const level: string = spec.priorityLevelConfiguration?.name ?? ''
  if (level) errors.push(...invalids('spec.priorityLevelConfiguration.name', level, isDNS1123Subdomain(level)))
  else errors.push(required('spec.priorityLevelConfiguration.name', 'must reference a priority level'))
  return [...errors, ...(spec.rules ?? []).flatMap((rule: any, i: number) => validateRule(rule, `spec.rules[${i}]`))]
}

/** Conditions of the group's kinds: each type once. */
export function validateConditions(conditions: { type?: string }[] | undefined): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  conditions?.forEach(({ type = '' }, i) => {
    const at = `status.conditions[${i}].type`
    if (seen.has(type)) errors.push(duplicate(at, type))
    seen.add(type)
    if (!type) errors.push(required(at, 'must not be empty'))
  })
  return errors
}

function validateRule(rule: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (!rule.subjects?.length) errors.push(required(`${at}.subjects`, 'subjects must contain at least one value'))
  ;(rule.subjects ?? []).forEach((s: any, i: number) => errors.push(...validateSubject(s, `${at}.subjects[${i}]`)))
  if (!rule.resourceRules?.length && !rule.nonResourceRules?.length)
    errors.push(required(at, 'at least one of resourceRules and nonResourceRules has to be non-empty'))
  ;(rule.resourceRules ?? []).forEach((r: any, i: number) =>
    errors.push(...validateResourceRule(r, `${at}.resourceRules[${i}]`)),
  )
  ;(rule.nonResourceRules ?? []).forEach((r: any, i: number) =>
    errors.push(...validateURLRule(r, `${at}.nonResourceRules[${i}]`)),
  )
  return errors
}

function validateSubject(subject: any, at: string): FieldError[] {
  const kind: string = subject.kind ?? ''
  const member = Object.hasOwn(SUBJECTS, kind) ? SUBJECTS[kind]! : undefined
  if (!member) return [notSupported(`${at}.kind`, kind, Object.keys(SUBJECTS))]
  const errors: FieldError[] = []
  const who = subject[member]
  if (!who) errors.push(required(`${at}.${member}`, `${member} is required when subject kind is '${kind}'`))
  else {
    if (!who.name) errors.push(required(`${at}.${member}.name`))
    if (kind === 'ServiceAccount') {
      if (who.name && who.name !== '*')
        errors.push(...invalids(`${at}.${member}.name`, who.name, isDNS1123Subdomain(who.name)))
      if (who.namespace)
        errors.push(...invalids(`${at}.${member}.namespace`, who.namespace, isDNS1123Label(who.namespace)))
      else errors.push(required(`${at}.${member}.namespace`, 'must specify namespace for service account'))
    }
  }
  for (const other of ['serviceAccount', 'user', 'group'])
    if (other !== member && subject[other]) {
      const wanted = Object.keys(SUBJECTS).find(k => SUBJECTS[k] === other)
      errors.push(forbidden(`${at}.${other}`, `${other} is forbidden when subject kind is not '${wanted}'`))
    }
  return errors
}

function validateVerbs(verbs: string[], at: string): FieldError[] {
  if (!verbs.length) return [required(at, 'verbs must contain at least one value')]
  if (verbs.includes('*'))
    return verbs.length > 1 ? [invalid(at, verbs, "if '*' is present, must not specify other verbs")] : []
  return verbs.every(verb => VERBS.includes(verb)) ? [] : [notSupported(at, verbs, VERBS)]
}

/** A list that has something in it, and nothing beside a wildcard. */
function validateNames(names: string[], at: string, what: string, lack: string): FieldError[] {
  if (!names.length) return [required(at, lack)]
  return names.length > 1 && names.includes('*')
    ? [invalid(at, names, `if '*' is present, must not specify other ${what}`)]
    : []
}

function validateResourceRule(rule: any, at: string): FieldError[] {
  const errors = [
    ...validateVerbs(rule.verbs ?? [], `${at}.verbs`),
    ...validateNames(
      rule.apiGroups ?? [],
      `${at}.apiGroups`,
      'api groups',
      'resource rules must supply at least one api group',
    ),
    ...validateNames(
      rule.resources ?? [],
      `${at}.resources`,
      'resources',
      'resource rules must supply at least one resource',
    ),
  ]
  const namespaces: string[] = rule.namespaces ?? []
  if (!namespaces.length) {
    if (!rule.clusterScope)
      errors.push(
        required(`${at}.namespaces`, 'resource rules that are not cluster scoped must supply at least one namespace'),
      )
  } else if (namespaces.includes('*')) errors.push(...validateNames(namespaces, `${at}.namespaces`, 'namespaces', ''))
  else
    namespaces.forEach((namespace, i) => {
      for (const text of isDNS1123Label(namespace))
        errors.push(
          invalid(
            `${at}.namespaces[${i}]`,
            namespace,
            `each member of this list must be '*' or a DNS-1123 label; ${text}`,
          ),
        )
    })
  return errors
}

function validateURLRule(rule: any, at: string): FieldError[] {
  const errors = validateVerbs(rule.verbs ?? [], `${at}.verbs`)
  const path = `${at}.nonResourceURLs`
  const urls: string[] = rule.nonResourceURLs ?? []
  if (!urls.length || urls.includes('*'))
    return [
      ...errors,
      ...validateNames(urls, path, 'non-resource URLs', 'nonResourceURLs must contain at least one value'),
    ]
  urls.forEach((url, i) => {
    const text = problemOfURL(url)
    if (text) errors.push(invalid(`${path}[${i}]`, url, text))
  })
  return errors
}

function problemOfURL(url: string): string | undefined {
  if (!url) return 'must not be empty'
  if (url === '/') return undefined
  if (!url.startsWith('/')) return 'must start with slash'
  if (url.includes(' ')) return 'must not contain white-space'
  if (url.includes('//')) return 'must not contain double slash'
  const wildcards = url.split('*').length - 1
  return wildcards > 1 || (wildcards === 1 && !url.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined
}
