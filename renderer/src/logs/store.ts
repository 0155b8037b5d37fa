import type { Entry } from './parse.ts'
import { SEVERITIES } from './severity.ts'
import { isPlain, widthOf } from './width.ts'

export const CHUNK = 4_096
/** A chunk into which lines are put in between is divided so that each part has room for more. */
const FILL = CHUNK * 0.75

export interface StoreLimits {
  lines: number
  /** Of all texts together. */
  characters: number
}

/** Lines that follow each other in time. Columns rather than objects: a million lines are a few hundred of these. */
export class Chunk {
  size = 0
  characters = 0
  /** The widest text, in columns. */
  widest = 0
  readonly times = new Float64Array(CHUNK)
  readonly sources = new Uint16Array(CHUNK)
  /** Indexes of SEVERITIES. */
  readonly severities = new Uint8Array(CHUNK)
  /** Names of lines, each used once. */
  readonly ids = new Float64Array(CHUNK)
  /** Of texts, in columns. */
  readonly widths = new Uint32Array(CHUNK)
  /** Whether each character of the text is one column wide. */
  readonly isPlain = new Uint8Array(CHUNK)
  readonly texts: string[] = []
  readonly raws: (string | undefined)[] = []

  push(entry: Entry, id: number): void {
    const i = this.size++
    const width = widthOf(entry.text)
    this.times[i] = entry.time
    this.sources[i] = entry.source
    this.severities[i] = SEVERITIES.indexOf(entry.severity)
    this.ids[i] = id
    this.widths[i] = width
    this.isPlain[i] = isPlain(entry.text) ? 1 : 0
    this.texts.push(entry.text)
    this.raws.push(entry.raw)
    this.characters += entry.text.length + (entry.raw?.length ?? 0)
    if (width > this.widest) this.widest = width
  }

  take(from: Chunk, at: number): void {
    const i = this.size++
    this.times[i] = from.times[at]!
    this.sources[i] = from.sources[at]!
    this.severities[i] = from.severities[at]!
    this.ids[i] = from.ids[at]!
    this.widths[i] = from.widths[at]!
    this.isPlain[i] = from.isPlain[at]!
    this.texts.push(from.texts[at]!)
    this.raws.push(from.raws[at])
    this.characters += from.texts[at]!.length + (from.raws[at]?.length ?? 0)
    if (from.widths[at]! > this.widest) this.widest = from.widths[at]!
  }

  get lastTime(): number {
    return this.times[this.size - 1] ?? -Infinity
  }
}

/**
 * Lines of any number of sources, in the order of their time; of one time, in the order in which they came. Adding costs what is added
 * and the chunks that it falls into, whatever else is held. Beyond its limits it forgets the oldest, a chunk at a time.
 */
export class LogStore {
  readonly #limits: StoreLimits
  #chunks: Chunk[] = []
  #nextId = 0
  /** Lines that are held. */
  size = 0
  characters = 0
  /** Lines that were ever added. */
  added = 0
  /** Lines that were moved to make room for others: what adding has cost beyond what was added. */
  moved = 0
  /** Changes with whatever changes. */
  version = 0

  constructor(limits: StoreLimits = { lines: 1_000_000, characters: 400_000_000 }) {
    this.#limits = limits
  }

  get chunks(): readonly Chunk[] {
    return this.#chunks
  }

  /** Lines that were added and are not held any more. */
  get forgotten(): number {
    return this.added - this.size
  }

  add(entries: readonly Entry[]): void {
    if (entries.length === 0) return
    this.version++
    const sorted = isSorted(entries) ? entries : [...entries].sort((a, b) => a.time - b.time)
    for (let from = 0; from < sorted.length;) {
      const at = this.#chunkFor(sorted[from]!.time)
      const next = this.#chunks[at + 1]
      let to = from + 1
      if (!next) to = sorted.length
      else while (to < sorted.length && sorted[to]!.time < next.times[0]!) to++
      const chunk = this.#chunks[at]
      if (!next && (!chunk || chunk.lastTime <= sorted[from]!.time)) this.#append(sorted, from, to)
      else this.#merge(at, sorted, from, to)
      from = to
    }
    this.added += sorted.length
    this.#forget()
  }

  clear(): void {
    this.#chunks = []
    this.size = this.characters = this.added = 0
    this.version++
  }

  /** The last chunk that begins no later, or the first. */
  #chunkFor(time: number): number {
    let [low, high] = [0, this.#chunks.length - 1]
    if (high < 0 || this.#chunks[high]!.times[0]! <= time) return Math.max(0, high)
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#chunks[middle]!.times[0]! <= time) low = middle
      else high = middle - 1
    }
    return low
  }

  #append(entries: readonly Entry[], from: number, to: number): void {
    let chunk = this.#chunks.at(-1)
    for (let i = from; i < to; i++) {
      if (!chunk || chunk.size === CHUNK) this.#chunks.push((chunk = new Chunk()))
      const before = chunk.characters
      chunk.push(entries[i]!, this.#nextId++)
      this.characters += chunk.characters - before
    }
    this.size += to - from
  }

  #merge(at: number, entries: readonly Entry[], from: number, to: number): void {
    const old = this.#chunks[at]!
    const total = old.size + to - from
    const parts = total <= CHUNK ? 1 : Math.ceil(total / FILL)
    const share = Math.ceil(total / parts)
    const made: Chunk[] = []
    let chunk!: Chunk
    for (let i = 0, j = from, n = 0; n < total; n++) {
      if (n % share === 0) made.push((chunk = new Chunk()))
      if (i < old.size && (j >= to || old.times[i]! <= entries[j]!.time)) chunk.take(old, i++)
      else chunk.push(entries[j++]!, this.#nextId++)
    }
    this.#chunks.splice(at, 1, ...made)
    this.moved += old.size
    this.size += to - from
    this.characters += made.reduce((sum, part) => sum + part.characters, 0) - old.characters
  }

  #forget(): void {
    const { lines, characters } = this.#limits
    let count = 0
    while (count < this.#chunks.length - 1 && (this.size > lines || this.characters > characters)) {
      const oldest = this.#chunks[count++]!
      this.size -= oldest.size
      this.characters -= oldest.characters
    }
    if (count) this.#chunks.splice(0, count)
  }
}

function isSorted(entries: readonly Entry[]): boolean {
  for (let i = 1; i < entries.length; i++) if (entries[i]!.time < entries[i - 1]!.time) return false
  return true
}
