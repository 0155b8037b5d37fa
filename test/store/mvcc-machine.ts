import Database from 'better-sqlite3'
import { decodeBatch, encodeBatch, encodeCommand } from '../../engine/store/command.ts'
import type { Command } from '../../engine/store/command.ts'
import type { Sqlite } from '../../engine/store/disk.ts'
import { StoreError } from '../../engine/store/kv.ts'
import type { TxnRequest, WatchEvent } from '../../engine/store/kv.ts'
import { Scrubber } from '../../engine/store/mvcc/compaction.ts'
import { Hasher } from '../../engine/store/mvcc/corruption.ts'
import { Machine } from '../../engine/store/mvcc/machine.ts'
import type { Outcome } from '../../engine/store/mvcc/machine.ts'
import { installChunks, snapshotChunks } from '../../engine/store/mvcc/snapshot.ts'
import { createTables } from '../../engine/store/schema.ts'

/** A state machine with a log of its own: what one member makes of the entries that all are given. */
export class Bench {
  readonly db: Sqlite
  machine: Machine
  scrubber: Scrubber
  readonly events: WatchEvent[] = []

  constructor() {
    this.db = new Database(':memory:')
    createTables(this.db)
    this.machine = new Machine(this.db)
    this.scrubber = new Scrubber(this.db, this.machine)
  }

  /** Applies an entry as it stands in the log. */
  apply(entry: Uint8Array, wanted = true): Outcome[] | undefined {
    this.machine.applied++
    const outcomes = this.machine.apply(decodeBatch(entry), wanted)
    this.machine.save()
    this.events.push(...this.machine.takeEvents())
    return outcomes
  }

  /** Applies one command in an entry of its own. @throws StoreError if that is the outcome */
  run(command: Command): Outcome {
    const [outcome] = this.apply(entryOf(this.machine.applied + 1, command))!
    if (outcome instanceof StoreError) throw outcome
    return outcome
  }

  txn(request: Partial<TxnRequest>) {
    const full = { compare: [], success: [], failure: [], ...request }
    return this.run({ type: 'txn', request: full }) as Exclude<Outcome, StoreError | undefined | unknown[]>
  }

  /** The process ends, and another one opens the file. */
  restart(): void {
    this.machine = new Machine(this.db)
    this.scrubber = new Scrubber(this.db, this.machine)
  }

  scrub(steps = Infinity): void {
    for (let i = 0; i < steps && this.scrubber.pending; i++) this.scrubber.step(250)
  }

  hash(revision = this.machine.revision): number {
    const hasher = new Hasher(this.machine, revision)
    for (;;) {
      const hash = hasher.step(250)
      if (hash !== undefined) return hash
    }
  }

  /** Another member, brought up to date by a snapshot of this one. */
  copy(): Bench {
    const other = new Bench()
    installChunks(other.db, snapshotChunks(this.db))
    other.restart()
    return other
  }

  close(): void {
    this.db.close()
  }
}

/** A log entry with one command. */
export function entryOf(sequence: number, ...commands: Command[]): Uint8Array {
  const name = { member: 'm1', boot: 1, sequence, settledBelow: sequence }
  return encodeBatch(name, commands.map(encodeCommand))
}

export const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')
export const text = (value: Uint8Array): string => Buffer.from(value).toString('latin1')
export const put = (key: string, value: string, more: { lease?: number; previous?: boolean } = {}) => ({
  type: 'put' as const,
  key: bytes(key),
  value: bytes(value),
  ...more,
})
export const remove = (key: string, rangeEnd?: string) => ({
  type: 'delete' as const,
  key: bytes(key),
  ...(rangeEnd === undefined ? {} : { rangeEnd: bytes(rangeEnd) }),
})
