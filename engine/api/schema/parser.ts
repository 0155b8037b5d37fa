import type { FieldSchema, PatchStrategy, TypeSchema } from './types.ts'

/**
 * Parses the compact notation, one line a type or field:
 *
 *     PodSpec mapType=atomic # text             a type; `kind`: apiVersion and kind belong to it;
 *                                               `union`: one optional field is set; `Name = type`: an alias
 *       2 containers! []Container list=map(name) patch=merge(name) =default enum(A,B) always # text
 *
 * Number, name and type of a field are facts of the API. `!` means required. Then, in any order: `list=` and `mapType=` (server-side
 * apply), `patch=` (strategic merge), `=value` (default, JSON or a bare word), `enum(…)` (the only values),
 * `values(…)` (documented ones, of a string or of a list's elements), and how absence is written: `always` (empty
 * object), `zero` (zero value), `null`/`nullList`, `omit` (a zero value is dropped), `ptr` (an empty string is kept).
 *
 * Types are materialised one by one on first use: a process pays for what it touches.
 *
 * @param pkg name of the package, such as `core/v1`
 * @param resolve finds a type of another package
 */
export function parsePackage(pkg: string, source: string, resolve: Resolve): PackageTypes {
  const blocks = new Map<string, { header: string; lines: string[] }>()
  let block: { header: string; lines: string[] } | undefined
  for (const line of source.split('\n')) {
    if (!line) continue
    if (line.startsWith(' ')) block!.lines.push(line)
    else {
      block = { header: line, lines: [] }
      const end = line.search(/\s|$/)
      blocks.set(line.slice(0, end), block)
    }
  }
  const built = new Map<string, TypeSchema>()
  const lookup: Lookup = name => {
    const known = built.get(name)
    if (known) return known
    const found = blocks.get(name)
    if (!found) return undefined
    const type = buildType(pkg, name, found.header, found.lines, text => typeOf(text, lookup, resolve))
    built.set(name, type)
    return type
  }
  return { names: () => [...blocks.keys()], type: lookup }
}

export interface PackageTypes {
  names(): string[]
  type(name: string): TypeSchema | undefined
}

type Lookup = (name: string) => TypeSchema | undefined
export type Resolve = (pkg: string, name: string) => TypeSchema | undefined

const SCALARS = new Set(['string', 'bool', 'int32', 'int64', 'double', 'bytes', 'Time', 'MicroTime', 'Quantity', 'IntOrString', 'object', 'any'])
const scalars = new Map<string, TypeSchema>()

function typeOf(text: string, lookup: Lookup, resolve: Resolve): TypeSchema {
  if (text.startsWith('[]')) return { type: 'list', element: typeOf(text.slice(2), lookup, resolve) }
  if (text.startsWith('map<')) return { type: 'map', element: typeOf(text.slice(4, -1), lookup, resolve) }
  if (SCALARS.has(text)) {
    let scalar = scalars.get(text)
    if (!scalar) scalars.set(text, (scalar = { type: text as TypeSchema['type'] }))
    return scalar
  }
  const dot = text.lastIndexOf('.')
  const found = dot > 0 ? resolve(text.slice(0, dot), text.slice(dot + 1)) : (lookup(text) ?? resolve('meta/v1', text))
  if (!found) throw new Error(`schema names an unknown type ${text}`)
  return found
}

function buildType(pkg: string, name: string, header: string, lines: string[], typeAt: (text: string) => TypeSchema): TypeSchema {
  const [facts, description] = splitComment(header)
  const words = facts.split(' ').filter(Boolean)
  if (words[1] === '=') {
    const target = words[2]!
    const alias = typeAt(target)
    // Of scalars the well-known name stays; free-form values keep the name that documents list them under.
    if (alias.type !== 'object' && alias.type !== 'any') return alias
    return { ...alias, name: `${pkg}.${name}`, ...(description && { description }) }
  }
  const mapType = words.find(w => w.startsWith('mapType='))?.slice(8) as TypeSchema['mapType']
  let fields: Map<string, FieldSchema> | undefined
  return {
    type: 'struct',
    name: `${pkg}.${name}`,
    ...(mapType && { mapType }),
    ...(words.includes('kind') && { isKind: true }),
    ...(words.includes('union') && { union: true }),
    ...(description && { description }),
    get fields() {
      fields ??= new Map(lines.map(line => buildField(line, typeAt)).map(field => [field.name, field]))
      return fields
    },
  }
}

