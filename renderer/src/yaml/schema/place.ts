import type { Path, Step } from './openapi.ts'

/** Where in the objects of a YAML text a cursor stands. */
export interface Place {
  /** Whether a key is being written, or what belongs to one. */
  what: 'key' | 'value'
  /** The way to the mapping in which the key stands, or to the value. Items of lists are 0: all are alike. */
  path: Path
  /** What is written so far of the key or value, and where that begins. */
  word: string
  from: number
  /** The column of the key: what is nested in it goes further in. */
  column: number
  /** Other keys of the same mapping. */
  siblings: string[]
  apiVersion: string
  kind: string
}

interface Token {
  column: number
  /** Undefined for the dash of an item. */
  key?: string
  /** What stands after the key. */
  value: string
}

const KEY = /^((?:- +)*)("[^"]*"|'[^']*'|[^\s#:,[\]{}"'][^:#]*?)\s*:(?:\s+(.*))?$/
const KEY_BEING_WRITTEN = /^(\s*(?:- +)*)([^\s:#"'{}[\],]*)$/
const VALUE_BEING_WRITTEN = /^(\s*(?:- +)*)("[^"]*"|'[^']*'|[^\s#:"'][^:#]*?)\s*:\s+("?)([^\s#"'{}[\]]*)$/

/** The place at an offset of a text in block style; undefined in comments, in texts of several lines, and in flow style. */
export function placeAt(text: string, offset: number): Place | undefined {
  const { lines, start, index } = documentAround(text, offset)
  const lineStart = lines.slice(0, index).reduce((sum, line) => sum + line.length + 1, start)
  const before = text.slice(lineStart, offset)
  const key = KEY_BEING_WRITTEN.exec(before)
  const value = key ? null : VALUE_BEING_WRITTEN.exec(before)
  const found = key ?? value
  if (!found) return undefined
  const column = found[1]!.length
  const parents = pathTo(lines, index, column)
  if (!parents) return undefined
  const word = key ? key[2]! : value![4]!
  const path = value ? [...parents, unquoted(value[2]!)] : parents
  return {
    ...{ what: key ? 'key' : 'value', path, word, from: offset - word.length, column },
    siblings: siblingsOf(lines, index, column),
    ...identityOf(lines),
  }
}

/** The way to the key, or to the value of it, at an offset, for help on what is written there already. */
export function pathAt(text: string, offset: number): (Pick<Place, 'path' | 'apiVersion' | 'kind'> & Span) | undefined {
  const { lines, start, index } = documentAround(text, offset)
  const lineStart = lines.slice(0, index).reduce((sum, line) => sum + line.length + 1, start)
  const token = tokensOf(lines[index]!).at(-1)
  if (token?.key === undefined) return undefined
  const from = lineStart + token.column
  const to = from + token.key.length
  if (offset < from || offset > to) return undefined
  const parents = pathTo(lines, index, token.column)
  return parents && { path: [...parents, token.key], from, to, ...identityOf(lines) }
}

interface Span {
  from: number
  to: number
}

/** The lines of the document around an offset, where they start, and which of them the offset is in. */
function documentAround(text: string, offset: number): { lines: string[]; start: number; index: number } {
  const mark = text.lastIndexOf('\n---', offset - 1)
  const start = mark >= 0 ? lineEnd(text, mark + 1) : text.startsWith('---') ? lineEnd(text, 0) : 0
  const from = Math.min(start, offset)
  const end = text.indexOf('\n---', offset)
  const lines = text.slice(from, end < 0 ? undefined : end).split('\n')
  return { lines, start: from, index: text.slice(from, offset).split('\n').length - 1 }
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end + 1
}

/** The dashes and the key that a line begins with. */
function tokensOf(line: string): Token[] {
  const indent = line.length - line.trimStart().length
  const content = line.slice(indent).trimEnd()
  if (!content || content.startsWith('#')) return []
  const dashes = /^(?:- +|-$)*/.exec(content)![0]
  const tokens: Token[] = []
  for (let at = dashes.indexOf('-'); at >= 0; at = dashes.indexOf('-', at + 1))
    tokens.push({ column: indent + at, value: content.slice(dashes.length) })
  const key = KEY.exec(content)
  if (key)
    tokens.push({
      column: indent + key[1]!.length,
      key: unquoted(key[2]!),
      value: (key[3] ?? '').replace(/\s*#.*$/, ''),
    })
  return tokens
}

/** The steps to the mapping whose keys stand in a column; undefined inside of a text of several lines. */
function pathTo(lines: readonly string[], index: number, column: number): Step[] | undefined {
  const path: Step[] = []
  let limit = column
  /** Items may stand in the column of the key that they belong to. */
  let afterItem = false
  for (let i = index; i >= 0 && (limit > 0 || afterItem); i--) {
    for (const { column: at, key, value } of tokensOf(lines[i]!).reverse()) {
      if (key === undefined) {
        if (at >= limit) continue
        path.unshift(0)
        limit = at
        afterItem = true
      } else if (i < index && (afterItem ? at <= limit : at < limit)) {
        if (/^[|>]/.test(value)) return undefined
        if (value) continue // a plain value: nothing can be nested in it
        path.unshift(key)
        limit = at
        afterItem = false
      }
    }
  }
  return path
}

function siblingsOf(lines: readonly string[], index: number, column: number): string[] {
  const found: string[] = []
  const look = (step: 1 | -1) => {
    for (let i = index + step; i >= 0 && i < lines.length; i += step) {
      const tokens = tokensOf(lines[i]!)
      const first = tokens[0]
      if (!first) continue
      const key = tokens.find(t => t.key !== undefined && t.column === column)?.key
      const outside = first.column < column
      if (key !== undefined && (!outside || step < 0)) found.push(key)
      if (outside) return
    }
  }
  // Whoever begins an item begins its mapping: what stands above belongs to another.
  if (!/^\s*- /.test(lines[index]!.slice(0, column))) look(-1)
  look(1)
  return found
}

function identityOf(lines: readonly string[]): { apiVersion: string; kind: string } {
  const valueOf = (name: string) => {
    const line = lines.find(l => l.startsWith(`${name}:`))
    return line
      ? unquoted(
          line
            .slice(name.length + 1)
            .replace(/\s#.*$/, '')
            .trim(),
        )
      : ''
  }
  return { apiVersion: valueOf('apiVersion'), kind: valueOf('kind') }
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, '$2')
}
