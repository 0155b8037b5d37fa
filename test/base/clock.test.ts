import { describe, expect, test } from 'vitest'
import { FakeClock, pause, sleep } from '../../engine/base/clock.ts'

describe('virtual time', () => {
  test('runs what is due in the order of its time, at its time, also what is added on the way', () => {
    const clock = new FakeClock(0)
    const seen: [string, number][] = []
    const note = (name: string) => () => seen.push([name, clock.now()])
    clock.after(20, note('b'))
    clock.after(10, () => {
      note('a')()
      clock.after(5, note('added'))
    })
    clock.after(20, note('c'))
    const beat = clock.every(15, note('beat'))
    clock.advance(30)
    beat.cancel()
    expect(seen).toEqual([
      ['a', 10],
      ['beat', 15],
      ['added', 15],
      ['b', 20],
      ['c', 20],
      ['beat', 30],
    ])
    expect(clock.pending).toBe(0)
    expect(clock.monotonic()).toBe(30)
  })
})

test('sleep ends with its time or rejects with the reason of the signal; pause just ends', async () => {
  const clock = new FakeClock()
  const ending = new AbortController()
  const slept = sleep(clock, 10)
  const broken = sleep(clock, 1000, ending.signal)
  const paused = pause(clock, 1000, ending.signal)
  clock.advance(10)
  await slept
  ending.abort(new Error('enough'))
  await expect(broken).rejects.toThrow('enough')
  await paused
  await pause(clock, 1000, ending.signal)
  expect(clock.pending).toBe(0)
})
