import type { TypeSchema } from '../schema/types.ts'

/** What has been found so far, and the path to where the reader is. */
export interface State {
  unknown: string[]
  errors: string[]
  stack: string[]
  /** Numbers as they are written, by path. */
  numbers?: ReadonlyMap<string, string>
}

export function wrongType(value: unknown, type: string, struct: string, state: State, path?: string): unknown {
  return wrongField(value, type, struct, state.stack, state, path)
}

export function wrongField(
  value: unknown,
  type: string,
  struct: string,
  stack: string[],
  state: State,
  path?: string,
): unknown {
  const kind =
    typeof value === 'string'
      ? 'string'
      : typeof value === 'number'
        ? Number.isInteger(value) && !type.startsWith('int')
          ? 'number'
          : type.startsWith('int')
            ? `number ${(path !== undefined && state.numbers?.get(path)) || value}`
            : 'number'
        : typeof value === 'boolean'
          ? 'bool'
          : Array.isArray(value)
            ? 'array'
            : 'object'
  state.errors.push(
    `json: cannot unmarshal ${kind} into Go ${stack.length ? `struct field ${struct}.${stack.join('.')}` : 'value'} of type ${type}`,
  )
  return value
}

export function goType(schema: TypeSchema): string {
  switch (schema.type) {
    case 'struct':
      return `v1.${shortName(schema)}`
    case 'list':
      return `[]${goType(schema.element!)}`
    case 'map':
      return `map[string]${goType(schema.element!)}`
    case 'bytes':
      return '[]uint8'
    case 'double':
      return 'float64'
    case 'Quantity':
      return 'resource.Quantity'
    case 'IntOrString':
      return 'intstr.IntOrString'
    case 'Time':
    case 'MicroTime':
      return `v1.${schema.type}`
    default:
      return schema.type
  }
}

export const shortName = (schema: TypeSchema): string => schema.name?.slice(schema.name.lastIndexOf('.') + 1) ?? ''
