import { setOwn } from '../base/own.ts'
import { beyondExact } from './decode/scalars.ts'
import type { KubeObject } from './object.ts'
import { parseApiVersion } from './object.ts'
import { Malformed, Reader } from './protobuf/reader.ts'
import { scheme } from './scheme.ts'
import { typeOfPackage } from './schema/packages.ts'
import { badRequest } from './status.ts'
import type { FieldSchema, TypeSchema } from './schema/types.ts'

/**
 * Decodes a body in Kubernetes' protobuf encoding: four bytes `k8s\0`, then a message with the kind and the object's own
 * message. Field numbers come from the schema. Unknown numbers are skipped, as protobuf wants.
 * @throws ApiError 400 if the bytes are no such body, or of a kind that is not served
 */
export function decodeProtobuf(bytes: Uint8Array): KubeObject {
  if (bytes.length < 4 || bytes[0] !== 0x6b || bytes[1] !== 0x38 || bytes[2] !== 0x73 || bytes[3] !== 0)
    throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]')
  try {
    return decodeEnvelope(bytes.subarray(4))
  } catch (error) {
    if (error instanceof Malformed) throw badRequest(`proto: ${error.message}`)
    throw error
  }
}

function decodeEnvelope(bytes: Uint8Array): KubeObject {
  let apiVersion = ''
  let kind = ''
  let raw: Uint8Array = new Uint8Array()
  const reader = new Reader(bytes)
  while (reader.more()) {
    const { field, wire } = reader.tag()
    if (field === 1 && wire === 2) {
      const type = new Reader(reader.bytes())
      while (type.more()) {
        const inner = type.tag()
        if (inner.field === 1 && inner.wire === 2) apiVersion = type.text()
        else if (inner.field === 2 && inner.wire === 2) kind = type.text()
        else type.skip(inner.wire)
      }
    } else if (field === 2 && wire === 2) raw = reader.bytes()
    else reader.skip(wire)
  }
  const { group, version } = parseApiVersion(apiVersion)
  const schema = scheme.schemaOf(group, version, kind)
  if (schema?.type !== 'struct' || !(schema.isKind || META_KINDS.has(kind)))
    throw badRequest(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`)
  return { apiVersion, kind, ...decodeMessage(schema, raw) } as KubeObject
}

/** Kinds by use, though the tables of fields do not list them as such. */
const META_KINDS = new Set(['DeleteOptions', 'WatchEvent'])

type Message = Record<string, unknown>

/** Fields of a type by number; an inlined member is a node of its own. */
interface Layout {
  fields: Map<number, FieldSchema>
  inlined: Map<number, Layout>
}
const layouts = new WeakMap<TypeSchema, Layout>()

function layoutOf(schema: TypeSchema): Layout {
  let layout = layouts.get(schema)
  if (layout) return layout
  layout = { fields: new Map(), inlined: new Map() }
  for (const field of schema.fields!.values()) {
    if (!field.tag.length) continue
    let at = layout
    for (const number of field.tag.slice(0, -1)) {
      let next = at.inlined.get(number)
      if (!next) at.inlined.set(number, (next = { fields: new Map(), inlined: new Map() }))
      at = next
    }
    at.fields.set(field.tag.at(-1)!, field)
  }
  layouts.set(schema, layout)
  return layout
}

/** @param before what an earlier occurrence of the same field held: protobuf merges messages that come in pieces */
function decodeMessage(schema: TypeSchema, bytes: Uint8Array, before: Message = {}): Message {
  return decodeInto(layoutOf(schema), bytes, before)
}

function decodeInto(layout: Layout, bytes: Uint8Array, out: Message = {}): Message {
  const reader = new Reader(bytes)
  while (reader.more()) {
    const { field: number, wire } = reader.tag()
    const inlined = layout.inlined.get(number)
    if (inlined) {
      if (wire !== 2) throw new Malformed(`wrong wireType = ${wire} for inlined message ${number}`)
      decodeInto(inlined, reader.bytes(), out)
      continue
    }
    const field = layout.fields.get(number)
    if (!field) {
      reader.skip(wire)
      continue
    }
    readField(field, wire, reader, out)
  }
  return out
}

function readField(field: FieldSchema, wire: number, reader: Reader, out: Message): void {
  const { schema, name } = field
  if (schema.type === 'list') {
    const list = (out[name] ??= []) as unknown[]
    if (wire === 2 && isVarint(schema.element!)) {
      const packed = new Reader(reader.bytes())
      while (packed.more()) list.push(readValue(schema.element!, packed))
    } else {
      expectWire(schema.element!, wire, name)
      list.push(readValue(schema.element!, reader))
    }
    return
  }
  expectWire(schema, wire, name)
  if (schema.type === 'map') {
    const map = (out[name] ??= {}) as Message
    const entry = new Reader(reader.bytes())
    let key = ''
    let value: unknown
    while (entry.more()) {
      const inner = entry.tag()
      if (inner.field === 1) {
        expectWire(STRING, inner.wire, `${name} key`)
        key = entry.text()
      } else if (inner.field === 2) {
        expectWire(schema.element!, inner.wire, `${name} value`)
        value = readValue(schema.element!, entry)
      } else entry.skip(inner.wire)
    }
    setOwn(map, key, value ?? zero(schema.element!))
    return
  }
  const value =
    schema.type === 'struct'
      ? decodeMessage(schema, reader.bytes(), out[name] as Message | undefined)
      : readValue(schema, reader)
  // A plain zero is what JSON leaves out; the encoder writes it nevertheless, and the last occurrence counts.
  if (value === undefined || (field.presence === 'omit' && (value === '' || value === 0 || value === false)))
    delete out[name]
  else out[name] = value
}

const STRING: TypeSchema = { type: 'string' }

/** @throws Malformed if a value of the type never has this wire type */
function expectWire(schema: TypeSchema, wire: number, field: string): void {
  const expected = isVarint(schema) ? 0 : schema.type === 'double' ? 1 : 2
  if (wire !== expected) throw new Malformed(`wrong wireType = ${wire} for field ${field}`)
}

const isVarint = (schema: TypeSchema): boolean =>
  schema.type === 'int32' || schema.type === 'int64' || schema.type === 'bool'

/** What an entry of a map means that has no value. */
function zero(schema: TypeSchema): unknown {
  switch (schema.type) {
    case 'Quantity':
      return '0'
    case 'struct':
      return {}
    case 'list':
      return []
    case 'bool':
      return false
    case 'Time':
    case 'MicroTime':
      return null
    case 'int32':
    case 'int64':
    case 'double':
    case 'IntOrString':
      return 0
    default:
      return ''
  }
}

/** @throws Malformed instead of rounding */
function exact(value: bigint): number {
  if (!Number.isSafeInteger(Number(value))) throw new Malformed(beyondExact(value))
  return Number(value)
}

/** Reads a value whose wire type has been checked. */
function readValue(schema: TypeSchema, reader: Reader): unknown {
  switch (schema.type) {
    case 'string':
      return reader.text()
    case 'bool':
      return reader.varint() !== 0n
    case 'int32':
      return Number(BigInt.asIntN(32, reader.varint()))
    case 'int64':
      return exact(BigInt.asIntN(64, reader.varint()))
    case 'double':
      return reader.double()
    case 'bytes':
      return Buffer.from(reader.bytes()).toString('base64')
    case 'Time':
    case 'MicroTime':
      return readTime(reader.bytes(), schema.type === 'MicroTime')
    case 'Quantity':
      return readSingle(reader.bytes(), r => r.text()) ?? '0'
    case 'IntOrString':
      return readIntOrString(reader.bytes())
    case 'object':
    case 'any':
      return readFreeForm(schema, reader.bytes())
    case 'struct':
      return decodeMessage(schema, reader.bytes())
    case 'list': {
      // A map of lists: a message with the items in field 1 (ExtraValue and its like).
      const items = new Reader(reader.bytes())
      const list: unknown[] = []
      while (items.more()) {
        const { field, wire: inner } = items.tag()
        if (field !== 1) items.skip(inner)
        else {
          expectWire(schema.element!, inner, 'items')
          list.push(readValue(schema.element!, items))
        }
      }
      return list
    }
    case 'map':
      throw new Malformed('a map of maps has no encoding')
  }
}

function readSingle<T>(bytes: Uint8Array, read: (r: Reader) => T): T | undefined {
  const reader = new Reader(bytes)
  let value: T | undefined
  while (reader.more()) {
    const { field, wire } = reader.tag()
    if (field === 1 && wire === 2) value = read(reader)
    else reader.skip(wire)
  }
  return value
}

const MIN_SECONDS = Date.parse('0001-01-01T00:00:00Z') / 1000
const MAX_SECONDS = Date.parse('9999-12-31T23:59:59Z') / 1000

function readTime(bytes: Uint8Array, micro: boolean): string | null {
  if (!bytes.length) return null
  const reader = new Reader(bytes)
  let seconds = 0
  let nanos = 0
  while (reader.more()) {
    const { field, wire } = reader.tag()
    if (field === 1 && wire === 0) seconds = Number(BigInt.asIntN(64, reader.varint()))
    else if (field === 2 && wire === 0) nanos = Number(BigInt.asIntN(32, reader.varint()))
    else reader.skip(wire)
  }
  // RFC 3339 has four digits for the year.
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) throw new Malformed(`time out of range: ${seconds} seconds`)
  const text = new Date(seconds * 1000).toISOString().slice(0, 19)
  return micro ? `${text}.${String(Math.trunc(nanos / 1000)).padStart(6, '0')}Z` : `${text}Z`
}

function readIntOrString(bytes: Uint8Array): number | string {
  const reader = new Reader(bytes)
  let type = 0
  let int = 0
  let text = ''
  while (reader.more()) {
    const { field, wire } = reader.tag()
    if (field === 1 && wire === 0) type = Number(reader.varint())
    else if (field === 2 && wire === 0) int = Number(BigInt.asIntN(32, reader.varint()))
    else if (field === 3 && wire === 2) text = reader.text()
    else reader.skip(wire)
  }
  return type === 1 ? text : int
}

/** Values that JSON writes in more than one way have messages of their own in apiextensions. */
function readFreeForm(schema: TypeSchema, bytes: Uint8Array): unknown {
  switch (schema.name) {
    case 'apiextensions/v1.CustomResourceSubresourceStatus':
      return {}
    case 'apiextensions/v1.JSONSchemaPropsOrArray': {
      const { schema: one, jSONSchemas: many } = decodeInto(SCHEMA_OR.array, bytes)
      return many ?? one
    }
    case 'apiextensions/v1.JSONSchemaPropsOrBool': {
      const { schema: one, allows } = decodeInto(SCHEMA_OR.bool, bytes)
      return one ?? allows ?? false
    }
    case 'apiextensions/v1.JSONSchemaPropsOrStringArray': {
      const { schema: one, property } = decodeInto(SCHEMA_OR.strings, bytes)
      return property ?? one
    }
    default:
      return readRaw(bytes)
  }
}

/** Layouts of the messages that stand for a schema or something else. */
const SCHEMA_OR = {
  get array() {
    return layoutOfFields(member('schema', 1, jsonSchema()), member('jSONSchemas', 2, listOf(jsonSchema())))
  },
  get bool() {
    return layoutOfFields(member('allows', 1, { type: 'bool' }), member('schema', 2, jsonSchema()))
  },
  get strings() {
    return layoutOfFields(member('schema', 1, jsonSchema()), member('property', 2, listOf(STRING)))
  },
}

const jsonSchema = (): TypeSchema => typeOfPackage('apiextensions/v1', 'JSONSchemaProps')!
const listOf = (element: TypeSchema): TypeSchema => ({ type: 'list', element })
const member = (name: string, number: number, schema: TypeSchema): FieldSchema => ({
  ...{ name, schema, tag: [number] },
  ...{ required: false, presence: 'keep' as const },
})
const layoutOfFields = (...fields: FieldSchema[]): Layout => ({
  fields: new Map(fields.map(field => [field.tag[0]!, field])),
  inlined: new Map(),
})

/** RawExtension, FieldsV1 and JSON carry JSON. */
function readRaw(bytes: Uint8Array): unknown {
  const raw = readSingle(bytes, r => r.bytes())
  if (!raw?.length) return undefined
  try {
    return JSON.parse(new TextDecoder().decode(raw)) as unknown
  } catch (error) {
    throw new Malformed(`raw extension is not JSON: ${(error as Error).message}`)
  }
}
