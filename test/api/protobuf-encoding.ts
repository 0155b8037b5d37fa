import { typeOfPackage } from '../../engine/api/schema/packages.ts'
import type { FieldSchema, TypeSchema } from '../../engine/api/schema/types.ts'

/**
 * A protobuf encoder for tests, written from the field tables alone: what it writes is what a Go client writes, so that
 * the decoder is held against something that it shares no code with.
 */
export function encodeBody(schema: TypeSchema, object: Record<string, unknown>): Buffer {
  const { apiVersion, kind, ...fields } = object
  return envelope(String(apiVersion), String(kind), encodeMessage(schema, fields))
}

/** `k8s\0`, then the kind and the object's own bytes. */
export function envelope(apiVersion: string, kind: string, raw: Buffer): Buffer {
  const type = Buffer.concat([delimited(1, Buffer.from(apiVersion)), delimited(2, Buffer.from(kind))])
  return Buffer.concat([Buffer.from('k8s\0'), delimited(1, type), delimited(2, raw)])
}

export function encodeMessage(schema: TypeSchema, object: Record<string, unknown>): Buffer {
  const parts: { tag: readonly number[]; bytes: Buffer }[] = []
  for (const [name, value] of Object.entries(object)) {
    const field = schema.fields!.get(name)
    if (!field?.tag.length) throw new Error(`${schema.name} has no number for ${name}`)
    parts.push({ tag: field.tag, bytes: encodeField(field, value) })
  }
  return nest(parts, 0)
}

/** Members that JSON has inlined are gathered into one message again. */
function nest(parts: { tag: readonly number[]; bytes: Buffer }[], depth: number): Buffer {
  const out: Buffer[] = []
  const inner = new Map<number, typeof parts>()
  for (const part of parts) {
    if (part.tag.length === depth + 1) out.push(part.bytes)
    else inner.set(part.tag[depth]!, [...(inner.get(part.tag[depth]!) ?? []), part])
  }
  for (const [number, members] of inner) out.push(delimited(number, nest(members, depth + 1)))
  return Buffer.concat(out)
}

function encodeField(field: FieldSchema, value: unknown): Buffer {
  const number = field.tag.at(-1)!
  const { schema } = field
  if (schema.type === 'list')
    return Buffer.concat((value as unknown[]).map(item => encodeValue(number, schema.element!, item)))
  if (schema.type === 'map')
    return Buffer.concat(
      Object.entries(value as object).map(([key, item]) =>
        delimited(number, Buffer.concat([delimited(1, Buffer.from(key)), encodeValue(2, schema.element!, item)])),
      ),
    )
  return encodeValue(number, schema, value)
}

function encodeValue(number: number, schema: TypeSchema, value: unknown): Buffer {
  switch (schema.type) {
    case 'bool':
      return integer(number, value ? 1n : 0n)
    case 'int32':
    case 'int64':
      return integer(number, BigInt(value as number))
    case 'bytes':
      return delimited(number, Buffer.from(value as string, 'base64'))
    case 'Quantity':
      return delimited(number, delimited(1, Buffer.from(value as string)))
    case 'Time':
    case 'MicroTime': {
      const [, whole, micros] = /^(.{19})(?:\.(\d{6}))?Z$/.exec(value as string)!
      const seconds = integer(1, BigInt(Date.parse(`${whole}Z`) / 1000))
      return delimited(number, Buffer.concat([seconds, integer(2, BigInt(Number(micros ?? 0) * 1000))]))
    }
    case 'IntOrString':
      return delimited(
        number,
        typeof value === 'string'
          ? Buffer.concat([integer(1, 1n), integer(2, 0n), delimited(3, Buffer.from(value))])
          : Buffer.concat([integer(1, 0n), integer(2, BigInt(value as number)), delimited(3, Buffer.alloc(0))]),
      )
    case 'object':
    case 'any':
      return delimited(number, freeForm(schema, value))
    case 'double': {
      const bytes = Buffer.alloc(8)
      bytes.writeDoubleLE(value as number)
      return Buffer.concat([varint((BigInt(number) << 3n) | 1n), bytes])
    }
    case 'struct':
      return delimited(number, encodeMessage(schema, value as Record<string, unknown>))
    case 'list':
      return delimited(number, Buffer.concat((value as unknown[]).map(item => encodeValue(1, schema.element!, item))))
    default:
      return delimited(number, Buffer.from(value as string))
  }
}

const jsonSchema = (): TypeSchema => typeOfPackage('apiextensions/v1', 'JSONSchemaProps')!
const isList = Array.isArray as (value: unknown) => value is Record<string, unknown>[]

