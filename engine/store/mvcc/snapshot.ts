import { crc32 } from 'node:zlib'
import { ByteReader, ByteWriter } from '../bytes.ts'
import type { Sqlite } from '../disk.ts'
import { DamagedValueError, revisionOf } from './history.ts'

/** Bytes of rows in one chunk, roughly: a large row goes alone. */
const CHUNK_BYTES = 512 * 1024

/** The tables that make up the state machine; `live` is rebuilt from `history`. */
const TABLES = [
  { name: 'machine', key: 'only', columns: 5 },
  { name: 'lease', key: 'id', columns: 2 },
  { name: 'session', key: 'member', columns: 4 },
  { name: 'history', key: 'id', columns: 8 },
  { name: 'notice', key: 'name', columns: 2 },
] as const

/**
 * The state machine as a sequence of chunks, read lazily from `reader`, which sees one committed state throughout.
 * The consumer closes `reader`. @throws DamagedValueError rather than to spread what is damaged here
 */
export function* snapshotChunks(reader: Sqlite): Generator<Uint8Array<ArrayBuffer>> {
  let w = new ByteWriter(CHUNK_BYTES)
  for (const [number, table] of TABLES.entries()) {
    const statement = reader.prepare(`SELECT * FROM ${table.name} ORDER BY ${table.key}`).raw()
    for (const row of statement.iterate() as IterableIterator<(number | string | Buffer)[]>) {
      if (table.name === 'history') checkRow(row)
      w.byte(number)
      for (const value of row) writeValue(w, value)
      if (w.length >= CHUNK_BYTES) {
        yield seal(w)
        w = new ByteWriter(CHUNK_BYTES)
      }
    }
  }
  if (w.length > 0) yield seal(w)
}

function checkRow([id, , , , , crc, key, value]: (number | string | Buffer)[]): void {
  if (crc !== crc32(value as Buffer, crc32(key as Buffer))) throw new DamagedValueError(revisionOf(id as number))
}

function seal(w: ByteWriter): Uint8Array<ArrayBuffer> {
  const rows = w.finish()
  return new ByteWriter(rows.length + 16).uint(crc32(rows)).bytes(rows).finish()
}

/** Replaces the state machine by the chunks, inside the caller's transaction. */
export function installChunks(db: Sqlite, chunks: Iterable<Uint8Array>): void {
  for (const table of [...TABLES.map(t => t.name), 'live']) db.exec(`DELETE FROM ${table}`)
  const inserts = TABLES.map(t => db.prepare(`INSERT INTO ${t.name} VALUES (${Array(t.columns).fill('?').join(', ')})`))
  for (const chunk of chunks) {
    const sealed = new ByteReader(chunk)
    const crc = sealed.uint()
    const rows = sealed.bytes()
    if (crc !== crc32(rows)) throw new Error('a chunk of the snapshot fails its checksum')
    const r = new ByteReader(rows)
    while (!r.done) {
      const number = r.byte()
      const table = TABLES[number]
      if (!table) throw new Error('a chunk of the snapshot names an unknown table')
      const row: unknown[] = []
      for (let i = 0; i < table.columns; i++) row.push(readValue(r))
      inserts[number]!.run(...row)
    }
  }
  db.exec(`
    INSERT INTO live SELECT key, id, create_revision, version, lease FROM
      (SELECT key, max(id) AS id, type, create_revision, version, lease FROM history GROUP BY key) WHERE type = 0`)
}

function writeValue(w: ByteWriter, value: number | string | Buffer): void {
  if (typeof value === 'number') w.byte(0).uint(value)
  else if (typeof value === 'string') w.byte(1).text(value)
  else w.byte(2).bytes(value)
}

function readValue(r: ByteReader): unknown {
  switch (r.byte()) {
    case 0:
      return r.uint()
    case 1:
      return r.text()
    default:
      return r.bytes()
  }
}
