import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry } from '../../../renderer/src/logs/parse.ts'
import { compileSearch } from '../../../renderer/src/logs/search/pattern.ts'
import { SEVERITIES, type Severity } from '../../../renderer/src/logs/severity.ts'
import { CHUNK, LogStore } from '../../../renderer/src/logs/store.ts'
import { LogView, type Row, type Shown } from '../../../renderer/src/logs/view.ts'

const entry = (time: number, text = `line ${time}`, source = 0, severity: Severity = 'none'): Entry => ({
  ...{ time, source, severity, text },
})
const ALL: Shown = {
  ...{
    hidden: new Set<number>(),
    severities: new Set(SEVERITIES),
    pattern: undefined,
    only: false,
    literal: false,
    columns: 0,
  },
  opened: new Map<number, string[]>(),
}
const textOf = (row: Row) => (row.from === undefined ? row.text : row.text.slice(row.from, row.to))
const textsOf = (view: LogView) => view.rows(0, Infinity).map(textOf)
/** Searches so many batches of a view, or all. */
function search(view: LogView, batches = Infinity): void {
  for (let i = 0, lines; i < batches && (lines = view.unsearched()); i++) {
    const { pattern, texts } = lines
    view.found(
      lines,
      Uint8Array.from(texts, text => Number(text.search(pattern) >= 0)),
    )
  }
  view.update()
}

describe('lines that are held', () => {
  it('are merged by time whatever the order of arrival, and those of one time stay as they came', () => {
    const store = new LogStore()
    store.add([entry(1, 'a1'), entry(3, 'a3'), entry(5, 'a5')])
    store.add([entry(2, 'b2', 1), entry(3, 'b3', 1), entry(6, 'b6', 1)])
    store.add([entry(0, 'c0', 2), entry(5, 'c5', 2)])
    expect(textsOf(new LogView(store, ALL))).toEqual(['c0', 'a1', 'b2', 'a3', 'b3', 'a5', 'c5', 'b6'])
  })

  it('are all there and in order for any batches', () => {
    const batch = fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 400 })
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 60 }), batches => {
        const store = new LogStore()
        let sequence = 0
        const all = batches.map(times => times.map(time => ({ ...entry(time), text: String(sequence++) })))
        for (const entries of all) store.add(entries)
        // A stable sort of each batch, then of all: by time, then by arrival.
        const sorted = all.flatMap(b => [...b].sort((a, z) => a.time - z.time)).sort((a, z) => a.time - z.time)
        expect([...new LogView(store, ALL).lines()].map(l => l.text)).toEqual(sorted.map(e => e.text))
        expect(store.size).toBe(sequence)
        expect(store.characters).toBe(sorted.reduce((sum, e) => sum + e.text.length, 0))
        for (const chunk of store.chunks) expect(chunk.size).toBeLessThanOrEqual(CHUNK)
      }),
      { numRuns: 60 },
    )
  })

  it('are a million without being moved, when they come in order', () => {
    const store = new LogStore()
    for (let i = 0; i < 1_000_000; i += 5_000) store.add(Array.from({ length: 5_000 }, (_, n) => entry(i + n, 'x')))
    expect([store.size, store.moved]).toEqual([1_000_000, 0])
    expect(store.chunks.length).toBe(Math.ceil(1_000_000 / CHUNK))
  })

  it('are moved within a chunk alone, when those of many sources come a little out of order', () => {
    const store = new LogStore()
    const rounds = 2_000
    // Fifty sources, each a little behind the one before.
    for (let round = 0; round < rounds; round++)
      store.add(Array.from({ length: 50 }, (_, s) => entry(round * 50 - s * 3, 'x', s)))
    expect(store.size).toBe(rounds * 50)
    expect(store.moved / rounds).toBeLessThanOrEqual(2 * CHUNK)
  })

  it('that are older than all others cost what they are, not what is held', () => {
    const store = new LogStore()
    for (let i = 0; i < 500_000; i += 5_000)
      store.add(Array.from({ length: 5_000 }, (_, n) => entry(1_000_000 + i + n, 'x')))
    for (let i = 0; i < 500_000; i += 5_000) store.add(Array.from({ length: 5_000 }, (_, n) => entry(i + n, 'x', 1)))
    expect(store.moved).toBeLessThan(500_000)
  })

  it('are bounded in number and in size: the oldest go', () => {
    const store = new LogStore({ lines: 2 * CHUNK, characters: 1e9 })
    for (let i = 0; i < 10; i++) store.add(Array.from({ length: CHUNK }, (_, n) => entry(i * CHUNK + n, 'x')))
    expect(store.size).toBe(2 * CHUNK)
    expect(store.forgotten).toBe(8 * CHUNK)
    expect(store.chunks[0]!.times[0]).toBe(8 * CHUNK)
    const small = new LogStore({ lines: 1e6, characters: 100 * CHUNK })
    for (let i = 0; i < 10; i++)
      small.add(Array.from({ length: CHUNK }, (_, n) => entry(i * CHUNK + n, 'x'.repeat(50))))
    expect(small.characters).toBeLessThanOrEqual(100 * CHUNK)
  })
})

