import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, notSupported, required } from '../../validation/field.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string']
/** What JSON schemas can say but structural ones cannot. */
const UNSUPPORTED = ['$ref', 'additionalItems', 'definitions', 'dependencies', 'id', 'patternProperties']
/** What alternatives may not say: the shape of a value is said once, outside of them. */
const SHAPE = ['type', 'title', 'description', 'default', 'nullable', 'additionalProperties']
const LIST_TYPES = ['atomic', 'map', 'set']
const MAP_TYPES = ['atomic', 'granular']

/** Whether a schema says the shape of objects completely enough to prune, default and publish them (structural schemas). */
export function validateStructuralSchema(schema: any, at: string): FieldError[] {
  const errors = validateNode(schema, at, 'at the root')
  if (schema.type && schema.type !== 'object')
    errors.push(invalid(`${at}.type`, schema.type, 'must be object at the root'))
  const metadata = schema.properties?.metadata
  const extra = Object.keys(metadata?.properties ?? {}).filter(key => key !== 'name' && key !== 'generateName')
  if (extra.length)
    errors.push(
      forbidden(
        `${at}.properties[metadata]`,
        'must not specify anything other than name and generateName, but metadata is implicitly specified',
      ),
    )
  return errors
}

function validateNode(schema: any, at: string, place: string): FieldError[] {
  const errors: FieldError[] = []
  const [anyType, preserve] = [schema['x-kubernetes-int-or-string'], schema['x-kubernetes-preserve-unknown-fields']]
  const type: string = schema.type ?? ''
  if (!type && !anyType && !preserve) errors.push(required(`${at}.type`, `must not be empty ${place}`))
  else if (type && !TYPES.includes(type)) errors.push(notSupported(`${at}.type`, type, TYPES))
  if (anyType && type) errors.push(forbidden(`${at}.type`, 'must be empty if x-kubernetes-int-or-string is true'))
  errors.push(...validateEmbedded(schema, at), ...validateExtensions(schema, at), ...validateSupported(schema, at))
  if (type === 'array' && !schema.items) errors.push(required(`${at}.items`, 'must be specified'))
  for (const [name, property] of Object.entries<any>(schema.properties ?? {}))
    errors.push(...validateNode(property, `${at}.properties[${name}]`, 'for specified object fields'))
  if (schema.items) errors.push(...validateNode(schema.items, `${at}.items`, 'for specified array items'))
  const additional = schema.additionalProperties
  if (additional && typeof additional === 'object')
    errors.push(...validateNode(additional, `${at}.additionalProperties`, 'for specified object fields'))
  for (const key of ['allOf', 'anyOf', 'oneOf'])
    (schema[key] ?? []).forEach((option: any, i: number) =>
      errors.push(...validateAlternative(option, `${at}.${key}[${i}]`, !!anyType)),
    )
  if (schema.not) errors.push(...validateAlternative(schema.not, `${at}.not`, false))
  return errors
}

function validateSupported(schema: any, at: string): FieldError[] {
  const errors: FieldError[] = UNSUPPORTED.filter(key => schema[key] !== undefined).map(key =>
    forbidden(`${at}.${key}`, `${key} is not supported`),
  )
  if (schema.uniqueItems)
    errors.push(
      forbidden(
        `${at}.uniqueItems`,
        'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ),
    )
  if (schema.additionalProperties === false)
    errors.push(forbidden(`${at}.additionalProperties`, 'additionalProperties cannot be set to false'))
  else if (schema.additionalProperties && schema.properties)
    errors.push(forbidden(`${at}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'))
  return errors
}

function validateEmbedded(schema: any, at: string): FieldError[] {
  if (!schema['x-kubernetes-embedded-resource']) return []
  const text = 'must be object if x-kubernetes-embedded-resource is true'
  if (!schema.type) return [required(`${at}.type`, text)]
  if (schema.type !== 'object') return [invalid(`${at}.type`, schema.type, text)]
  if (schema['x-kubernetes-preserve-unknown-fields'] || Object.keys(schema.properties ?? {}).length) return []
  return [
    required(
      `${at}.properties`,
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
    ),
  ]
}

/** How lists and maps are merged. */
function validateExtensions(schema: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const [list, map, keys] = ['list-type', 'map-type', 'list-map-keys'].map(name => schema[`x-kubernetes-${name}`])
  const wanted = (type: string, by: string) => {
    if (schema.type !== type)
      errors.push(invalid(`${at}.type`, schema.type ?? '', `must be ${type} if x-kubernetes-${by} is specified`))
  }
  if (list !== undefined) {
    wanted('array', 'list-type')
    if (!LIST_TYPES.includes(list)) errors.push(notSupported(`${at}.x-kubernetes-list-type`, list, LIST_TYPES))
  }
  if (map !== undefined) {
    wanted('object', 'map-type')
    if (!MAP_TYPES.includes(map)) errors.push(notSupported(`${at}.x-kubernetes-map-type`, map, MAP_TYPES))
  }
  const path = `${at}.x-kubernetes-list-map-keys`
  if (list === 'map' && !keys?.length) errors.push(required(path, 'must not be empty if x-kubernetes-list-type is map'))
  if (list !== 'map' && keys?.length) errors.push(forbidden(path, 'must be empty if x-kubernetes-list-type is not map'))
  if (list !== 'map') return errors
  ;(keys ?? []).forEach((key: string, i: number) => {
    if (!schema.items?.properties?.[key])
      errors.push(invalid(`${path}[${i}]`, key, 'entries must all be names of item properties'))
  })
  return errors
}

/** An alternative of a value that is an int or a string may say which; others say nothing of the shape. */
function validateAlternative(schema: any, at: string, typed: boolean): FieldError[] {
  const errors: FieldError[] = []
  for (const key of SHAPE)
    if (schema[key] !== undefined && !(key === 'type' && typed))
      errors.push(forbidden(`${at}.${key}`, 'must be empty to be structural'))
  for (const [name, property] of Object.entries<any>(schema.properties ?? {}))
    errors.push(...validateAlternative(property, `${at}.properties[${name}]`, false))
  if (schema.items) errors.push(...validateAlternative(schema.items, `${at}.items`, false))
  for (const key of ['allOf', 'anyOf', 'oneOf'])
    (schema[key] ?? []).forEach((option: any, i: number) =>
      errors.push(...validateAlternative(option, `${at}.${key}[${i}]`, typed)),
    )
  if (schema.not) errors.push(...validateAlternative(schema.not, `${at}.not`, false))
  return errors
}
