import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../engine/base/clock.ts'
import { silentLogger } from '../../engine/base/log.ts'
import { ALL_KEYS } from '../../engine/store/kv.ts'
import type { StoreError, Watch, WatchRequest } from '../../engine/store/kv.ts'
import { WatchHub } from '../../engine/store/watch-hub.ts'
import { Bench, bytes, entryOf, put, remove, text } from './mvcc-machine.ts'

let bench: Bench
let hub: WatchHub
let clock: FakeClock
let turns: (() => void)[]

beforeEach(() => {
  bench = new Bench()
  clock = new FakeClock()
  turns = []
  hub = new WatchHub(
    () => bench.machine,
    task => turns.push(task),
    clock,
    silentLogger,
  )
})

afterEach(() => {
  hub.dispose()
  expect(clock.pending).toBe(0)
  bench.close()
})

/** Runs what waits for a turn: one turn, or until nothing waits. */
const turn = () => turns.splice(0).forEach(task => task())
const settle = () => {
  while (turns.length > 0) turn()
}

type Request = Parameters<Bench['txn']>[0]
const write = (...operations: NonNullable<Request['success']>) => {
  const { revision } = bench.txn({ success: operations })
  hub.publish(bench.events.splice(0))
  return revision
}

const everything = { key: new Uint8Array(0), rangeEnd: ALL_KEYS }

interface Seen {
  /** In order: events as `revision type key[=value][<previous]`, progress as `progress revision`. */
  lines: string[]
  congested: boolean
  error: StoreError | undefined
  watch: Watch
}

function watch(request: WatchRequest): Seen {
  const seen: Seen = { lines: [], congested: false, error: undefined, watch: undefined as unknown as Watch }
  seen.watch = hub.add(request, {
    onEvents(events, revision) {
      for (const { type, kv, previous } of events) {
        const was = previous ? `<${text(previous.value)}` : ''
        seen.lines.push(`${kv.modRevision} ${type} ${text(kv.key)}${type === 'put' ? `=${text(kv.value)}` : ''}${was}`)
      }
      expect(revision).toBeGreaterThanOrEqual(events.at(-1)!.kv.modRevision)
    },
    onProgress: revision => seen.lines.push(`progress ${revision}`),
    onError: error => (seen.error = error),
    congested: () => seen.congested,
  })
  return seen
}

const eventsOf = (seen: Seen) => seen.lines.filter(line => !line.startsWith('progress'))

