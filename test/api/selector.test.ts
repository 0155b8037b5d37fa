import { describe, expect, it } from 'vitest'
import {
  fieldSelectorMatches,
  labelSelectorMatches,
  matches,
  parseFieldSelector,
  parseLabelSelector,
  selectorToString,
} from '../../engine/api/selector.ts'

const fits = (text: string, labels: Record<string, string>) => matches(parseLabelSelector(text), labels)

describe('label selectors', () => {
  it.each([
    ['', {}, true],
    ['a=1', { a: '1' }, true],
    ['a==1,b!=2', { a: '1' }, true],
    ['a in (1,2)', { a: '2' }, true],
    ['a notin (1)', {}, true],
    ['a', { a: '' }, true],
    ['!a', {}, true],
    ['a>5', { a: '6' }, true],
    ['a=1', {}, false],
    ['a!=1', { a: '1' }, false],
    ['!a', { a: 'x' }, false],
    ['a<5', { a: '6' }, false],
  ])('%j on %j is %s', (text, labels, expected) => expect(fits(text, labels as Record<string, string>)).toBe(expected))
  it('say what is wrong with them', () =>
    expect(() => parseLabelSelector('=')).toThrow("unable to parse requirement: found '=', expected: identifier"))
  it('print as they are read', () =>
    expect(selectorToString(parseLabelSelector('b in (2,1),a=1,!c'))).toBe('a=1,b in (1,2),!c'))
  it('as objects match nothing when absent and everything when empty', () => {
    expect(labelSelectorMatches(undefined, {})).toBe(false)
    expect(labelSelectorMatches({}, {})).toBe(true)
  })
})

describe('field selectors', () => {
  it('compare with and without escapes', () => {
    expect(fieldSelectorMatches(parseFieldSelector('a=x\\,y,b!=1'), { a: 'x,y', b: '2' })).toBe(true)
    expect(() => parseFieldSelector('nonsense')).toThrow("invalid selector: 'nonsense'; can't understand 'nonsense'")
  })
})