describe('what is shown of them', () => {
  const store = new LogStore()
  store.add([
    entry(1, 'GET / 200', 0, 'info'),
    entry(2, 'boom', 1, 'error'),
    entry(3, 'GET /a 500', 0, 'error'),
    entry(4, 'hm', 1, 'warn'),
    entry(5, 'GET /b 200', 0, 'info'),
  ])
  const show = (change: Partial<Shown>) => new LogView(store, { ...ALL, ...change })

  it('leaves out sources and severities, and counts severities whether they are shown or not', () => {
    const view = show({ hidden: new Set([1]), severities: new Set<Severity>(['error']) })
    expect(textsOf(view)).toEqual(['GET /a 500'])
    expect(view.counts).toEqual({ error: 1, warn: 0, info: 2, debug: 0, none: 0 })
  })

  it('finds matches, and goes to each of them', () => {
    const view = show({ pattern: compileSearch('get', false).pattern })
    search(view)
    expect(view.isSearched).toBe(true)
    expect([0, 1, 2, 3].map(i => view.match(i)?.text)).toEqual(['GET / 200', 'GET /a 500', 'GET /b 200', undefined])
    expect(view.rowOf(view.match(2)!)).toBe(4)
    expect(view.matchesBefore(view.match(2)!)).toBe(2)
    expect(textsOf(view).length).toBe(5)
  })

  it('can be the matches alone, which appear as they are found', () => {
    const view = show({ pattern: /get/gi, only: true })
    expect(textsOf(view)).toEqual([])
    search(view)
    expect(textsOf(view)).toEqual(['GET / 200', 'GET /a 500', 'GET /b 200'])
    expect(view.counts.info).toBe(2)
  })

  it('marks in rows what was looked for in their line, and expressions in no text that was not searched', () => {
    const id = [...show({}).lines()][1]!.id
    const pattern = /boom/g
    for (const literal of [true, false]) {
      const view = show({ pattern, literal, opened: new Map([[id, ['{']]]) })
      search(view)
      const [, own, below, other] = view.rows(0, 4)
      expect([own!.pattern, below!.pattern, other!.pattern]).toEqual([
        pattern,
        literal ? pattern : undefined,
        undefined,
      ])
    }
  })

  it('is not mixed up by answers for what was looked for before', () => {
    const view = show({ pattern: /get/gi })
    const before = view.unsearched()!
    view.show({ ...ALL, pattern: /boom/g })
    view.found(before, Uint8Array.of(1, 1, 1, 1, 1))
    search(view)
    expect(view.matchCount).toBe(1)
  })

  it('wraps lines into rows that make up the line again', () => {
    const view = show({ columns: 4 })
    expect(textsOf(view).slice(0, 4)).toEqual(['GET ', '/ 20', '0', 'boom'])
    expect(view.rows(1, 2).map(r => [textOf(r), r.part])).toEqual([
      ['/ 20', 1],
      ['0', 2],
    ])
  })

  it('shows what a line is opened to below it', () => {
    const id = [...show({}).lines()][1]!.id
    const view = show({ opened: new Map([[id, ['{', '}']]]) })
    expect(textsOf(view).slice(0, 4)).toEqual(['GET / 200', 'boom', '{', '}'])
    expect(view.rowCount).toBe(7)
  })

  it('keeps a place by its line, and by the next one if that is left out', () => {
    const all = [...show({}).lines()]
    const view = show({ hidden: new Set([1]) })
    expect(view.rowOf(all[2]!)).toBe(1)
    expect(view.rowOf(all[1]!)).toBe(1)
    expect(view.rowOf({ id: 99, time: 99 })).toBe(2)
  })

  it('is the same whether it was found out at once or as lines came and were searched', () => {
    const texts = fc.constantFrom('aa', 'ab', 'b', '한국어 b', 'a\tb', '')
    const line = fc.record({
      time: fc.nat(50),
      text: texts,
      source: fc.nat(2),
      severity: fc.constantFrom(...SEVERITIES),
    })
    const batches = fc.array(fc.array(line, { maxLength: 30 }), { maxLength: 10 })
    fc.assert(
      fc.property(batches, fc.boolean(), fc.nat(5), fc.nat(2), (all, only, columns, hide) => {
        const shown = { ...ALL, pattern: /b/g, only, columns, hidden: new Set([hide]) }
        const grown = new LogStore()
        const growing = new LogView(grown, shown)
        for (const [i, batch] of all.entries()) {
          grown.add(batch)
          growing.update()
          if (i % 2) search(growing, 1)
        }
        search(growing)
        const whole = new LogStore()
        for (const batch of all) whole.add(batch)
        const once = new LogView(whole, shown)
        search(once)
        expect(textsOf(growing)).toEqual(textsOf(once))
        expect(growing.rowCount).toBe(textsOf(growing).length)
        expect([growing.matchCount, growing.lineCount, growing.counts]).toEqual([
          ...[once.matchCount, once.lineCount, once.counts],
        ])
        const rows = growing.rows(0, Infinity)
        for (const i of [0, 1, rows.length - 1])
          if (rows[i]) expect(growing.rows(i, 1).map(textOf)).toEqual([textOf(rows[i])])
      }),
    )
  })
})

describe('a million lines', () => {
  const store = new LogStore()
  for (let i = 0; i < 1_000_000; i += 10_000)
    store.add(Array.from({ length: 10_000 }, (_, n) => entry(i + n, (i + n) % 1000 === 0 ? 'needle' : 'hay')))

  it('are searched a few at a time, the newest first, and together all once', () => {
    const view = new LogView(store, { ...ALL, pattern: /needle/g })
    expect(view.unsearched()!.texts.length).toBeLessThanOrEqual(1_024)
    search(view, 2)
    expect(view.match(0)!.time).toBe(996_000)
    let batches = 2
    for (let tested = view.searched; !view.isSearched; batches++) {
      search(view, 1)
      expect(view.searched - tested).toBeLessThanOrEqual(1_024)
      tested = view.searched
    }
    expect(batches).toBeGreaterThan(1_000_000 / 1_024 - 1)
    expect([view.searched, view.matchCount]).toEqual([1_000_000, 1000])
  })

  it('give the rows of any place by way of one chunk', () => {
    const view = new LogView(store, ALL)
    expect(view.rows(999_999, 5).map(r => r.line.time)).toEqual([999_999])
    expect(view.rows(500_000, 2).map(r => r.line.time)).toEqual([500_000, 500_001])
  })
})
