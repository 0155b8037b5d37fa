import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalQuantity, parseQuantity } from '../../engine/base/quantity.ts'

describe('quantities', () => {
  it.each([
    ['0.5', '500m'],
    ['1024Ki', '1Mi'],
    ['1e3', '1e3'],
    ['1000m', '1'],
    ['0.1Gi', '107374182400m'],
    ['1048576', '1048576'],
    ['2', '2'],
    ['1500m', '1500m'],
    ['0', '0'],
    ['100k', '100k'],
    ['-1', '-1'],
    ['1000k', '1M'],
    ['512Ki', '512Ki'],
    ['1023', '1023'],
  ])('%s is written %s', (text, canonical) => expect(canonicalQuantity(text)).toBe(canonical))
  it('that are none say why', () => {
    expect(() => parseQuantity('abc')).toThrow('quantities must match the regular expression')
    expect(() => parseQuantity('1ii')).toThrow("unable to parse quantity's suffix")
  })
  it('add up and keep their order', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 1e9 }), (a, b) => {
        const [x, y] = [parseQuantity(`${a}m`), parseQuantity(`${b}m`)]
        expect(x.add(y).milliValue()).toBe(a + b)
        expect(x.cmp(y)).toBe(Math.sign(a - b))
        expect(parseQuantity(x.toString()).cmp(x)).toBe(0)
      }),
      { numRuns: 50 },
    ))
})
