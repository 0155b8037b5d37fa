import type { Sqlite, Statement } from '../../../engine/store/disk.ts'
import { checksum } from '../../../engine/store/durable-log.ts'
import { after, readElectorate } from './configuration.ts'
import type { Standing } from './configuration.ts'
import { text } from './text.ts'
import { Violation } from './violation.ts'

/** Term and checksum of a log entry; together with its index they name it. */
export interface EntryName {
  term: number
  crc: number
  /** What it says if it changes who takes part. */
  change?: string
}

/** What raft needs of a member's file. */
export interface OnDisk {
  term: number
  vote: string
  commit: number
  recovering: boolean
  snapshot: number
  snapshotTerm: number
  /** As of the snapshot, as it is written. */
  configuration: string
  /** The first at `snapshot + 1`. */
  log: EntryName[]
  /** The configuration as of the snapshot, then those in the log. */
  standings: Standing[]
}

interface Row {
  term: number
  vote: string
  committed: number
  recovering: number
  snapshot_index: number
  snapshot_term: number
  configuration: string
}

const NOBODY = '{"voters":[],"outgoing":[],"learners":[],"learnersNext":[]}'

export const NOTHING: OnDisk = {
  term: 0,
  vote: '',
  commit: 0,
  recovering: false,
  snapshot: 0,
  snapshotTerm: 0,
  configuration: NOBODY,
  log: [],
  standings: [{ index: 0, electorate: readElectorate(NOBODY) }],
}

/** What is on the disk now; undefined if the file is not complete yet. `old`: what was there before. */
export function readDisk(
  db: Sqlite,
  old: OnDisk | undefined,
  logChanged: boolean,
  statements: Statements,
): OnDisk | undefined {
  const row = statements.member(db)
  if (!row) return undefined
  const rest = {
    term: row.term,
    vote: row.vote,
    commit: row.committed,
    recovering: row.recovering !== 0,
    snapshot: row.snapshot_index,
    snapshotTerm: row.snapshot_term,
    configuration: row.configuration,
  }
  if (old && !logChanged) return { ...rest, log: old.log, standings: old.standings }
  const rows = statements.log()
  if (rows.length > 0 && rows[0]![0] !== rest.snapshot + 1)
    throw new Violation('no gap', `a log begins at ${rows[0]![0]} after the snapshot at ${rest.snapshot}`)
  const log = rows.map(([index, term, crc, data]) => {
    // What is damaged says nothing.
    const sound = data !== null && checksum({ index, term, kind: 'configuration', data }) === crc
    return { term, crc, change: sound ? text(data) : undefined }
  })
  const standings = [{ index: rest.snapshot, electorate: readElectorate(rest.configuration) }]
  log.forEach(({ change }, i) => {
    if (change === undefined) return
    standings.push({ index: rest.snapshot + 1 + i, electorate: after(standings.at(-1)!.electorate, change) })
  })
  return { ...rest, log, standings }
}

/** The statements that look into a member's database, kept as long as that is the same. */
export class Statements {
  #db: Sqlite | undefined
  #member: Statement | undefined
  #log: Statement | undefined

  #use(db: Sqlite): boolean {
    if (this.#db !== db) {
      this.#db = db
      this.#member = undefined
    }
    if (this.#member) return true
    const tables = db.prepare(`SELECT count(*) FROM sqlite_master WHERE name IN ('member', 'log')`).pluck().get()
    if (tables !== 2) return false
    this.#member = db.prepare(
      'SELECT term, vote, committed, recovering, snapshot_index, snapshot_term, configuration FROM member',
    )
    this.#log = db.prepare('SELECT idx, term, crc, CASE WHEN kind = 1 THEN data END FROM log ORDER BY idx').raw()
    return true
  }

  member(db: Sqlite): Row | undefined {
    return this.#use(db) ? (this.#member!.get() as Row | undefined) : undefined
  }

  log(): [index: number, term: number, crc: number, data: Uint8Array | null][] {
    return this.#log!.all() as [number, number, number, Uint8Array | null][]
  }
}
