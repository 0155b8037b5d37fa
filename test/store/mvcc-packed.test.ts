import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { crc32 } from 'node:zlib'
import type { Sqlite } from '../../engine/store/disk.ts'
import { DamagedValueError, firstId, toKeyValue } from '../../engine/store/mvcc/history.ts'
import { PackedRows } from '../../engine/store/mvcc/packed.ts'
import { createTables } from '../../engine/store/schema.ts'

const SOURCE = 'FROM history h WHERE h.id >= ? ORDER BY h.id'

describe('rows that are read as one piece', () => {
  let db: Sqlite

  beforeEach(() => {
    db = new Database(':memory:')
    createTables(db)
  })
  afterEach(() => void db.close())

  function insert(revision: number, key: Uint8Array, value: Uint8Array): void {
    db.prepare('INSERT INTO history VALUES (?, 0, ?, 1, 0, ?, ?, ?)').run(
      firstId(revision),
      revision,
      crc32(value, crc32(key)),
      key,
      value,
    )
  }

  const read = (withValues = true, limit = -1) =>
    new PackedRows(db, SOURCE, withValues).read([0], limit).map(row => toKeyValue(row))

  test('none are none', () => {
    expect(read()).toEqual([])
  })

  test('every byte comes as it was written: zeros, what is no UTF-8, nothing at all', () => {
    const values = [[], [0], [0, 0, 255, 254, 0], [0xed, 0xa0, 0x80, 0xc3], [], [0x22, 0x27, 0x5c], []].map(v =>
      Uint8Array.from(v),
    )
    const keys = values.map((_, i) => Uint8Array.from([0, i, 0xff, 0xc0]))
    values.forEach((value, i) => insert(i + 2, keys[i]!, value))
    expect(read().map(kv => [Uint8Array.from(kv.key), Uint8Array.from(kv.value)])).toEqual(
      values.map((value, i) => [keys[i], value]),
    )
    expect(read(false).map(kv => [Uint8Array.from(kv.key), kv.value.length])).toEqual(keys.map(key => [key, 0]))
  })

  test('more than one piece, and a row that is larger than a piece', () => {
    const sizes = [7, 9, 20, 1, 9].map(mib => mib * 1024 * 1024)
    sizes.forEach((size, i) => insert(i + 2, Uint8Array.from([i]), new Uint8Array(size).fill(i + 1)))
    expect(read().map(kv => [kv.modRevision, kv.value.length, kv.value[0], kv.value.at(-1)])).toEqual(
      sizes.map((size, i) => [i + 2, size, i + 1, i + 1]),
    )
    expect(read(true, 2).map(kv => kv.modRevision)).toEqual([2, 3])
  })

  test.each(['key', 'value'])('a damaged %s is refused, whatever it has become', column => {
    for (let i = 2; i < 6; i++) insert(i, Uint8Array.from([i, i]), Uint8Array.from([i, i, i]))
    for (const damage of ['7', '1.5', "'é'", "x'0102030405'", "x''"]) {
      db.exec('SAVEPOINT whole')
      db.exec(`UPDATE history SET ${column} = ${damage} WHERE create_revision = 4`)
      expect(() => read(), damage).toThrow(DamagedValueError)
      db.exec('ROLLBACK TO whole')
    }
    expect(read()).toHaveLength(4)
  })
})
