import { describe, expect, it } from 'vitest'
import { TypedLines, withReturns } from '../../../renderer/src/terminal/line-discipline.ts'

/** What is sent and what is shown when keys are typed one after another. */
function typed(...keys: string[]) {
  const sent: string[] = []
  let shown = ''
  const lines = new TypedLines({
    onEcho: text => (shown += text),
    onLine: line => sent.push(line),
    onEnd: () => sent.push('END'),
  })
  for (const key of keys) lines.type(key)
  return { sent, shown }
}

describe('lines for a program without a terminal', () => {
  it('are shown as they are typed, and sent whole', () =>
    expect(typed('h', 'i', '\r', 'x')).toEqual({ sent: ['hi\n'], shown: 'hi\r\nx' }))

  it('are several when they are pasted', () =>
    expect(typed('a\rb\nc')).toEqual({ sent: ['a\n', 'b\n'], shown: 'a\r\nb\r\nc' }))

  it('are taken back by key and whole, as wide as they are shown', () => {
    expect(typed('a', 'b', '\x7f', '\r')).toEqual({ sent: ['a\n'], shown: 'ab\b \b\r\n' })
    expect(typed('가', '\x7f', '\x7f', 'b', '\r')).toEqual({ sent: ['b\n'], shown: '가\b \b\b \bb\r\n' })
    expect(typed('abc', '\x15', 'd\r').sent).toEqual(['d\n'])
  })

  it('end with Ctrl+D where a line begins, and nothing is sent after', () => {
    expect(typed('a', '\x04', '\r', '\x04', 'b\r', '\x04').sent).toEqual(['a\n', 'END'])
  })

  it('have no arrows and no other control keys', () =>
    expect(typed('\x1b[A', 'a', '\x03', '\x1b[D', '\t', '\r').sent).toEqual(['a\t\n']))

  it('of the program begin at the left', () => {
    const of = (text: string) => new TextDecoder().decode(withReturns(new TextEncoder().encode(text)))
    expect(of('a\nb\n')).toBe('a\r\nb\r\n')
    expect(of('가\n나')).toBe('가\r\n나')
    const plain = new TextEncoder().encode('none')
    expect(withReturns(plain)).toBe(plain)
  })
})
