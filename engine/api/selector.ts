import { own } from '../base/own.ts'
import { isLabelValue, isQualifiedName } from './validation/names.ts'
import { badRequest } from './status.ts'

export interface Requirement {
  key: string
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt'
  values: string[]
}

/** A conjunction of requirements; empty matches everything. */
export interface Selector {
  requirements: Requirement[]
}

export interface FieldRequirement {
  field: string
  operator: '=' | '!='
  value: string
}

/** A conjunction of comparisons of fields. */
export interface FieldSelector {
  requirements: FieldRequirement[]
}

/** The shape of meta/v1.LabelSelector. */
export interface LabelSelectorLike {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: string; values?: string[] | null }[]
}

/**
 * Parses the selector language of kubectl's `-l` (k8s.io/apimachinery/pkg/labels).
 * @throws ApiError 400
 */
export function parseLabelSelector(text: string): Selector {
  const tokens = lex(text)
  let at = 0
  const peek = () => tokens[at]?.text ?? ''
  const next = () => tokens[at++]?.text ?? ''
  const fail = (expected: string) => {
    const found = peek()
    return badRequest(`unable to parse requirement: found '${found}', expected: ${expected}`)
  }
  const requirements: Requirement[] = []
  if (!tokens.length) return { requirements }
  for (;;) {
    const negated = peek() === '!' && Boolean(next())
    if (!tokens[at]?.word) throw fail('identifier')
    const key = next()
    checkKey(key)
    const operator = peek()
    if (negated || operator === '' || operator === ',')
      requirements.push({ key, operator: negated ? 'DoesNotExist' : 'Exists', values: [] })
    else if (operator === '=' || operator === '==' || operator === '!=') {
      next()
      const value = tokens[at]?.word ? next() : peek() === '' || peek() === ',' ? '' : undefined
      if (value === undefined) throw fail('identifier')
      checkValue(key, value)
      requirements.push({ key, operator: operator === '!=' ? 'NotIn' : 'In', values: [value] })
    } else if (operator === '>' || operator === '<') {
      next()
      const value = next()
      if (!/^[-+]?\d+$/.test(value))
        throw badRequest(
          `unable to parse requirement: values[0][${key}]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`,
        )
      requirements.push({ key, operator: operator === '>' ? 'Gt' : 'Lt', values: [value] })
    } else if (operator === 'in' || operator === 'notin') {
      next()
      if (peek() !== '(') throw fail("'('")
      next()
      const values = new Set<string>()
      if (peek() === ')') values.add('')
      while (peek() !== ')') {
        if (peek() === ',') {
          next()
          if (peek() === ')' || peek() === ',') values.add('')
          continue
        }
        if (!tokens[at]?.word) throw fail("',', ')' or identifier")
        const value = next()
        checkValue(key, value)
        values.add(value)
        if (peek() !== ',' && peek() !== ')') throw fail("',' or ')'")
      }
      next()
      requirements.push({ key, operator: operator === 'in' ? 'In' : 'NotIn', values: [...values].sort() })
    } else throw fail("'=', '!=', '==', 'in', notin'")
    if (at >= tokens.length) break
    if (peek() !== ',') throw fail("',' or 'end of string'")
    next()
    if (at >= tokens.length) throw fail("identifier after ','")
  }
  requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  return { requirements }
}

/** Whether the labels fulfil the selector. */
export function matches(selector: Selector, labels: Record<string, string> | undefined): boolean {
  return selector.requirements.every(r => matchesRequirement(r, labels ?? {}))
}

/** Whether the labels fulfil a LabelSelector object: absent matches nothing, empty everything. */
export function labelSelectorMatches(
  selector: LabelSelectorLike | undefined | null,
  labels: Record<string, string> | undefined,
): boolean {
  if (!selector) return false
  const given = labels ?? {}
  for (const key in selector.matchLabels) if (own(given, key) !== selector.matchLabels[key]) return false
  return (selector.matchExpressions ?? []).every(e =>
    matchesRequirement({ key: e.key, operator: e.operator as Requirement['operator'], values: e.values ?? [] }, given),
  )
}

/** A LabelSelector object as a parsed selector. */
export function selectorOf(selector: LabelSelectorLike): Selector {
  const requirements: Requirement[] = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({
    key,
    operator: 'In',
    values: [value],
  }))
  for (const e of selector.matchExpressions ?? [])
    requirements.push({ key: e.key, operator: e.operator as Requirement['operator'], values: e.values ?? [] })
  return { requirements: requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)) }
}

