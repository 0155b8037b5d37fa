import { crc32 } from 'node:zlib'
import { isOpenEnd } from '../bytes.ts'
import type { Sqlite, Statement } from '../disk.ts'
import { StoreError } from '../kv.ts'
import type { KeyValue, WatchEvent } from '../kv.ts'

/** Most events in one revision. */
export const MAX_EVENTS = 2 ** 18

const PUT = 0
const DELETE = 1

/** History id of the first event of a revision. */
export function firstId(revision: number): number {
  return revision * MAX_EVENTS
}

export function revisionOf(id: number): number {
  return Math.floor(id / MAX_EVENTS)
}

export interface Live {
  id: number
  createRevision: number
  version: number
  lease: number
}

type LiveRow = [id: number, createRevision: number, version: number, lease: number]

export type KeyValueRow = [
  key: Uint8Array,
  value: Buffer | null,
  createRevision: number,
  id: number,
  version: number,
  lease: number,
  crc: number,
]
type EventRow = [...KeyValueRow, type: number]

export const COLUMNS = 'h.key, h.value, h.create_revision, h.id, h.version, h.lease, h.crc'

/** A piece of history: all events up to and including revision `to`. */
export interface Piece {
  events: WatchEvent[]
  to: number
}

/** The versions of all keys, over two tables: every version in `history`, the newest of each existing key in `live`. */
export class History {
  readonly #getLive: Statement
  readonly #insert: Statement
  readonly #insertLive: Statement
  readonly #updateLive: Statement
  readonly #updateLiveAndLease: Statement
  readonly #removeLive: Statement
  readonly #at: Statement
  readonly #before: Statement
  readonly #keysOfLease: Statement
  readonly #liveKeys: Statement[]
  readonly #liveRange: Statement[]
  readonly #events: Statement[]
  readonly #countKeys: Statement
  /** Undefined until somebody asks: to count takes a while. */
  #keys: number | undefined