/** A value that JSON writes in more than one way. */
function freeForm(schema: TypeSchema, value: unknown): Buffer {
  const one = (number: number) => delimited(number, encodeMessage(jsonSchema(), value as Record<string, unknown>))
  switch (schema.name) {
    case 'apiextensions/v1.CustomResourceSubresourceStatus':
      return Buffer.alloc(0)
    case 'apiextensions/v1.JSONSchemaPropsOrArray':
      return isList(value) ? Buffer.concat(value.map(item => delimited(2, encodeMessage(jsonSchema(), item)))) : one(1)
    case 'apiextensions/v1.JSONSchemaPropsOrBool':
      return typeof value === 'boolean' ? integer(1, value ? 1n : 0n) : Buffer.concat([integer(1, 1n), one(2)])
    case 'apiextensions/v1.JSONSchemaPropsOrStringArray':
      return isList(value) ? Buffer.concat(value.map(item => delimited(2, Buffer.from(String(item))))) : one(1)
    default:
      return delimited(1, Buffer.from(JSON.stringify(value)))
  }
}

/** A random value of one of the forms that `freeForm` encodes. */
function randomFreeForm(name: string | undefined, random: () => number, depth: number): unknown {
  const schema = () => randomValue(jsonSchema(), random, depth)
  const either = random() < 0.5
  switch (name) {
    case 'apiextensions/v1.CustomResourceSubresourceStatus':
      return {}
    case 'apiextensions/v1.JSONSchemaPropsOrArray':
      return either ? schema() : [schema(), schema()]
    case 'apiextensions/v1.JSONSchemaPropsOrBool':
      return either ? schema() : random() < 0.5
    case 'apiextensions/v1.JSONSchemaPropsOrStringArray':
      return either ? schema() : ['a', 'b']
    default:
      return { k: [1, 'x', null, { y: true }] }
  }
}

export function integer(number: number, value: bigint): Buffer {
  return Buffer.concat([varint(BigInt(number) << 3n), varint(BigInt.asUintN(64, value))])
}

export function delimited(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint((BigInt(number) << 3n) | 2n), varint(BigInt(bytes.length)), bytes])
}

export function varint(value: bigint): Buffer {
  const out: number[] = []
  for (; value > 0x7fn; value >>= 7n) out.push(Number(value & 0x7fn) | 0x80)
  out.push(Number(value))
  return Buffer.from(out)
}

/** A random value of a type, never the zero value where JSON would leave that out. `random` gives numbers in [0, 1). */
export function randomValue(schema: TypeSchema, random: () => number, depth = 0): unknown {
  const below = (n: number): number => Math.floor(random() * n)
  const text = (): string =>
    Array.from({ length: 1 + below(8) }, () => ['a', 'Z', '7', '-', ' ', 'ü', '한', '😀', '\n', '"'][below(10)]).join(
      '',
    )
  const some = <T>(make: () => T): T[] => Array.from({ length: 1 + below(2) }, make)
  switch (schema.type) {
    case 'string':
      return text()
    case 'bool':
      return true
    case 'int32':
      return [1, -1, 127, 128, 2147483647, -2147483648][below(6)]
    case 'int64':
      return [1, -1, 300, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER][below(5)]
    case 'bytes':
      return Buffer.from(some(() => below(256))).toString('base64')
    case 'Quantity':
      return ['1', '250m', '2Gi', '-3k'][below(4)]
    case 'IntOrString':
      return [0, 80, -1, 'http', '25%', ''][below(6)]
    case 'Time':
      return ['1970-01-01T00:00:00Z', '2026-02-28T23:59:59Z', '1969-12-31T23:59:59Z'][below(3)]
    case 'MicroTime':
      return ['2026-02-28T23:59:59.000001Z', '2026-02-28T23:59:59.999999Z'][below(2)]
    case 'double':
      return [0.5, -2, 1e300][below(3)]
    case 'object':
    case 'any':
      return randomFreeForm(schema.name, random, depth + 1)
    case 'list':
      return some(() => randomValue(schema.element!, random, depth))
    case 'map':
      return Object.fromEntries(some(() => [text(), randomValue(schema.element!, random, depth)]))
    case 'struct': {
      const out: Record<string, unknown> = {}
      for (const field of schema.fields!.values())
        if (field.tag.length && random() < (depth < 3 ? 0.7 : depth < 6 ? 0.2 : 0.02))
          out[field.name] = randomValue(field.schema, random, depth + 1)
      return out
    }
    default:
      throw new Error(`no random value of type ${schema.type}`)
  }
}
