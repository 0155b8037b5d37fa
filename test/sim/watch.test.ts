import { expect, it } from 'vitest'
import type { ModelEvent, Version } from './check/model.ts'
import { checkWatch } from './check/watch.ts'
import type { SeenItem, Subscription } from './check/watch.ts'

const version = (revision: number, value: string): Version => ({
  value,
  create: 2,
  mod: revision,
  version: revision - 1,
  lease: 0,
})
const words = (revision: number, value: string) => `a=${value}@2/${revision}/${revision - 1}/0`

/** a=v2 at 2, a=v3 at 3 …, and at 6 also b. */
const truth = new Map<number, ModelEvent[]>()
for (let r = 2; r <= 8; r++)
  truth.set(r, [
    { type: 'put', key: 'a', now: version(r, `v${r}`), previous: r > 2 ? version(r - 1, `v${r - 1}`) : undefined },
    ...(r === 6 ? [{ type: 'delete', key: 'b', now: undefined, previous: undefined } as const] : []),
  ])

function events(...revisions: number[]): SeenItem {
  const seen = revisions.flatMap(r => [
    {
      type: 'put' as const,
      key: 'a',
      revision: r,
      now: words(r, `v${r}`),
      previous: r > 2 ? words(r - 1, `v${r - 1}`) : undefined,
    },
    ...(r === 6 ? [{ type: 'delete' as const, key: 'b', revision: r, now: '', previous: undefined }] : []),
  ])
  return { type: 'events', events: seen, revision: revisions.at(-1)! }
}

const progress = (revision: number): SeenItem => ({ type: 'progress', revision })

function check(sessions: [start: number, ...items: SeenItem[]][], complete = 0, compacted = 0): string {
  const watch: Subscription = {
    name: 'w',
    key: 'a',
    end: 'c',
    previous: true,
    sessions: sessions.map(([start, ...items]) => ({ member: 'm', start, made: 1, items })),
  }
  try {
    checkWatch(watch, truth, compacted, complete)
    return 'sound'
  } catch (error) {
    return (error as { promise?: string }).promise ?? String(error)
  }
}

it('accepts whole histories, resumptions, bookmarks and compactions', () => {
  expect(check([[2, progress(1), events(2, 3), events(4, 5), events(6, 7, 8)]], 8)).toBe('sound')
  expect(
    check(
      [
        [0, progress(3), events(4)],
        [5, events(5, 6)],
        [7, progress(6), events(7, 8)],
      ],
      8,
    ),
  ).toBe('sound')
  expect(
    check(
      [
        [2, { type: 'compacted', revision: 4 }],
        [4, events(4, 5, 6, 7, 8), progress(8)],
      ],
      8,
      4,
    ),
  ).toBe('sound')
})

it('names the promise that is broken', () => {
  expect(check([[2, events(3, 2)]])).toBe('watch is ordered')
  expect(check([[2, events(2), events(3), events(3, 4)]])).toBe('watch is atomic')
  expect(check([[2, events(2, 3), events(4, 5), events(4)]])).toBe('watch is unique')
  expect(check([[2, events(2, 3), events(5)]])).toBe('watch is reliable')
  expect(
    check([
      [2, events(2, 3)],
      [4, events(5)],
    ]),
  ).toBe('watch is resumable')
  expect(check([[2, events(2, 3), progress(5)]])).toBe('watch is bookmarkable')
  expect(check([[2, events(2, 3), progress(2)]])).toBe('watch is bookmarkable')
  expect(check([[2, events(2, 3)]], 8)).toBe('watch is live')
  expect(check([[4, { type: 'compacted', revision: 4 }]], 0, 4)).toBe('watch is compacted with reason')
  const half = events(6)
  if (half.type === 'events') half.events.pop()
  expect(check([[6, half]])).toBe('watch is atomic')
  const changed = events(2)
  if (changed.type === 'events') changed.events[0]!.now = words(2, 'other')
  expect(check([[2, changed]])).toBe('watch is true')
  const forgotten = events(3)
  if (forgotten.type === 'events') forgotten.events[0]!.previous = undefined
  expect(check([[3, forgotten]])).toBe('watch is previous value')
})
