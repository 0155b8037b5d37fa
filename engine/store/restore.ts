import Database from 'better-sqlite3'
import { createHash } from 'node:crypto'
import {
  closeSync,
  copyFileSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { UserError, messageOf } from '../base/errors.ts'
import { configurationOf } from '../raft/configuration.ts'
import type { Sqlite } from './disk.ts'
import { createTables, FORMAT } from './schema.ts'

const HASH_BYTES = 32
/** The term of the entry that a restored state stands for: before any that will be elected. */
const TERM = 1

export interface RestoreOptions {
  clusterId: string
  /** The members that begin with the state, as `name` and peer URL. */
  members: { name: string; peerURL: string }[]
}

/**
 * Checks a snapshot that `etcdctl snapshot save` or the command line has made of a member of this store, and gives its
 * revision. @throws UserError if it is damaged, or of something else
 */
export function checkSnapshot(path: string): { revision: number; keys: number } {
  if (!existsSync(path)) throw new UserError(`There is no file ${path}.`, 'Say where the snapshot is.')
  checkHash(path)
  const db = openSnapshot(path)
  try {
    const format = db.prepare('SELECT format FROM member').pluck().get()
    if (format !== FORMAT) throw new Error(`it has format ${String(format)}, this version reads ${FORMAT}`)
    checkTables(db)
    return {
      revision: db.prepare('SELECT revision FROM machine').pluck().get() as number,
      keys: db.prepare('SELECT count(*) FROM live').pluck().get() as number,
    }
  } catch (error) {
    throw new UserError(
      `${path} is no snapshot of this store: ${messageOf(error)}`,
      'Make one: kubarium lab raft snapshot FILE',
    )
  } finally {
    db.close()
  }
}

/**
 * Makes the file of one member from a snapshot: a new cluster that begins with the snapshot's keys, revisions and leases,
 * and with nothing of its raft log. All members must be restored from the same snapshot. Replaces what the folder holds.
 */
export function restoreMember(
  snapshot: string,
  dataDir: string,
  name: string,
  { clusterId, members }: RestoreOptions,
): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, 'store.db')
  for (const suffix of ['', '-wal', '-shm', '-mark']) rmSync(path + suffix, { force: true })
  const temporary = `${path}.restoring`
  copyFileSync(snapshot, temporary)
  const fd = openSync(temporary, 'r+')
  ftruncateSync(fd, statSync(temporary).size - HASH_BYTES)
  closeSync(fd)
  const db = new Database(temporary)
  const configuration = configurationOf(
    members.map(member => member.name),
    Object.fromEntries(members.map(member => [member.name, member.peerURL])),
  )
  db.transaction(() => {
    db.exec('DELETE FROM log; DELETE FROM snapshot_chunk; DELETE FROM session; DELETE FROM notice')
    db.prepare(
      `UPDATE member SET cluster = ?, name = ?, boot = 0, term = ?, vote = '', committed = 0, recovering = 0, joined = 1,
         snapshot_index = (SELECT applied FROM machine), snapshot_term = ?, configuration = ?`,
    ).run(clusterId, name, TERM, TERM, JSON.stringify(configuration))
  })()
  // Everything into the one file, which takes its place as a whole.
  db.pragma('journal_mode = DELETE')
  db.exec(`VACUUM INTO '${path.replaceAll("'", "''")}'`)
  db.close()
  rmSync(temporary)
}

function openSnapshot(path: string) {
  try {
    return new Database(path, { readonly: true, fileMustExist: true })
  } catch (error) {
    throw new UserError(`${path} cannot be opened: ${messageOf(error)}`, 'Is it a snapshot, and may you read it?')
  }
}

/** Snapshots are passed on: nothing in one may act by itself, as a trigger would when the state is put into use. */
function checkTables(db: Sqlite): void {
  const own = new Database(':memory:')
  createTables(own)
  const namesOf = (of: Sqlite) =>
    of.prepare('SELECT type, name, sql FROM sqlite_master').raw().all() as [string, string, string | null][]
  const known = new Set(namesOf(own).map(([type, name]) => `${type} ${name}`))
  own.close()
  for (const [type, name, sql] of namesOf(db))
    if (!known.has(`${type} ${name}`) || (sql !== null && !/^CREATE (TABLE|INDEX)\b/i.test(sql)))
      throw new Error(`it has a ${type} ${JSON.stringify(name)}, which no store has`)
}

function checkHash(path: string): void {
  const { size } = statSync(path)
  const fd = openSync(path, 'r')
  try {
    const hash = createHash('sha256')
    const chunk = Buffer.alloc(1 << 20)
    const end = Math.max(0, size - HASH_BYTES)
    for (let at = 0; at < end;) {
      const n = readSync(fd, chunk, 0, Math.min(chunk.length, end - at), at)
      hash.update(chunk.subarray(0, n))
      at += n
    }
    const kept = Buffer.alloc(HASH_BYTES)
    readSync(fd, kept, 0, HASH_BYTES, end)
    if (size > HASH_BYTES && kept.equals(hash.digest())) return
  } finally {
    closeSync(fd)
  }
  throw new UserError(
    `The snapshot ${path} is not whole: its SHA-256 does not fit.`,
    'Copy it again, or use another one.',
  )
}
