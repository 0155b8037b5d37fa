import { crc32 } from 'node:zlib'
import { UserError, messageOf } from '../base/errors.ts'
import { configurationOf } from '../raft/configuration.ts'
import type { Configuration, Entry, HardState } from '../raft/message.ts'
import type { Disk, Sqlite, Statement } from './disk.ts'
import { FORMAT, createTables } from './schema.ts'

export interface Identity {
  clusterId: string
  name: string
  /** Who takes part, for a file that is new. */
  configuration: Configuration
  /**
   * What a file that is new means. `new`: so is the cluster. `joining`: the member was added to a cluster that lives, which
   * tells it who takes part. `existing`: the same, but it has lost its file, and its votes with it: it must catch up before
   * it votes.
   */
  state: 'new' | 'joining' | 'existing'
}

interface MemberRow {
  format: number
  cluster: string
  name: string
  boot: number
  term: number
  vote: string
  committed: number
  recovering: number
  joined: number
  snapshot_index: number
  snapshot_term: number
  configuration: string
}

/** What a member must not forget: hard state and log. Writes belong into the caller's transaction. */
export class DurableLog {
  readonly db: Sqlite
  /** Grows with every start of the member; part of the name of each of its proposals. */
  boot: number
  readonly hardState: HardState
  readonly snapshot: { index: number; term: number }
  /** As of the snapshot. */
  readonly configuration: Configuration
  #joined: boolean
  readonly #insert: Statement
  readonly #truncate: Statement
  readonly #compact: Statement
  readonly #setHardState: Statement
  readonly #setSnapshot: Statement

  /** @throws UserError if the file is damaged, or belongs to another member or cluster. */
  constructor(disk: Disk, db: Sqlite, identity: Identity, now: number) {
    this.db = db
    checkIntegrity(disk, db)
    createTables(db)
    let row = db.prepare('SELECT * FROM member').get() as MemberRow | undefined
    if (row) checkIdentity(disk, row, identity)
    else {
      const configuration = JSON.stringify(identity.state === 'new' ? identity.configuration : configurationOf([]))
      db.prepare(`INSERT INTO member VALUES (1, ?, ?, ?, 0, 0, '', 0, ?, ?, 0, 0, ?)`).run(
        FORMAT,
        identity.clusterId,
        identity.name,
        identity.state === 'existing' ? 1 : 0,
        identity.state === 'new' ? 1 : 0,
        configuration,
      )
      row = db.prepare('SELECT * FROM member').get() as MemberRow
    }
    // Also beyond what the clock says: a member whose disk was emptied must not reuse names of its earlier life.
    this.boot = Math.max(row.boot + 1, Math.floor(now))
    db.prepare('UPDATE member SET boot = ?').run(this.boot)
    this.hardState = { term: row.term, vote: row.vote, commit: row.committed, recovering: row.recovering !== 0 }
    this.#joined = row.joined !== 0
    this.snapshot = { index: row.snapshot_index, term: row.snapshot_term }
    this.configuration = JSON.parse(row.configuration) as Configuration
    this.#insert = db.prepare('INSERT INTO log VALUES (?, ?, ?, ?, ?)')
    this.#truncate = db.prepare('DELETE FROM log WHERE idx >= ?')
    this.#compact = db.prepare('DELETE FROM log WHERE idx <= ?')
    this.#setHardState = db.prepare('UPDATE member SET term = ?, vote = ?, committed = ?, recovering = ?')
    this.#setSnapshot = db.prepare('UPDATE member SET snapshot_index = ?, snapshot_term = ?, configuration = ?')
  }

  /** All entries behind the snapshot, each checked. */
  load(disk: Disk): Entry[] {
    const rows = this.db.prepare('SELECT idx, term, kind, crc, data FROM log ORDER BY idx').raw().all() as [
      index: number,
      term: number,
      kind: number,
      crc: number,
      data: Buffer,
    ][]
    return rows.map(([index, term, kind, crc, data], i) => {
      if (index !== this.snapshot.index + 1 + i) throw damaged(disk, `the log has a gap before entry ${index}`)
      const entry: Entry = { index, term, kind: KINDS[kind] ?? 'normal', data }
      if (kind >= KINDS.length || crc !== checksum(entry)) throw damaged(disk, `log entry ${index} fails its checksum`)
      return entry
    })
  }

  append(entries: Entry[], lastIndex: number): void {
    if (entries.length === 0) return
    if (entries[0]!.index <= lastIndex) this.#truncate.run(entries[0]!.index)
    for (const entry of entries)
      this.#insert.run(entry.index, entry.term, KINDS.indexOf(entry.kind), checksum(entry), entry.data)
  }

  setHardState(state: HardState): void {
    this.#setHardState.run(state.term, state.vote, state.commit, state.recovering ? 1 : 0)
  }

  /** Whether this member has ever taken part: one that has not is new to a configuration without it, not removed by it. */
  get joined(): boolean {
    return this.#joined
  }

  setJoined(): void {
    this.db.prepare('UPDATE member SET joined = 1').run()
    this.#joined = true
  }

  /** As it stands in the file, where something was undone or replaced. */
  reload(): void {
    this.#joined = this.db.prepare('SELECT joined FROM member').pluck().get() === 1
  }

  /** Writes without changing anything. */
  touch(): void {
    this.setHardState(this.hardState)
  }

  compactTo(index: number, term: number, configuration: Configuration): void {
    this.#compact.run(index)
    this.#setSnapshot.run(index, term, JSON.stringify(configuration))
  }

  /** A snapshot has taken the place of the whole log. */
  restore(index: number, term: number, configuration: Configuration): void {
    this.#truncate.run(0)
    this.#setSnapshot.run(index, term, JSON.stringify(configuration))
  }
}

const KINDS: readonly Entry['kind'][] = ['normal', 'configuration']

/** Index, term and kind belong to the checksum: an entry in the wrong place is damaged too. */
export function checksum({ index, term, kind, data }: Entry): number {
  const head = new Uint8Array(17)
  const view = new DataView(head.buffer)
  view.setFloat64(0, index)
  view.setFloat64(8, term)
  head[16] = KINDS.indexOf(kind)
  return crc32(data, crc32(head))
}

export function damaged(disk: { path: string }, what: string): UserError {
  return new UserError(
    `the store's file ${disk.path} is damaged: ${what}`,
    `Stop this machine and reset its store (delete ${disk.path} and its -wal and -shm files); it is refilled from the other members.`,
  )
}

function checkIntegrity(disk: Disk, db: Sqlite): void {
  let result: string
  try {
    result = String(db.pragma('quick_check(1)', { simple: true }))
  } catch (error) {
    throw damaged(disk, messageOf(error))
  }
  if (result !== 'ok') throw damaged(disk, result)
}

function checkIdentity(disk: Disk, row: MemberRow, identity: Identity): void {
  if (row.format !== FORMAT)
    throw new UserError(
      `the store's file ${disk.path} has format ${row.format}, this version reads ${FORMAT}`,
      'Use the version that wrote it, or create a new lab.',
    )
  if (row.cluster !== identity.clusterId || row.name !== identity.name)
    throw new UserError(
      `the store's file ${disk.path} belongs to member ${row.name} of cluster ${row.cluster}, ` +
        `not to ${identity.name} of ${identity.clusterId}`,
      'Start the machine that owns this folder, or give this one an empty folder.',
    )
}
