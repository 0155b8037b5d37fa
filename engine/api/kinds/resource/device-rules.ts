import type { FieldError } from '../../strategy.ts'
import { duplicate, invalid, invalids, notSupported, required, tooLong, tooMany } from '../../validation/field.ts'
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName } from '../../validation/names.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const MAX_REQUESTS = 32
const MAX_ALTERNATIVES = 8
const MAX_SELECTORS = 32
const MAX_CONFIGS = 32
const MAX_EXPRESSION = 10 * 1024
const MAX_PARAMETERS = 10 * 1024
const MAX_DRIVER_NAME = 63
const MODES = ['All', 'ExactCount']
const REFERENCE =
  "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"

/** What a request that leaves them out means: exactly one device, taints compared by their values. */
export function defaultDeviceClaim(devices: any): void {
  for (const request of devices?.requests ?? [])
    for (const asked of [request.exactly, ...(request.firstAvailable ?? [])]) {
      if (!asked) continue
      asked.allocationMode ||= 'ExactCount'
      if (asked.allocationMode === 'ExactCount') asked.count ||= 1
      for (const toleration of asked.tolerations ?? []) toleration.operator ||= 'Equal'
    }
}

/** Rules for what a claim asks for. */
export function validateDeviceClaim(devices: any, at: string): FieldError[] {
  const requests: any[] = devices?.requests ?? []
  const known = requestNames(requests)
  const errors: FieldError[] = []
  if (requests.length > MAX_REQUESTS) errors.push(tooMany(`${at}.requests`, requests.length, MAX_REQUESTS))
  errors.push(...each(requests, `${at}.requests`, validateRequest))
  errors.push(...uniqueNames(requests, `${at}.requests`))
  const constraints: any[] = devices?.constraints ?? []
  if (constraints.length > MAX_CONFIGS) errors.push(tooMany(`${at}.constraints`, constraints.length, MAX_CONFIGS))
  constraints.forEach((constraint, i) =>
    errors.push(...validateConstraint(constraint, `${at}.constraints[${i}]`, known)),
  )
  return [...errors, ...validateConfigs(devices?.config, `${at}.config`, known)]
}

/** Names of requests, and of their alternatives behind a slash. */
export function requestNames(requests: any[]): Set<string> {
  return new Set(
    requests.flatMap(request => [
      request.name ?? '',
      ...(request.firstAvailable ?? []).map((sub: any) => `${request.name ?? ''}/${sub.name ?? ''}`),
    ]),
  )
}

function validateRequest(request: any, at: string): FieldError[] {
  const errors = validateLabel(request.name, `${at}.name`)
  const alternatives: any[] = request.firstAvailable ?? []
  const text = 'exactly one of `exactly` or `firstAvailable` is required'
  if (!request.exactly && !alternatives.length) return [...errors, required(at, text)]
  if (request.exactly && alternatives.length)
    return [...errors, invalid(at, null, `${text}, but multiple fields are set`)]
  if (request.exactly) return [...errors, ...validateAsked(request.exactly, `${at}.exactly`)]
  const path = `${at}.firstAvailable`
  if (alternatives.length > MAX_ALTERNATIVES) errors.push(tooMany(path, alternatives.length, MAX_ALTERNATIVES))
  const rule = (sub: any, field: string) => [...validateLabel(sub.name, `${field}.name`), ...validateAsked(sub, field)]
  return [...errors, ...each(alternatives, path, rule), ...uniqueNames(alternatives, path)]
}

function validateAsked(asked: any, at: string): FieldError[] {
  const className: string = asked.deviceClassName ?? ''
  const errors: FieldError[] = className
    ? invalids(`${at}.deviceClassName`, className, isDNS1123Subdomain(className))
    : [required(`${at}.deviceClassName`)]
  errors.push(...validateSelectors(asked.selectors, `${at}.selectors`))
  const { allocationMode: mode = '', count = 0 } = asked
  if (mode === 'All') {
    if (count !== 0) errors.push(invalid(`${at}.count`, count, "must not be specified when allocationMode is 'All'"))
  } else if (mode === 'ExactCount') {
    if (count <= 0) errors.push(invalid(`${at}.count`, count, 'must be greater than zero'))
  } else errors.push(notSupported(`${at}.allocationMode`, mode, MODES))
  return [...errors, ...each(asked.tolerations ?? [], `${at}.tolerations`, validateToleration)]
}

