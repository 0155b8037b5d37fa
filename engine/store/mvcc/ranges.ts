import { compareBytes } from '../bytes.ts'
import type { Sqlite, Statement } from '../disk.ts'
import type { KeyValue, RangeRequest } from '../kv.ts'
import { BOUNDS, COLUMNS, boundKind, boundValues, firstId, toKeyValue } from './history.ts'
import type { KeyValueRow } from './history.ts'
import { PackedRows } from './packed.ts'

export interface RangeResult {
  kvs: KeyValue[]
  count: number
  more: boolean
}

/** The columns of one key, which is known. */
const OF_KEY = COLUMNS.replace('h.key, ', '')
type KeyRow = KeyValueRow extends [Uint8Array, ...infer Rest] ? Rest : never

/** The statements of one kind of range, with values or without them. */
interface Statements {
  /** Bounds. */
  rows: [withValues: PackedRows, withoutValues: PackedRows]
  /** Bounds. */
  count: Statement
}

/** Answers ranges: of the newest state from `live`, of an old revision from the index of `history`. */
export class Ranges {
  readonly #now: Statements[]
  /** These take the first history id behind the revision after the bounds. */
  readonly #then: Statements[]
  readonly #keyNow: Statement
  readonly #keyThen: Statement

  constructor(db: Sqlite) {
    this.#now = BOUNDS.map(bound => ({
      rows: [
        new PackedRows(
          db,
          `FROM live l CROSS JOIN history h ON h.id = l.id WHERE ${bound('l.key')} ORDER BY l.key`,
          true,
        ),
        // All but the value stands in this table alone, in order.
        new PackedRows(db, `FROM live h WHERE ${bound('h.key')} ORDER BY h.key`, false),
      ],
      count: db.prepare(`SELECT count(*) FROM live WHERE ${bound('key')}`).pluck(),
    }))
    this.#then = BOUNDS.map(bound => {
      // Along the index, so in order of key, and no further than somebody reads on.
      const keys = `SELECT key, max(id) AS id, type FROM history INDEXED BY history_key WHERE ${bound('key')} AND id < ? GROUP BY key HAVING type = 0`
      const source = `FROM (${keys}) l CROSS JOIN history h ON h.id = l.id`
      return {
        rows: [new PackedRows(db, source, true), new PackedRows(db, source, false)],
        count: db.prepare(`SELECT count(*) FROM (${keys})`).pluck(),
      }
    })
    this.#keyNow = db.prepare(`SELECT ${OF_KEY} FROM live l CROSS JOIN history h ON h.id = l.id WHERE l.key = ?`).raw()
    this.#keyThen = db
      .prepare(`SELECT ${COLUMNS}, h.type FROM history h WHERE h.key = ? AND h.id < ? ORDER BY h.id DESC LIMIT 1`)
      .raw()
  }

  /** Keys that exist in the range now. */
  count(key: Uint8Array, rangeEnd: Uint8Array | undefined): number {
    return this.#now[boundKind(rangeEnd)]!.count.get(...boundValues(key, rangeEnd)) as number
  }

  /** The range at `revision`, or now if that is undefined. */
  range(q: RangeRequest, revision: number | undefined): RangeResult {
    const { key, rangeEnd } = q
    const end = revision === undefined ? [] : [firstId(revision + 1)]
    const of = (revision === undefined ? this.#now : this.#then)[boundKind(rangeEnd)]!
    if (q.countOnly)
      return { kvs: [], count: of.count.get(...boundValues(key, rangeEnd), ...end) as number, more: false }
    const limit = q.limit !== undefined && q.limit > 0 ? q.limit : Infinity
    const { sortOrder = 'none', sortTarget = 'key' } = q
    const arranged = isBounded(q) || sortOrder !== 'none' || sortTarget !== 'key'
    const single = rangeEnd ? undefined : this.#single(q, revision)
    if (single) return arrange(q, single, single.length, limit)
    const most = isBounded(q) || sortOrder !== 'none' ? Infinity : arranged ? limit + 1 : limit
    const rows = of.rows[q.keysOnly && sortTarget !== 'value' ? 1 : 0]
    const kvs = rows.read([...boundValues(key, rangeEnd), ...end], most === Infinity ? -1 : most).map(toKeyValue)
    const count = kvs.length < most ? kvs.length : kvs.length + this.#behind(kvs.at(-1)!.key, rangeEnd!, revision)
    if (arranged) return arrange(q, kvs, count, limit)
    return { kvs, count, more: count > kvs.length }
  }

  /** Keys of the range that come after `key`: what is before it is known already. */
  #behind(key: Uint8Array, rangeEnd: Uint8Array, revision: number | undefined): number {
    const next = new Uint8Array(key.length + 1)
    next.set(key)
    return this.range({ key: next, rangeEnd, countOnly: true }, revision).count
  }

  #single(q: RangeRequest, revision: number | undefined): KeyValue[] {
    if (revision === undefined) {
      const row = this.#keyNow.get(q.key) as KeyRow | undefined
      return row ? [toKeyValue([q.key, ...row])] : []
    }
    const row = this.#keyThen.get(q.key, firstId(revision + 1)) as [...KeyValueRow, number] | undefined
    return row && row[7] === 0 ? [toKeyValue(row as unknown as KeyValueRow)] : []
  }
}

function isBounded(q: RangeRequest): boolean {
  return Boolean(q.minModRevision || q.maxModRevision || q.minCreateRevision || q.maxCreateRevision)
}

/** Leaves out, orders and cuts what was read. */
function arrange(q: RangeRequest, all: KeyValue[], count: number, limit: number): RangeResult {
  let kvs = all
  if (isBounded(q)) {
    const { minModRevision = 0, maxModRevision = 0, minCreateRevision = 0, maxCreateRevision = 0 } = q
    kvs = kvs.filter(
      kv =>
        kv.modRevision >= minModRevision &&
        (maxModRevision === 0 || kv.modRevision <= maxModRevision) &&
        kv.createRevision >= minCreateRevision &&
        (maxCreateRevision === 0 || kv.createRevision <= maxCreateRevision),
    )
  }
  const { sortOrder = 'none', sortTarget = 'key' } = q
  if (sortOrder !== 'none' || sortTarget !== 'key') {
    const sign = sortOrder === 'descend' ? -1 : 1
    kvs.sort((a, b) => sign * ORDERS[sortTarget](a, b))
  }
  const more = kvs.length > limit
  if (more) kvs.length = limit
  if (q.keysOnly) for (const kv of kvs) kv.value = EMPTY
  return { kvs, count, more }
}

const ORDERS: Record<NonNullable<RangeRequest['sortTarget']>, (a: KeyValue, b: KeyValue) => number> = {
  key: (a, b) => compareBytes(a.key, b.key),
  version: (a, b) => a.version - b.version,
  create: (a, b) => a.createRevision - b.createRevision,
  mod: (a, b) => a.modRevision - b.modRevision,
  value: (a, b) => compareBytes(a.value, b.value),
}

const EMPTY = new Uint8Array(0)
