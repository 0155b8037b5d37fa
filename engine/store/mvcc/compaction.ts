import type { Sqlite } from '../disk.ts'
import { firstId } from './history.ts'
import type { Machine } from './machine.ts'

const BATCH = 500

/**
 * Clears superseded versions away after a compaction, a bounded batch at a time, so that nobody waits for it. What
 * readers may see is decided by the compact revision alone; this only gives the space back, each member at its pace.
 */
export class Scrubber {
  readonly #db: Sqlite
  readonly #machine: Machine
  #target = 0
  #cursor: { key: Uint8Array; id: number } | undefined

  constructor(db: Sqlite, machine: Machine) {
    this.#db = db
    this.#machine = machine
  }

  get pending(): boolean {
    return this.#machine.scrubbedRevision < this.#machine.compactRevision
  }

  /** One batch, inside the caller's transaction. */
  step(): void {
    if (!this.pending) return
    if (this.#target === 0) this.#target = this.#machine.compactRevision
    const bound = firstId(this.#target + 1)
    const rows = this.#db
      .prepare('SELECT key, id, type FROM history WHERE (key, id) > (?, ?) ORDER BY key, id LIMIT ?')
      .raw()
      .all(this.#cursor?.key ?? new Uint8Array(0), this.#cursor?.id ?? -1, BATCH) as [Buffer, number, number][]
    const remove = this.#db.prepare('DELETE FROM history WHERE id = ?')
    const finished = rows.length < BATCH
    // The last row's successor is not known yet, unless it is the last of all.
    const known = finished ? rows.length : rows.length - 1
    for (let i = 0; i < known; i++) {
      const [key, id, type] = rows[i]!
      if (id >= bound) continue
      const next = rows[i + 1]
      const superseded = next !== undefined && next[1] < bound && next[0].equals(key)
      // A deletion at the compact revision itself stays: a watch may still start there.
      const gone = type === 1 && id < firstId(this.#target)
      if (superseded || gone) remove.run(id)
    }
    if (finished) {
      this.#machine.scrubbedRevision = this.#target
      this.#target = 0
      this.#cursor = undefined
    } else {
      const last = rows[known - 1]!
      this.#cursor = { key: last[0], id: last[1] }
    }
    this.#machine.save()
  }
}
