import { SEVERITIES, type Severity } from './severity.ts'
import { CHUNK, type Chunk, type LogStore } from './store.ts'
import { cutsOf } from './width.ts'

/** What of a store is shown, and how. */
export interface Shown {
  /** Numbers of sources that are left out. */
  hidden: ReadonlySet<number>
  severities: ReadonlySet<Severity>
  pattern: RegExp | undefined
  /** The pattern stands for a text as it is: looking for it takes no longer than the text is long. */
  literal: boolean
  /** Leave out lines that do not match. */
  only: boolean
  /** Columns after which lines wrap; 0 does not wrap. */
  columns: number
  /** Lines that are opened, by id, and what they show then below themselves. */
  opened: ReadonlyMap<number, readonly string[]>
}

/** A line in its place. */
export interface LineAt {
  id: number
  time: number
  source: number
  severity: Severity
  text: string
  raw: string | undefined
  matches: boolean
}

/** A row on the screen: a line, a part of one that is wider than the screen, or a line of one that is opened. */
export interface Row {
  line: LineAt
  /** Of the rows of its line, from 0. */
  part: number
  text: string
  /** The part of the line's text that the row is; undefined for rows of what is opened. */
  from: number | undefined
  to: number
  /** What to mark in it: undefined where an expression was not looked for before, and may take ages. */
  pattern: RegExp | undefined
}

/** What is known of a chunk, up to a line: more is found out when lines have been added. */
export class Known {
  /** Lines that were filtered, that were searched, and that were searched when matches were counted last. */
  upTo = 0
  searched = 0
  counted = 0
  readonly isMatch = new Uint8Array(CHUNK)
  /** Places of the lines that are shown. */
  readonly lines = new Uint16Array(CHUNK)
  count = 0
  rows = 0
  matches = 0
  readonly severities = new Uint32Array(SEVERITIES.length)

  forgetFilter(): void {
    this.upTo = this.count = this.rows = this.matches = this.counted = 0
    this.severities.fill(0)
  }
}

/** So many lines are handed out to be searched at once. */
const BATCH = 1_024

/** Lines of one chunk that have not been searched, and what is looked for in them. */
export interface Unsearched {
  readonly pattern: RegExp
  readonly texts: readonly string[]
  readonly known: Known
  readonly from: number
}

/**
 * The lines of a store that pass a filter, as rows of equal height, and those of them that match a search. Counted chunk by chunk and
 * kept: an update costs what has been added since, a jump to any row the number of chunks. Lines are handed out to be searched.
 */
export class LogView {
  readonly #store: LogStore
  #shown: Shown
  #known = new WeakMap<Chunk, Known>()
  /** Where each chunk's rows, lines and matches begin; one more at the end. */
  #rowStarts: number[] = [0]
  #matchStarts: number[] = [0]
  lineCount = 0
  widest = 0
  /** Lines that were searched so far, and whether that is all of them. */
  searched = 0
  isSearched = true
  counts: Readonly<Record<Severity, number>> = emptyCounts()

  constructor(store: LogStore, shown: Shown) {
    this.#store = store
    this.#shown = shown
    this.show(shown)
  }

  get rowCount(): number {
    return this.#rowStarts.at(-1)!
  }

  get matchCount(): number {
    return this.#matchStarts.at(-1)!
  }

