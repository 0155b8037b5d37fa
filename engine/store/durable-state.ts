import type { Clock } from '../base/clock.ts'
import { UserError, codeOf, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/log.ts'
import { membersOf } from '../raft/configuration.ts'
import type { Entry, HardState, Message, SnapshotMetadata } from '../raft/message.ts'
import type { Raft, Ready } from '../raft/raft.ts'
import { decodeBatch } from './command.ts'
import type { Disk, Sqlite } from './disk.ts'
import { DurableLog, damaged } from './durable-log.ts'
import type { Identity } from './durable-log.ts'
import { missing } from './mark.ts'
import type { Mark, Milestone } from './mark.ts'
import { Scrubber } from './mvcc/compaction.ts'
import { Machine } from './mvcc/machine.ts'
import type { Outcome } from './mvcc/machine.ts'
import { Pace } from './mvcc/pace.ts'
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

/** Bytes of applied entries that wait for a commit at most. */
const MAX_UNCOMMITTED_BYTES = 4 * 1024 * 1024
/** Versions that one step of clearing away looks at, or pages that it gives back. */
const STEP = { least: 16, most: 512 }
/** The same between two commits: to wait for the disk takes its time, however little there is to write. */
const COMMIT = { least: 32, most: 2048 }
const MOST_HASTE = 32

/**
 * What a member keeps: log, hard state and state machine in one file. What raft asks to write and to apply goes into one
 * transaction, so that the applied index and the data can never part. It is committed before anything is promised; what is
 * only applied stays in the open transaction, as the log can bring it back.
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
  readonly #mark: Mark | undefined
  #machine: Machine
  #scrubber: Scrubber
  readonly #steps: Pace
  readonly #commits: Pace
  /** What was cleared away since that was last brought into the file, and how much of it is committed. */
  #cleared = 0
  #clearedCommitted = 0
  /** By how much more is cleared at a time than would be, because compaction has overtaken it. */
  #haste = 1
  #lastCompaction = 0
  /** Index of the last log entry in the database. */
  #lastStored: number
  #lastTerm: number
  /** Applied in the open transaction. */
  #uncommitted: Entry[] = []
  #uncommittedBytes = 0
  #behind = false

  /** @throws UserError if the disk's content cannot be trusted. */
  constructor(disk: Disk, identity: Identity, { clock, log, tuning }: { clock: Clock; log: Logger; tuning: Tuning }) {
    const db = (this.db = openChecked(disk))
    this.#name = identity.name
    this.#logger = log
    this.#tuning = tuning
    this.#steps = new Pace(clock, STEP.least, STEP.most)
    this.#commits = new Pace(clock, COMMIT.least, COMMIT.most)
    try {
      this.log = new DurableLog(disk, db, identity, clock.now())
      disk.committed(db)
      this.stage = new SnapshotStage(db)
      this.#machine = new Machine(db)
      this.#scrubber = new Scrubber(db, this.#machine)
      this.#lastStored = this.log.snapshot.index
      this.#lastTerm = this.log.snapshot.term
    } catch (error) {
      db.close()
      throw explained(error, disk)
    }
    this.#transactions = new Transactions(disk, db)
    this.#mark = disk.mark?.()
  }

  get machine(): Machine {
    return this.#machine
  }

  /** What raft begins with. @throws UserError if log and state machine do not fit each other. */
  recover(disk: Disk) {
    const { hardState, snapshot, configuration } = this.log
    const entries = this.log.load(disk)
    this.#lastStored = snapshot.index + entries.length
    this.#lastTerm = entries.at(-1)?.term ?? snapshot.term
    const { applied } = this.#machine
    if (applied < snapshot.index || applied > this.#lastStored)
      throw damaged(disk, `applied index ${applied} does not fit the log`)
    const lost = missing(this.#milestone(), this.#mark?.read())
    if (lost) throw damaged(disk, lost)
    return { hardState, snapshot, configuration, entries, applied }
  }

  /**
   * Writes and applies all that `ready` holds; gives what became of the own proposals.
   * @throws SqliteError, with nothing of `ready` done. If the disk is full, `redo` brings back what was applied before.
   */
  write(ready: Ready, raft: Raft, proposals: Proposals): Settled[] {
    const settled: Settled[] = []
    const { hardState, snapshot, entries, committed } = ready
    const promises = this.promises(ready)
    if (!promises && committed.length === 0) return settled
    let compacted: number | undefined
    this.#undoneOnFailure(() => {
      this.#transactions.run(() => {
        if (snapshot) this.#install(snapshot)
        this.log.append(entries, snapshot?.index ?? this.#lastStored)
        if (hardState && promises) this.log.setHardState(hardState)
        for (const entry of committed) this.#apply(entry, proposals, settled)
        if (!this.log.joined && membersOf(raft.configurationAt(this.#machine.applied)).includes(this.#name))
          this.log.setJoined()
        if (committed.length > 0) {
          this.#machine.save()
          compacted = raft.compactionPoint(this.#tuning.snapshotEntries, this.#tuning.snapshotBytes)
          if (compacted !== undefined)
            this.log.compactTo(compacted, raft.termAt(compacted)!, raft.configurationAt(compacted))
        }
      })
      if (promises) this.#commit()
    })
    for (const entry of promises ? [] : committed) {
      this.#uncommitted.push(entry)
      this.#uncommittedBytes += entry.data.length
    }
    if (hardState && promises) Object.assign(this.log.hardState, hardState)
    this.#lastStored = entries.at(-1)?.index ?? snapshot?.index ?? this.#lastStored
    this.#lastTerm = entries.at(-1)?.term ?? snapshot?.term ?? this.#lastTerm
    if (promises) this.#mark?.write(this.#milestone())
    if (snapshot) this.stage.forget()
    if (compacted !== undefined) raft.compactTo(compacted)
    return settled
  }

  /** Whether something in `ready` must be on disk before its messages may leave. */
  promises({ hardState, snapshot, entries }: Ready): boolean {
    return entries.length > 0 || snapshot !== undefined || this.isPromise(hardState)
  }

  /** The commit index alone is none: it is learnt again from the others. */
  isPromise(hardState: HardState | undefined): boolean {
    if (!hardState) return false
    const { term, vote, recovering } = this.log.hardState
    return hardState.term !== term || hardState.vote !== vote || hardState.recovering !== recovering
  }

  /** Whether something was applied that is not committed yet. */
  get hasUncommitted(): boolean {
    return this.#transactions.open
  }

  /** Whether so much waits for a commit that it should not wait longer. */
  get shouldCommit(): boolean {
    return this.#uncommittedBytes > MAX_UNCOMMITTED_BYTES
  }

  /** Finds out whether there is space. @throws SqliteError, as `write` does */
  probe(): void {
    this.#undoneOnFailure(() => {
      this.#transactions.run(() => this.log.touch())
      this.#commit()
    })
  }

  /** Puts what was applied on disk. @throws SqliteError, as `write` does */
  commit(): void {
    if (!this.hasUncommitted) return
    this.#undoneOnFailure(() => this.#commit())
    this.#mark?.write(this.#milestone())
  }

  #milestone(): Milestone {
    const { term, vote } = this.log.hardState
    return { term, vote, lastTerm: this.#lastTerm, lastIndex: this.#lastStored, applied: this.#machine.applied }
  }

  #commit(): void {
    // Undone already: what was applied is still to be done again.
    const undone = !this.#transactions.open
    if (!undone) this.#transactions.commit()
    this.#clearedCommitted = this.#cleared
    if (undone) return
    this.#uncommitted = []
    this.#uncommittedBytes = 0
  }

  /** A transaction was undone on disk; so must be what it did in memory. */
  #undoneOnFailure(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#behind = this.#uncommitted.length > 0
      this.#reload()
      throw error
    }
  }

  #reload(): void {
    this.log.reload()
    this.#machine = new Machine(this.db)
    this.#scrubber = new Scrubber(this.db, this.#machine)
  }

  /** True while the state lacks what was applied, and perhaps answered, before a write failed. */
  get behind(): boolean {
    return this.#behind
  }

  /** Applies again what a failed write took along. @throws SqliteError if there is no room even for that */
  redo(): void {
    if (!this.#behind) return
    this.#undoneOnFailure(() =>
      this.#transactions.run(() => {
        for (const entry of this.#uncommitted) {
          this.#machine.applied = entry.index
          if (entry.kind === 'normal' && entry.data.length > 0) this.#machine.apply(decodeBatch(entry.data), false)
        }
        this.#machine.save()
      }),
    )
    // They were told when it was done for the first time.
    this.#machine.takeEvents()
    this.#behind = false
  }

  /** Takes in a chunk of a snapshot on its way; false if it is not the one that is expected. */
  takeChunk(transfer: number, sequence: number, data: Uint8Array): boolean {
    let taken = false
    try {
      this.#undoneOnFailure(() => {
        this.#transactions.run(() => void (taken = this.stage.take(transfer, sequence, data)))
        // What is confirmed is not sent again.
        this.#commit()
      })
    } catch (error) {
      this.stage.forget()
      throw error
    }
    return taken
  }

  /**
   * Removes a piece of what compaction has left. True if there is more. Now and then it brings the pieces all the way into
   * the file instead: left for later they would be written there all at once, with everybody waiting.
   */
  scrub(): boolean {
    if (!this.#scrubber.pending || this.#behind) return false
    this.#keepUp()
    this.#undoneOnFailure(() => {
      const room = this.#commits.amount - this.#cleared
      if (room > 0)
        this.#steps.step(amount => {
          this.#transactions.run(() => this.#scrubber.step(Math.min(amount, room)))
          this.#cleared += Math.min(amount, room)
        })
      else if (this.#clearedCommitted < this.#cleared) this.#commit()
      else
        this.#commits.step(() => {
          // Something small may have been written since.
          this.#commit()
          this.db.pragma('wal_checkpoint(PASSIVE)')
          this.#cleared = this.#clearedCommitted = 0
        })
    })
    return true
  }

  /** Small pieces take more time altogether: what is compacted before the last compaction is cleared away makes them larger. */
  #keepUp(): void {
    const { compactRevision } = this.#machine
    if (compactRevision === this.#lastCompaction) return
    this.#lastCompaction = compactRevision
    this.#haste = this.#scrubber.underWay ? Math.min(this.#haste * 2, MOST_HASTE) : Math.max(this.#haste / 2, 1)
    this.#commits.least = COMMIT.least * this.#haste
  }

  /** The snapshot that raft wants to send, as of what is applied now. */
  snapshotMessage(m: Message, raft: Raft): Message {
    const index = this.#machine.applied
    const term = raft.termAt(index)
    if (term === undefined) throw new Error(`no term for the applied index ${index}`)
    return { ...m, snapshot: { index, term, configuration: raft.configurationAt(index) } }
  }

  #apply(entry: Entry, proposals: Proposals, settled: Settled[]): void {
    if (entry.index <= this.#machine.applied) return
    this.#machine.applied = entry.index
    if (entry.kind !== 'normal' || entry.data.length === 0) return
    const batch = decodeBatch(entry.data)
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

  #install({ index, term, configuration }: SnapshotMetadata): void {
    installChunks(this.db, this.stage.chunks())
    this.stage.empty()
    this.log.restore(index, term, configuration)
    this.#reload()
    if (this.#machine.applied !== index)
      throw new Error(`the snapshot for index ${index} holds the state at ${this.#machine.applied}`)
    this.#logger.info('installed a snapshot', { index, revision: this.#machine.revision })
  }
}

function openChecked(disk: Disk): Sqlite {
  try {
    return disk.open()
  } catch (error) {
    throw explained(error, disk)
  }
}

/** Why a file cannot be opened, with the way out where there is one. */
function explained(error: unknown, disk: Disk): unknown {
  switch (codeOf(error)) {
    case 'SQLITE_NOTADB':
    case 'SQLITE_CORRUPT':
      return damaged(disk, messageOf(error))
    case 'SQLITE_FULL':
      return new UserError(
        `the disk is full: ${disk.path} cannot be written`,
        'Free some space, then start this machine again.',
      )
    default:
      return error
  }
}
