import { crc32 } from 'node:zlib'
import { isOpenEnd } from '../bytes.ts'
import type { Sqlite, Statement } from '../disk.ts'
import { ALL_KEYS, StoreError } from '../kv.ts'
import type { KeyValue, RangeRequest, WatchEvent } from '../kv.ts'

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

type KeyValueRow = [
  key: Buffer,
  value: Buffer,
  createRevision: number,
  id: number,
  version: number,
  lease: number,
  crc: number,
]

const COLUMNS = 'h.key, h.value, h.create_revision, h.id, h.version, h.lease, h.crc'

/** The versions of all keys, over two tables: every version in `history`, the newest of each existing key in `live`. */
export class History {
  readonly #db: Sqlite
  readonly #statements = new Map<string, Statement>()
  readonly #getLive: Statement
  readonly #insert: Statement
  readonly #setLive: Statement
  readonly #removeLive: Statement

  constructor(db: Sqlite) {
    this.#db = db
    this.#getLive = db.prepare('SELECT id, create_revision, version, lease FROM live WHERE key = ?').raw()
    this.#insert = db.prepare('INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    this.#setLive = db.prepare('INSERT OR REPLACE INTO live VALUES (?, ?, ?, ?, ?)')
    this.#removeLive = db.prepare('DELETE FROM live WHERE key = ?')
  }

  live(key: Uint8Array): Live | undefined {
    const row = this.#getLive.get(key) as [number, number, number, number] | undefined
    return row && { id: row[0], createRevision: row[1], version: row[2], lease: row[3] }
  }

  /** The version with history id `id`. */
  at(id: number): KeyValue {
    const row = this.#sql(`SELECT ${COLUMNS} FROM history h WHERE h.id = ?`).get(id) as KeyValueRow | undefined
    if (!row) throw new StoreError(`version ${id} is missing from the history`)
    return toKeyValue(row)
  }

  put(id: number, key: Uint8Array, value: Uint8Array, next: Omit<Live, 'id'>): void {
    this.#insert.run(id, PUT, next.createRevision, next.version, next.lease, crc32(value, crc32(key)), key, value)
    this.#setLive.run(key, id, next.createRevision, next.version, next.lease)
  }

  remove(id: number, key: Uint8Array): void {
    this.#insert.run(id, DELETE, 0, 0, 0, crc32(key), key, EMPTY)
    this.#removeLive.run(key)
  }

  /** Keys that exist in the range now, in order; at most `limit`. */
  liveKeys(key: Uint8Array, rangeEnd: Uint8Array | undefined, limit: number): Buffer[] {
    const [where, values] = bounds('key', key, rangeEnd)
    return this.#sql(`SELECT key FROM live WHERE ${where} ORDER BY key LIMIT ?`)
      .pluck()
      .all(...values, limit) as Buffer[]
  }

  keysOfLease(lease: number): Buffer[] {
    return this.#sql('SELECT key FROM live WHERE lease = ? AND lease > 0 ORDER BY key').pluck().all(lease) as Buffer[]
  }

  /** The range at `revision`, or now if that is undefined. */
  range(q: RangeRequest, revision: number | undefined): { kvs: KeyValue[]; count: number; more: boolean } {
    const limit = q.limit ? q.limit : Infinity
    const single = !q.rangeEnd
    const columns = q.keysOnly ? COLUMNS.replace('h.value', `x''`).replace('h.crc', '-1') : COLUMNS
    const [where, values] = bounds(revision === undefined ? 'l.key' : 'key', q.key, q.rangeEnd)
    const source =
      revision === undefined
        ? `live l`
        : `(SELECT key, max(id) AS id, type FROM history WHERE ${where} AND id < ? GROUP BY key HAVING type = ${PUT}) l`
    const filter = revision === undefined ? `WHERE ${where}` : ''
    const bound = revision === undefined ? values : [...values, firstId(revision + 1)]
    const countAll = () =>
      this.#sql(`SELECT count(*) FROM ${source} ${filter}`)
        .pluck()
        .get(...bound) as number
    if (q.countOnly) return { kvs: [], count: countAll(), more: false }
    const rows = this.#sql(
      `SELECT ${columns} FROM ${source} JOIN history h ON h.id = l.id ${filter} ORDER BY l.key LIMIT ?`,
    ).all(...bound, limit === Infinity ? -1 : limit) as KeyValueRow[]
    const kvs = rows.map(toKeyValue)
    const count = single || kvs.length < limit ? kvs.length : countAll()
    return { kvs, count, more: count > kvs.length }
  }

  /** Events of the range with revisions from `from` to `to`, both included, in order. */
  events(key: Uint8Array, rangeEnd: Uint8Array | undefined, from: number, to: number): WatchEvent[] {
    const [where, values] = bounds('h.key', key, rangeEnd)
    // The plus keeps SQLite on the primary key: in order of id, without a sort.
    const rows = this.#sql(
      `SELECT ${COLUMNS}, h.type FROM history h
       WHERE h.id >= ? AND h.id < ? AND ${where.replaceAll('h.key', '+h.key')} ORDER BY h.id`,
    ).all(firstId(from), firstId(to + 1), ...values) as [...KeyValueRow, number][]
    return rows.map(row =>
      row[7] === DELETE
        ? { type: 'delete', kv: tombstone(row[0], revisionOf(row[3])) }
        : { type: 'put', kv: toKeyValue(row as unknown as KeyValueRow) },
    )
  }

  /** The value that a key had before `revision`, if that is still known. */
  before(key: Uint8Array, revision: number): KeyValue | undefined {
    const row = this.#sql(
      `SELECT ${COLUMNS}, h.type FROM history h WHERE h.key = ? AND h.id < ? ORDER BY h.id DESC LIMIT 1`,
    ).get(key, firstId(revision)) as [...KeyValueRow, number] | undefined
    return row && row[7] === PUT ? toKeyValue(row as unknown as KeyValueRow) : undefined
  }

  #sql(sql: string): Statement {
    let statement = this.#statements.get(sql)
    if (!statement) this.#statements.set(sql, (statement = this.#db.prepare(sql).raw()))
    return statement
  }
}

const EMPTY = new Uint8Array(0)

export function tombstone(key: Uint8Array, revision: number): KeyValue {
  return { key, value: EMPTY, createRevision: 0, modRevision: revision, version: 0, lease: 0 }
}

function bounds(column: string, key: Uint8Array, rangeEnd: Uint8Array | undefined): [string, unknown[]] {
  if (!rangeEnd) return [`${column} = ?`, [key]]
  if (isOpenEnd(rangeEnd ?? ALL_KEYS)) return [`${column} >= ?`, [key]]
  return [`${column} >= ? AND ${column} < ?`, [key, rangeEnd]]
}

function toKeyValue([key, value, createRevision, id, version, lease, crc]: KeyValueRow): KeyValue {
  if (crc >= 0 && crc !== crc32(value, crc32(key))) throw new DamagedValueError(revisionOf(id))
  return { key, value, createRevision, modRevision: revisionOf(id), version, lease }
}

/** A stored version fails its checksum. */
export class DamagedValueError extends Error {
  override readonly name = 'DamagedValueError'
  constructor(revision: number) {
    super(`the value written at revision ${revision} fails its checksum`)
  }
}
