import { describe, expect, it } from 'vitest'
import { Feed } from '../../../renderer/src/terminal/feed.ts'

/** A terminal that reads so many bytes in a millisecond, and frames that come when the test says so. */
function terminal(bytesPerMs: number) {
  let now = 0
  const pieces: { bytes: Uint8Array; done: () => void }[] = []
  const frames: (() => void)[] = []
  const seen: number[] = []
  const terminal = {
    bytesPerMs,
    seen,
    feed: new Feed((bytes, done) => void pieces.push({ bytes, done }), {
      now: () => now,
      nextFrame: task => void frames.push(task),
    }),
    /** Reads all that was written; gives the milliseconds that it took. */
    read(): number {
      const begun = now
      for (let piece; (piece = pieces.shift());) {
        now += piece.bytes.length / terminal.bytesPerMs
        seen.push(...piece.bytes)
        piece.done()
      }
      return now - begun
    },
    frame: () => frames.splice(0).forEach(task => task()),
    rests: () => frames.length > 0,
    pass: (ms: number) => (now += ms),
  }
  return terminal
}
const settled = async (promise: Promise<unknown>) => {
  let done = false
  void promise.then(() => (done = true))
  await new Promise(resolve => setImmediate(resolve))
  return done
}

describe('output on its way to the screen', () => {
  it('is shown at once while it is little', async () => {
    const { feed, read, rests, seen } = terminal(1000)
    const shown = feed.show(Uint8Array.of(1, 2, 3))
    expect(await settled(shown)).toBe(false)
    read()
    expect(await settled(shown)).toBe(true)
    expect([seen, rests()]).toEqual([[1, 2, 3], false])
  })

  it('takes no frame for itself, however slow the terminal is, and comes whole and in order', async () => {
    const slow = terminal(300) // a line feed for each letter
    const all = Uint8Array.from({ length: 40_000 }, (_, i) => i % 251)
    const shown = [slow.feed.show(all.subarray(0, 30_000)), slow.feed.show(all.subarray(30_000))]
    const frames: number[] = []
    for (;;) {
      frames.push(slow.read())
      if (!slow.rests()) break
      slow.frame()
    }
    expect(frames.length).toBeGreaterThan(5)
    expect(Math.max(...frames)).toBeLessThanOrEqual(13) // a bite more than the budget
    expect(slow.seen).toEqual([...all])
    expect(await settled(Promise.all(shown))).toBe(true)
  })

  it('takes smaller bites as soon as they take longer', () => {
    const changing = terminal(20_000)
    void changing.feed.show(new Uint8Array(400_000))
    changing.read()
    changing.frame()
    changing.bytesPerMs = 2_000
    changing.read()
    changing.frame()
    expect(changing.read()).toBeLessThan(13)
  })

  it('does not count the time that the terminal takes to begin', () => {
    const late = terminal(1000)
    void late.feed.show(new Uint8Array(2_000))
    late.pass(500)
    late.read()
    void late.feed.show(new Uint8Array(2_000))
    expect(late.rests()).toBe(false)
  })

  it('holds nobody up when the screen is gone', async () => {
    const { feed } = terminal(1)
    const shown = Promise.all([feed.show(new Uint8Array(9_000)), feed.show(new Uint8Array(1))])
    feed.dispose()
    expect(await settled(shown)).toBe(true)
    expect(await settled(feed.show(new Uint8Array(1)))).toBe(true)
  })
})
