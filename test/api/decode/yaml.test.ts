import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeYAML } from '../../../engine/api/decode.ts'

const value = (text: string): unknown => decodeYAML(text).value

describe('YAML', () => {
  it('reads JSON as JSON', () =>
    fc.assert(
      fc.property(fc.json(), text => {
        expect(value(text)).toEqual(JSON.parse(text))
      }),
      { numRuns: 100 },
    ))
  it.each([
    ['booleans', 'y yes Yes YES on On true True TRUE', true],
    ['negations', 'n no No NO off Off false False FALSE', false],
    ['nothing', 'null Null NULL ~', null],
  ])('has the %s of YAML 1.1', (_, words, meaning) => {
    for (const word of words.split(' ')) expect([word, value(`a: ${word}`)]).toEqual([word, { a: meaning }])
  })
  it('keeps in quotes what would be something else', () =>
    expect(value(`a: "yes"\nb: '0644'\nc: "null"`)).toEqual({ a: 'yes', b: '0644', c: 'null' }))
  it('has octal, hexadecimal and binary numbers, and digits in groups', () =>
    expect(value('a: 0644\nb: 0x1F\nc: 0b101\nd: 1_000\ne: -7\nf: 1e3\ng: 3.0')).toEqual({
      a: 420,
      b: 31,
      c: 5,
      d: 1000,
      e: -7,
      f: 1000,
      g: 3,
    }))
  it('has no dates and no base 60', () =>
    expect(value('a: 2020-01-01\nb: 1:30\nc: 2020-01-01T00:00:00Z\nd: 10:20:30.5')).toEqual({
      a: '2020-01-01',
      b: '1:30',
      c: '2020-01-01T00:00:00Z',
      d: '10:20:30.5',
    }))
  it('has keys of any scalar as text, in order', () =>
    expect(Object.keys(value('b: 1\n2: 1\nyes: 1\na: 1') as object).sort()).toEqual(['2', 'a', 'b', 'true']))
  it('comes out with sorted keys, as the JSON that it becomes', () =>
    expect(JSON.stringify(value('spec: {b: 1, a: 2}\napiVersion: v1'))).toBe(
      '{"apiVersion":"v1","spec":{"a":2,"b":1}}',
    ))
  it('knows anchors and merge keys', () =>
    expect(value('a: &x {k: 1, l: 2}\nb: *x\nc: {<<: *x, l: 3}')).toEqual({
      a: { k: 1, l: 2 },
      b: { k: 1, l: 2 },
      c: { k: 1, l: 3 },
    }))
  it('gives the first of several documents, and null for none', () => {
    expect(value('a: 1\n---\nb: : :\n')).toEqual({ a: 1 })
    expect(value('')).toBeNull()
    expect(value('# nothing\n')).toBeNull()
  })
  it('may have keys that are names of the prototype', () => {
    const object = value('__proto__: {polluted: true}\nconstructor: 1') as object
    expect(Object.entries(object)).toEqual([
      ['__proto__', { polluted: true }],
      ['constructor', 1],
    ])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
  it('with duplicate keys names their paths and lines, and the last one wins', () =>
    expect(decodeYAML('a:\n  b: 1\n  b: 2\nc:\n- d: 1\n  d: 2\n')).toEqual({
      value: { a: { b: 2 }, c: [{ d: 2 }] },
      duplicates: ['a.b', 'c[0].d'],
      notes: { yaml: ['line 3: key "b" already set in map', 'line 6: key "d" already set in map'] },
    }))
})

describe('YAML that is refused', () => {
  it.each([
    ['makes no sense', 'a: b: c\n  d\n', 'yaml: mapping values are not allowed in this context'],
    ['has a control character', 'a: "x\0"', 'yaml: control characters are not allowed'],
    ['has a map for a key', '? {a: b}\n: c', 'yaml: line 1: invalid map key'],
    ['has a number that JSON has not', 'a: .nan', 'json: unsupported value: NaN'],
    ['has an infinite number', 'a: -.inf', 'json: unsupported value: -Inf'],
    ['names an anchor that is not there', 'a: *b', 'yaml: '],
  ])('because it %s', (_, text, message) => {
    expect(() => decodeYAML(text)).toThrow(message)
    expect(() => decodeYAML(text)).toThrow(expect.objectContaining({ code: 400 }) as Error)
  })
  it('because it is not UTF-8', () =>
    expect(() => decodeYAML(new Uint8Array([0x61, 0x3a, 0x20, 0xff]))).toThrow('yaml: invalid UTF-8'))
  it('because its aliases would fill the memory', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x]']
    for (let i = 1; i < 9; i++) {
      const [name, last] = ['abcdefghi'[i]!, 'abcdefghi'[i - 1]!]
      lines.push(`${name}: &${name} [${Array(9).fill(`*${last}`).join(', ')}]`)
    }
    expect(() => decodeYAML(lines.join('\n'))).toThrow('yaml: document contains excessive aliasing')
  })
  it('because it is nested too deeply', () => {
    for (const n of [2000, 20_000])
      expect(() => decodeYAML('['.repeat(n) + ']'.repeat(n))).toThrow('yaml: exceeded max depth')
    const indented = Array.from({ length: 1100 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')
    expect(() => decodeYAML(indented)).toThrow('yaml: exceeded max depth')
  })
})