/** A selector in the language that `parseLabelSelector` reads, requirements by key. */
export function selectorToString(selector: Selector | LabelSelectorLike | undefined | null): string {
  if (!selector) return ''
  // A LabelSelector object keeps what it calls matchLabels first in line; the sort by key is the real printer's, too.
  const parsed = 'requirements' in selector ? (selector as Selector) : selectorOf(selector as LabelSelectorLike)
  const single = new Set(
    'requirements' in selector ? [] : Object.keys((selector as LabelSelectorLike).matchLabels ?? {}),
  )
  return parsed.requirements
    .map(r => {
      switch (r.operator) {
        case 'In':
          return r.values.length === 1 && (single.has(r.key) || 'requirements' in selector)
            ? `${r.key}=${r.values[0]}`
            : `${r.key} in (${[...r.values].sort().join(',')})`
        case 'NotIn':
          return r.values.length === 1 && 'requirements' in selector
            ? `${r.key}!=${r.values[0]}`
            : `${r.key} notin (${[...r.values].sort().join(',')})`
        case 'Exists':
          return r.key
        case 'DoesNotExist':
          return `!${r.key}`
        case 'Gt':
          return `${r.key}>${r.values[0]}`
        default:
          return `${r.key}<${r.values[0]}`
      }
    })
    .join(',')
}

/**
 * Parses a field selector: `a=b,c!=d`, with backslash before `=`, `,` and backslash.
 * @throws ApiError 400
 */
export function parseFieldSelector(text: string): FieldSelector {
  const requirements: FieldRequirement[] = []
  for (const term of splitTerms(text)) {
    if (term === '') continue
    const m = /^((?:[^\\=!]|\\.|!(?!=))*)(!=|==|=)([^]*)$/.exec(term)
    if (!m) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`)
    requirements.push({ field: m[1]!, operator: m[2] === '!=' ? '!=' : '=', value: m[3]!.replace(/\\(.)/g, '$1') })
  }
  return { requirements }
}

/** Whether the fields fulfil the selector. */
export function fieldSelectorMatches(selector: FieldSelector, fields: Record<string, string>): boolean {
  return selector.requirements.every(r => ((fields[r.field] ?? '') === r.value) === (r.operator === '='))
}

export function fieldSelectorToString(selector: FieldSelector): string {
  return selector.requirements.map(r => `${r.field}${r.operator}${r.value.replace(/[\\,=]/g, c => `\\${c}`)}`).join(',')
}

function matchesRequirement(r: Requirement, labels: Record<string, string>): boolean {
  const value = own(labels, r.key)
  switch (r.operator) {
    case 'In':
      return value !== undefined && r.values.includes(value)
    case 'NotIn':
      return value === undefined || !r.values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
    case 'Lt': {
      if (value === undefined || !/^[-+]?\d+$/.test(value)) return false
      const difference = BigInt(value.replace('+', '')) - BigInt((r.values[0] ?? '0').replace('+', ''))
      return r.operator === 'Gt' ? difference > 0n : difference < 0n
    }
    default:
      return false
  }
}

interface Token {
  text: string
  word: boolean
}

function lex(text: string): Token[] {
  const tokens: Token[] = []
  const pattern = /\s*(==|!=|[=!<>,()]|[^\s=!<>,()]+)/gy
  for (let m = pattern.exec(text); m; m = pattern.exec(text))
    tokens.push({ text: m[1]!, word: !/^[=!<>,()]/.test(m[1]!) })
  return tokens
}

function checkKey(key: string): void {
  const errors = isQualifiedName(key)
  if (errors.length)
    throw badRequest(`unable to parse requirement: key: Invalid value: ${JSON.stringify(key)}: ${errors.join('; ')}`)
}

function checkValue(key: string, value: string): void {
  const errors = isLabelValue(value)
  if (errors.length)
    throw badRequest(
      `unable to parse requirement: values[0][${key}]: Invalid value: ${JSON.stringify(value)}: ${errors.join('; ')}`,
    )
}

function splitTerms(text: string): string[] {
  const terms: string[] = []
  let term = ''
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\' && i + 1 < text.length) term += text[i]! + text[++i]!
    else if (text[i] === ',') {
      terms.push(term)
      term = ''
    } else term += text[i]
  }
  terms.push(term)
  return terms
}