  /** Shows something else. Searching begins anew if something else is looked for. */
  show(shown: Shown): void {
    const before = this.#shown
    this.#shown = shown
    const isOtherSearch =
      before.pattern?.source !== shown.pattern?.source || before.pattern?.flags !== shown.pattern?.flags
    if (isOtherSearch) this.#known = new WeakMap()
    else for (const chunk of this.#store.chunks) this.#known.get(chunk)?.forgetFilter()
    this.update()
  }

  /** Takes in what the store has got since. */
  update(): void {
    let [rows, lines, matches, searched, widest] = [0, 0, 0, 0, 0]
    const counts = emptyCounts()
    this.#rowStarts = [0]
    this.#matchStarts = [0]
    for (const chunk of this.#store.chunks) {
      const known = this.#lookAt(chunk)
      this.#rowStarts.push((rows += known.rows))
      this.#matchStarts.push((matches += known.matches))
      lines += known.count
      searched += known.searched
      widest = Math.max(widest, chunk.widest)
      SEVERITIES.forEach((severity, i) => (counts[severity] += known.severities[i]!))
    }
    this.lineCount = lines
    this.widest = widest
    this.counts = counts
    this.searched = this.#shown.pattern ? searched : this.#store.size
    this.isSearched = this.searched === this.#store.size
  }

  /** Some of the lines that have not been searched, the newest first; undefined if all have been, or nothing is looked for. */
  unsearched(): Unsearched | undefined {
    const { pattern } = this.#shown
    if (!pattern) return undefined
    const chunk = this.#store.chunks.findLast(chunk => this.#knownOf(chunk).searched < chunk.size)
    if (!chunk) return undefined
    const known = this.#knownOf(chunk)
    const from = known.searched
    return { pattern, texts: chunk.texts.slice(from, from + BATCH), known, from }
  }

  /** Takes in which of these lines match, from the first on: an update shows it. What was searched for something else is not looked at. */
  found({ known, from }: Unsearched, isMatch: Uint8Array): void {
    known.isMatch.set(isMatch, from)
    known.searched = from + isMatch.length
  }

  /** Rows from one on, at most so many. */
  rows(first: number, count: number): Row[] {
    const found: Row[] = []
    let c = this.#chunkOf(this.#rowStarts, first)
    let skip = first - this.#rowStarts[c]!
    for (; c < this.#store.chunks.length && found.length < count; c++) {
      const chunk = this.#store.chunks[c]!
      const known = this.#knownOf(chunk)
      for (let n = 0; n < known.count && found.length < count; n++) {
        const i = known.lines[n]!
        const rows = this.#rowsOf(chunk, i)
        if (skip >= rows) {
          skip -= rows
          continue
        }
        found.push(...this.#cut(chunk, i, known.isMatch[i] === 1).slice(skip, skip + count - found.length))
        skip = 0
      }
    }
    return found
  }

  /** The first row of a line, or of the next that is shown if that one is not. */
  rowOf(line: Pick<LineAt, 'id' | 'time'>): number {
    const { chunks } = this.#store
    for (let c = 0; c < chunks.length; c++) {
      const chunk = chunks[c]!
      if (chunk.lastTime < line.time) continue
      const known = this.#knownOf(chunk)
      let row = this.#rowStarts[c]!
      for (let n = 0; n < known.count; n++) {
        const i = known.lines[n]!
        if (chunk.ids[i] === line.id || chunk.times[i]! > line.time) return row
        row += this.#rowsOf(chunk, i)
      }
    }
    return Math.max(0, this.rowCount - 1)
  }

  /** The match of a number, from 0, oldest first. */
  match(index: number): LineAt | undefined {
    if (index < 0 || index >= this.matchCount) return undefined
    const c = this.#chunkOf(this.#matchStarts, index)
    const chunk = this.#store.chunks[c]!
    const known = this.#knownOf(chunk)
    let left = index - this.#matchStarts[c]!
    for (let n = 0; n < known.count; n++)
      if (known.isMatch[known.lines[n]!] && left-- === 0) return lineAt(chunk, known.lines[n]!, true)
    return undefined
  }

  /** How many matches come before a line. */
  matchesBefore(line: Pick<LineAt, 'id' | 'time'>): number {
    const { chunks } = this.#store
    for (let c = 0; c < chunks.length; c++) {
      const chunk = chunks[c]!
      if (chunk.lastTime < line.time) continue
      const known = this.#knownOf(chunk)
      let matches = this.#matchStarts[c]!
      for (let n = 0; n < known.count; n++) {
        const i = known.lines[n]!
        if (chunk.ids[i] === line.id || chunk.times[i]! > line.time) return matches
        if (known.isMatch[i]) matches++
      }
    }
    return this.matchCount
  }

  /** All lines that are shown, oldest first. */
  *lines(): Generator<LineAt> {
    for (const chunk of this.#store.chunks) {
      const known = this.#knownOf(chunk)
      for (let n = 0; n < known.count; n++) yield lineAt(chunk, known.lines[n]!, known.isMatch[known.lines[n]!] === 1)
    }
  }

  #knownOf(chunk: Chunk): Known {
    let known = this.#known.get(chunk)
    if (!known) this.#known.set(chunk, (known = new Known()))
    return known
  }

  /** Filters the lines of a chunk that have not been: where only matches are shown, those that have been searched. */
  #lookAt(chunk: Chunk): Known {
    const known = this.#knownOf(chunk)
    const { hidden, severities, only } = this.#shown
    const onlyMatches = only && this.#shown.pattern !== undefined
    const isShown = SEVERITIES.map(severity => severities.has(severity))
    const end = onlyMatches ? known.searched : chunk.size
    for (let i = known.upTo; i < end; i++) {
      if (hidden.size && hidden.has(chunk.sources[i]!)) continue
      if (onlyMatches && !known.isMatch[i]) continue
      const severity = chunk.severities[i]!
      known.severities[severity]!++
      if (!isShown[severity]) continue
      known.lines[known.count++] = i
      known.rows += this.#rowsOf(chunk, i)
    }
    if (known.upTo !== end || known.counted !== known.searched) {
      known.matches = 0
      for (let n = 0; n < known.count; n++) known.matches += known.isMatch[known.lines[n]!]!
      known.counted = known.searched
    }
    known.upTo = end
    return known
  }

