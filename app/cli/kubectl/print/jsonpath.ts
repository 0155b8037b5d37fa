import { isRecord } from '../../../../engine/api/equality.ts'
import { KubectlError } from '../base/errors.ts'
import { goValue } from './go-value.ts'

/** A template of kubectl's JSONPath dialect: text with `{…}` in it. */
export interface JsonPath {
  /** What the template gives for a value, as text. @throws KubectlError if a path leads nowhere, unless allowed */
  render(value: unknown, allowMissing?: boolean): string
  /** The values that the first path of the template finds. */
  find(value: unknown, allowMissing?: boolean): unknown[]
}

type Node =
  { kind: 'text'; text: string } | { kind: 'path'; path: Step[] } | { kind: 'range'; path: Step[]; body: Node[] }

type Step =
  | { kind: 'root' }
  | { kind: 'field'; name: string }
  | { kind: 'wildcard' }
  | { kind: 'recursive' }
  | { kind: 'index'; index: number }
  | { kind: 'slice'; from?: number; to?: number; step?: number }
  | { kind: 'union'; parts: Step[][] }
  | { kind: 'filter'; left: Operand; operator: string; right?: Operand }

type Operand = { path: Step[] } | { literal: unknown }

/** Parses a template. @throws KubectlError saying what is wrong with it */
export function parseJsonPath(template: string): JsonPath {
  const nodes = new Parser(template).template()
  return {
    render: (value, allowMissing = false) => render(nodes, value, value, allowMissing),
    find: (value, allowMissing = false) => {
      const first = nodes.find(node => node.kind === 'path')
      return first ? walk(first.path, value, value, allowMissing) : []
    },
  }
}

/** `.a.b`, `a.b`, `{.a.b}` and `{a.b}` all mean the same, where a single path is wanted. */
export function relaxedPath(text: string): string {
  if (!text) return text
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(text)
  if (!match)
    throw new KubectlError(
      `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
    )
  return `{.${match[1] ?? match[2]}}`
}

class Parser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  template(inRange = false): Node[] {
    const nodes: Node[] = []
    while (this.#at < this.#text.length) {
      const open = this.#text.indexOf('{', this.#at)
      if (open !== this.#at) {
        nodes.push({ kind: 'text', text: this.#text.slice(this.#at, open < 0 ? undefined : open) })
        if (open < 0) this.#at = this.#text.length
        else this.#at = open
        continue
      }
      const action = this.#action()
      if (/^range\s/.test(action))
        nodes.push({ kind: 'range', path: steps(action.slice(5).trim()), body: this.template(true) })
      else if (action === 'end') {
        if (!inRange) throw new KubectlError('error parsing jsonpath: not in range, nothing to end')
        return nodes
      } else for (const part of splitAction(action)) nodes.push(part)
    }
    if (inRange) throw new KubectlError('error parsing jsonpath: unclosed range')
    return nodes
  }

  /** The text between braces; quotes may hold braces. */
  #action(): string {
    let quote = ''
    for (let i = this.#at + 1; i < this.#text.length; i++) {
      const c = this.#text[i]!
      if (quote) {
        if (c === '\\') i++
        else if (c === quote) quote = ''
      } else if (c === '"' || c === "'") quote = c
      else if (c === '}') {
        const action = this.#text.slice(this.#at + 1, i).trim()
        this.#at = i + 1
        return action
      }
    }
    throw new KubectlError('error parsing jsonpath ' + this.#text + ', unclosed action')
  }
}

/** An action may hold several things: `{.a "text" .b}`. */
function splitAction(action: string): Node[] {
  const nodes: Node[] = []
  let at = 0
  while (at < action.length) {
    const rest = action.slice(at)
    const quotedText = /^"((?:[^"\\]|\\.)*)"|^'((?:[^'\\]|\\.)*)'/.exec(rest)
    if (/^\s/.test(rest)) at++
    else if (quotedText) {
      nodes.push({ kind: 'text', text: unescape(quotedText[1] ?? quotedText[2]!) })
      at += quotedText[0].length
    } else {
      const end = pathEnd(rest)
      nodes.push({ kind: 'path', path: steps(rest.slice(0, end)) })
      at += end
    }
  }
  return nodes
}

function pathEnd(text: string): number {
  let depth = 0
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (quote) {
      if (c === '\\') i++
      else if (c === quote) quote = ''
    } else if (depth && (c === '"' || c === "'")) quote = c
    else if (c === '\\') i++
    else if (c === '[' || c === '(') depth++
    else if (c === ']' || c === ')') depth--
    else if (depth === 0 && /[\s"']/.test(c)) return i
  }
  if (depth > 0) throw new KubectlError('error parsing jsonpath {' + text + '}, unterminated array')
  return text.length
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (_, c: string) => ({ n: '\n', t: '\t', r: '\r' })[c] ?? c)
}

function steps(text: string): Step[] {
  const path: Step[] = []
  let at = 0
  while (at < text.length) {
    const c = text[at]!
    if (c === '$') {
      path.push({ kind: 'root' })
      at++
    } else if (c === '@') at++
    else if (text.startsWith('..', at)) {
      path.push({ kind: 'recursive' })
      at += 2
      if (at < text.length && text[at] !== '[' && text[at] !== '*') at = field(text, at, path)
    } else if (c === '.') at = text[at + 1] === '[' ? at + 1 : field(text, at + 1, path)
    else if (c === '*') {
      path.push({ kind: 'wildcard' })
      at++
    } else if (c === '[') {
      const end = at + pathEnd(text.slice(at) + ' ')
      const close = closing(text, at)
      path.push(bracket(text.slice(at + 1, close)))
      at = Math.min(close + 1, end + text.length)
    } else if (/[\w-]/.test(c)) at = field(text, at, path)
    else
      throw new KubectlError(
        `error parsing jsonpath {${text}}, unrecognized character in action: U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')} '${c}'`,
      )
  }
  return path
}

