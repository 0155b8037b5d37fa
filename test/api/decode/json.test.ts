import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeJSON } from '../../../engine/api/decode.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)

describe('JSON', () => {
  it('is read as the native parser reads it', () =>
    fc.assert(
      fc.property(fc.json(), text => void expect(decodeJSON(text).value).toEqual(JSON.parse(text))),
      { numRuns: 300 },
    ))
  it('is read alike by the slow reader, which a duplicate key calls for', () =>
    fc.assert(
      fc.property(fc.json(), text => {
        const { value, duplicates } = decodeJSON(`{"x":0,"x":${text}}`)
        expect(value).toEqual({ x: JSON.parse(text) as unknown })
        expect(duplicates[0]).toBe('x')
      }),
      { numRuns: 300 },
    ))
  it('never fails with anything but a 400', () =>
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'{}[]":,\\u0e-.1tn') })), text => {
        try {
          decodeJSON(text)
        } catch (error) {
          expect(error).toMatchObject({ code: 400 })
          expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError)
        }
      }),
      { numRuns: 2000 },
    ))
  it('with duplicate keys names their paths, and the last one wins', () =>
    expect(decodeJSON('{"a":{"b":1,"b":2},"c":[{"d":1,"d":2}],"a.x":{"y":1,"y":2}}')).toMatchObject({
      value: { a: { b: 2 }, c: [{ d: 2 }], 'a.x': { y: 2 } },
      duplicates: ['a.b', 'c[0].d', 'a.x.y'],
    }))
  it('with keys that are written differently but equal has duplicates', () =>
    expect(decodeJSON('{"a":1,"\\u0061":2}').duplicates).toEqual(['a']))
  it('may have keys that are names of the prototype', () => {
    for (const text of [
      '{"__proto__":{"a":1},"constructor":2}',
      '{"__proto__":{"a":1},"constructor":1,"constructor":2}',
    ]) {
      const value = decodeJSON(text).value as object
      expect(Object.entries(value)).toEqual([
        ['__proto__', { a: 1 }],
        ['constructor', 2],
      ])
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    }
    expect(({} as { a?: number }).a).toBeUndefined()
  })
  it('has U+FFFD in the place of what is not UTF-8', () =>
    expect(decodeJSON(new Uint8Array([0x22, 0x61, 0xff, 0x22])).value).toBe('a\ufffd'))
  it('may have NUL as an escape', () => expect(decodeJSON('"a\\u0000b"').value).toBe('a\0b'))
  it('is read in time that grows with its length, with or without duplicates', () => {
    const fields = Array.from({ length: 40_000 }, (_, i) => `"k${i}":"${'v'.repeat(50)}"`).join(',')
    expect(decodeJSON(`{${fields}}`).duplicates).toEqual([])
    expect(decodeJSON(`{${fields},"k7":""}`).duplicates).toEqual(['k7'])
  })
  it('may be nested deeply, and is refused before it is too deep for anyone', () => {
    const nested = (n: number) => '['.repeat(n) + ']'.repeat(n)
    expect(Array.isArray(decodeJSON(nested(1000)).value)).toBe(true)
    for (const n of [1001, 200_000]) expect(() => decodeJSON(nested(n))).toThrow('exceeded max depth')
    expect(() => decodeJSON('{"a":'.repeat(200_000))).toThrow('exceeded max depth')
  })
  it('remembers how unusual numbers are written', () => {
    const { value, notes } = decodeJSON('{"a":3.0,"b":[1,1e3],"c":12345678901234567890,"d":7}')
    expect(value).toEqual({ a: 3, b: [1, 1000], c: Number('12345678901234567890'), d: 7 })
    expect([...notes!.numbers!]).toEqual([
      ['a', '3.0'],
      ['b[1]', '1e3'],
      ['c', '12345678901234567890'],
    ])
  })
})

describe("what is no JSON is refused in Go's words", () => {
  it.each([
    ['', 'unexpected end of JSON input'],
    ['{"a":', 'unexpected end of JSON input'],
    ['"abc', 'unexpected end of JSON input'],
    ['"a\\', 'unexpected end of JSON input'],
    ['{a}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"}', `invalid character '"' after object key:value pair`],
    ['{"a":01}', "invalid character '1' after object key:value pair"],
    ['[1 2]', "invalid character '2' after array element"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['{} x', "invalid character 'x' after top-level value"],
    ["'a'", "invalid character '\\'' looking for beginning of value"],
    ['trux', "invalid character 'x' in literal true (expecting 'e')"],
    ['nul', 'unexpected end of JSON input'],
    ['-x', "invalid character 'x' in numeric literal"],
    ['[1.]', "invalid character ']' after decimal point in numeric literal"],
    ['[1e]', "invalid character ']' in exponent of numeric literal"],
    ['NaN', "invalid character 'N' looking for beginning of value"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['"a\0b"', "invalid character '\\x00' in string literal"],
    ['"\\q"', "invalid character 'q' in string escape code"],
    ['"\\u00g0"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
    ['한', "invalid character 'í' looking for beginning of value"],
    ['1e999', 'json: cannot unmarshal number 1e999 into Go value of type float64'],
  ])('%j', (text, message) => {
    expect(() => decodeJSON(text)).toThrow(message)
    expect(() => decodeJSON(utf8(text))).toThrow(message)
  })
})
