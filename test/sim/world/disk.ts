import Database from 'better-sqlite3'
import { intBelow } from '../../../engine/base/random.ts'
import type { Random } from '../../../engine/base/random.ts'
import type { Disk, Sqlite } from '../../../engine/store/disk.ts'

/** Thrown into a process that has just died, so that it gets no further. */
export class PowerLoss extends Error {
  override readonly name = 'PowerLoss'
}

export interface DiskHooks {
  /** The process dies here. */
  onPowerLoss(): void
  /** A transaction is on disk. `log`: it may have changed the log. */
  onCommit(disk: SimulatedDisk, log: boolean): void
  /** A write fails for good. */
  onFailure(): void
}

/**
 * A database in memory that outlives its process. What was committed stays; what was not is lost with the process. It
 * can die, fill up or fail at any statement that writes.
 */
export class SimulatedDisk implements Disk {
  readonly path: string
  readonly #random: Random
  readonly #hooks: DiskHooks
  #raw: Database.Database | undefined
  #image: Buffer | undefined
  #handle: Handle | undefined
  /** Statements that may still run before the power goes; undefined: no end in sight. */
  lossAfter: number | undefined
  /** Statements that may still run before one fails for good. */
  errorAfter: number | undefined
  full = false
  writes = 0

  constructor(path: string, random: Random, hooks: DiskHooks) {
    this.path = path
    this.#random = random
    this.#hooks = hooks
  }

  open(): Sqlite {
    if (this.#image) {
      this.#raw?.close()
      const image = this.#image
      this.#image = undefined
      this.#raw = undefined
      this.#raw = new Database(image)
    }
    this.#raw ??= new Database(':memory:')
    this.#handle = new Handle(this, this.#raw)
    return this.#handle as unknown as Sqlite
  }

