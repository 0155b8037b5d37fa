import { createRequire } from 'node:module'
import { parseQuantity } from '../base/quantity.ts'
import { isRecord } from './equality.ts'
import { badRequest } from './status.ts'
import type { ApiError } from './status.ts'
import type { FieldSchema, TypeSchema } from './schema/types.ts'

export interface Decoded {
  value: unknown
  /** Paths of keys that occur more than once, as strict decoding spells them. */
  duplicates: string[]
}

/** Parses JSON and finds duplicate keys (the last one wins). Errors are 400 with Go's texts. */
export function decodeJSON(input: Uint8Array | string): Decoded {
  const text = typeof input === 'string' ? input : new TextDecoder().decode(input)
  try {
    const value: unknown = JSON.parse(text)
    if (countKeys(value) === countColons(text)) return { value, duplicates: [] }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return new JSONReader(text).read()
}

/** Parses YAML (one document, booleans as in YAML 1.1) and finds duplicate keys. JSON is YAML, too. */
export function decodeYAML(text: string): Decoded {
  const yaml = loadYAML()
  const document = yaml.parseDocument(text, {
    version: '1.1',
    schema: 'yaml-1.1',
    merge: true,
    uniqueKeys: false,
    customTags: tags =>
      tags.filter(
        tag =>
          typeof tag === 'string' ||
          (!(tag.tag && EXOTIC_TAG.test(tag.tag)) && !('format' in tag && tag.format === 'TIME')),
      ),
  })
  const error = document.errors[0]
  if (error) {
    const line = error.linePos?.[0].line ?? 1
    const what =
      error.code === 'BLOCK_AS_IMPLICIT_KEY' || /not allowed in compact mappings|implicit key/i.test(error.message)
        ? 'mapping values are not allowed in this context'
        : error.message.split(' at line')[0]
    throw badRequest(line > 1 ? `yaml: line ${line}: ${what}` : `yaml: ${what}`)
  }
  const duplicates: string[] = []
  const visit = (node: unknown, path: string): void => {
    if (yaml.isMap(node)) {
      const seen = new Set<string>()
      for (const pair of node.items) {
        const key = String(yaml.isScalar(pair.key) ? pair.key.value : pair.key)
        const at = path ? `${path}.${key}` : key
        if (seen.has(key)) duplicates.push(at)
        seen.add(key)
        visit(pair.value, at)
      }
    } else if (yaml.isSeq(node)) node.items.forEach((item, i) => visit(item, `${path}[${i}]`))
  }
  visit(document.contents, '')
  return { value: stringKeys(document.toJS({ mapAsMap: false, maxAliasCount: 1000 })), duplicates }
}

/**
 * Brings a decoded object into the form Go's decoder would give: unknown fields are pruned (and listed as
 * strict decoding names them: `unknown field "spec.foo"`), null means absent, zero values of optional plain fields vanish,
 * quantities and times become canonical. Wrong types are listed in Go's words. Works in place.
 */
export function structural(
  schema: TypeSchema,
  value: unknown,
): { value: unknown; unknown: string[]; errors: string[] } {
  const state: State = { unknown: [], errors: [], stack: [] }
  const result = normalise(schema, value, '', shortName(schema), state)
  return { value: result, unknown: state.unknown, errors: state.errors }
}

/** The 400 for a body that is no object of the kind at all. */
export function unrecognizedObject(kind: string, cause: string, body: Uint8Array): ApiError {
  const yaml = cause.startsWith('yaml:')
  return badRequest(
    `the object provided is unrecognized (must be of type ${kind}): ${yaml ? '' : "couldn't get version/kind; json parse error: "}${cause} (${summary(body)})`,
  )
}

/** The 400 for a body whose fields have wrong types. */
export function cannotHandle(kind: string, version: string, cause: string): ApiError {
  return badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${cause}`)
}

/** The text of strict decoding's complaints. */
export function strictText(duplicates: readonly string[], unknown: readonly string[]): string {
  return `strict decoding error: ${[...unknown.map(p => `unknown field ${JSON.stringify(p)}`), ...duplicates.map(p => `duplicate field ${JSON.stringify(p)}`)].join(', ')}`
}

interface State {
  unknown: string[]
  errors: string[]
  stack: string[]
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
      if (
        typeof value === 'number' &&
        Number.isInteger(value) &&
        (schema.type === 'int64' || Math.abs(value) <= 2147483648)
      )
        return value
      return wrongType(value, schema.type, struct, state)
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
      if (typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value))) return value
      return wrongType(value, 'int32', struct, state)
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

function wrongType(value: unknown, type: string, struct: string, state: State): unknown {
  return wrongField(value, type, struct, state.stack, state)
}

function wrongField(value: unknown, type: string, struct: string, stack: string[], state: State): unknown {
  const kind =
    typeof value === 'string'
      ? 'string'
      : typeof value === 'number'
        ? Number.isInteger(value) && !type.startsWith('int')
          ? 'number'
          : type.startsWith('int')
            ? `number ${value}`
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

function normaliseTime(value: unknown, micro: boolean, struct: string, state: State): unknown {
  if (typeof value !== 'string') return wrongType(value, 'string', struct, state)
  const m = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(value)
  const ms = m ? Date.parse(`${value.slice(0, 19)}${m[8]}`) : NaN
  if (!m || Number.isNaN(ms)) {
    const layout = micro ? '2006-01-02T15:04:05.000000Z07:00' : '2006-01-02T15:04:05Z07:00'
    state.errors.push(
      `parsing time ${JSON.stringify(value)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(value)} as "2006"`,
    )
    return value
  }
  if (micro && m[7]?.length !== 6) {
    state.errors.push(
      `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05.000000Z07:00": cannot parse ${JSON.stringify(value.slice(19))} as ".000000"`,
    )
    return value
  }
  const seconds = new Date(ms).toISOString().slice(0, 19)
  return micro ? `${seconds}.${m[7]}Z` : `${seconds}Z`
}

