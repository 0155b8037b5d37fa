import { parseQuantity } from '../../base/quantity.ts'
import { isRecord } from '../equality.ts'
import type { FieldSchema, TypeSchema } from '../schema/types.ts'
import { badBase64, beyondExact, isInteger, normaliseTime } from './scalars.ts'
import { goType, shortName, wrongField, wrongType } from './wrong-type.ts'
import type { State } from './wrong-type.ts'

/**
 * Brings a decoded object into the form Go's decoder would give: unknown fields are pruned (and listed as
 * strict decoding names them: `unknown field "spec.foo"`), null means absent, zero values of optional plain fields vanish,
 * quantities and times become canonical. Wrong types are listed in Go's words. Works in place.
 * @param numbers numbers as they are written, by path, where that is not plain (`Notes.numbers`): 3.0 is no integer
 */
export function structural(
  schema: TypeSchema,
  value: unknown,
  numbers?: ReadonlyMap<string, string>,
): { value: unknown; unknown: string[]; errors: string[] } {
  const state: State = { unknown: [], errors: [], stack: [], ...(numbers && { numbers }) }
  const result = normalise(schema, value, '', shortName(schema), state)
  return { value: result, unknown: state.unknown, errors: state.errors }
}

const DROP = Symbol('drop')

function normalise(schema: TypeSchema, value: unknown, path: string, struct: string, state: State): unknown {
  switch (schema.type) {
    case 'any':
      return value
    case 'object':
      if (isRecord(value)) return value
      return wrongType(value, 'map[string]interface {}', struct, state)
    case 'struct':
      return isRecord(value)
        ? normaliseStruct(schema, value, path, state)
        : wrongType(value, goType(schema), struct, state)
    case 'map': {
      if (!isRecord(value)) return wrongType(value, goType(schema), struct, state)
      for (const key of Object.keys(value)) {
        const item = value[key]
        if (item === null) value[key] = zeroOf(schema.element!)
        else value[key] = normalise(schema.element!, item, `${path}.${key}`, struct, state)
      }
      return value
    }
    case 'list': {
      if (!Array.isArray(value)) return wrongType(value, goType(schema), struct, state)
      for (let i = 0; i < value.length; i++) {
        const item: unknown = value[i]
        value[i] =
          item === null ? zeroOf(schema.element!) : normalise(schema.element!, item, `${path}[${i}]`, struct, state)
      }
      return value
    }
    case 'string':
      return typeof value === 'string' ? value : wrongType(value, 'string', struct, state)
    case 'bool':
      return typeof value === 'boolean' ? value : wrongType(value, 'bool', struct, state)
    case 'int32':
    case 'int64':
      if (typeof value === 'number' && isInteger(value, state.numbers?.get(path), schema.type)) {
        // Rounded, it would be another number.
        if (!Number.isSafeInteger(value))
          state.errors.push(`${path}: ${beyondExact(state.numbers?.get(path) ?? value)}`)
        return value
      }
      return wrongType(value, schema.type, struct, state, path)
    case 'double':
      return typeof value === 'number' ? value : wrongType(value, 'float64', struct, state)
    case 'bytes': {
      if (typeof value !== 'string') return wrongType(value, '[]uint8', struct, state)
      const bad = badBase64(value)
      if (bad >= 0) state.errors.push(`illegal base64 data at input byte ${bad}`)
      return value
    }
    case 'Quantity':
      if (typeof value !== 'string' && typeof value !== 'number')
        return wrongType(value, 'resource.Quantity', struct, state)
      try {
        return parseQuantity(value).toString()
      } catch (error) {
        state.errors.push((error as Error).message)
        return value
      }
    case 'IntOrString':
      if (typeof value === 'string') return value
      if (typeof value === 'number' && isInteger(value, state.numbers?.get(path), 'int32')) return value
      return wrongType(value, 'int32', struct, state, path)
    case 'Time':
    case 'MicroTime':
      return normaliseTime(value, schema.type === 'MicroTime', struct, state)
  }
}

function normaliseStruct(schema: TypeSchema, value: Record<string, unknown>, path: string, state: State): unknown {
  const fields = schema.fields!
  const own = shortName(schema)
  for (const key of Object.keys(value)) {
    const field = fields.get(key)
    if (!field) {
      if ((key === 'apiVersion' || key === 'kind') && (schema.isKind || schema.embeddedResource)) {
        if (value[key] === null) delete value[key]
        else if (typeof value[key] !== 'string') wrongField(value[key], 'string', own, [...state.stack, key], state)
        continue
      }
      if (schema.preserveUnknown) continue
      state.unknown.push(path ? `${path}.${key}` : key)
      delete value[key]
      continue
    }
    const item = value[key]
    if (item === null) {
      if (!field.schema.nullable) delete value[key]
      continue
    }
    state.stack.push(key)
    const result = normalise(field.schema, item, path ? `${path}.${key}` : key, own, state)
    state.stack.pop()
    if (result === DROP || (field.presence === 'omit' && isZero(field, result))) delete value[key]
    else value[key] = result
  }
  return value
}

function isZero(field: FieldSchema, value: unknown): boolean {
  if (value === '' || value === 0 || value === false) return true
  if (Array.isArray(value)) return value.length === 0
  if (field.schema.type === 'map' && isRecord(value)) {
    for (const _ in value) return false
    return true
  }
  return false
}

/** The zero value that Go has for a null inside a list or map. */
function zeroOf(schema: TypeSchema): unknown {
  switch (schema.type) {
    case 'string':
    case 'bytes':
      return ''
    case 'bool':
      return false
    case 'int32':
    case 'int64':
    case 'double':
    case 'IntOrString':
      return 0
    case 'Quantity':
      return '0'
    case 'struct':
    case 'object':
      return {}
    default:
      return null
  }
}
