import type { Disk, Sqlite, Statement } from './disk.ts'

/** Runs transactions that either wait for the disk, or leave that to the next one that does. */
export class Transactions {
  readonly #disk: Disk
  readonly #db: Sqlite
  readonly #begin: Statement
  readonly #commit: Statement
  readonly #rollback: Statement
  #durable = true

  constructor(disk: Disk, db: Sqlite) {
    this.#disk = disk
    this.#db = db
    this.#begin = db.prepare('BEGIN IMMEDIATE')
    this.#commit = db.prepare('COMMIT')
    this.#rollback = db.prepare('ROLLBACK')
  }

  /** All or nothing. `durable`: on disk when this returns; otherwise only ordered before whatever is durable later. */
  run(durable: boolean, writes: () => void): void {
    if (durable !== this.#durable) {
      this.#db.pragma(`synchronous = ${durable ? 'FULL' : 'NORMAL'}`)
      this.#durable = durable
    }
    this.#begin.run()
    try {
      writes()
      this.#commit.run()
    } catch (error) {
      if (this.#db.inTransaction) this.#rollback.run()
      throw error
    }
    this.#disk.committed(this.#db, durable)
  }
}
