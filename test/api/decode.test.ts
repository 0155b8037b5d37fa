import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeJSON, decodeYAML } from '../../engine/api/decode.ts'

describe('JSON', () => {
  it('is read as the native parser reads it', () =>
    fc.assert(
      fc.property(fc.json(), text => void expect(decodeJSON(text).value).toEqual(JSON.parse(text))),
      { numRuns: 100 },
    ))
  it('with duplicate keys names their paths', () =>
    expect(decodeJSON('{"a":{"b":1,"b":2},"c":[{"d":1,"d":2}]}')).toEqual({
      value: { a: { b: 2 }, c: [{ d: 2 }] },
      duplicates: ['a.b', 'c[0].d'],
    }))
  it("that ends early is refused in Go's words", () => {
    expect(() => decodeJSON('{"a":')).toThrow('unexpected end of JSON input')
    expect(() => decodeJSON('')).toThrow('unexpected end of JSON input')
    expect(() => decodeJSON('{a}')).toThrow("invalid character 'a' looking for beginning of object key string")
  })
})

describe('YAML', () => {
  it('has the booleans of YAML 1.1, and no dates', () =>
    expect(decodeYAML('a: yes\nb: y\nc: on\nd: "yes"\ne: 2020-01-01\nf: 1:30').value).toEqual({
      a: true,
      b: true,
      c: true,
      d: 'yes',
      e: '2020-01-01',
      f: '1:30',
    }))
  it('with duplicate keys names their paths', () =>
    expect(decodeYAML('a:\n  b: 1\n  b: 2\n').duplicates).toEqual(['a.b']))
  it('that makes no sense is refused', () =>
    expect(() => decodeYAML('a: b: c\n  d\n')).toThrow('yaml: mapping values are not allowed in this context'))
})