  constructor(db: Sqlite) {
    this.#getLive = db.prepare('SELECT id, create_revision, version, lease FROM live WHERE key = ?').raw()
    this.#insert = db.prepare('INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    this.#insertLive = db.prepare('INSERT INTO live VALUES (?, ?, ?, ?, ?)')
    // Without a word about the lease, SQLite leaves its index alone.
    this.#updateLive = db.prepare('UPDATE live SET id = ?, version = ? WHERE key = ?')
    this.#updateLiveAndLease = db.prepare('UPDATE live SET id = ?, version = ?, lease = ? WHERE key = ?')
    this.#removeLive = db.prepare('DELETE FROM live WHERE key = ?')
    this.#at = db.prepare(`SELECT ${COLUMNS} FROM history h WHERE h.id = ?`).raw()
    this.#before = db
      .prepare(`SELECT ${COLUMNS}, h.type FROM history h WHERE h.key = ? AND h.id < ? ORDER BY h.id DESC LIMIT 1`)
      .raw()
    this.#countKeys = db.prepare('SELECT count(*) FROM live').pluck()
    this.#keysOfLease = db.prepare('SELECT key FROM live WHERE lease = ? AND lease > 0 ORDER BY key').pluck()
    this.#liveKeys = BOUNDS.map(bound => db.prepare(`SELECT key FROM live WHERE ${bound('key')} ORDER BY key`).pluck())
    this.#liveRange = BOUNDS.map(bound =>
      db.prepare(`SELECT id, create_revision, version, lease FROM live WHERE ${bound('key')}`).raw(),
    )
    // The plus keeps SQLite on the primary key: in order of id, without a sort.
    this.#events = BOUNDS.map(bound =>
      db
        .prepare(
          `SELECT ${COLUMNS}, h.type FROM history h WHERE ${bound('+h.key')} AND h.id >= ? AND h.id < ? ORDER BY h.id`,
        )
        .raw(),
    )
  }

  live(key: Uint8Array): Live | undefined {
    const row = this.#getLive.get(key) as LiveRow | undefined
    return row && toLive(row)
  }

  /** All that exists in the range now. */
  liveRange(key: Uint8Array, rangeEnd: Uint8Array): Live[] {
    return (this.#liveRange[boundKind(rangeEnd)]!.all(...boundValues(key, rangeEnd)) as LiveRow[]).map(toLive)
  }

  /** The version with history id `id`. */
  at(id: number): KeyValue {
    const row = this.#at.get(id) as KeyValueRow | undefined
    if (!row) throw new StoreError(`version ${id} is missing from the history`)
    return toKeyValue(row)
  }

  /** `live`: what there is of the key. */
  put(id: number, key: Uint8Array, value: Uint8Array, next: Omit<Live, 'id'>, live: Live | undefined): void {
    const { createRevision, version, lease } = next
    this.#insert.run(id, PUT, createRevision, version, lease, crc32(value, crc32(key)), key, value)
    if (live && live.lease === lease) this.#updateLive.run(id, version, key)
    else if (live) this.#updateLiveAndLease.run(id, version, lease, key)
    else {
      this.#insertLive.run(key, id, createRevision, version, lease)
      if (this.#keys !== undefined) this.#keys++
    }
  }

  remove(id: number, key: Uint8Array): void {
    this.#insert.run(id, DELETE, 0, 0, 0, crc32(key), key, EMPTY)
    this.#removeLive.run(key)
    if (this.#keys !== undefined) this.#keys--
  }

  /** How many keys exist. */
  get keys(): number {
    return (this.#keys ??= this.#countKeys.get() as number)
  }

  /** Keys that exist in the range now, in order. */
  liveKeys(key: Uint8Array, rangeEnd: Uint8Array | undefined): Buffer[] {
    return this.#liveKeys[boundKind(rangeEnd)]!.all(...boundValues(key, rangeEnd)) as Buffer[]
  }

  keysOfLease(lease: number): Buffer[] {
    return this.#keysOfLease.all(lease) as Buffer[]
  }

  /**
   * Events of the range from revision `from` on, in order, whole revisions: up to `to`, or less once there are `maxEvents`
   * or `maxBytes`.
   */
  events(
    key: Uint8Array,
    rangeEnd: Uint8Array | undefined,
    from: number,
    to: number,
    maxEvents = Infinity,
    maxBytes = Infinity,
  ): Piece {
    const statement = this.#events[boundKind(rangeEnd)]!
    const events: WatchEvent[] = []
    let bytes = 0
    let last = from
    for (const row of statement.iterate(
      ...boundValues(key, rangeEnd),
      firstId(from),
      firstId(to + 1),
    ) as IterableIterator<EventRow>) {
      const revision = revisionOf(row[3])
      if (revision !== last && (events.length >= maxEvents || bytes >= maxBytes)) return { events, to: last }
      last = revision
      bytes += row[0].length + (row[1]?.length ?? 0)
      events.push(
        row[7] === DELETE
          ? { type: 'delete', kv: tombstone(row[0], revision) }
          : { type: 'put', kv: toKeyValue(row as unknown as KeyValueRow) },
      )
    }
    return { events, to }
  }

  /** The value that a key had before `revision`. The caller sees to it that this revision is not compacted. */
  before(key: Uint8Array, revision: number): KeyValue | undefined {
    const row = this.#before.get(key, firstId(revision)) as EventRow | undefined
    return row && row[7] === PUT ? toKeyValue(row as unknown as KeyValueRow) : undefined
  }
}

/** Conditions of the three kinds of ranges: one key, from a key on, from a key to another. */
export const BOUNDS = [
  (column: string) => `${column} = ?`,
  (column: string) => `${column} >= ?`,
  (column: string) => `${column} >= ? AND ${column} < ?`,
] as const

/** Index into `BOUNDS`. */
export function boundKind(rangeEnd: Uint8Array | undefined): 0 | 1 | 2 {
  if (!rangeEnd) return 0
  return isOpenEnd(rangeEnd) ? 1 : 2
}

/** What the condition's parameters are given. */
export function boundValues(key: Uint8Array, rangeEnd: Uint8Array | undefined): Uint8Array[] {
  return rangeEnd && !isOpenEnd(rangeEnd) ? [key, rangeEnd] : [key]
}

const EMPTY = new Uint8Array(0)

function tombstone(key: Uint8Array, revision: number): KeyValue {
  return { key, value: EMPTY, createRevision: 0, modRevision: revision, version: 0, lease: 0 }
}

/** What a deletion looks like to a watcher. */
export function deletion(key: Uint8Array, revision: number): WatchEvent {
  return { type: 'delete', kv: tombstone(key, revision) }
}

function toLive([id, createRevision, version, lease]: LiveRow): Live {
  return { id, createRevision, version, lease }
}

/** A negative checksum is not looked at: the value was not read. */
export function toKeyValue([key, value, createRevision, id, version, lease, crc]: KeyValueRow): KeyValue {
  if (crc >= 0 && !isIntact(key, value ?? EMPTY, crc)) throw new DamagedValueError(revisionOf(id))
  return { key, value: value ?? EMPTY, createRevision, modRevision: revisionOf(id), version, lease }
}

/** In a damaged row there may be anything, of any type. */
function isIntact(key: unknown, value: unknown, crc: number): boolean {
  return key instanceof Uint8Array && value instanceof Uint8Array && crc === crc32(value, crc32(key))
}

/** A stored version fails its checksum. */
export class DamagedValueError extends Error {
  override readonly name = 'DamagedValueError'
  constructor(revision: number) {
    super(`the value written at revision ${revision} fails its checksum`)
  }
}