describe('a watch', () => {
  it('leaves out what its filters name, and gives the value before', () => {
    const puts = watch({ ...everything, filters: ['noDelete'], previous: true })
    const deletes = watch({ key: bytes('a'), filters: ['noPut'], previous: true })
    const neither = watch({ ...everything, filters: ['noPut', 'noDelete'] })
    settle()
    write(put('a', '1'))
    write(put('a', '2'))
    write(remove('a'))
    write(put('a', '3'))
    expect(eventsOf(puts)).toEqual(['2 put a=1', '3 put a=2<1', '5 put a=3'])
    expect(eventsOf(deletes)).toEqual(['4 delete a<2'])
    expect(neither.lines).toEqual(['progress 1'])
    const late = watch({ key: bytes('a'), filters: ['noPut'], previous: true, startRevision: 1 })
    settle()
    expect(eventsOf(late)).toEqual(['4 delete a<2'])
  })

  it('tells progress when it is asked to, as often as it is asked', () => {
    const seen = watch({ key: bytes('a') })
    seen.watch.requestProgress()
    settle()
    const revision = write(put('elsewhere', 'x'))
    seen.watch.requestProgress()
    seen.watch.requestProgress()
    settle()
    seen.watch.requestProgress()
    settle()
    expect(seen.lines).toEqual(['progress 1', `progress ${revision}`, `progress ${revision}`])
  })

  it('tells progress at its interval, unless it had events meanwhile', () => {
    const seen = watch({ key: bytes('a'), progress: true, progressIntervalMs: 1000 })
    settle()
    write(put('a', '1'))
    clock.advance(1000)
    expect(seen.lines).toEqual(['progress 1', '2 put a=1'])
    write(put('b', '1'))
    clock.advance(999)
    expect(seen.lines.length).toBe(2)
    clock.advance(1)
    expect(seen.lines.at(-1)).toBe('progress 3')
    clock.advance(1000)
    expect(seen.lines.filter(line => line === 'progress 3').length).toBe(2)
  })

  it('hears nothing any more once it is disposed, even by another observer in the same turn', () => {
    const lines: string[] = []
    const watches: Watch[] = []
    for (const name of ['first', 'second'])
      watches.push(
        hub.add(everything, {
          onEvents() {
            lines.push(name)
            for (const w of watches) w.dispose()
          },
          onProgress() {},
          onError() {},
        }),
      )
    settle()
    write(put('a', '1'))
    expect(lines).toEqual(['first'])
  })

  it('gets the events of a revision together', () => {
    write(put('a', '1'))
    write(...Array.from({ length: 100 }, (_, i) => put(`k${i}`, 'x'.repeat(20_000))))
    write(put('b', '1'))
    const batches: number[][] = []
    hub.add(
      { ...everything, startRevision: 1 },
      { onEvents: events => batches.push(events.map(e => e.kv.modRevision)), onProgress() {}, onError() {} },
    )
    settle()
    expect(batches.flat()).toEqual([2, ...Array.from({ length: 100 }, () => 3), 4])
    expect(batches.filter(batch => batch.includes(3)).length).toBe(1)
  })
})

describe('known bugs of etcd: a watch opened exactly at the compaction revision or at a future one', () => {
  it('at the compact revision it gets what happened there, before it is told its end', () => {
    write(put('a', '1'))
    write(put('a', '2'))
    const at = write(put('a', '3'), put('b', '1'))
    write(put('a', '4'))
    bench.run({ type: 'compact', revision: at })
    for (const scrub of [false, true]) {
      if (scrub) bench.scrub()
      const exactly = watch({ ...everything, startRevision: at, previous: true })
      const before = watch({ ...everything, startRevision: at - 1 })
      settle()
      // What the keys held before is compacted, whether or not it is still there.
      expect(eventsOf(exactly)).toEqual(['4 put a=3', '4 put b=1', '5 put a=4<3'])
      expect(exactly.error).toBeUndefined()
      expect(before.lines).toEqual([])
      expect(before.error).toMatchObject({ name: 'CompactedError', compactRevision: at })
    }
  })

  it('in the future it is established at once, and gets its first event at its revision', () => {
    const seen = watch({ ...everything, startRevision: 4, progress: true })
    settle()
    expect(seen.lines).toEqual(['progress 1'])
    write(put('a', '2'))
    write(put('a', '3'))
    clock.advance(100)
    expect(seen.lines).toEqual(['progress 1', 'progress 3'])
    // Congestion before its time has come does not make it start earlier.
    seen.congested = true
    write(put('a', '4'))
    seen.congested = false
    hub.resume()
    settle()
    write(put('a', '5'))
    expect(eventsOf(seen)).toEqual(['4 put a=4', '5 put a=5'])
  })

  it('one that lags behind a compaction is told, and skips nothing silently', () => {
    const seen = watch(everything)
    settle()
    seen.congested = true
    write(put('a', '1'))
    write(put('a', '2'))
    bench.run({ type: 'compact', revision: 3 })
    seen.congested = false
    hub.resume()
    settle()
    expect(eventsOf(seen)).toEqual([])
    expect(seen.error).toMatchObject({ compactRevision: 3 })
  })
})

