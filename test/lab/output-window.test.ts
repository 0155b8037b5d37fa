import { describe, expect, it } from 'vitest'
import { OutputWindow } from '../../engine/lab/server/output-window.ts'

function page(bytes: number) {
  const sent: string[] = []
  let held = false
  const window = new OutputWindow(bytes, {
    send: piece => void sent.push(piece.toString()),
    hold: () => (held = true),
    goOn: () => (held = false),
  })
  return { window, sent, isHeld: () => held, push: (text: string) => window.push(Buffer.from(text)) }
}

describe('the window of a terminal', () => {
  it('lets the first piece through at once, and gathers what follows until it was taken', () => {
    const { window, sent, push } = page(100)
    push('a')
    push('b')
    push('c')
    expect(sent).toEqual(['a'])
    window.taken(1)
    expect(sent).toEqual(['a', 'bc'])
  })

  it('does not wait for an answer where there is much', () => {
    const { sent, push } = page(100)
    push('a')
    push('b'.repeat(50))
    expect(sent).toEqual(['a', 'b'.repeat(50)])
  })

  it('never has more under way, whatever the program writes, and has it wait meanwhile', () => {
    const { window, sent, push, isHeld } = page(10)
    push('x'.repeat(25))
    expect([window.underWay, sent, isHeld()]).toEqual([10, ['x'.repeat(10)], true])
    window.taken(3)
    expect([window.underWay, isHeld()]).toEqual([7, true])
    window.taken(4)
    expect([window.underWay, isHeld()]).toEqual([10, true])
    window.taken(10)
    expect([window.underWay, isHeld()]).toEqual([8, false])
    expect(sent.join('')).toBe('x'.repeat(25))
  })

  it('sends the rest when nothing will follow', () => {
    const { window, sent, push } = page(4)
    push('abcdefgh')
    window.flush()
    expect(sent.join('')).toBe('abcdefgh')
    window.flush()
    expect(sent.length).toBe(2)
  })

  it('begins anew with another page', () => {
    const { window, sent, push, isHeld } = page(4)
    push('abcdefgh')
    window.reset()
    expect([window.underWay, isHeld()]).toEqual([0, false])
    push('new')
    expect(sent).toEqual(['abcd', 'new'])
  })

  it('believes no page that it took more than it was sent', () => {
    const { window, push } = page(10)
    push('abc')
    window.taken(1_000)
    expect(window.underWay).toBe(0)
    push('x'.repeat(30))
    expect(window.underWay).toBe(10)
  })
})
