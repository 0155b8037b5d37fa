import { ByteReader, ByteWriter } from '../bytes.ts'
import type { Sqlite, Statement } from '../disk.ts'

interface Session {
  boot: number
  floor: number
  sequences: Set<number>
}

/** Remembers which batches of each member were applied, so that one that arrives twice is applied once. */
export class Sessions {
  readonly #sessions = new Map<string, Session>()
  readonly #changed = new Set<string>()
  readonly #save: Statement

  constructor(db: Sqlite) {
    this.#save = db.prepare('INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?)')
    for (const row of db.prepare('SELECT member, boot, floor, sequences FROM session').raw().all() as [
      string,
      number,
      number,
      string | Buffer,
    ][])
      this.#sessions.set(row[0], { boot: row[1], floor: row[2], sequences: new Set(decode(row[3])) })
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

  /** True exactly once for each name. `save` writes it down. */
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
    this.#changed.add(member)
    return true
  }

  /** Writes what was accepted, inside the caller's transaction. */
  save(): void {
    for (const member of this.#changed) {
      const { boot, floor, sequences } = this.#sessions.get(member)!
      this.#save.run(member, boot, floor, encode(sequences))
    }
    this.#changed.clear()
  }
}

function encode(sequences: Set<number>): Uint8Array {
  const w = new ByteWriter(8 * sequences.size)
  for (const sequence of sequences) w.uint(sequence)
  return w.finish()
}

/** Text is how files before this one's version hold it. */
function decode(data: string | Buffer): number[] {
  if (typeof data === 'string') return JSON.parse(data) as number[]
  const r = new ByteReader(data)
  const sequences: number[] = []
  while (!r.done) sequences.push(r.uint())
  return sequences
}
