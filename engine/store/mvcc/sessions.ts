import type { Sqlite, Statement } from '../disk.ts'

interface Session {
  boot: number
  floor: number
  sequences: Set<number>
}

/** Remembers which batches of each member were applied, so that one that arrives twice is applied once. */
export class Sessions {
  readonly #sessions = new Map<string, Session>()
  readonly #save: Statement

  constructor(db: Sqlite) {
    this.#save = db.prepare('INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?)')
    for (const row of db.prepare('SELECT member, boot, floor, sequences FROM session').raw().all() as [
      string,
      number,
      number,
      string,
    ][])
      this.#sessions.set(row[0], { boot: row[1], floor: row[2], sequences: new Set(JSON.parse(row[3]) as number[]) })
  }

  /** The latest start of `member` that had something applied; 0 if none. */
  bootOf(member: string): number {
    return this.#sessions.get(member)?.boot ?? 0
  }

  /** Whether a batch would be refused as applied already. */
  has(member: string, boot: number, sequence: number): boolean {
    const session = this.#sessions.get(member)
    if (!session || boot > session.boot) return false
    return boot < session.boot || sequence < session.floor || session.sequences.has(sequence)
  }

  /** True exactly once for each name. */
  accept(member: string, boot: number, sequence: number, settledBelow: number): boolean {
    let session = this.#sessions.get(member)
    if (this.has(member, boot, sequence)) return false
    if (!session || boot > session.boot) {
      session = { boot, floor: 0, sequences: new Set() }
      this.#sessions.set(member, session)
    }
    session.sequences.add(sequence)
    if (settledBelow > session.floor) {
      session.floor = settledBelow
      for (const old of session.sequences) if (old < settledBelow) session.sequences.delete(old)
    }
    this.#save.run(member, session.boot, session.floor, JSON.stringify([...session.sequences]))
    return true
  }
}
