import type { Sqlite, Statement } from '../disk.ts'

const prepared = new WeakMap<Sqlite, Statement[]>()

/** Bytes that the database has as a whole, and those of its pages that hold something. */
export function databaseSizes(db: Sqlite): { total: number; inUse: number } {
  let statements = prepared.get(db)
  if (!statements) {
    statements = ['page_size', 'page_count', 'freelist_count'].map(name => db.prepare(`PRAGMA ${name}`).pluck())
    prepared.set(db, statements)
  }
  const [size, count, free] = statements.map(statement => statement.get() as number) as [number, number, number]
  return { total: size * count, inUse: size * (count - free) }
}