function field(text: string, at: number, path: Step[]): number {
  let name = ''
  while (at < text.length && !/[.[\]$@]/.test(text[at]!)) {
    if (text[at] === '\\') at++
    name += text[at++] ?? ''
  }
  if (name === '*') path.push({ kind: 'wildcard' })
  else if (name) path.push({ kind: 'field', name })
  return at
}

function closing(text: string, open: number): number {
  let depth = 0
  let quote = ''
  for (let i = open; i < text.length; i++) {
    const c = text[i]!
    if (quote) {
      if (c === '\\') i++
      else if (c === quote) quote = ''
    } else if (c === '"' || c === "'") quote = c
    else if (c === '[') depth++
    else if (c === ']' && --depth === 0) return i
  }
  throw new KubectlError('error parsing jsonpath {' + text + '}, unterminated array')
}

function bracket(text: string): Step {
  const inner = text.trim()
  if (inner === '*') return { kind: 'wildcard' }
  const filter = /^\?\((.*)\)$/s.exec(inner)
  if (filter) return filterStep(filter[1]!)
  const parts = splitOutside(inner, ',')
  if (parts.length > 1) return { kind: 'union', parts: parts.map(part => [bracket(part)]) }
  const quotedName = /^'((?:[^'\\]|\\.)*)'$|^"((?:[^"\\]|\\.)*)"$/.exec(inner)
  if (quotedName) return { kind: 'field', name: unescape(quotedName[1] ?? quotedName[2]!) }
  if (/^-?\d+$/.test(inner)) return { kind: 'index', index: Number(inner) }
  const slice = /^(-?\d*)(?::(-?\d*))?(?::(-?\d*))?$/.exec(inner)
  if (slice) {
    const [from, to, step] = slice.slice(1).map(n => (n ? Number(n) : undefined))
    return { kind: 'slice', from, to, step }
  }
  if (inner.startsWith('.')) return { kind: 'union', parts: [steps(inner)] }
  throw new KubectlError(`error parsing jsonpath, invalid array index ${inner}`)
}

function splitOutside(text: string, separator: string): string[] {
  const parts = ['']
  let quote = ''
  for (const c of text) {
    if (quote) quote = c === quote ? '' : quote
    else if (c === '"' || c === "'") quote = c
    if (!quote && c === separator) parts.push('')
    else parts[parts.length - 1] += c
  }
  return parts
}