function validateToleration({ key = '', operator = '', value = '', effect }: any, at: string): FieldError[] {
  const errors: FieldError[] = key ? invalids(`${at}.key`, key, isQualifiedName(key)) : []
  if (operator === 'Exists') {
    if (value) errors.push(invalid(`${at}.value`, value, 'must be empty for operator `Exists`'))
  } else if (operator === 'Equal') {
    if (!key) errors.push(required(`${at}.key`, 'must not be empty for operator `Equal`'))
  } else if (!operator) errors.push(required(`${at}.operator`))
  else errors.push(notSupported(`${at}.operator`, operator, ['Equal', 'Exists']))
  const effects = ['NoExecute', 'NoSchedule', 'None']
  if (effect && !effects.includes(effect)) errors.push(notSupported(`${at}.effect`, effect, effects))
  return errors
}

/** Choices of devices; what their expressions mean is the allocator's. */
export function validateSelectors(selectors: any[] | undefined, at: string): FieldError[] {
  const list = selectors ?? []
  const errors: FieldError[] = list.length > MAX_SELECTORS ? [tooMany(at, list.length, MAX_SELECTORS)] : []
  list.forEach((selector, i) => {
    if (!selector.cel) return void errors.push(required(`${at}[${i}].cel`))
    const expression: string = selector.cel.expression ?? ''
    const path = `${at}[${i}].cel.expression`
    if (!expression) errors.push(required(path))
    else if (Buffer.byteLength(expression) > MAX_EXPRESSION) errors.push(tooLong(path, MAX_EXPRESSION))
  })
  return errors
}

function validateConstraint(constraint: any, at: string, known: Set<string>): FieldError[] {
  const errors = validateReferences(constraint.requests, `${at}.requests`, known)
  const key = constraint.matchAttribute !== undefined ? 'matchAttribute' : 'distinctAttribute'
  const name: string | undefined = constraint[key]
  if (name === undefined)
    errors.push(
      required(at, 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set'),
    )
  else if (!name) errors.push(required(`${at}.${key}`, 'name required'))
  else if (!name.includes('/')) errors.push(invalid(`${at}.${key}`, name, 'must include a domain'))
  return errors
}

function validateReferences(names: string[] | undefined, at: string, known: Set<string>): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  names?.forEach((name, i) => {
    const path = `${at}[${i}]`
    const segments = name.split('/')
    if (segments.length > 2) return void errors.push(invalid(path, name, REFERENCE))
    for (const segment of segments) errors.push(...validateLabel(segment, path))
    if (!known.has(name)) errors.push(invalid(path, name, REFERENCE))
    if (seen.has(name)) errors.push(duplicate(path, name))
    seen.add(name)
  })
  return errors
}

/** Settings for drivers. Without `known`, they are for all requests. */
export function validateConfigs(configs: any[] | undefined, at: string, known?: Set<string>): FieldError[] {
  const list = configs ?? []
  const errors: FieldError[] = list.length > MAX_CONFIGS ? [tooMany(at, list.length, MAX_CONFIGS)] : []
  list.forEach((config, i) => {
    const path = `${at}[${i}]`
    if (known) errors.push(...validateReferences(config.requests, `${path}.requests`, known))
    if (!config.opaque) return void errors.push(required(`${path}.opaque`))
    errors.push(...validateDriver(config.opaque.driver, `${path}.opaque.driver`))
    const { parameters } = config.opaque
    const bytes = parameters === undefined ? 0 : Buffer.byteLength(JSON.stringify(parameters))
    if (!bytes) errors.push(required(`${path}.opaque.parameters`))
    else if (bytes > MAX_PARAMETERS) errors.push(tooLong(`${path}.opaque.parameters`, MAX_PARAMETERS))
  })
  return errors
}

/** The name of a driver: short, and a domain whatever its case. */
export function validateDriver(name: string | undefined, at: string): FieldError[] {
  if (!name) return [required(at)]
  const errors = invalids(at, name, isDNS1123Subdomain(name.toLowerCase()))
  return name.length > MAX_DRIVER_NAME ? [tooLong(at, MAX_DRIVER_NAME), ...errors] : errors
}

function validateLabel(name: string | undefined, at: string): FieldError[] {
  return name ? invalids(at, name, isDNS1123Label(name)) : [required(at)]
}

const each = (list: any[], at: string, rule: (item: any, at: string) => FieldError[]): FieldError[] =>
  list.flatMap((item, i) => rule(item, `${at}[${i}]`))

/** Items are told apart by their names; complaints are about the whole item. */
export function uniqueNames(list: { name?: string }[], at: string): FieldError[] {
  const seen = new Set<string>()
  return list.flatMap(({ name = '' }, i) => {
    if (seen.has(name)) return [duplicate(`${at}[${i}]`, name)]
    seen.add(name)
    return []
  })
}
