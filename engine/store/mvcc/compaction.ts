import type { Sqlite, Statement } from '../disk.ts'
import { firstId } from './history.ts'
import type { Machine } from './machine.ts'

type Row = [key: Buffer, id: number, type: number]

/**
 * Clears superseded versions away after a compaction, a few at a time, so that nobody waits for it. What
 * readers may see is decided by the compact revision alone; this only gives the space back, each member at its pace.
 */
export class Scrubber {
  readonly #machine: Machine
  readonly #written: Statement
  readonly #removeOlder: Statement
  readonly #remove: Statement
  readonly #freePages: Statement
  #target = 0
  #next = 0

  constructor(db: Sqlite, machine: Machine) {
    this.#machine = machine
    this.#written = db.prepare('SELECT key, id, type FROM history WHERE id >= ? AND id < ? ORDER BY id LIMIT ?').raw()
    this.#removeOlder = db.prepare('DELETE FROM history WHERE key = ? AND id < ?')
    this.#remove = db.prepare('DELETE FROM history WHERE id = ?')
    this.#freePages = db.prepare('PRAGMA freelist_count').pluck()
  }

  get pending(): boolean {
    const { holds, scrubbedRevision, compactRevision, defragmenting } = this.#machine
    return (holds === 0 && scrubbedRevision < compactRevision) || defragmenting
  }

  /** Whether it has begun to clear away what a compaction left, and not come to the end. */
  get underWay(): boolean {
    return this.#target !== 0
  }

  /** Looks at `amount` versions, or gives as many pages back, inside the caller's transaction. */
  step(amount: number): void {
    const { holds, scrubbedRevision, compactRevision, defragmenting } = this.#machine
    if (holds === 0 && scrubbedRevision < compactRevision) this.#scrub(amount)
    else if (defragmenting) this.#defragment(amount)
  }

  /**
   * Follows the revisions since the last compaction: each version there takes the place of the older ones of its key. What
   * was left at the last compact revision itself is looked at again, for deletions that were kept for watchers.
   */
  #scrub(amount: number): void {
    const machine = this.#machine
    if (this.#target === 0) {
      this.#target = machine.compactRevision
      this.#next = firstId(machine.scrubbedRevision)
    }
    const rows = this.#written.all(this.#next, firstId(this.#target + 1), amount) as Row[]
    for (const [key, id, type] of rows) {
      this.#removeOlder.run(key, id)
      // A deletion at the compact revision itself stays: a watch may still start there.
      if (type === 1 && id < firstId(this.#target)) this.#remove.run(id)
    }
    if (rows.length === amount) this.#next = rows.at(-1)![1] + 1
    else {
      machine.scrubbedRevision = this.#target
      this.#target = 0
    }
    machine.save()
  }

  #defragment(amount: number): void {
    const before = this.#freePages.get() as number
    // A prepared statement would give back one page at a time.
    if (before > 0) this.#machine.db.exec(`PRAGMA incremental_vacuum(${amount})`)
    const after = this.#freePages.get() as number
    // Equal: a file from before this could be done a step at a time keeps its pages, and uses them again.
    if (after === 0 || after === before) this.#machine.defragmenting = false
  }
}
