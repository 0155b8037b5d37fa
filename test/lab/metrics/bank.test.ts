import { describe, expect, it } from 'vitest'
import { SeriesBank } from '../../../engine/lab/metrics/bank.ts'

const figures = (values: Record<string, number>) => new Map(Object.entries(values))
const T0 = Date.UTC(2026, 0, 1)

describe('a bank of series', () => {
  it('keeps the last steps, oldest first, and no more', () => {
    const bank = new SeriesBank(1_000, 3, 10)
    for (let i = 0; i < 5; i++) bank.add(T0 + i * 1_000, figures({ a: i }))
    expect(bank.values('a')).toEqual([2, 3, 4])
    expect(bank.at).toBe(T0 + 4_000)
    expect(bank.bytes).toBe(12)
  })

  it('leaves steps empty that were left out, also more than it holds', () => {
    const bank = new SeriesBank(1_000, 4, 10)
    bank.add(T0, figures({ a: 1 }))
    bank.add(T0 + 2_000, figures({ a: 2 }))
    expect(bank.values('a')).toEqual([NaN, 1, NaN, 2])
    bank.add(T0 + 60_000, figures({ b: 3 }))
    expect(bank.keys).toEqual(['b'])
    expect(bank.values('b')).toEqual([NaN, NaN, NaN, 3])
  })

  it('takes the step that is nearest: timers are late or early', () => {
    const bank = new SeriesBank(1_000, 3, 10)
    bank.add(T0 + 40, figures({ a: 1 }))
    bank.add(T0 + 999, figures({ a: 2 }))
    expect(bank.values('a')).toEqual([NaN, 1, 2])
  })

  it('forgets a series of which nothing was heard for as long as it reaches back', () => {
    const bank = new SeriesBank(1_000, 3, 10)
    bank.add(T0, figures({ gone: 1, here: 1 }))
    for (let i = 1; i <= 2; i++) bank.add(T0 + i * 1_000, figures({ here: 1 }))
    expect(bank.keys).toEqual(['gone', 'here'])
    bank.add(T0 + 3_000, figures({ here: 1 }))
    expect(bank.keys).toEqual(['here'])
  })

  it('when full lets the one that fell silent first give way, and refuses where all are alive', () => {
    const bank = new SeriesBank(1_000, 10, 2)
    bank.add(T0, figures({ a: 1, b: 1 }))
    bank.add(T0 + 1_000, figures({ a: 1, b: 1, c: 1 }))
    expect(bank.keys).toEqual(['a', 'b'])
    bank.add(T0 + 2_000, figures({ b: 1 }))
    const { taken } = bank.add(T0 + 3_000, figures({ b: 1, c: 1 }))
    expect([...taken.keys()]).toEqual(['b', 'c'])
    expect(bank.keys).toEqual(['b', 'c'])
  })

  it('drops what has wrong times when the clock goes back, and takes no figure that is none', () => {
    const bank = new SeriesBank(1_000, 3, 10)
    bank.add(T0, figures({ a: 1 }))
    const { taken, dropped } = bank.add(T0 - 3_600_000, figures({ a: 2, b: NaN }))
    expect(dropped).toBe(true)
    expect([...taken]).toEqual([['a', 2]])
    expect(bank.values('a')).toEqual([NaN, NaN, 2])
  })
})
