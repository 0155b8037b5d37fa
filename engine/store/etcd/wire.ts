/**
 * The protocol buffers notation, as far as etcd's API uses it: a message is a table of fields, from which its TypeScript
 * type follows. Whole numbers are exact: an `int64` that counts something (revisions, limits, sizes) is a number and is
 * held at the largest safe one, which no revision reaches; identities (`id64`, `lease`) are bigints.
 *
 * Readers check every bound, so that a torn message is an error and never a wrong value.
 */

const utf8 = new TextEncoder()
const strictUtf8 = new TextDecoder('utf-8', { fatal: true })
const NOTHING = new Uint8Array(0)
/** A transaction within 127 others, of which each is two messages deep, and what it holds. */
const MAX_DEPTH = 300

type Kind = 'bytes' | 'string' | 'bool' | 'enum' | 'uint32' | 'int64' | 'id64' | 'lease' | 'message'

/** A field that decodes to `T`. */
export interface Field<T> {
  readonly number: number
  readonly kind: Kind
  readonly many: boolean
  /** Absent is told apart from the default: messages, and members of a `oneof`. */
  readonly optional: boolean
  readonly message: (() => Message<unknown>) | undefined
  /** For the type alone. */
  readonly type?: T
}

type Fields = Record<string, Field<unknown>>
type Decoded<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never }

/** What a message decodes to. */
export type TypeOf<M> = M extends Message<infer T> ? T : never

/** What a message can be encoded from: whatever is left out has its default. */
export type Draft<T> = T extends Uint8Array | string | number | boolean
  ? T
  : T extends bigint
    ? bigint | number
    : T extends (infer E)[]
      ? Draft<E>[]
      : { [K in keyof T]?: Draft<T[K]> | undefined }

const scalar =
  <T>(kind: Kind) =>
  (number: number): Field<T> => ({ number, kind, many: false, optional: false, message: undefined })

export const bytes = scalar<Uint8Array>('bytes')
export const string = scalar<string>('string')
export const bool = scalar<boolean>('bool')
export const enumeration = scalar<number>('enum')
export const uint32 = scalar<number>('uint32')
/** A signed count: held at ±(2^53 - 1). */
export const int64 = scalar<number>('int64')
/** An unsigned identity. */
export const id64 = scalar<bigint>('id64')
/** A signed identity, as leases have. */
export const lease = scalar<bigint>('lease')

export function nested<T>(number: number, message: () => Message<T>): Field<T | undefined> {
  return { number, kind: 'message', many: false, optional: true, message: message as () => Message<unknown> }
}

export function repeated<T>(field: Field<T>): Field<NonNullable<T>[]> {
  return { ...field, many: true, optional: false, type: undefined }
}

export function optional<T>(field: Field<T>): Field<T | undefined> {
  return { ...field, optional: true }
}

interface NamedField extends Field<unknown> {
  name: string
}

/** One kind of message. */
export class Message<T> {
  readonly name: string
  readonly #fields: NamedField[]
  readonly #byNumber: (NamedField | undefined)[] = []

