import { crc32 } from 'node:zlib'
import type { Statement } from '../disk.ts'
import { DamagedValueError, firstId, revisionOf } from './history.ts'
import type { Machine } from './machine.ts'

/** One comparison of all members. Everything in it comes from the log, so all members see the same. */
export interface CorruptionCheck {
  /** Index of the log entry that asked for it. */
  id: number
  revision: number
  compactRevision: number
  /** Ids of the members; first the leader that asked. */
  members: string[]
  /** What each member found, by its id. */
  reports: Record<string, number>
}

/**
 * The members that differ: from what more than half of all found, or, where there is no such majority and all have
 * answered, from what the leader found.
 */
export function verdict({ members, reports }: CorruptionCheck): string[] {
  const hashes = Object.values(reports)
  const right =
    hashes.find(hash => hashes.filter(other => other === hash).length > members.length / 2) ??
    (hashes.length === members.length ? reports[members[0]!] : undefined)
  if (right === undefined) return []
  return members.filter(member => member in reports && reports[member] !== right)
}

type Row = [
  id: number,
  type: number,
  createRevision: number,
  version: number,
  lease: number,
  crc: number,
  key: Buffer,
  value: Buffer,
]

const MAX_BYTES = 1024 * 1024

/**
 * The hash of all versions up to a revision that compaction leaves, whether or not it has cleared the others away: a member's
 * answer depends on nothing but its key space. Taken in steps; compaction must not clear anything away in between (see
 * `Machine.holds`).
 */
export class Hasher {
  readonly revision: number
  readonly compactRevision: number
  readonly #rows: Statement
  readonly #successor: Statement
  #next = 0
  #hash = 0

  constructor(machine: Machine, revision: number) {
    this.revision = revision
    this.compactRevision = machine.compactRevision
    this.#rows = machine.db
      .prepare(
        'SELECT id, type, create_revision, version, lease, crc, key, value FROM history WHERE id >= ? AND id < ? ORDER BY id LIMIT ?',
      )
      .raw()
    this.#successor = machine.db.prepare('SELECT id FROM history WHERE key = ? AND id > ? AND id < ? LIMIT 1').pluck()
  }

  /** Takes in `amount` versions more; the hash once there is no more. @throws DamagedValueError */
  step(amount: number): number | undefined {
    const rows: Row[] = []
    let bytes = 0
    const end = firstId(this.revision + 1)
    let complete = true
    for (const row of this.#rows.iterate(this.#next, end, amount + 1) as IterableIterator<Row>) {
      if (rows.length >= amount || bytes >= MAX_BYTES) {
        complete = false
        break
      }
      rows.push(row)
      bytes += row[7].length
    }
    for (const row of rows) this.#take(row)
    if (complete) return this.#hash
    this.#next = rows.at(-1)![0] + 1
    return undefined
  }

  #take([id, type, createRevision, version, lease, crc, key, value]: Row): void {
    const compacted = firstId(this.compactRevision + 1)
    const content = crc32(value, crc32(key))
    if (content !== crc) throw new DamagedValueError(revisionOf(id))
    if (id < compacted && this.#successor.get(key, id, compacted) !== undefined) return
    // A deletion at the compact revision itself can still be watched.
    if (type === 1 && id < firstId(this.compactRevision)) return
    const head = new Float64Array([id, type, createRevision, version, lease, key.length, content])
    this.#hash = crc32(new Uint8Array(head.buffer), this.#hash)
  }
}
