import { setOwn } from '../../base/own.ts'
import { badRequest } from '../status.ts'
import type { ApiError } from '../status.ts'
import type { Decoded } from './notes.ts'

/**
 * The slow reader, for texts that the native parser refuses, that repeat a key, or whose numbers have to be known as they are
 * written. Its complaints are those of Go's encoding/json. The nesting has been checked before.
 */
export class JSONReader {
  readonly #text: string
  #at = 0
  readonly #duplicates: string[] = []
  readonly #again: number[] = []
  readonly #positions = new Map<string, number>()
  readonly #numbers = new Map<string, string>()

  constructor(text: string) {
    this.#text = text
  }

  /** @throws ApiError 400 */
  read(): Decoded {
    const value = this.#value('')
    this.#space()
    if (this.#at < this.#text.length) throw this.#fail('after top-level value')
    const notes = { positions: this.#positions, again: this.#again, numbers: this.#numbers }
    return { value, duplicates: this.#duplicates, notes }
  }

  #space(): void {
    for (;;) {
      const c = this.#text.charCodeAt(this.#at)
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return
      this.#at++
    }
  }

  #fail(where: string): ApiError {
    const c = this.#text.codePointAt(this.#at)
    return badRequest(c === undefined ? 'unexpected end of JSON input' : `invalid character ${quote(c)} ${where}`)
  }

  #value(path: string): unknown {
    this.#space()
    const c = this.#text[this.#at]
    switch (c) {
      case '{':
        return this.#object(path)
      case '[':
        return this.#array(path)
      case '"':
        return this.#string()
      case 't':
        return this.#literal('true', true)
      case 'f':
        return this.#literal('false', false)
      case 'n':
        return this.#literal('null', null)
    }
    if (c === '-' || (c !== undefined && c >= '0' && c <= '9')) return this.#number(path)
    throw this.#fail('looking for beginning of value')
  }

  #literal<T>(word: string, value: T): T {
    for (let i = 1; i < word.length; i++) {
      this.#at++
      if (this.#text[this.#at] !== word[i]) throw this.#fail(`in literal ${word} (expecting '${word[i]}')`)
    }
    this.#at++
    return value
  }

  #number(path: string): number {
    const start = this.#at
    if (this.#text[this.#at] === '-') this.#at++
    if (this.#text[this.#at] === '0') this.#at++
    else this.#digits('in numeric literal')
    if (this.#text[this.#at] === '.') {
      this.#at++
      this.#digits('after decimal point in numeric literal')
    }
    if (/[eE]/.test(this.#text[this.#at] ?? '')) {
      this.#at++
      if (/[-+]/.test(this.#text[this.#at] ?? '')) this.#at++
      this.#digits('in exponent of numeric literal')
    }
    const literal = this.#text.slice(start, this.#at)
    const value = Number(literal)
    if (!Number.isFinite(value))
      throw badRequest(`json: cannot unmarshal number ${literal} into Go value of type float64`)
    if (!/^-?\d{1,15}$/.test(literal)) this.#numbers.set(path, literal)
    return value
  }

  #digits(where: string): void {
    const start = this.#at
    while (isDigit(this.#text.charCodeAt(this.#at))) this.#at++
    if (this.#at === start) throw this.#fail(where)
  }

  #object(path: string): unknown {
    const out: Record<string, unknown> = {}
    this.#at++
    this.#space()
    if (this.#text[this.#at] === '}') return (this.#at++, out)
    for (;;) {
      this.#space()
      const position = this.#at
      if (this.#text[this.#at] !== '"') throw this.#fail('looking for beginning of object key string')
      const key = this.#string()
      this.#space()
      if (this.#text[this.#at] !== ':') throw this.#fail('after object key')
      this.#at++
      const at = path ? `${path}.${key}` : key
      if (Object.hasOwn(out, key)) {
        this.#duplicates.push(at)
        this.#again.push(position)
      } else this.#positions.set(at, position)
      const value = this.#value(at)
      setOwn(out, key, value)
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
      if (c === undefined || c < ' ') throw this.#fail('in string literal')
      if (c === '"') break
      if (c !== '\\') continue
      const escape = this.#text[++this.#at]
      if (escape === 'u') {
        for (let i = 0; i < 4; i++) {
          this.#at++
          if (!/[0-9a-fA-F]/.test(this.#text[this.#at] ?? '')) throw this.#fail('in \\u hexadecimal character escape')
        }
      } else if (escape === undefined || !'"\\/bfnrt'.includes(escape)) throw this.#fail('in string escape code')
    }
    this.#at++
    return JSON.parse(this.#text.slice(start, this.#at)) as string
  }
}

const isDigit = (c: number): boolean => c >= 0x30 && c <= 0x39

const SHORT: Record<string, string> = {
  "'": "\\'",
  '\\': '\\\\',
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
  '\x07': '\\a',
}

/** How Go's scanner, which sees bytes, quotes the one it stumbles over. */
function quote(codePoint: number): string {
  const byte = Buffer.from(String.fromCodePoint(codePoint))[0]!
  const c = String.fromCharCode(byte)
  if (SHORT[c]) return `'${SHORT[c]}'`
  if (byte < 0x20 || byte === 0x7f) return `'\\x${byte.toString(16).padStart(2, '0')}'`
  return (byte >= 0x80 && byte <= 0xa0) || byte === 0xad ? `'\\u00${byte.toString(16)}'` : `'${c}'`
}