  constructor(name: string, fields: Fields) {
    this.name = name
    this.#fields = Object.entries(fields).map(([key, field]) => ({ ...field, name: key }))
    for (const field of this.#fields) this.#byNumber[field.number] = field
  }

  encode(value: Draft<T>): Buffer {
    const writer = new WireWriter()
    this.write(writer, value as Record<string, unknown>)
    return writer.finish()
  }

  /** @throws RangeError naming the message, if the bytes are not one of this kind. */
  decode(data: Uint8Array): T {
    try {
      return this.read(new WireReader(data), data.length, 0) as T
    } catch (error) {
      throw new RangeError(`${this.name}: ${(error as Error).message}`, { cause: error })
    }
  }

  write(w: WireWriter, value: Record<string, unknown>): void {
    for (const field of this.#fields) {
      const content = value[field.name]
      if (content === undefined) continue
      if (field.many) for (const one of content as unknown[]) writeField(w, field, one, true)
      else writeField(w, field, content, field.optional)
    }
  }

  read(r: WireReader, end: number, depth: number): Record<string, unknown> {
    if (depth > MAX_DEPTH) throw new RangeError('messages are nested too deeply')
    const value: Record<string, unknown> = {}
    for (const field of this.#fields)
      value[field.name] = field.many ? [] : field.optional ? undefined : zero(field.kind)
    while (r.at < end) {
      const tag = r.uint32()
      const wire = tag & 7
      const number = tag >>> 3
      if (number === 0) throw new RangeError('a field has no number')
      const field = this.#byNumber[number]
      if (!field) r.skip(wire, end)
      else if (field.many) {
        const list = value[field.name] as unknown[]
        if (wire === 2 && isVarint(field.kind)) {
          const until = r.enter(end)
          while (r.at < until) list.push(readVarint(r, field.kind))
          r.leave(until)
        } else list.push(readField(r, field, wire, end, depth))
      } else value[field.name] = readField(r, field, wire, end, depth)
    }
    if (r.at !== end) throw new RangeError('a field reaches past its end')
    return value
  }
}

/** Declares a message. */
export function message<F extends Fields>(name: string, fields: F): Message<Decoded<F>> {
  return new Message<Decoded<F>>(name, fields)
}

const isVarint = (kind: Kind) => kind !== 'bytes' && kind !== 'string' && kind !== 'message'

function zero(kind: Kind): unknown {
  if (kind === 'bytes') return NOTHING
  if (kind === 'string') return ''
  if (kind === 'bool') return false
  return kind === 'id64' || kind === 'lease' ? 0n : 0
}

function readVarint(r: WireReader, kind: Kind): unknown {
  switch (kind) {
    case 'bool':
      return r.int64() !== 0
    case 'enum':
      return r.int64() | 0
    case 'uint32':
      return Number(r.big() & 0xffff_ffffn)
    case 'int64':
      return r.int64()
    case 'id64':
      return r.big()
    default:
      return BigInt.asIntN(64, r.big())
  }
}

function readField(r: WireReader, field: NamedField, wire: number, end: number, depth: number): unknown {
  if (wire !== (isVarint(field.kind) ? 0 : 2)) throw new RangeError(`field ${field.name} has wire type ${wire}`)
  if (wire === 0) return readVarint(r, field.kind)
  const until = r.enter(end)
  if (field.kind === 'message') {
    const value = field.message!().read(r, until, depth + 1)
    return value
  }
  const view = r.view(until)
  return field.kind === 'string' ? strictUtf8.decode(view) : view
}

function writeField(w: WireWriter, field: NamedField, value: unknown, always: boolean): void {
  const tag = field.number * 8
  switch (field.kind) {
    case 'bytes':
      if (always || (value as Uint8Array).length) w.uint(tag + 2).bytes(value as Uint8Array)
      break
    case 'string':
      if (always || value !== '') w.uint(tag + 2).bytes(utf8.encode(value as string))
      break
    case 'message':
      w.uint(tag + 2).nest(() => field.message!().write(w, value as Record<string, unknown>))
      break
    case 'bool':
      if (always || value) w.uint(tag).uint(value ? 1 : 0)
      break
    case 'id64':
    case 'lease':
      if (!always && !value) break
      // Most are small, and a bigint is slow.
      if (typeof value === 'number' && value >= 0) w.uint(tag).uint(value)
      else w.uint(tag).big(BigInt(value as bigint | number))
      break
    default:
      if (always || value) {
        w.uint(tag)
        if ((value as number) < 0) w.big(BigInt(value as number))
        else w.uint(value as number)
      }
  }
}

/** Reads bounds-checked primitives. */
class WireReader {
  readonly #data: Uint8Array
  at = 0

  constructor(data: Uint8Array) {
    // What is read of a Buffer are plain bytes.
    this.#data = new Uint8Array(data.buffer, data.byteOffset, data.length)
  }

  byte(): number {
    if (this.at >= this.#data.length) throw new RangeError('the message ends too early')
    return this.#data[this.at++]!
  }

  uint32(): number {
    const value = this.int64()
    if (value < 0 || value > 0xffff_ffff) throw new RangeError('a tag or a length is too large')
    return value
  }

  /** A signed 64-bit varint, held at ±(2^53 - 1). */
  int64(): number {
    const start = this.at
    let value = 0
    let scale = 1
    for (let i = 0; i < 7; i++) {
      const b = this.byte()
      value += (b & 0x7f) * scale
      if (b < 0x80) return value
      scale *= 0x80
    }
    this.at = start
    const big = BigInt.asIntN(64, this.big())
    if (big > BigInt(Number.MAX_SAFE_INTEGER)) return Number.MAX_SAFE_INTEGER
    if (big < BigInt(Number.MIN_SAFE_INTEGER)) return Number.MIN_SAFE_INTEGER
    return Number(big)
  }

  /** An unsigned 64-bit varint. */
  big(): bigint {
    let value = 0n
    for (let i = 0; i < 10; i++) {
      const b = this.byte()
      value |= BigInt(b & 0x7f) << BigInt(7 * i)
      if (b < 0x80) {
        if (i === 9 && b > 1) throw new RangeError('a number has more than 64 bits')
        return value
      }
    }
    throw new RangeError('a number has more than 64 bits')
  }

  /** Where the length-delimited content that begins here ends. */
  enter(end: number): number {
    const length = this.uint32()
    if (length > end - this.at) throw new RangeError('a field reaches past its end')
    return this.at + length
  }

  leave(until: number): void {
    if (this.at !== until) throw new RangeError('a field reaches past its end')
  }

  /** Everything up to `until`, a view into the message. */
  view(until: number): Uint8Array {
    const view = this.#data.subarray(this.at, until)
    this.at = until
    return view
  }

  skip(wire: number, end: number): void {
    if (wire === 0) this.big()
    else if (wire === 2) this.at = this.enter(end)
    else if (wire === 1 || wire === 5) this.at += wire === 1 ? 8 : 4
    else throw new RangeError(`wire type ${wire} is not one`)
    if (this.at > end) throw new RangeError('a field reaches past its end')
  }
}

/** Writes forward; a nested message is moved on where its length takes more than one byte. */
class WireWriter {
  #data = Buffer.allocUnsafe(512)
  #length = 0

  #reserve(n: number): void {
    const needed = this.#length + n
    if (needed <= this.#data.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#data.length * 2))
    this.#data.copy(larger, 0, 0, this.#length)
    this.#data = larger
  }

  uint(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not an unsigned integer: ${value}`)
    this.#reserve(8)
    const data = this.#data
    let at = this.#length
    let rest = value
    while (rest >= 0x8000_0000) {
      data[at++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    for (; rest >= 0x80; rest >>>= 7) data[at++] = (rest & 0x7f) | 0x80
    data[at++] = rest
    this.#length = at
    return this
  }

  big(value: bigint): this {
    this.#reserve(10)
    let rest = BigInt.asUintN(64, value)
    while (rest >= 0x80n) {
      this.#data[this.#length++] = Number(rest & 0x7fn) | 0x80
      rest >>= 7n
    }
    this.#data[this.#length++] = Number(rest)
    return this
  }

  bytes(value: Uint8Array): this {
    this.uint(value.length)
    this.#reserve(value.length)
    this.#data.set(value, this.#length)
    this.#length += value.length
    return this
  }

  /** What `write` writes, behind its length. One byte is kept for the length, which is enough for most. */
  nest(write: () => void): this {
    this.#reserve(1)
    const start = ++this.#length
    write()
    const length = this.#length - start
    if (length < 0x80) {
      this.#data[start - 1] = length
      return this
    }
    const more = length < 0x4000 ? 1 : length < 0x20_0000 ? 2 : length < 0x1000_0000 ? 3 : 4
    this.#reserve(more)
    this.#data.copyWithin(start + more, start, start + length)
    this.#length = start - 1
    this.uint(length)
    this.#length = start + more + length
    return this
  }

  finish(): Buffer {
    return this.#data.subarray(0, this.#length)
  }
}
