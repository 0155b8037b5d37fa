import Database from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { appendFileSync, closeSync, existsSync, openSync, readSync, rmSync } from 'node:fs'
import { messageOf, UserError } from '../base/errors.ts'
import { decodeBatch } from './command.ts'
import type { Sqlite } from './disk.ts'
import { checksum, damaged } from './durable-log.ts'
import { Machine } from './mvcc/machine.ts'
import { FORMAT } from './schema.ts'

/** How far a member's log goes: who is further is elected. */
interface Reach {
  path: string
  lastTerm: number
  lastIndex: number
}

/**
 * Makes of the files of all members of a cluster that is down what a snapshot of it would hold when it is up again: the state of
 * the member that would lead, with all that stands in its log. The files stay as they are.
 * @throws UserError if less than a majority can be read: the others may have agreed on more
 */
export function snapshotOfFiles(paths: readonly string[], target: string): void {
  const failures: string[] = []
  const reaches = paths.flatMap(path => {
    try {
      return existsSync(path) ? [reachOf(path)] : []
    } catch (error) {
      failures.push(`${path}: ${messageOf(error)}`)
      return []
    }
  })
  if (reaches.length * 2 <= paths.length)
    throw new UserError(
      `The stores of ${reaches.length} of ${paths.length} masters can be read, which is no majority${failures.length ? ` (${failures.join('; ')})` : ''}.`,
      'Start the lab, so that its masters agree, and try again.',
    )
  const [best] = reaches.sort((a, b) => b.lastTerm - a.lastTerm || b.lastIndex - a.lastIndex)
  copyWithLog(best.path, target)
  appendHash(target)
}

function reachOf(path: string): Reach {
  const db = new Database(path, { readonly: true, fileMustExist: true })
  try {
    const format: unknown = db.prepare('SELECT format FROM member').pluck().get()
    if (format !== FORMAT) throw new Error(`it has format ${String(format)}, this version reads ${FORMAT}`)
    const last = db
      .prepare(
        `SELECT term, idx FROM (SELECT term, idx FROM log UNION ALL SELECT snapshot_term, snapshot_index FROM member)
         ORDER BY idx DESC LIMIT 1`,
      )
      .raw()
      .get() as [term: number, index: number]
    return { path, lastTerm: last[0], lastIndex: last[1] }
  } finally {
    db.close()
  }
}

/** A copy of one member's file in which all of its log is applied. */
function copyWithLog(path: string, target: string): void {
  rmSync(target, { force: true })
  const source = new Database(path, { readonly: true, fileMustExist: true })
  try {
    source.exec(`VACUUM INTO '${target.replaceAll("'", "''")}'`)
  } finally {
    source.close()
  }
  const db = new Database(target)
  try {
    applyLog(db, path)
    db.pragma('journal_mode = DELETE')
  } finally {
    db.close()
  }
}

function applyLog(db: Sqlite, path: string): void {
  const machine = new Machine(db)
  const rows = db
    .prepare('SELECT idx, term, kind, crc, data FROM log WHERE idx > ? ORDER BY idx')
    .raw()
    .all(machine.applied) as [index: number, term: number, kind: number, crc: number, data: Buffer][]
  db.transaction(() => {
    for (const [index, term, kind, crc, data] of rows) {
      const entry = { index, term, kind: kind === 1 ? ('configuration' as const) : ('normal' as const), data }
      if (crc !== checksum(entry)) throw damaged({ path }, `log entry ${index} fails its checksum`)
      machine.applied = index
      if (kind === 0 && data.length > 0) machine.apply(decodeBatch(data), false)
    }
    machine.save()
  })()
}

/** As `etcdctl snapshot save` gets it: the database, and behind it its SHA-256. */
function appendHash(path: string): void {
  const hash = createHash('sha256')
  const fd = openSync(path, 'r')
  try {
    const chunk = Buffer.alloc(1 << 20)
    for (let n = 0; (n = readSync(fd, chunk, 0, chunk.length, null)) > 0;) hash.update(chunk.subarray(0, n))
  } finally {
    closeSync(fd)
  }
  appendFileSync(path, hash.digest())
}
