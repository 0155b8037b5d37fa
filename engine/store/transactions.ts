import type { Disk, Sqlite, Statement } from './disk.ts'

/**
 * The one transaction of a member's file. It opens with the first write and stays open until something must be on disk:
 * what is only applied can be replayed from the log, so it goes along with the next commit instead of waiting for its own.
 */
export class Transactions {
  readonly #disk: Disk
  readonly #db: Sqlite
  readonly #begin: Statement
  readonly #commit: Statement
  readonly #rollback: Statement

  constructor(disk: Disk, db: Sqlite) {
    this.#disk = disk
    this.#db = db
    this.#begin = db.prepare('BEGIN IMMEDIATE')
    this.#commit = db.prepare('COMMIT')
    this.#rollback = db.prepare('ROLLBACK')
  }

  /** Whether there is something that a crash would undo. */
  get open(): boolean {
    return this.#db.inTransaction
  }

  /** Runs `writes` in the transaction. If they fail, all since the last commit is undone. */
  run(writes: () => void): void {
    if (!this.open) this.#begin.run()
    this.#undoOnFailure(writes)
  }

  /** All that was written is on disk when this returns. If that fails, all since the last commit is undone. */
  commit(): void {
    if (!this.open) return
    const commit = () => void this.#commit.run()
    this.#undoOnFailure(() => (this.#disk.commit ? this.#disk.commit(commit) : commit()))
    this.#disk.committed(this.#db)
  }

  #undoOnFailure(act: () => void): void {
    try {
      act()
    } catch (error) {
      // SQLite has undone it already where the disk is full.
      if (this.open) this.#rollback.run()
      throw error
    }
  }
}
