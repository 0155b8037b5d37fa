import type { Clock } from '../base/clock.ts'
import { codeOf, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/log.ts'
import type { Message } from '../raft/message.ts'
import type { Raft, Ready } from '../raft/raft.ts'
import { decodeBatch } from './command.ts'
import type { Disk, Sqlite } from './disk.ts'
import { DurableLog, damaged } from './durable-log.ts'
import type { Identity } from './durable-log.ts'
import { Scrubber } from './mvcc/compaction.ts'
import { Machine } from './mvcc/machine.ts'
import type { Outcome } from './mvcc/machine.ts'
import { installChunks } from './mvcc/snapshot.ts'
import type { Proposals } from './proposals.ts'
import { SnapshotStage } from './snapshot-transfer.ts'
import { Transactions } from './transactions.ts'
import type { Tuning } from './tuning.ts'

/** A batch that this member proposed and that is applied now; without outcomes it was refused as one of an earlier life. */
export interface Settled {
  sequence: number
  outcomes: Outcome[] | undefined
}

/**
 * What a member keeps: log, hard state and state machine in one file. What raft asks to write and to apply goes into one
 * transaction, so that the applied index and the data can never part.
 */
export class DurableState {
  readonly db: Sqlite
  /** Chunks of a snapshot that is on its way here. */
  readonly stage: SnapshotStage
  readonly log: DurableLog
  readonly #name: string
  readonly #logger: Logger
  readonly #tuning: Tuning
  readonly #transactions: Transactions
  #machine: Machine
  #scrubber: Scrubber
  /** Index of the last log entry in the database. */
  #lastStored: number

  /** @throws UserError if the disk's content cannot be trusted. */
  constructor(disk: Disk, identity: Identity, { clock, log, tuning }: { clock: Clock; log: Logger; tuning: Tuning }) {
    const db = (this.db = openChecked(disk))
    this.#name = identity.name
    this.#logger = log
    this.#tuning = tuning
    try {
      this.log = new DurableLog(disk, db, identity, clock.now())
      disk.committed(db, true)
      this.stage = new SnapshotStage(db)
      this.#machine = new Machine(db)
      this.#scrubber = new Scrubber(db, this.#machine)
      this.#lastStored = this.log.snapshot.index
    } catch (error) {
      db.close()
      throw error
    }
    this.#transactions = new Transactions(disk, db)
  }

  get machine(): Machine {
    return this.#machine
  }

  /** What raft begins with. @throws UserError if log and state machine do not fit each other. */
  recover(disk: Disk) {
    const { hardState, snapshot, configuration } = this.log
    const entries = this.log.load(disk)
    this.#lastStored = snapshot.index + entries.length
    const { applied } = this.#machine
    if (applied < snapshot.index || applied > this.#lastStored)
      throw damaged(disk, `applied index ${applied} does not fit the log`)
    return { hardState, snapshot, configuration, entries, applied }
  }

  /** Writes and applies all that `ready` holds; gives what became of the own proposals. @throws SqliteError, with nothing done */
  write(ready: Ready, raft: Raft, proposals: Proposals): Settled[] {
    const settled: Settled[] = []
    const { hardState, snapshot, entries, committed } = ready
    if (!hardState && !snapshot && entries.length === 0 && committed.length === 0) return settled
    const before = this.log.hardState
    const promises =
      entries.length > 0 ||
      snapshot !== undefined ||
      (hardState !== undefined &&
        (hardState.term !== before.term ||
          hardState.vote !== before.vote ||
          hardState.recovering !== before.recovering))
    let compacted: number | undefined
    // What is only applied can be replayed from the log: it need not wait for the disk.
    this.#transactions.run(promises, () => {
      if (snapshot) this.#install(ready)
      this.log.append(entries, this.#lastStored)
      if (hardState) this.log.setHardState(hardState)
      for (const entry of committed) {
        this.#machine.applied = entry.index
        if (entry.data.length > 0) this.#apply(entry.data, proposals, settled)
      }
      if (committed.length > 0) {
        this.#machine.save()
        compacted = raft.compactionPoint(this.#tuning.snapshotEntries, this.#tuning.snapshotBytes)
        if (compacted !== undefined) this.log.compactTo(compacted, raft.termAt(compacted)!, raft.status().configuration)
      }
    })
    if (hardState) Object.assign(this.log.hardState, hardState)
    if (entries.length > 0) this.#lastStored = entries.at(-1)!.index
    if (compacted !== undefined) raft.compactTo(compacted)
    return settled
  }

  /** A transaction was undone on disk; so must be what it did in memory. */
  forgetUnwritten(): void {
    this.#machine = new Machine(this.db)
    this.#scrubber = new Scrubber(this.db, this.#machine)
  }

  /** Removes a piece of what compaction has left. True if there is more. */
  scrub(): boolean {
    if (!this.#scrubber.pending) return false
    this.#transactions.run(false, () => this.#scrubber.step())
    return true
  }

  /** The snapshot that raft wants to send, as of what is applied now. */
  snapshotMessage(m: Message, raft: Raft): Message {
    const index = this.#machine.applied
    const term = raft.termAt(index)
    if (term === undefined) throw new Error(`no term for the applied index ${index}`)
    return { ...m, snapshot: { ...m.snapshot!, index, term } }
  }

  #apply(data: Uint8Array, proposals: Proposals, settled: Settled[]): void {
    const batch = decodeBatch(data)
    const own = batch.member === this.#name
    const wanted = own && proposals.awaits(batch.boot, batch.sequence)
    const outcomes = this.#machine.apply(batch, wanted)
    if (!wanted) return
    if (outcomes) settled.push({ sequence: batch.sequence, outcomes })
    else if (this.#machine.bootOf(batch.member) > batch.boot) {
      // The clock went back since this member's earlier life: take a name that is new for sure.
      proposals.boot = this.#machine.bootOf(batch.member) + 1
      settled.push({ sequence: batch.sequence, outcomes: undefined })
    }
  }

  #install(ready: Ready): void {
    const { index, term, configuration } = ready.snapshot!
    installChunks(this.db, this.stage.chunks())
    this.log.restore(index, term, configuration)
    this.#lastStored = index
    this.forgetUnwritten()
    if (this.#machine.applied !== index)
      throw new Error(`the snapshot for index ${index} holds the state at ${this.#machine.applied}`)
    this.#logger.info('installed a snapshot', { index, revision: this.#machine.revision })
  }
}

function openChecked(disk: Disk): Sqlite {
  try {
    return disk.open()
  } catch (error) {
    if (codeOf(error) === 'SQLITE_NOTADB' || codeOf(error) === 'SQLITE_CORRUPT') throw damaged(disk, messageOf(error))
    throw error
  }
}
