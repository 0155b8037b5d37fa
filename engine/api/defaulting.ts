import { parseQuantity } from '../base/quantity.ts'
import { deepClone, isRecord } from './equality.ts'
import { packageOf, typeOfPackage } from './schema/packages.ts'
import type { KubeObject } from './object.ts'
import type { FieldSchema, TypeSchema } from './schema/types.ts'
import type { Strategy } from './strategy.ts'
import { parseApiVersion } from './object.ts'

/**
 * Fills in what the client left out: first the schema's defaults and the values that are always written, then what only
 * the kind's strategy can say. Works in place; doing it twice changes nothing more.
 */
export function setDefaults(strategy: Strategy, object: KubeObject): void {
  const { version } = parseApiVersion(object.apiVersion)
  const pkg = packageOf(strategy.group, strategy.versions.includes(version) ? version : strategy.versions[0]!)
  const schema = pkg && typeOfPackage(pkg, strategy.kind)
  if (schema) applySchemaDefaults(schema, object)
  strategy.setDefaults?.(object)
}

/** Applies the defaults of a schema alone, in place. */
export function applySchemaDefaults(schema: TypeSchema, value: unknown): void {
  if (schema.type === 'list') {
    if (Array.isArray(value) && hasStructs(schema.element!))
      for (const item of value) applySchemaDefaults(schema.element!, item)
  } else if (schema.type === 'map') {
    if (!isRecord(value)) return
    if (schema.element!.type === 'Quantity') roundAmounts(value)
    else if (hasStructs(schema.element!)) for (const key in value) applySchemaDefaults(schema.element!, value[key])
  } else if (schema.type === 'struct' && isRecord(value)) {
    const plan = planOf(schema)
    for (const { field, fill } of plan.fills) {
      const current = value[field.name]
      if (current === undefined || (current === null && field.presence !== 'null')) value[field.name] = fill()
    }
    for (const field of plan.nested) {
      const item = value[field.name]
      if (item !== undefined && item !== null) applySchemaDefaults(field.schema, item)
    }
  }
}

/** What a value of the type looks like when nothing is set: Go's zero value as JSON. No defaults, only what is always written. */
export function zeroValue(schema: TypeSchema): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  if (schema.type !== 'struct') return out
  for (const field of schema.fields!.values()) {
    if (field.presence === 'always') out[field.name] = field.schema.type === 'IntOrString' ? 0 : zeroValue(field.schema)
    else if (field.presence === 'zero') out[field.name] = zeroScalar(field.schema)
    else if (field.presence === 'null') out[field.name] = null
  }
  return out
}

interface Plan {
  fills: { field: FieldSchema; fill: () => unknown }[]
  nested: FieldSchema[]
}

const plans = new WeakMap<TypeSchema, Plan>()

function planOf(schema: TypeSchema): Plan {
  let plan = plans.get(schema)
  if (plan) return plan
  plans.set(schema, (plan = { fills: [], nested: [] }))
  for (const field of schema.fields!.values()) {
    if (hasStructs(field.schema)) plan.nested.push(field)
    if (field.default !== undefined) {
      const value = field.default
      plan.fills.push({ field, fill: typeof value === 'object' ? () => deepClone(value) : () => value })
    } else if (field.presence === 'always' && field.schema.type !== 'IntOrString')
      plan.fills.push({ field, fill: () => ({}) })
    else if (field.presence === 'zero') plan.fills.push({ field, fill: () => zeroScalar(field.schema) })
    else if (field.presence === 'null') plan.fills.push({ field, fill: () => null })
  }
  return plan
}

function hasStructs(schema: TypeSchema): boolean {
  if (schema.type === 'map' && schema.element!.type === 'Quantity') return true
  return schema.type === 'struct' || ((schema.type === 'list' || schema.type === 'map') && hasStructs(schema.element!))
}

/** Amounts of resources are counted in thousandths; what is finer is rounded up. */
function roundAmounts(amounts: Record<string, unknown>): void {
  for (const key in amounts) {
    const text = amounts[key]
    if (typeof text === 'string' && /[nu]$|e-/i.test(text))
      amounts[key] = parseQuantity(`${parseQuantity(text).milliValue()}m`).toString()
  }
}

function zeroScalar(schema: TypeSchema): unknown {
  switch (schema.type) {
    case 'bool':
      return false
    case 'int32':
    case 'int64':
    case 'double':
    case 'IntOrString':
      return 0
    case 'Quantity':
      return '0'
    case 'list':
    case 'map':
    case 'Time':
    case 'MicroTime':
      return null
    default:
      return schema.type === 'struct' || schema.type === 'object' ? {} : ''
  }
}