describe('known bugs of etcd: a delete lost when compaction meets it', () => {
  it('a deletion at the compact revision is seen by a watch from there, also after the next compaction of others', () => {
    write(put('a', '1'))
    const deleted = write(remove('a'))
    bench.run({ type: 'compact', revision: deleted })
    bench.scrub()
    const seen = watch({ ...everything, startRevision: deleted })
    settle()
    expect(eventsOf(seen)).toEqual([`${deleted} delete a`])
    write(put('b', '1'))
    bench.run({ type: 'compact', revision: deleted + 1 })
    bench.scrub()
    const { count } = bench.machine.range({ ...everything, countOnly: true })
    expect([count, bench.machine.range({ key: bytes('a'), revision: deleted + 1 }).count]).toEqual([1, 0])
    // The deletion itself is history now.
    const { events } = bench.machine.history.events(new Uint8Array(0), ALL_KEYS, 1, bench.machine.revision)
    expect(events.map(e => e.type)).toEqual(['put'])
  })
})

describe('known bugs of etcd: progress notification ahead of events', () => {
  it('a watch that lags tells no progress, asked or not, before it has delivered everything up to there', () => {
    const seen = watch({ ...everything, progress: true, progressIntervalMs: 50 })
    settle()
    seen.congested = true
    const revision = write(put('a', '1'))
    seen.watch.requestProgress()
    settle()
    clock.advance(200)
    expect(seen.lines).toEqual(['progress 1'])
    seen.congested = false
    hub.resume()
    settle()
    expect(seen.lines).toEqual(['progress 1', `${revision} put a=1`, `progress ${revision}`])
  })

  it('no revision that is applied but not published yet is told', () => {
    const seen = watch({ ...everything, progress: true })
    settle()
    bench.txn({ success: [put('a', '1')] })
    seen.watch.requestProgress()
    settle()
    clock.advance(200)
    expect(seen.lines).toEqual(['progress 1', 'progress 1'])
    hub.publish(bench.events.splice(0))
    expect(seen.lines.at(-1)).toBe('2 put a=1')
  })
})

