import { badRequest } from '../status.ts'
import { JSONReader } from './json-reader.ts'
import { MAX_DEPTH } from './notes.ts'
import type { Decoded } from './notes.ts'

/**
 * Parses JSON and finds duplicate keys (the last one wins). What is not UTF-8 becomes U+FFFD, as in Go.
 * @throws ApiError 400 with Go's texts
 */
export function decodeJSON(input: Uint8Array | string): Decoded {
  const text = typeof input === 'string' ? input : decoder.decode(input)
  const found = scan(text)
  if (found.depth > MAX_DEPTH) throw badRequest('exceeded max depth')
  if (!found.unusualNumbers) {
    try {
      const value: unknown = JSON.parse(text)
      if (countKeys(value) === found.colons) return { value, duplicates: [] }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
    }
  }
  return new JSONReader(text).read()
}

/** A byte order mark is a character like others, and no JSON begins with it. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let n = 0
  if (Array.isArray(value)) for (const item of value) n += countKeys(item)
  else for (const key in value) n += 1 + countKeys((value as Record<string, unknown>)[key])
  return n
}

/** Digits that a number has exactly, whatever they are. */
const SAFE_DIGITS = 15

/**
 * What can be told of a text without parsing it: colons outside of strings (one for each key), nesting, and whether
 * there are numbers whose text matters, with a point, an exponent or more digits than a double holds.
 */
function scan(text: string): { colons: number; depth: number; unusualNumbers: boolean } {
  let colons = 0
  let depth = 0
  let deepest = 0
  let digits = 0
  let unusualNumbers = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c >= 0x30 && c <= 0x39) {
      if (++digits > SAFE_DIGITS) unusualNumbers = true
      continue
    }
    if (c === 0x22) {
      i = endOfString(text, i)
      if (i < 0) break
    } else if (c === 0x3a) colons++
    else if (c === 0x7b || c === 0x5b) deepest = Math.max(deepest, ++depth)
    else if (c === 0x7d || c === 0x5d) depth--
    else if (digits > 0 && (c === 0x2e || c === 0x65 || c === 0x45)) unusualNumbers = true
    digits = 0
  }
  return { colons, depth: deepest, unusualNumbers }
}

/** Where the string that begins at `start` ends, or -1. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes++
    if (slashes % 2 === 0) return end
  }
  return -1
}
