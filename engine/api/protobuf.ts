import type { KubeObject } from './object.ts'
import { parseApiVersion } from './object.ts'
import { scheme } from './scheme.ts'
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

class Malformed extends Error {
  override readonly name = 'Malformed'
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
        if (inner.field === 1) apiVersion = type.text()
        else if (inner.field === 2) kind = type.text()
        else type.skip(inner.wire)
      }
    } else if (field === 2 && wire === 2) raw = reader.bytes()
    else reader.skip(wire)
  }
  const { group, version } = parseApiVersion(apiVersion)
  const schema = scheme.schemaOf(group, version, kind)
  if (!schema || schema.type !== 'struct')
    throw badRequest(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`)
  if (![...schema.fields!.values()].some(f => f.tag.length))
    throw badRequest(`object ${kind} of ${apiVersion} has no protobuf form; send application/json`)
  return { apiVersion, kind, ...decodeMessage(schema, raw) } as KubeObject
}

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

function decodeMessage(schema: TypeSchema, bytes: Uint8Array): Message {
  const out: Message = {}
  decodeInto(layoutOf(schema), bytes, out)
  return out
}

function decodeInto(layout: Layout, bytes: Uint8Array, out: Message): void {
  const reader = new Reader(bytes)
  while (reader.more()) {
    const { field: number, wire } = reader.tag()
    const inlined = layout.inlined.get(number)
    if (inlined && wire === 2) {
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
}

function readField(field: FieldSchema, wire: number, reader: Reader, out: Message): void {
  const { schema, name } = field
  if (schema.type === 'list') {
    const list = (out[name] ??= []) as unknown[]
    if (wire === 2 && isVarint(schema.element!)) {
      const packed = new Reader(reader.bytes())
      while (packed.more()) list.push(readValue(schema.element!, 0, packed))
    } else list.push(readValue(schema.element!, wire, reader))
    return
  }
  if (schema.type === 'map') {
    const map = (out[name] ??= {}) as Message
    const entry = new Reader(reader.bytes())
    let key = ''
    let value: unknown
    while (entry.more()) {
      const inner = entry.tag()
      if (inner.field === 1) key = entry.text()
      else if (inner.field === 2) value = readValue(schema.element!, inner.wire, entry)
      else entry.skip(inner.wire)
    }
    Object.defineProperty(map, key, {
      value: value ?? zero(schema.element!),
      enumerable: true,
      writable: true,
      configurable: true,
    })
    return
  }
  const value = readValue(schema, wire, reader)
  // A plain zero is what JSON leaves out; the encoder writes it nevertheless.
  if (field.presence === 'omit' && (value === '' || value === 0 || value === false)) return
  if (value === undefined) return
  out[name] = value
}

const isVarint = (schema: TypeSchema): boolean =>
  schema.type === 'int32' || schema.type === 'int64' || schema.type === 'bool'

function zero(schema: TypeSchema): unknown {
  return schema.type === 'Quantity' ? '0' : schema.type === 'struct' ? {} : schema.type === 'list' ? [] : ''
}

function readValue(schema: TypeSchema, wire: number, reader: Reader): unknown {
  switch (schema.type) {
    case 'string':
      return reader.text()
    case 'bool':
      return reader.varint() !== 0n
    case 'int32':
      return Number(BigInt.asIntN(32, reader.varint()))
    case 'int64':
      return Number(BigInt.asIntN(64, reader.varint()))
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
      return readRaw(reader.bytes())
    case 'struct':
      return decodeMessage(schema, reader.bytes())
    case 'list': {
      // A map of lists: a message with the items in field 1 (ExtraValue and its like).
      const items = new Reader(reader.bytes())
      const list: unknown[] = []
      while (items.more()) {
        const { field, wire: inner } = items.tag()
        if (field === 1) list.push(readValue(schema.element!, inner, items))
        else items.skip(inner)
      }
      return list
    }
    default:
      reader.skip(wire)
      return undefined
  }
}

function readSingle<T>(bytes: Uint8Array, read: (r: Reader) => T): T | undefined {
  const reader = new Reader(bytes)
  let value: T | undefined
  while (reader.more()) {
    const { field, wire } = reader.tag()
    if (field === 1) value = read(reader)
    else reader.skip(wire)
  }
  return value
}

function readTime(bytes: Uint8Array, micro: boolean): string | null {
  if (!bytes.length) return null
  const reader = new Reader(bytes)
  let seconds = 0
  let nanos = 0
  while (reader.more()) {
    const { field, wire } = reader.tag()
    if (field === 1) seconds = Number(BigInt.asIntN(64, reader.varint()))
    else if (field === 2) nanos = Number(BigInt.asIntN(32, reader.varint()))
    else reader.skip(wire)
  }
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
    if (field === 1) type = Number(reader.varint())
    else if (field === 2) int = Number(BigInt.asIntN(32, reader.varint()))
    else if (field === 3) text = reader.text()
    else reader.skip(wire)
  }
  return type === 1 ? text : int
}

/** RawExtension and FieldsV1 carry JSON. */
function readRaw(bytes: Uint8Array): unknown {
  const raw = readSingle(bytes, r => r.bytes())
  if (!raw?.length) return undefined
  try {
    return JSON.parse(new TextDecoder().decode(raw)) as unknown
  } catch (error) {
    throw new Malformed(`raw extension is not JSON: ${(error as Error).message}`)
  }
}

const decoder = new TextDecoder()

class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  more(): boolean {
    return this.#at < this.#bytes.length
  }

  tag(): { field: number; wire: number } {
    const key = Number(this.varint())
    const field = Math.floor(key / 8)
    if (field < 1) throw new Malformed(`illegal tag ${field} (wire type ${key & 7})`)
    return { field, wire: key & 7 }
  }

  varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw new Malformed('unexpected EOF')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw new Malformed('integer overflow')
  }

  bytes(): Uint8Array {
    const length = Number(this.varint())
    const end = this.#at + length
    if (end > this.#bytes.length) throw new Malformed('unexpected EOF')
    const out = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return out
  }

  text(): string {
    return decoder.decode(this.bytes())
  }

  double(): number {
    if (this.#at + 8 > this.#bytes.length) throw new Malformed('unexpected EOF')
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#at, 8)
    this.#at += 8
    return view.getFloat64(0, true)
  }

  skip(wire: number): void {
    if (wire === 0) this.varint()
    else if (wire === 1) this.#at += 8
    else if (wire === 2) this.bytes()
    else if (wire === 5) this.#at += 4
    else throw new Malformed(`wrong wireType = ${wire}`)
    if (this.#at > this.#bytes.length) throw new Malformed('unexpected EOF')
  }
}
