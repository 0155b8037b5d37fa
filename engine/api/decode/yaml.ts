import { createRequire } from 'node:module'
import type { Document, Node } from 'yaml'
import { setOwn } from '../../base/own.ts'
import { ApiError, badRequest } from '../status.ts'
import { MAX_DEPTH } from './notes.ts'
import type { Decoded } from './notes.ts'

/**
 * Parses YAML with the scalars of YAML 1.1 as Go's reader has them (yes and on are booleans, 0644 is octal; no dates, no
 * base 60), and finds duplicate keys. Of several documents the first counts. Keys come out in order, since the server of
 * Kubernetes goes on with sorted JSON. JSON is YAML, too.
 * @throws ApiError 400
 */
export function decodeYAML(input: Uint8Array | string): Decoded {
  const text = typeof input === 'string' ? input : utf8(input)
  if (CONTROL.test(text)) throw badRequest('yaml: control characters are not allowed')
  try {
    const document = parseFirst(text)
    if (!document) return { value: null, duplicates: [] }
    const found: Found = { duplicates: [], lines: [], lineOf: lineCounter(text) }
    visit(document.contents as Node | null, '', 1, found)
    const value = plain(document.toJS({ mapAsMap: false, maxAliasCount: MAX_ALIASES }), 1)
    const notes = found.lines.length ? { notes: { yaml: found.lines } } : undefined
    return { value, duplicates: found.duplicates, ...notes }
  } catch (error) {
    if (error instanceof ApiError) throw error
    if (error instanceof ReferenceError) throw badRequest('yaml: document contains excessive aliasing')
    if (error instanceof RangeError) throw badRequest(TOO_DEEP)
    throw error
  }
}

const MAX_ALIASES = 1000
const TOO_DEEP = 'yaml: exceeded max depth'
// eslint-disable-next-line no-control-regex -- that is the point
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw badRequest('yaml: invalid UTF-8')
  }
}

function parseFirst(text: string): Document | undefined {
  const [document] = loadYAML().parseAllDocuments(text, {
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
  }) as Document[]
  const error = document?.errors[0]
  if (!error) return document
  // The parser is recursive, and reports that its stack is used up like any other mistake in the text.
  if (/call stack/.test(error.message)) throw badRequest(TOO_DEEP)
  const line = error.linePos?.[0].line ?? 1
  const what =
    error.code === 'BLOCK_AS_IMPLICIT_KEY' || /not allowed in compact mappings|implicit key/i.test(error.message)
      ? 'mapping values are not allowed in this context'
      : error.message.split(' at line')[0]
  throw badRequest(line > 1 ? `yaml: line ${line}: ${what}` : `yaml: ${what}`)
}

interface Found {
  duplicates: string[]
  lines: string[]
  lineOf(offset: number): number
}

/** Looks for duplicate keys, and for keys that JSON cannot have. */
function visit(node: unknown, path: string, depth: number, found: Found): void {
  const yaml = loadYAML()
  if (depth > MAX_DEPTH) throw badRequest(TOO_DEEP)
  if (yaml.isMap(node)) {
    const seen = new Set<string>()
    for (const pair of node.items) {
      const line = () => found.lineOf((pair.key as Node | null)?.range?.[0] ?? 0)
      if (pair.key !== null && !yaml.isScalar(pair.key) && !yaml.isAlias(pair.key))
        throw badRequest(`yaml: line ${line()}: invalid map key`)
      const key = String(yaml.isScalar(pair.key) ? pair.key.value : pair.key)
      const at = path ? `${path}.${key}` : key
      if (seen.has(key)) {
        found.duplicates.push(at)
        found.lines.push(`line ${line()}: key ${JSON.stringify(key)} already set in map`)
      }
      seen.add(key)
      visit(pair.value, at, depth + 1, found)
    }
  } else if (yaml.isSeq(node)) node.items.forEach((item, i) => visit(item, `${path}[${i}]`, depth + 1, found))
}

/** The line, from 1, of a position in the text. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1
  let at = 0
  return offset => {
    if (offset < at) [line, at] = [1, 0]
    for (; at < offset; at++) if (text.charCodeAt(at) === 0x0a) line++
    return line
  }
}

/** A copy with sorted keys, of values that JSON has. */
function plain(value: unknown, depth: number): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    const name = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
    throw badRequest(`yaml: json: unsupported value: ${name}`)
  }
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_DEPTH) throw badRequest(TOO_DEEP)
  if (Array.isArray(value)) return value.map(item => plain(item, depth + 1))
  const out: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    setOwn(out, key, plain(item, depth + 1))
  return out
}

const EXOTIC_TAG = /:(timestamp|binary|omap|pairs|set)$/

type YAML = typeof import('yaml')
let yamlModule: YAML | undefined
/** The parser is heavy and most requests are JSON: it is loaded with the first YAML body. */
function loadYAML(): YAML {
  return (yamlModule ??= createRequire(import.meta.url)('yaml') as YAML)
}