  /** The chunk in which a row or match of this number is. */
  #chunkOf(starts: readonly number[], index: number): number {
    let [low, high] = [0, Math.max(0, starts.length - 2)]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= index) low = middle
      else high = middle - 1
    }
    return low
  }

  #rowsOf(chunk: Chunk, i: number): number {
    const { columns, opened } = this.#shown
    const below = opened.size ? opened.get(chunk.ids[i]!) : undefined
    const own = !columns || chunk.widths[i]! <= columns ? 1 : this.#wrapped(chunk, i)
    return below ? own + below.reduce((sum, text) => sum + cutsOf(text, columns).length, 0) : own
  }

  #wrapped(chunk: Chunk, i: number): number {
    const { columns } = this.#shown
    return chunk.isPlain[i] ? Math.ceil(chunk.widths[i]! / columns) : cutsOf(chunk.texts[i]!, columns).length
  }

  #cut(chunk: Chunk, i: number, matches: boolean): Row[] {
    const { columns, opened, literal } = this.#shown
    const pattern = matches ? this.#shown.pattern : undefined
    const line = lineAt(chunk, i, matches)
    const cuts = chunk.widths[i]! <= columns ? [0] : cutsOf(line.text, columns)
    const rows = cuts.map((from, part): Row => ({
      line,
      part,
      text: line.text,
      from,
      to: cuts[part + 1] ?? line.text.length,
      pattern,
    }))
    for (const text of opened.get(line.id) ?? []) {
      const below = cutsOf(text, columns)
      below.forEach((from, n) => {
        const to = below[n + 1] ?? text.length
        const shown = { text: text.slice(from, to), from: undefined, to: to - from }
        rows.push({ line, part: rows.length, ...shown, pattern: literal ? pattern : undefined })
      })
    }
    return rows
  }
}

function lineAt(chunk: Chunk, i: number, matches: boolean): LineAt {
  return {
    ...{
      id: chunk.ids[i]!,
      time: chunk.times[i]!,
      source: chunk.sources[i]!,
      text: chunk.texts[i]!,
      raw: chunk.raws[i],
    },
    severity: SEVERITIES[chunk.severities[i]!]!,
    matches,
  }
}

function emptyCounts(): Record<Severity, number> {
  return { error: 0, warn: 0, info: 0, debug: 0, none: 0 }
}