describe('known bugs of etcd: duplicate and starved watch events', () => {
  it('what is published after it was read from the history is not delivered twice', () => {
    bench.txn({ success: [put('a', '1')] })
    const seen = watch({ ...everything, startRevision: 1 })
    settle()
    hub.publish(bench.events.splice(0))
    write(put('a', '2'))
    expect(eventsOf(seen)).toEqual(['2 put a=1', '3 put a=2'])
  })

  it('what is applied again after a failed write is not delivered again', () => {
    const seen = watch(everything)
    settle()
    const first = bench.copy()
    const entry = entryOf(1, { type: 'txn', request: { compare: [], success: [put('a', '1')], failure: [] } })
    bench.apply(entry)
    hub.publish(bench.events.splice(0))
    bench.close()
    // The file is as it was before; a watch that is new now starts behind what the others were told.
    bench = first
    const late = watch({ ...everything })
    const early = watch({ ...everything, startRevision: 1 })
    settle()
    bench.apply(entry)
    hub.publish(bench.events.splice(0))
    clock.advance(50)
    settle()
    write(put('a', '2'))
    expect(eventsOf(seen)).toEqual(['2 put a=1', '3 put a=2'])
    expect(eventsOf(late)).toEqual(['3 put a=2'])
    expect(eventsOf(early)).toEqual(['2 put a=1', '3 put a=2'])
  })

  it('a watch that has much to read takes turns with the others', () => {
    for (let i = 0; i < 3000; i++) bench.txn({ success: [put(`k${i % 10}`, 'x')] })
    hub.publish(bench.events.splice(0))
    const slow = Array.from({ length: 20 }, (_, i) => watch({ key: bytes(`k${i % 10}`), startRevision: 1 + i }))
    const quick = watch({ key: bytes('k1'), startRevision: 2990 })
    let turnsUntilQuick = 0
    while (eventsOf(quick).length === 0 && turns.length > 0) {
      turn()
      turnsUntilQuick++
    }
    // One step of each that was there before.
    expect(turnsUntilQuick).toBeLessThanOrEqual(3)
    expect(slow.some(seen => eventsOf(seen).length < 200)).toBe(true)
    settle()
    for (const seen of slow) expect(eventsOf(seen).length).toBeGreaterThanOrEqual(298)
    expect(eventsOf(quick)).toEqual(['2993 put k1=x'])
  })

  it('all watchers get all of their events once and in order, however they lag, come and go', () => {
    const KEYS = ['a', 'b', 'c']
    const key = fc.constantFrom(...KEYS)
    const act = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ type: fc.constant('write' as const), keys: fc.uniqueArray(key, { minLength: 1 }) }),
      },
      { weight: 2, arbitrary: fc.record({ type: fc.constant('remove' as const), key }) },
      {
        weight: 3,
        arbitrary: fc.record({
          type: fc.constant('watch' as const),
          key: fc.option(key),
          back: fc.integer({ min: -6, max: 4 }),
        }),
      },
      { weight: 4, arbitrary: fc.record({ type: fc.constant('congest' as const), which: fc.nat(20) }) },
      { weight: 4, arbitrary: fc.constant({ type: 'turn' as const }) },
      { weight: 2, arbitrary: fc.record({ type: fc.constant('progress' as const), which: fc.nat(20) }) },
      { weight: 1, arbitrary: fc.constant({ type: 'lost' as const }) },
    )
    fc.assert(
      fc
        .property(fc.array(act, { maxLength: 60, size: 'max' }), acts => {
          const watches: { seen: Seen; from: number; key: string | null }[] = []
          const all: { revision: number; key: string; line: string }[] = []
          let n = 0
          const record = (revision: number, key: string, line: string) =>
            all.push({ revision, key, line: `${revision} ${line}` })
          for (const a of acts) {
            switch (a.type) {
              case 'write': {
                const value = String(++n)
                const revision = write(...a.keys.map(k => put(k, value)))
                for (const k of a.keys) record(revision, k, `put ${k}=${value}`)
                break
              }
              case 'remove': {
                const before = bench.machine.revision
                const revision = write(remove(a.key))
                if (revision > before) record(revision, a.key, `delete ${a.key}`)
                break
              }
              case 'watch': {
                const from = Math.max(1, bench.machine.revision + a.back)
                const range = a.key === null ? everything : { key: bytes(a.key) }
                watches.push({ seen: watch({ ...range, startRevision: from, progress: true }), from, key: a.key })
                break
              }
              case 'congest': {
                const chosen = watches[a.which % watches.length]
                if (!chosen) break
                chosen.seen.congested = !chosen.seen.congested
                if (!chosen.seen.congested) hub.resume()
                break
              }
              case 'progress':
                watches[a.which % watches.length]?.seen.watch.requestProgress()
                break
              case 'turn':
                turn()
                clock.advance(60)
                break
              case 'lost':
                hub.resume(true)
            }
          }
          for (const w of watches) w.seen.congested = false
          hub.resume()
          settle()
          clock.advance(200)
          for (const { seen, from, key } of watches) {
            const own = all.filter(e => e.revision >= from && (key === null || e.key === key))
            expect(eventsOf(seen)).toEqual(own.map(e => e.line))
            let told = 0
            for (const line of seen.lines) {
              const progress = line.startsWith('progress ')
              const revision = Number(line.split(' ')[progress ? 1 : 0])
              // An event at or before a revision that was told would have come too late.
              if (!progress) expect(revision).toBeGreaterThan(told)
              else {
                expect(revision).toBeGreaterThanOrEqual(told)
                told = revision
              }
            }
          }
        })
        .beforeEach(() => {
          hub.dispose()
          bench.close()
          bench = new Bench()
          turns = []
          hub = new WatchHub(
            () => bench.machine,
            task => turns.push(task),
            clock,
            silentLogger,
          )
        }),
      { numRuns: 200 },
    )
  })
})
