import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../engine/base/clock.ts'
import { WorkQueue } from '../../engine/client/workqueue/queue.ts'
import { RateLimitedQueue } from '../../engine/client/workqueue/rate-limited.ts'

describe('WorkQueue', () => {
  test('a key that is added several times before it is taken is taken once', async () => {
    const queue = new WorkQueue()
    queue.add('a')
    queue.add('a')
    expect(await queue.take()).toBe('a')
    expect(queue.length).toBe(0)
  })

  test('a key that is added while it is worked on is taken again, and not before it is done', async () => {
    const queue = new WorkQueue()
    queue.add('a')
    await queue.take()
    queue.add('a')
    expect(queue.length).toBe(0)
    queue.done('a')
    expect(await queue.take()).toBe('a')
  })

  test('closing lets everyone go who waits', async () => {
    const queue = new WorkQueue()
    const waiting = [queue.take(), queue.take()]
    queue.close()
    expect(await Promise.all(waiting)).toEqual([undefined, undefined])
    expect(await queue.take()).toBeUndefined()
  })

  test('no key is ever with two workers, and none that was added is lost', async () => {
    const step = fc.oneof(
      fc.record({ add: fc.constantFrom('a', 'b', 'c') }),
      fc.constant({ take: true as const }),
      fc.record({ done: fc.nat(5) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
        const queue = new WorkQueue()
        const working: string[] = []
        const owed = new Set<string>()
        for (const s of steps) {
          if ('add' in s) {
            queue.add(s.add)
            owed.add(s.add)
          } else if ('take' in s) {
            if (queue.length === 0) continue
            const key = (await queue.take())!
            expect(working).not.toContain(key)
            working.push(key)
            owed.delete(key)
          } else if (working.length) queue.done(working.splice(s.done % working.length, 1)[0])
        }
        for (const key of working) queue.done(key)
        const rest = new Set<string>()
        while (queue.length) rest.add((await queue.take())!)
        expect(rest).toEqual(owed)
      }),
      { numRuns: 200 },
    )
  })
})

describe('RateLimitedQueue', () => {
  test('failures of a key delay it twice as long each time, up to the limit, until it is forgotten', () => {
    const clock = new FakeClock()
    const queue = new RateLimitedQueue(clock, { baseMs: 10, maxMs: 35 })
    for (const delay of [10, 20, 35, 35]) {
      queue.addRateLimited('a')
      clock.advance(delay - 1)
      expect(queue.length).toBe(0)
      clock.advance(1)
      expect(queue.length).toBe(1)
      void queue.take()
      queue.done('a')
    }
    queue.forget('a')
    queue.addRateLimited('a')
    clock.advance(10)
    expect(queue.length).toBe(1)
  })

  test('of two delays for one key the earlier holds', () => {
    const clock = new FakeClock()
    const queue = new RateLimitedQueue(clock)
    queue.addAfter('a', 100)
    queue.addAfter('a', 10)
    queue.addAfter('a', 50)
    clock.advance(10)
    expect(queue.length).toBe(1)
    queue.close()
    expect(clock.pending).toBe(0)
  })
})
