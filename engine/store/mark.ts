import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { codeOf } from '../base/errors.ts'
import type { Sqlite } from './disk.ts'

/** How far a member had come with its last commit: what it has promised to others, and what it has answered. */
export interface Milestone {
  term: number
  vote: string
  /** Of the last log entry. */
  lastTerm: number
  lastIndex: number
  applied: number
}

/** Beside a member's file: the last milestone. */
export interface Mark {
  /** Undefined if there is none, or none that can be read. */
  read(): Milestone | undefined
  write(milestone: Milestone): void
}

/** The size it always has, so that it never needs more space. */
const BYTES = 256

/**
 * A mark as a small file that is overwritten after each commit, without waiting for the disk. SQLite takes damage in its
 * -wal for the end of what was written and opens an older state; a member must not, as others count on what it has said.
 * After a loss of power the mark may be older than the database, which then only proves less, and never newer.
 */
export function fileMark(path: string, isNew: boolean, db: Sqlite): Mark {
  // Whoever deletes the database wants to begin anew.
  if (isNew) rmSync(path, { force: true })
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const fd = openSync(path, existsSync(path) ? 'r+' : 'w', 0o600)
  const close = db.close.bind(db)
  db.close = () => {
    if (db.open) closeSync(fd)
    return close()
  }
  return {
    read: () => parse(before),
    write(milestone) {
      const text = JSON.stringify(milestone)
      const line = `${crc32(text).toString(16).padStart(8, '0')} ${text}`
      try {
        writeSync(fd, line.padEnd(BYTES), 0)
      } catch (error) {
        // Some file systems need space even for this: the mark that is there proves less, but nothing wrong.
        if (codeOf(error) !== 'ENOSPC') throw error
      }
    },
  }
}

function parse(line: string): Milestone | undefined {
  const text = line.slice(9).trimEnd()
  if (text === '' || crc32(text).toString(16).padStart(8, '0') !== line.slice(0, 8)) return undefined
  return JSON.parse(text) as Milestone
}

/** What `found` lacks of what `marked` says was there; undefined if nothing. */
export function missing(found: Milestone, marked: Milestone | undefined): string | undefined {
  if (!marked) return undefined
  if (found.term < marked.term) return `it is at term ${found.term}, and was at ${marked.term} already`
  if (found.term === marked.term && marked.vote !== '' && found.vote !== marked.vote)
    return `its vote of term ${marked.term} is gone`
  if (found.applied < marked.applied)
    return `it ends at entry ${found.applied}, and ${marked.applied} was applied already`
  const [own, other] = [found, marked]
  if (own.lastTerm < other.lastTerm || (own.lastTerm === other.lastTerm && own.lastIndex < other.lastIndex))
    return `its log ends at entry ${own.lastIndex}, and had ${other.lastIndex} already`
  return undefined
}
