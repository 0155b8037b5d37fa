import { badRequest } from '../status.ts'
import type { ApiError } from '../status.ts'

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
