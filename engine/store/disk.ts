import Database from 'better-sqlite3'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf } from '../base/errors.ts'
import { fileMark } from './mark.ts'
import type { Mark } from './mark.ts'

export type Sqlite = Database.Database
export type Statement = Database.Statement<unknown[]>

/** Where a member keeps everything. Handed in, so that a simulation can crash it, and faults can slow it down. */
export interface Disk {
  /** For messages: the file's path. */
  readonly path: string
  open(): Sqlite
  /** A second connection that sees the last committed state and keeps seeing it, however the first goes on. */
  openReader(db: Sqlite): Sqlite
  /** Called after each commit: what was written survives a loss of power from here on. */
  committed(db: Sqlite): void
  /** Bytes of the database. */
  size(db: Sqlite): number
  /** Where it is noted beside the database how far it had come, if anywhere. */
  mark?(): Mark | undefined
  /** Runs a commit, for those who want to know how long it takes. Default: just runs it. */
  commit?(run: () => void): void
}

/** One SQLite file in WAL mode. */
export function fileDisk(path: string): Disk {
  let mark: Mark | undefined
  return {
    path,
    mark: () => mark,
    open() {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      const isNew = !existsSync(path)
      const db = new Database(path)
      mark = fileMark(`${path}-mark`, isNew, db)
      db.pragma('journal_mode = WAL')
      db.pragma('synchronous = FULL')
      db.pragma('wal_autocheckpoint = 4000')
      db.pragma('journal_size_limit = 33554432')
      db.pragma('cache_size = -8000')
      return db
    },
    openReader() {
      const reader = new Database(path, { readonly: true })
      reader.exec('BEGIN')
      // A deferred transaction takes its snapshot at the first read.
      reader.prepare('SELECT count(*) FROM member').get()
      return reader
    },
    committed() {},
    size() {
      try {
        return statSync(path).size
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return 0
        throw error
      }
    },
  }
}