function buildField(line: string, typeAt: (text: string) => TypeSchema): FieldSchema {
  const [facts, description] = splitComment(line)
  const words = facts.split(' ').filter(Boolean)
  const tag = words[0] === '-' ? [] : words[0]!.split('.').map(Number)
  const required = words[1]!.endsWith('!')
  const name = required ? words[1]!.slice(0, -1) : words[1]!
  let schema = typeAt(words[2]!)
  const changes: { -readonly [K in keyof TypeSchema]?: TypeSchema[K] } = {}
  let presence: FieldSchema['presence'] | undefined
  let value: unknown
  for (const word of words.slice(3)) {
    if (word.startsWith('list=')) {
      const [kind, keys] = call(word.slice(5))
      changes.listType = kind as TypeSchema['listType']
      if (keys.length) changes.listKeys = keys
    } else if (word.startsWith('mapType=')) changes.mapType = word.slice(8) as 'atomic'
    else if (word.startsWith('patch=')) changes.patch = patchOf(word.slice(6))
    else if (word.startsWith('enum(')) changes.enum = call(word)[1]
    else if (word.startsWith('values(')) {
      const values = call(word)[1]
      if (schema.type === 'list') changes.element = { ...schema.element!, values }
      else changes.values = values
    }
    else if (word.startsWith('=')) value = valueOf(word.slice(1))
    else if (word === 'ptr') presence ??= 'keep'
    else if (word === 'nullList') presence = 'null'
    else if (word === 'omit' || word === 'always' || word === 'zero' || word === 'null') presence = word
  }
  if (Object.keys(changes).length) schema = withFacts(schema, changes)
  if (!presence) {
    if (required && !isObject(schema)) presence = schema.type === 'Time' || schema.type === 'MicroTime' || schema.type === 'list' ? 'null' : 'zero'
    else if (schema.type === 'string' || schema.type === 'list' || schema.type === 'map' || schema.type === 'bytes') presence = 'omit'
    else presence = 'keep'
  }
  return { name, schema, tag, required, presence, ...(value !== undefined && { default: value }), ...(description && { description }) }
}

const isObject = (schema: TypeSchema) => schema.type === 'struct' || schema.type === 'map' || schema.type === 'object' || schema.type === 'any' || schema.type === 'IntOrString' || schema.type === 'Quantity'

/** A copy with other facts that still builds its fields lazily. */
function withFacts(schema: TypeSchema, facts: Partial<TypeSchema>): TypeSchema {
  if (schema.type !== 'struct') return { ...schema, ...facts }
  const { type, name, mapType, isKind, union, description } = schema
  return {
    type,
    ...(name && { name }),
    ...(mapType && { mapType }),
    ...(isKind && { isKind }),
    ...(union && { union }),
    ...(description && { description }),
    ...facts,
    get fields() {
      return schema.fields!
    },
  }
}

function patchOf(text: string): PatchStrategy {
  const [names, keys] = call(text)
  const strategy: PatchStrategy = {}
  for (const name of names.split(',')) strategy[name as 'merge'] = true
  if (keys[0]) strategy.mergeKey = keys[0]
  return strategy
}

/** `name(a,b)` → name and arguments. */
function call(text: string): [string, string[]] {
  const open = text.indexOf('(')
  return open < 0 ? [text, []] : [text.slice(0, open), text.slice(open + 1, -1).split(',')]
}

function valueOf(text: string): unknown {
  if (/^(-?\d+|true|false|".*"|[[{].*)$/.test(text)) return JSON.parse(text)
  return text
}

function splitComment(line: string): [string, string | undefined] {
  const at = line.indexOf(' # ')
  return at < 0 ? [line, undefined] : [line.slice(0, at), line.slice(at + 3)]
}
