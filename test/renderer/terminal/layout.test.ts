import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  boxesOf,
  dividerOf,
  dividersOf,
  isLayout,
  neighbourOf,
  panesOf,
  removePane,
  resizeSplit,
  splitPane,
  type Layout,
} from '../../../renderer/src/terminal/layout.ts'

/** a | b over c: the usual three. */
const three = splitPane(splitPane('a', 'a', 'row', 'b'), 'b', 'column', 'c')

describe('panes', () => {
  it('share the room of the one that is split', () => {
    expect(panesOf(three)).toEqual(['a', 'b', 'c'])
    expect(Object.fromEntries(boxesOf(three))).toEqual({
      a: { left: 0, top: 0, width: 50, height: 100 },
      b: { left: 50, top: 0, width: 50, height: 50 },
      c: { left: 50, top: 50, width: 50, height: 50 },
    })
  })

  it('give their room to their other half', () => {
    expect(removePane(three, 'a')).toEqual({ direction: 'column', ratio: 0.5, halves: ['b', 'c'] })
    expect(removePane(three, 'c')).toEqual({ direction: 'row', ratio: 0.5, halves: ['a', 'b'] })
    expect(removePane('a', 'a')).toBeUndefined()
    expect(removePane(three, 'nobody')).toEqual(three)
  })

  it('have neighbours where they touch, the one with the longest border first', () => {
    const uneven = resizeSplit(three, [1], 0.7)
    expect(neighbourOf(uneven, 'a', 'right')).toBe('b')
    expect(neighbourOf(resizeSplit(three, [1], 0.3), 'a', 'right')).toBe('c')
    expect(neighbourOf(three, 'c', 'up')).toBe('b')
    expect(neighbourOf(three, 'b', 'down')).toBe('c')
    expect(neighbourOf(three, 'c', 'left')).toBe('a')
    expect(neighbourOf(three, 'a', 'left')).toBeUndefined()
    expect(neighbourOf(three, 'nobody', 'left')).toBeUndefined()
  })

  it('are resized by the line beside them, and never to nothing', () => {
    expect(dividersOf(three).map(d => [d.path, d.direction])).toEqual([
      [[], 'row'],
      [[1], 'column'],
    ])
    expect(dividerOf(three, 'c', 'up')!.path).toEqual([1])
    expect(dividerOf(three, 'c', 'left')!.path).toEqual([])
    expect(dividerOf(three, 'a', 'up')).toBeUndefined()
    expect(boxesOf(resizeSplit(three, [], 5)).get('a')!.width).toBe(90)
    expect(boxesOf(resizeSplit(three, [], -5)).get('a')!.width).toBe(10)
    expect(resizeSplit('a', [0], 0.3)).toBe('a')
  })

  it('fill the room and never overlap, whatever is split, resized and closed', () => {
    const step = fc.record({
      what: fc.constantFrom('row', 'column', 'close', 'resize'),
      which: fc.nat(20),
      ratio: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), steps => {
        let layout: Layout = 'p0'
        steps.forEach(({ what, which, ratio }, i) => {
          const panes = panesOf(layout)
          const pane = panes[which % panes.length]!
          const dividers = dividersOf(layout)
          if (what === 'close') layout = removePane(layout, pane) ?? layout
          else if (what === 'resize') {
            if (dividers.length) layout = resizeSplit(layout, dividers[which % dividers.length]!.path, ratio)
          } else layout = splitPane(layout, pane, what as 'row' | 'column', `p${i + 1}`)
        })
        const boxes = [...boxesOf(layout).values()]
        expect(boxes.length).toBe(new Set(panesOf(layout)).size)
        expect(dividersOf(layout).length).toBe(boxes.length - 1)
        expect(boxes.reduce((sum, b) => sum + b.width * b.height, 0)).toBeCloseTo(10_000, 3)
        for (const box of boxes) expect(Math.min(box.width, box.height)).toBeGreaterThan(0)
        expect(isLayout(JSON.parse(JSON.stringify(layout)))).toBe(true)
      }),
    )
  })

  it('that were kept are taken only if they are a layout', () => {
    for (const wrong of [
      null,
      1,
      {},
      [],
      { direction: 'row', ratio: 2, halves: ['a', 'b'] },
      { ...(three as object), halves: ['a'] },
    ])
      expect(isLayout(wrong)).toBe(false)
  })
})
