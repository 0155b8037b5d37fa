import type { Sqlite, Statement } from '../disk.ts'
import { DamagedValueError, revisionOf } from './history.ts'
import type { KeyValueRow } from './history.ts'

/** Bytes of keys and values that are read in one piece at most, unless a single row has more. */
const PIECE_BYTES = 16 * 1024 * 1024

type Figures = [
  createRevision: number,
  id: number,
  version: number,
  lease: number,
  crc: number,
  keyLength: number,
  valueLength: number | null,
]

/** Columns of `history` as `h`, of which values and their checksums may be left out. */
const FIGURES = 'h.create_revision, h.id, h.version, h.lease'
const WITH_VALUES = { figures: `${FIGURES}, h.crc, length(h.key), length(h.value)`, contents: 'h.key, h.value' }
const WITHOUT_VALUES = { figures: `${FIGURES}, -1, length(h.key), NULL`, contents: 'h.key, NULL AS value' }

/**
 * Reads rows with their keys and values as one piece of memory each, of which every row gets its part: to hand over a
 * blob takes the binding ten times as long as SQLite takes to find it.
 */
export class PackedRows {
  readonly #figures: Statement
  readonly #contents: Statement

  /** `source` begins with `FROM`, gives rows of `history` as `h` in a certain order, and takes parameters but no limit. */
  constructor(db: Sqlite, source: string, withValues: boolean) {
    const { figures, contents } = withValues ? WITH_VALUES : WITHOUT_VALUES
    this.#figures = db.prepare(`SELECT ${figures} ${source} LIMIT ?`).raw()
    // A concatenation takes blobs byte by byte as they are.
    this.#contents = db
      .prepare(
        `SELECT CAST(group_concat(key, '') AS BLOB), CAST(group_concat(value, '') AS BLOB)
         FROM (SELECT ${contents} ${source} LIMIT ? OFFSET ?)`,
      )
      .raw()
  }

  /** The first `limit` rows (-1: all). @throws DamagedValueError if a row is not what was written there */
  read(parameters: unknown[], limit: number): KeyValueRow[] {
    const figures = this.#figures.all(...parameters, limit) as Figures[]
    const rows: KeyValueRow[] = []
    while (rows.length < figures.length) this.#readPiece(parameters, figures, rows)
    return rows
  }

  /** Reads on behind `rows`, as much as goes into one piece. */
  #readPiece(parameters: unknown[], figures: Figures[], rows: KeyValueRow[]): void {
    const first = rows.length
    let end = first
    for (let bytes = 0; end < figures.length && (end === first || bytes < PIECE_BYTES); end++)
      bytes += figures[end]![5] + (figures[end]![6] ?? 0)
    const [keys, values] = this.#contents.get(...parameters, end - first, first) as [Buffer | null, Buffer | null]
    let keyAt = 0
    let valueAt = 0
    for (const [createRevision, id, version, lease, crc, keyLength, valueLength] of figures.slice(first, end)) {
      const key = keys?.subarray(keyAt, (keyAt += keyLength))
      const value = valueLength === null ? null : values?.subarray(valueAt, (valueAt += valueLength))
      if (key?.length !== keyLength || value === undefined) throw new DamagedValueError(revisionOf(id))
      rows.push([key, value, createRevision, id, version, lease, crc])
    }
  }
}