function goType(schema: TypeSchema): string {
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

const shortName = (schema: TypeSchema): string => schema.name?.slice(schema.name.lastIndexOf('.') + 1) ?? ''

/** Index of the first byte that is no base64, or -1. */
function badBase64(text: string): number {
  const clean = text.replace(/[\r\n]/g, '')
  const m = /^[A-Za-z0-9+/]*/.exec(clean)!
  const rest = clean.slice(m[0].length)
  if ((rest === '' && clean.length % 4 === 0) || (/^==?$/.test(rest) && clean.length % 4 === 0)) return -1
  return rest && !/^==?$/.test(rest) ? m[0].length : clean.length
}

function summary(body: Uint8Array): string {
  if (!body.length) return '<empty>'
  const cut = body.subarray(0, 30)
  const text = body[0] === 0x7b ? new TextDecoder().decode(cut) : Buffer.from(cut).toString('hex')
  return body.length > 30 ? `${text} ...` : text
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let n = 0
  if (Array.isArray(value)) for (const item of value) n += countKeys(item)
  else for (const key in value) n += 1 + countKeys((value as Record<string, unknown>)[key])
  return n
}

/** Colons outside of strings: one for each key in the text. */
function countColons(text: string): number {
  let n = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 0x3a) n++
    else if (c === 0x22) {
      for (i++; i < text.length; i++) {
        const d = text.charCodeAt(i)
        if (d === 0x5c) i++
        else if (d === 0x22) break
      }
    }
  }
  return n
}

/** The slow reader, for texts that the native parser refuses or that repeat a key. */
class JSONReader {
  readonly #text: string
  #at = 0
  #duplicates: string[] = []

  constructor(text: string) {
    this.#text = text
  }

  read(): Decoded {
    const value = this.#value('')
    this.#space()
    if (this.#at < this.#text.length)
      throw badRequest(`invalid character ${quoteChar(this.#text[this.#at]!)} after top-level value`)
    return { value, duplicates: this.#duplicates }
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at++
  }

  #fail(where: string): ApiError {
    const c = this.#text[this.#at]
    return badRequest(c === undefined ? 'unexpected end of JSON input' : `invalid character ${quoteChar(c)} ${where}`)
  }

  #value(path: string): unknown {
    this.#space()
    const c = this.#text[this.#at]
    if (c === '{') return this.#object(path)
    if (c === '[') return this.#array(path)
    if (c === '"') return this.#string()
    const m = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)/.exec(
      this.#text.slice(this.#at, this.#at + 400),
    )
    if (!m) throw this.#fail('looking for beginning of value')
    this.#at += m[0].length
    return JSON.parse(m[0])
  }

  #object(path: string): unknown {
    const out: Record<string, unknown> = {}
    this.#at++
    this.#space()
    if (this.#text[this.#at] === '}') return (this.#at++, out)
    for (;;) {
      this.#space()
      if (this.#text[this.#at] !== '"') throw this.#fail('looking for beginning of object key string')
      const key = this.#string()
      this.#space()
      if (this.#text[this.#at] !== ':') throw this.#fail('after object key')
      this.#at++
      const at = path ? `${path}.${key}` : key
      if (Object.hasOwn(out, key)) this.#duplicates.push(at)
      const value = this.#value(at)
      Object.defineProperty(out, key, { value, enumerable: true, writable: true, configurable: true })
      this.#space()
      const c = this.#text[this.#at]
      if (c === ',') this.#at++
      else if (c === '}') return (this.#at++, out)
      else throw this.#fail('after object key:value pair')
    }
  }

  #array(path: string): unknown {
    const out: unknown[] = []
    this.#at++
    this.#space()
    if (this.#text[this.#at] === ']') return (this.#at++, out)
    for (;;) {
      out.push(this.#value(`${path}[${out.length}]`))
      this.#space()
      const c = this.#text[this.#at]
      if (c === ',') this.#at++
      else if (c === ']') return (this.#at++, out)
      else throw this.#fail('after array element')
    }
  }

  #string(): string {
    const start = this.#at++
    for (; ; this.#at++) {
      const c = this.#text[this.#at]
      if (c === undefined) throw this.#fail('')
      if (c === '\\') this.#at++
      else if (c === '"') break
      else if (c < ' ') throw this.#fail('in string literal')
    }
    this.#at++
    try {
      return JSON.parse(this.#text.slice(start, this.#at)) as string
    } catch (error) {
      throw badRequest(`invalid character in string escape code: ${(error as Error).message}`)
    }
  }
}

const quoteChar = (c: string): string =>
  c === "'" ? `'\\''` : c === '"' ? `'"'` : c === '\n' ? `'\\n'` : c === '\t' ? `'\\t'` : `'${c}'`

const EXOTIC_TAG = /:(timestamp|binary|omap|pairs|set)$/

/** YAML maps may have keys of any type; JSON's are strings. */
function stringKeys(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  return value
}

type YAML = typeof import('yaml')
let yamlModule: YAML | undefined
/** The parser is heavy and most requests are JSON: it is loaded with the first YAML body. */
function loadYAML(): YAML {
  return (yamlModule ??= createRequire(import.meta.url)('yaml') as YAML)
}
