import type { KubeObject } from '../object.ts'
import { parseApiVersion } from '../object.ts'
import { packageOf, typeOfPackage } from '../schema/packages.ts'
import type { TypeSchema } from '../schema/types.ts'
import type { FieldError, Strategy, StrategyContext } from '../strategy.ts'
import { isRecord } from '../equality.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts'
import { notSupported } from './field.ts'
import { isDNS1123Label, isDNS1123Subdomain, isPathSegment } from './names.ts'
import type { NameRule } from './names.ts'

/** All complaints about a new object: metadata, then the kind's own rules, then enumerations that those did not mention. */
export function validateCreate(strategy: Strategy, object: KubeObject, context: StrategyContext): FieldError[] {
  const errors = validateObjectMeta(object.metadata, {
    namespaced: strategy.namespaced,
    nameRule: nameRuleOf(strategy),
  })
  errors.push(...(strategy.validate?.(object, context) ?? []))
  errors.push(...(strategy.validateNew?.(object, context) ?? []))
  return withEnums(strategy, object, errors)
}

/** All complaints about a change. */
export function validateUpdate(
  strategy: Strategy,
  object: KubeObject,
  old: KubeObject,
  context: StrategyContext,
): FieldError[] {
  const { metadata } = object
  const changed = validateObjectMetaUpdate(metadata, old.metadata)
  // Kubernetes looks at the metadata for every kind, and again with the rules of the one; both complain.
  const errors = [
    ...validateObjectMeta(metadata, { namespaced: strategy.namespaced, nameRule: isPathSegment }),
    ...changed,
    ...changed,
  ]
  // The status' writers are held to the transition rules alone: the spec is what was stored.
  const ofAll = context.subresource === 'status' ? [] : (strategy.validate?.(object, context) ?? [])
  const ofUpdates = strategy.validateUpdate?.(object, old, context) ?? []
  errors.push(...(strategy.updateRulesFirst ? [...ofUpdates, ...ofAll] : [...ofAll, ...ofUpdates]))
  return context.subresource === 'status' ? errors : withEnums(strategy, object, errors)
}

/** The rule for names of a kind. */
export function nameRuleOf(strategy: Strategy): NameRule {
  if (strategy.group === 'rbac.authorization.k8s.io') return isPathSegment
  return NAME_RULES[strategy.kind] ?? isDNS1123Subdomain
}

const NAME_RULES: Record<string, NameRule> = {
  Namespace: isDNS1123Label,
  Service: isDNS1123Label,
  // Its pods' host names begin with it.
  StatefulSet: isDNS1123Label,
  APIService: isPathSegment,
  // Requests for certificates may have any name.
  CertificateSigningRequest: () => [],
  Event: name => (name.length > 253 ? ['must be no more than 253 characters'] : isDNS1123Subdomain(name)),
  PodGroup: isDNS1123Subdomain,
}

function withEnums(strategy: Strategy, object: KubeObject, errors: FieldError[]): FieldError[] {
  const { version } = parseApiVersion(object.apiVersion)
  const pkg = packageOf(strategy.group, version) ?? packageOf(strategy.group, strategy.versions[0]!)
  const schema = pkg ? typeOfPackage(pkg, strategy.kind) : undefined
  if (!schema) return errors
  // Some rules of Kubernetes leave out in which item of a list they found something.
  const bare = (field: string) => field.replace(/\[\d+\]/g, '')
  const mentioned = new Set(errors.flatMap(e => [e.field, bare(e.field)]))
  const found: FieldError[] = []
  for (const field of schema.fields!.values())
    if (field.name !== 'status' && field.name !== 'metadata' && object[field.name] !== undefined)
      checkEnums(field.schema, object[field.name], field.name, found)
  // A field inside of one that was refused as a whole has been dealt with.
  for (const error of found)
    if (
      ![...mentioned].some(
        f =>
          f &&
          (error.field === f ||
            bare(error.field) === f ||
            error.field.startsWith(`${f}.`) ||
            f.startsWith(`${error.field}.`)),
      )
    )
      errors.push(error)
  return errors
}

function checkEnums(schema: TypeSchema, value: unknown, path: string, out: FieldError[]): void {
  if (value === undefined || value === null) return
  if (schema.type === 'list') {
    if (Array.isArray(value)) value.forEach((item, i) => checkEnums(schema.element!, item, `${path}[${i}]`, out))
  } else if (schema.type === 'map') {
    if (isRecord(value)) for (const key in value) checkEnums(schema.element!, value[key], `${path}[${key}]`, out)
  } else if (schema.type === 'struct') {
    if (isRecord(value))
      for (const key in value) {
        const field = schema.fields!.get(key)
        if (field) checkEnums(field.schema, value[key], `${path}.${key}`, out)
      }
  } else if (schema.enum && typeof value === 'string' && value !== '' && !schema.enum.includes(value))
    out.push(notSupported(path, value, schema.enum))
}