  openReader(): Sqlite {
    return new Database(this.#handle!.committedImage())
  }

  committed(): void {}

  size(): number {
    if (!this.#raw?.open) return 0
    return (this.#raw.pragma('page_count', { simple: true }) as number) * 4096
  }

  /** The database itself, for who looks at it from outside; undefined while there is none. */
  get raw(): Database.Database | undefined {
    return this.#raw
  }

  /** The process is gone: so is what it had not committed. */
  powerLoss(): void {
    this.#handle?.detach()
    this.#handle = undefined
    this.lossAfter = undefined
    this.errorAfter = undefined
  }

  /** A new, empty disk. */
  wipe(): void {
    this.powerLoss()
    this.#raw?.close()
    this.#raw = undefined
    this.#image = undefined
  }

  /** One bit of a log entry turns over. False if there is none. */
  flipEntry(): boolean {
    return this.#flip('log', 'idx', 'data')
  }

  /** One bit of a stored value turns over. */
  flipValue(): boolean {
    return this.#flip('history', 'id', 'value')
  }

  #flip(table: string, id: string, column: string): boolean {
    if (!this.#raw) return false
    const rows = this.#raw.prepare(`SELECT ${id} AS id, ${column} AS data FROM ${table} WHERE length(${column}) > 0`)
    const all = rows.all() as { id: number; data: Buffer }[]
    if (all.length === 0) return false
    const { id: at, data } = all[intBelow(this.#random, all.length)]!
    const bit = intBelow(this.#random, data.length * 8)
    data[bit >> 3]! ^= 1 << (bit & 7)
    this.#raw.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${id} = ?`).run(data, at)
    return true
  }

  /** A page was written in part: its beginning is of one age, the rest of none. */
  tearPage(): boolean {
    if (!this.#raw) return false
    const image = this.#raw.serialize()
    const pages = image.length / 4096
    if (pages < 2) return false
    const page = 1 + intBelow(this.#random, pages - 1)
    const start = page * 4096
    for (let i = 0; i < 512; i++) image[start + i] = intBelow(this.#random, 256)
    this.#image = image
    return true
  }

  close(): void {
    this.#handle?.detach()
    this.#raw?.close()
    this.#raw = undefined
  }

  /** Before a statement that writes. */
  beforeWrite(commit: boolean): void {
    this.writes++
    if (this.lossAfter !== undefined && this.lossAfter-- <= 0) this.#lose()
    if (this.errorAfter !== undefined && this.errorAfter-- <= 0) {
      this.errorAfter = undefined
      this.#hooks.onFailure()
      if (commit && this.#random.next() < 0.5) this.#handle!.settle('COMMIT')
      throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC')
    }
    // The space is needed when a transaction is committed, or when it has outgrown the cache.
    if (this.full && this.#random.next() < (commit ? 0.9 : 0.02)) {
      // SQLite may undo the whole transaction, or the statement alone.
      if (this.#random.next() < 0.5) this.#handle!.settle('ROLLBACK')
      throw new Database.SqliteError('database or disk is full', 'SQLITE_FULL')
    }
  }

  afterCommit(log: boolean): void {
    this.#hooks.onCommit(this, log)
    // The power may also go when all is written and nobody has heard of it.
    if (this.lossAfter !== undefined && this.lossAfter-- <= 0) this.#lose()
  }

  #lose(): never {
    this.#hooks.onPowerLoss()
    throw new PowerLoss('the power is gone')
  }
}

type Kind = 'read' | 'write' | 'begin' | 'commit' | 'rollback'

function kindOf(sql: string, readonly: boolean): Kind {
  const word = /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase()
  if (word === 'BEGIN') return 'begin'
  if (word === 'COMMIT' || word === 'END') return 'commit'
  if (word === 'ROLLBACK') return 'rollback'
  return readonly ? 'read' : 'write'
}

/** A connection as the member sees it. */
class Handle {
  readonly #disk: SimulatedDisk
  readonly #raw: Database.Database
  #detached = false
  /** What the open transaction has done so far. */
  #undone: { sql: string; parameters: unknown[] }[] = []
  #log = false

  constructor(disk: SimulatedDisk, raw: Database.Database) {
    this.#disk = disk
    this.#raw = raw
  }

  get open(): boolean {
    return !this.#detached
  }

  get inTransaction(): boolean {
    return !this.#detached && this.#raw.inTransaction
  }

  get name(): string {
    return this.#disk.path
  }

  get memory(): boolean {
    return true
  }

  prepare(sql: string): Prepared {
    this.#check()
    return new Prepared(this, this.#raw.prepare(sql))
  }

  exec(sql: string): this {
    this.#check()
    this.execute(kindOf(sql, false), sql, [], () => this.#raw.exec(sql))
    return this
  }

  pragma(sql: string, options?: Database.PragmaOptions): unknown {
    this.#check()
    return this.#raw.pragma(sql, options)
  }

  serialize(): Buffer {
    this.#check()
    return this.#raw.serialize()
  }

  function(name: string, ...rest: unknown[]): this {
    ;(this.#raw.function as (name: string, ...rest: unknown[]) => unknown)(name, ...rest)
    return this
  }

  close(): this {
    this.detach()
    return this
  }

  /** What another connection sees: the last committed state. */
  committedImage(): Buffer {
    this.#check()
    if (!this.#raw.inTransaction) return this.#raw.serialize()
    const undone = this.#undone
    this.#raw.exec('ROLLBACK')
    const image = this.#raw.serialize()
    this.#raw.exec('BEGIN IMMEDIATE')
    for (const { sql, parameters } of undone)
      if (parameters.length) this.#raw.prepare(sql).run(...parameters)
      else this.#raw.exec(sql)
    return image
  }

  /** Ends the open transaction without the member's doing. */
  settle(how: 'COMMIT' | 'ROLLBACK'): void {
    if (!this.#raw.inTransaction) return
    this.#raw.exec(how)
    this.#undone = []
    if (how === 'COMMIT') this.#disk.afterCommit(this.#log)
    this.#log = false
  }

  detach(): void {
    if (this.#detached) return
    if (this.#raw.open && this.#raw.inTransaction) this.#raw.exec('ROLLBACK')
    this.#detached = true
  }

  #check(): void {
    if (this.#detached) throw new PowerLoss('the connection is gone')
  }

  /** Runs a statement with everything that can happen to it. */
  execute<T>(kind: Kind, sql: string, parameters: unknown[], act: () => T): T {
    if (this.#detached) throw new PowerLoss('the connection is gone')
    if (kind === 'read') return act()
    if (kind === 'rollback') {
      this.#undone = []
      this.#log = false
      return act()
    }
    if (kind !== 'begin') this.#disk.beforeWrite(kind === 'commit')
    const result = act()
    if (kind === 'write') {
      this.#log ||= /\blog\b/.test(sql)
      if (this.#raw.inTransaction) {
        this.#undone.push({ sql, parameters })
        return result
      }
    }
    if (kind === 'begin') return result
    this.#undone = []
    const log = this.#log
    this.#log = false
    this.#disk.afterCommit(log)
    return result
  }
}

class Prepared {
  readonly #handle: Handle
  readonly #raw: Database.Statement<unknown[]>
  readonly #kind: Kind
  readonly source: string

  constructor(handle: Handle, raw: Database.Statement<unknown[]>) {
    this.#handle = handle
    this.#raw = raw
    this.source = raw.source
    this.#kind = kindOf(raw.source, raw.readonly)
  }

  get reader(): boolean {
    return this.#raw.reader
  }

  get readonly(): boolean {
    return this.#raw.readonly
  }

  run(...parameters: unknown[]): Database.RunResult {
    return this.#handle.execute(this.#kind, this.source, parameters, () => this.#raw.run(...parameters))
  }

  get(...parameters: unknown[]): unknown {
    return this.#handle.execute(this.#kind, this.source, parameters, () => this.#raw.get(...parameters))
  }

  all(...parameters: unknown[]): unknown[] {
    return this.#handle.execute(this.#kind, this.source, parameters, () => this.#raw.all(...parameters))
  }

  iterate(...parameters: unknown[]): IterableIterator<unknown> {
    return this.#handle.execute(this.#kind, this.source, parameters, () => this.#raw.iterate(...parameters))
  }

  raw(on = true): this {
    this.#raw.raw(on)
    return this
  }

  pluck(on = true): this {
    this.#raw.pluck(on)
    return this
  }

  expand(on = true): this {
    this.#raw.expand(on)
    return this
  }

  safeIntegers(on = true): this {
    this.#raw.safeIntegers(on)
    return this
  }

  bind(...parameters: unknown[]): this {
    this.#raw.bind(...parameters)
    return this
  }

  columns(): Database.ColumnDefinition[] {
    return this.#raw.columns()
  }
}
