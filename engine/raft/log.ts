import { following } from './configuration.ts'
import type { Configuration, Entry, SnapshotMetadata } from './message.ts'

/**
 * The replicated log as the core sees it: a snapshot that stands for the beginning, then entries without a gap. The latest
 * configuration in it holds, committed or not (Raft thesis §4.1): who was elected by it can count on it.
 *
 * Invariants: (1) applied ≤ committed ≤ lastIndex; (2) what is committed never changes; (3) `stable` is the last
 * index known to be on disk, and everything after it will be in the next `Ready`.
 */
export class RaftLog {
  #snapshotIndex: number
  #snapshotTerm: number
  #entries: Entry[]
  #bytes = 0
  /** That of the snapshot, then those of the entries. */
  #configurations: { index: number; configuration: Configuration }[]
  committed: number
  applied: number
  stable: number

  constructor(start: SnapshotMetadata, entries: Entry[], committed: number, applied: number) {
    this.#snapshotIndex = start.index
    this.#snapshotTerm = start.term
    this.#configurations = [{ index: start.index, configuration: start.configuration }]
    this.#entries = entries
    entries.forEach((entry, i) => {
      if (entry.index !== start.index + 1 + i) throw new Error(`log has a gap before index ${entry.index}`)
      this.#bytes += entry.data.length
      this.#noteConfiguration(entry)
    })
    this.applied = Math.max(applied, start.index)
    this.committed = Math.min(Math.max(committed, this.applied), this.lastIndex)
    if (this.applied > this.lastIndex) throw new Error(`applied index ${applied} is beyond the log (${this.lastIndex})`)
    this.stable = this.lastIndex
  }

  /** Index of the first entry that is still in the log. */
  get firstIndex(): number {
    return this.#snapshotIndex + 1
  }

  get lastIndex(): number {
    return this.#snapshotIndex + this.#entries.length
  }

  get lastTerm(): number {
    return this.#entries.length ? this.#entries[this.#entries.length - 1]!.term : this.#snapshotTerm
  }

  /** Bytes of all entries that are still in the log. */
  get bytes(): number {
    return this.#bytes
  }

  /** Term of the entry at `index`; undefined if that was compacted away or does not exist. */
  term(index: number): number | undefined {
    if (index === this.#snapshotIndex) return this.#snapshotTerm
    return this.#entries[index - this.#snapshotIndex - 1]?.term
  }

  matches(index: number, term: number): boolean {
    return this.term(index) === term
  }

  /** Raft §5.4.1: the later last term wins, then the longer log. */
  isUpToDate(index: number, term: number): boolean {
    return term > this.lastTerm || (term === this.lastTerm && index >= this.lastIndex)
  }

  /**
   * A follower's side of an append. Returns the last index that is now known to agree with the leader, or undefined
   * if the entry before the first does not match. Only a real conflict shortens the log, never a late shorter append.
   */
  tryAppend(prevIndex: number, prevTerm: number, commit: number, entries: Entry[]): number | undefined {
    if (!this.matches(prevIndex, prevTerm)) return undefined
    const verified = prevIndex + entries.length
    const conflict = entries.findIndex(entry => !this.matches(entry.index, entry.term))
    if (conflict >= 0) {
      if (entries[conflict]!.index <= this.committed)
        throw new Error(`entry ${entries[conflict]!.index} conflicts with a committed one`)
      this.append(entries.slice(conflict))
    }
    this.commitTo(Math.min(commit, verified))
    return verified
  }

  /** Puts entries behind what precedes them; anything from the first one's index on is replaced. */
  append(entries: Entry[]): void {
    if (entries.length === 0) return
    const at = entries[0]!.index - this.firstIndex
    if (at < 0 || at > this.#entries.length) throw new Error(`append at ${entries[0]!.index} would leave a gap`)
    for (const replaced of this.#entries.splice(at)) this.#bytes -= replaced.data.length
    while (this.configurationIndex >= entries[0]!.index) this.#configurations.pop()
    for (const entry of entries) {
      this.#entries.push(entry)
      this.#bytes += entry.data.length
      this.#noteConfiguration(entry)
    }
    this.stable = Math.min(this.stable, entries[0]!.index - 1)
  }

  #noteConfiguration(entry: Entry): void {
    if (entry.kind !== 'configuration') return
    this.#configurations.push({ index: entry.index, configuration: following(this.configuration, entry) })
  }

  /** The latest one. */
  get configuration(): Configuration {
    return this.#configurations.at(-1)!.configuration
  }

  /** Where the latest one comes from: the index of its entry, or of the snapshot. */
  get configurationIndex(): number {
    return this.#configurations.at(-1)!.index
  }

  /** The one as of `index`, which must not lie before the snapshot. */
  configurationAt(index: number): Configuration {
    return this.#configurations.findLast(c => c.index <= index)!.configuration
  }

  commitTo(index: number): void {
    if (index <= this.committed) return
    if (index > this.lastIndex) throw new Error(`commit index ${index} is beyond the last entry (${this.lastIndex})`)
    this.committed = index
  }

  /** Where a refused leader should probe next: the last index ≤ `index` whose term is ≤ `term`. */
  conflictHint(index: number, term: number): { index: number; term: number } {
    for (let i = Math.min(index, this.lastIndex); i > this.#snapshotIndex; i--) {
      const own = this.term(i)!
      if (own <= term) return { index: i, term: own }
    }
    return { index: this.#snapshotIndex, term: this.#snapshotTerm <= term ? this.#snapshotTerm : 0 }
  }

  /** Entries from `from` on, at least one if there is one, at most about `maxBytes`. Undefined if compacted away. */
  slice(from: number, maxBytes: number, to = this.lastIndex): Entry[] | undefined {
    if (from < this.firstIndex) return undefined
    const start = from - this.firstIndex
    const stop = Math.min(to - this.#snapshotIndex, this.#entries.length)
    let end = start
    let bytes = 0
    while (end < stop) {
      bytes += this.#entries[end]!.data.length + 16
      if (end > start && bytes > maxBytes) break
      end++
    }
    return this.#entries.slice(start, end)
  }

  /** The highest applied index that can go while at most `maxEntries` entries of `maxBytes` bytes stay behind it. */
  compactionPoint(maxEntries: number, maxBytes: number): number {
    let bytes = 0
    let keep = 0
    while (keep < this.#entries.length && keep < maxEntries) {
      bytes += this.#entries[this.#entries.length - 1 - keep]!.data.length
      if (bytes > maxBytes) break
      keep++
    }
    return Math.min(this.applied, this.lastIndex - keep)
  }

  /** Forgets entries up to and including `index`, which must be applied. */
  compactTo(index: number): void {
    if (index <= this.#snapshotIndex) return
    if (index > this.applied) throw new Error(`cannot compact to ${index}: applied only ${this.applied}`)
    const term = this.term(index)!
    this.#configurations = [
      { index, configuration: this.configurationAt(index) },
      ...this.#configurations.filter(c => c.index > index),
    ]
    for (const gone of this.#entries.splice(0, index - this.#snapshotIndex)) this.#bytes -= gone.data.length
    this.#snapshotIndex = index
    this.#snapshotTerm = term
  }

  /** Replaces everything by a snapshot that is ahead of `committed`. */
  restore({ index, term, configuration }: SnapshotMetadata): void {
    this.#configurations = [{ index, configuration }]
    this.#snapshotIndex = index
    this.#snapshotTerm = term
    this.#entries = []
    this.#bytes = 0
    this.committed = index
    this.stable = index
  }
}