function filterStep(text: string): Step {
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (quote) quote = c === quote ? '' : quote
    else if (c === '"' || c === "'") quote = c
    else {
      const operator = /^(==|!=|>=|<=|=|>|<)/.exec(text.slice(i))?.[1]
      if (operator)
        return {
          kind: 'filter',
          left: operand(text.slice(0, i)),
          operator,
          right: operand(text.slice(i + operator.length)),
        }
    }
  }
  return { kind: 'filter', left: operand(text), operator: 'exists' }
}

function operand(text: string): Operand {
  const word = text.trim()
  const quotedText = /^'((?:[^'\\]|\\.)*)'$|^"((?:[^"\\]|\\.)*)"$/.exec(word)
  if (quotedText) return { literal: unescape(quotedText[1] ?? quotedText[2]!) }
  if (/^-?\d+(\.\d+)?$/.test(word)) return { literal: Number(word) }
  if (word === 'true' || word === 'false') return { literal: word === 'true' }
  return { path: steps(word) }
}

function render(nodes: Node[], value: unknown, root: unknown, allowMissing: boolean): string {
  return nodes
    .map(node => {
      if (node.kind === 'text') return node.text
      const found = walk(node.path, value, root, allowMissing)
      if (node.kind === 'path') return found.map(goValue).join(' ')
      return found
        .flatMap(item => (Array.isArray(item) && !lastIsWildcard(node.path) ? item : [item]))
        .map(item => render(node.body, item, root, allowMissing))
        .join('')
    })
    .join('')
}

const lastIsWildcard = (path: Step[]) => path.at(-1)?.kind === 'wildcard'

function walk(path: Step[], value: unknown, root: unknown, allowMissing: boolean): unknown[] {
  let current: unknown[] = [value]
  for (const [i, step] of path.entries()) {
    const lenient = allowMissing || path[i - 1]?.kind === 'recursive'
    current = current.flatMap(item => take(step, item, root, lenient))
  }
  return current
}

function take(step: Step, value: unknown, root: unknown, allowMissing: boolean): unknown[] {
  switch (step.kind) {
    case 'root':
      return [root]
    case 'field':
      if (isRecord(value) && Object.hasOwn(value, step.name)) return [value[step.name]]
      if (value === null || value === undefined || allowMissing || Array.isArray(value)) return []
      throw new KubectlError(`${step.name} is not found`)
    case 'wildcard':
      return Array.isArray(value)
        ? value
        : isRecord(value)
          ? Object.keys(value)
              .sort()
              .map(key => value[key])
          : []
    case 'recursive':
      return descendants(value)
    case 'index': {
      if (!Array.isArray(value)) return []
      const at = step.index < 0 ? value.length + step.index : step.index
      if (at >= 0 && at < value.length) return [value[at]]
      if (allowMissing) return []
      throw new KubectlError(`array index out of bounds: index ${step.index}, length ${value.length}`)
    }
    case 'slice': {
      if (!Array.isArray(value)) return []
      const norm = (n: number) => (n < 0 ? value.length + n : n)
      const [from, to] = [norm(step.from ?? 0), Math.min(norm(step.to ?? value.length), value.length)]
      return value.slice(from, to).filter((_, i) => i % (step.step ?? 1) === 0)
    }
    case 'union':
      return step.parts.flatMap(part => walk(part, value, root, true))
    case 'filter':
      return Array.isArray(value) ? value.filter(item => accepts(step, item, root)) : []
  }
}

function descendants(value: unknown): unknown[] {
  const children = Array.isArray(value)
    ? value
    : isRecord(value)
      ? Object.keys(value)
          .sort()
          .map(key => value[key])
      : []
  return [value, ...children.flatMap(descendants)]
}

function accepts(step: Extract<Step, { kind: 'filter' }>, item: unknown, root: unknown): boolean {
  const resolve = (side: Operand) => ('literal' in side ? [side.literal] : walk(side.path, item, root, true))
  const left = resolve(step.left)
  if (step.operator === 'exists') return left.length > 0
  const right = resolve(step.right!)
  if (!left.length || !right.length) return false
  const [a, b] = [left[0], right[0]] as [string | number, string | number]
  if (typeof a !== typeof b) return step.operator === '!='
  switch (step.operator) {
    case '=':
    case '==':
      return a === b
    case '!=':
      return a !== b
    case '<':
      return a < b
    case '>':
      return a > b
    case '<=':
      return a <= b
    default:
      return a >= b
  }
}
