import { isRecord } from '../../../../engine/api/equality.ts'

/** YAML as Go's sigs.k8s.io/yaml writes it: sorted keys, lists not indented, one line per string unless it has breaks. */
export function toYAML(value: unknown): string {
  const out: string[] = []
  block(value, 0, out)
  return `${out.join('\n')}\n`
}

/** JSON as Go writes it: sorted keys, four spaces. */
export function toJSON(value: unknown, indent: number | undefined = 4): string {
  return goEscape(JSON.stringify(sorted(value), null, indent))
}

/** Go's encoder escapes what could end a script in a page. */
function goEscape(text: string): string {
  return text.replace(/[<>&\u2028\u2029]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .filter(key => value[key] !== undefined)
      .sort(byteOrder)
      .map(key => [key, sorted(value[key])]),
  )
}

const byteOrder = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** yaml.v2 sorts keys naturally: digits by their number, letters before other signs. */
function naturalOrder(a: string, b: string): number {
  const [x, y] = [[...a], [...b]]
  for (let i = 0; i < x.length && i < y.length; i++) {
    if (x[i] === y[i]) continue
    const [al, bl] = [isLetter(x[i]!), isLetter(y[i]!)]
    if (al && bl) return byteOrder(x[i]!, y[i]!)
    const [ad, bd] = [isDigit(x[i]!), isDigit(y[i]!)]
    if (al || bl) return al ? (i > 0 && isDigit(x[i - 1]!) ? -1 : 1) : i > 0 && isDigit(x[i - 1]!) ? 1 : -1
    if (ad && bd) {
      const number = (text: string[]) => {
        let end = i
        while (end < text.length && isDigit(text[end]!)) end++
        return [Number(text.slice(i, end).join('')), end] as const
      }
      const [[an, ai], [bn, bi]] = [number(x), number(y)]
      return an !== bn ? an - bn : ai !== bi ? ai - bi : byteOrder(x[i]!, y[i]!)
    }
    return byteOrder(x[i]!, y[i]!)
  }
  return x.length - y.length
}

const isLetter = (c: string) => /\p{L}/u.test(c)
const isDigit = (c: string) => /\p{Nd}/u.test(c)

function block(value: unknown, indent: number, out: string[]): void {
  const pad = ' '.repeat(indent)
  if (Array.isArray(value) && value.length) {
    for (const item of value) {
      if ((isRecord(item) && Object.keys(item).length) || (Array.isArray(item) && item.length)) {
        const inner: string[] = []
        block(item, indent + 2, inner)
        inner[0] = `${pad}- ${inner[0]!.slice(indent + 2)}`
        out.push(...inner)
      } else out.push(fold(`${pad}- `, item, indent + 2))
    }
  } else if (isRecord(value) && Object.keys(value).length) {
    for (const key of Object.keys(value).sort(naturalOrder)) {
      const item = value[key]
      if (item === undefined) continue
      const name = scalar(key, 0)
      if (isRecord(item) && Object.keys(item).length) {
        out.push(`${pad}${name}:`)
        block(item, indent + 2, out)
      } else if (Array.isArray(item) && item.length) {
        out.push(`${pad}${name}:`)
        block(item, indent, out)
      } else out.push(fold(`${pad}${name}: `, item, indent + 2))
    }
  } else out.push(pad + scalar(value, indent))
}

const BEST_WIDTH = 80

/** A scalar behind its key; one that is longer than a line is broken at the first space behind column 80. */
function fold(head: string, value: unknown, indent: number): string {
  const text = scalar(value, indent)
  if (typeof value !== 'string' || head.length + text.length <= BEST_WIDTH || text.startsWith('|')) return head + text
  const mark = text.startsWith("'") ? "'" : text.startsWith('"') ? '"' : ''
  let line = head
  let out = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    const inside = i > mark.length && i < text.length - 1 - mark.length
    if (c === ' ' && inside && line.length > BEST_WIDTH && text[i - 1] !== ' ' && text[i + 1] !== ' ') {
      out += `${line}\n`
      line = ' '.repeat(indent)
    } else line += c
  }
  return out + line
}

function scalar(value: unknown, indent: number): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number' || typeof value === 'boolean') return numberText(value)
  if (Array.isArray(value)) return '[]'
  if (typeof value === 'object') return '{}'
  const text = String(value)
  if (resolvesToOther(text)) return JSON.stringify(text)
  if (/[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u.test(text)) return quoted(text)
  if (text.includes('\n'))
    return /^[ \n]|[ \t]\n|[ \t]$/.test(text) && /^ | \n|[ ]$/.test(text) ? quoted(text) : literal(text, indent)
  return plainAllowed(text)
    ? text
    : text.includes('\t') && !/^[\t]/.test(text)
      ? quoted(text)
      : `'${text.replace(/'/g, "''")}'`
}

function numberText(value: number | boolean): string {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) >= 1e21
    ? value.toExponential().replace('e+', 'e+')
    : String(value)
}

function quoted(text: string): string {
  return JSON.stringify(text)
    .replace(/\u007f/g, '\\x7F')
    .replace(/\\u00([0-9a-f]{2})/g, (_, hex: string) => `\\x${hex.toUpperCase()}`)
}

function literal(text: string, indent: number): string {
  const chomp = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : ''
  const hint = /^[ \n]/.test(text) ? '2' : ''
  const body = text.endsWith('\n') ? text.slice(0, -1) : text
  const pad = ' '.repeat(indent || 2)
  return `|${hint}${chomp}\n${body
    .split('\n')
    .map(line => (line ? pad + line : ''))
    .join('\n')}`
}

/** Whether a plain word would be read as something else than a string. */
function resolvesToOther(text: string): boolean {
  if (text === '' || text === '~' || text === '<<') return true
  if (
    /^(?:null|Null|NULL|true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/.test(text)
  )
    return true
  if (/^[-+]?(?:\.inf|\.Inf|\.INF)$|^\.(?:nan|NaN|NAN)$/.test(text)) return true
  const bare = text.replace(/_/g, '')
  if (/^[-+]?(?:0b[01]+|0o?[0-7]+|0x[0-9a-fA-F]+|\d+)$/.test(bare)) return true
  if (/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(bare)) return true
  if (/^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/.test(text)) return true
  return /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ \t]+)\d{1,2}:\d{2}:\d{2}(?:\.\d+)?(?:[ \t]*(?:Z|[-+]\d{1,2}(?::?\d{2})?))?)?$/.test(
    text,
  )
}

function plainAllowed(text: string): boolean {
  if (/^[-?:](?:\s|$)|^[,[\]{}#&*!|>'"%@`]/.test(text)) return false
  if (/^---|^\.\.\./.test(text)) return false
  return !/^\s|\s$|: |:$| #|\t/.test(text)
}
