import type { Sqlite } from '../disk.ts'

/** How much a member has done since it was started. */
export interface OperationCounts {
  puts: number
  deletes: number
  ranges: number
  /** Of several operations each. */
  transactions: number
}

const known = new WeakMap<Sqlite, OperationCounts>()

/** The counts of the member that uses `db`: they outlive a state machine that is loaded again. */
export function countsOf(db: Sqlite): OperationCounts {
  let counts = known.get(db)
  if (!counts) known.set(db, (counts = { puts: 0, deletes: 0, ranges: 0, transactions: 0 }))
  return counts
}
