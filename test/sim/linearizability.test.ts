import { describe, expect, it } from 'vitest'
import { intBelow, seededRandom } from '../../engine/base/random.ts'
import { checkLinearizable } from './check/linearizability.ts'
import type { Operation } from './check/linearizability.ts'

type State = Record<string, number>

function write(call: number, ret: number, key: string, value: number): Operation<State> {
  return { call, return: ret, step: s => ({ ...s, [key]: value }), describe: () => `write ${key} ${value}` }
}

function read(call: number, ret: number, key: string, value: number): Operation<State> {
  return {
    call,
    return: ret,
    step: s => ((s[key] ?? 0) === value ? s : undefined),
    describe: () => `read ${key} ${value}`,
  }
}

/** Reads two keys at once: what a check of each key by itself would let through. */
function readBoth(call: number, ret: number, x: number, y: number): Operation<State> {
  const step = (s: State) => ((s.x ?? 0) === x && (s.y ?? 0) === y ? s : undefined)
  return { call, return: ret, step, describe: () => `read ${x} ${y}` }
}

function swap(call: number, ret: number, key: string, from: number, to: number, succeeded: boolean): Operation<State> {
  const step = (s: State) => {
    if (((s[key] ?? 0) === from) !== succeeded) return undefined
    return succeeded ? { ...s, [key]: to } : s
  }
  return { call, return: ret, step, describe: () => `swap ${from} ${to}` }
}

const check = (...operations: Operation<State>[]) =>
  checkLinearizable<State>({}, operations, s => JSON.stringify(Object.entries(s).sort())).outcome

describe('a history is linearizable', () => {
  it('when concurrent operations have some order that explains the answers', () => {
    expect(check(write(0, 10, 'x', 1), write(1, 9, 'x', 2), read(11, 12, 'x', 1))).toBe('linearizable')
    expect(check(write(0, 10, 'x', 1), read(2, 3, 'x', 1), read(4, 5, 'x', 1))).toBe('linearizable')
    expect(check(swap(0, 5, 'x', 0, 1, true), swap(0, 5, 'x', 1, 2, true), read(6, 7, 'x', 2))).toBe('linearizable')
  })

  it('when an operation of unknown outcome took effect late, early or never', () => {
    const unknown = write(0, Infinity, 'x', 1)
    expect(check(unknown, read(1, 2, 'x', 0), read(3, 4, 'x', 1))).toBe('linearizable')
    expect(check(unknown, read(1, 2, 'x', 1))).toBe('linearizable')
    expect(check(unknown, read(1, 2, 'x', 0), read(100, 101, 'x', 0))).toBe('linearizable')
  })
})

describe('a history is not linearizable', () => {
  it('when a read misses a write that returned before', () => {
    expect(check(write(0, 1, 'x', 1), read(2, 3, 'x', 0))).toBe('not linearizable')
  })

  it('when a later read goes back', () => {
    expect(check(write(0, 10, 'x', 1), read(1, 2, 'x', 1), read(3, 4, 'x', 0))).toBe('not linearizable')
    expect(check(write(0, Infinity, 'x', 1), read(1, 2, 'x', 1), read(3, 4, 'x', 0))).toBe('not linearizable')
  })

  it('when two swaps from one value both succeed', () => {
    expect(check(swap(0, 5, 'x', 0, 1, true), swap(0, 5, 'x', 0, 2, true))).toBe('not linearizable')
  })

  it('when a write takes effect twice', () => {
    expect(check(write(0, Infinity, 'x', 1), read(1, 2, 'x', 1), write(3, 4, 'x', 2), read(5, 6, 'x', 1))).toBe(
      'not linearizable',
    )
  })

  it('when each key by itself is in order and both together are not', () => {
    const half = [write(0, 10, 'x', 1), write(0, 10, 'y', 1)]
    expect(check(...half, readBoth(1, 9, 1, 0), readBoth(1, 9, 1, 1))).toBe('linearizable')
    expect(check(...half, readBoth(1, 9, 1, 0), readBoth(1, 9, 0, 1))).toBe('not linearizable')
  })

  it('when a value was read before it was written', () => {
    expect(check(read(0, 1, 'x', 1), write(2, Infinity, 'x', 1))).toBe('not linearizable')
  })
})

it('agrees with a search through all orders, on histories at random', () => {
  const random = seededRandom(7)
  const verdicts = { linearizable: 0, 'not linearizable': 0, undecided: 0 }
  for (let round = 0; round < 2000; round++) {
    const operations = Array.from({ length: 2 + intBelow(random, 4) }, () => {
      const call = intBelow(random, 12)
      const ret = random.next() < 0.2 ? Infinity : call + 1 + intBelow(random, 6)
      const value = intBelow(random, 3)
      const kind = intBelow(random, 3)
      if (kind === 0 || ret === Infinity) return write(call, ret, 'x', value)
      return kind === 1 ? read(call, ret, 'x', value) : swap(call, ret, 'x', value, value + 1, random.next() < 0.5)
    })
    const verdict = check(...operations)
    verdicts[verdict]++
    expect(verdict === 'linearizable', operations.map(o => `${o.call}-${o.return} ${o.describe()}`).join(', ')).toBe(
      exhaustive({}, operations),
    )
  }
  expect(verdicts.linearizable).toBeGreaterThan(200)
  expect(verdicts['not linearizable']).toBeGreaterThan(200)
})

function exhaustive(state: State, left: Operation<State>[]): boolean {
  if (left.every(o => o.return === Infinity)) return true
  const deadline = Math.min(...left.map(o => o.return))
  return left.some(o => {
    // Same instants: the call counts as before the return.
    if (o.call > deadline) return false
    const next = o.step(state)
    return (
      next !== undefined &&
      exhaustive(
        next,
        left.filter(other => other !== o),
      )
    )
  })
}

it('remembers what was tried: many operations of unknown outcome end in bounded time', () => {
  const pending = Array.from({ length: 12 }, (_, i) => write(0, Infinity, 'x', i % 4))
  const { outcome, steps } = checkLinearizable<State>({}, [...pending, read(1, 2, 'x', 9)], s => JSON.stringify(s))
  expect(outcome).toBe('not linearizable')
  expect(steps).toBeLessThan(500_000)
})
