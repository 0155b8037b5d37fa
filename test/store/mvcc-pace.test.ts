import { expect, it } from 'vitest'
import { FakeClock } from '../../engine/base/clock.ts'
import { Pace } from '../../engine/store/mvcc/pace.ts'

/** Runs steps in which each unit takes so many milliseconds; gives the amounts. */
function amounts(costs: number[]): number[] {
  const clock = new FakeClock()
  const pace = new Pace(clock, 16, 100)
  return costs.map(cost =>
    pace.step(amount => {
      clock.advance(amount * cost)
      return amount
    }),
  )
}

it('does more from step to step while that is quick, up to a bound', () => {
  expect(amounts([0, 0, 0, 0, 0])).toEqual([16, 32, 64, 100, 100])
})

it('does as much less as the last step took too long, and never less than it began with', () => {
  expect(amounts([0, 0, 0, 0.5, 0, 1000, 0])).toEqual([16, 32, 64, 100, 8 * 2, 32, 16])
})

it('stays where a step takes as long as it may', () => {
  expect(amounts([0, 0, 0, 0.06, 0.06, 0.06])).toEqual([16, 32, 64, 100, 100, 100])
})

it('does no less than it is told to from then on, however long that takes', () => {
  const clock = new FakeClock()
  const pace = new Pace(clock, 16, 100)
  const slow = () => pace.step(amount => (clock.advance(1000), amount))
  expect(slow()).toBe(16)
  pace.least = 64
  expect([slow(), slow()]).toEqual([64, 64])
  pace.least = 16
  expect([slow(), slow()]).toEqual([64, 16])
})
