import type { Batch, Command } from '../command.ts'
import type { Sqlite, Statement } from '../disk.ts'
import {
  CompactedError,
  CorruptError,
  FutureRevisionError,
  InvalidRequestError,
  NoSpaceError,
  StoreError,
} from '../kv.ts'
import type { KeyValue, RangeRequest, RangeResponse, TxnRequest, TxnResponse, WatchEvent } from '../kv.ts'
import { writesValues } from '../requests.ts'
import { countsOf } from './counts.ts'
import type { OperationCounts } from './counts.ts'
import { History, MAX_EVENTS } from './history.ts'
import { Notices } from './notices.ts'
import type { RaisedAlarm } from './notices.ts'
import { Ranges } from './ranges.ts'
import { Sessions } from './sessions.ts'
import { carryOut, check, checkRevision, leaseNotFound, plan, readRange, readTransaction } from './transaction.ts'
import { Writer } from './writer.ts'

/** What a command came to. */
export type Outcome = TxnResponse | StoreError | RaisedAlarm[] | undefined

export interface Lease {
  id: number
  ttlSeconds: number
}

interface MachineRow {
  applied: number
  revision: number
  compact_revision: number
  scrubbed_revision: number
}

/** The first revision of an empty store, as in etcd: the first write makes 2. */
const FIRST_REVISION = 1

/**
 * The replicated state machine. The same entries lead to the same state on every member: applying uses neither
 * clock nor randomness nor anything that members may differ in (space, progress of clearing away), and an error is an
 * outcome like any other. All writes belong into the caller's transaction, and end with `save`.
 */
export class Machine {
  readonly db: Sqlite
  readonly history: History
  readonly ranges: Ranges
  readonly notices: Notices
  readonly counts: OperationCounts
  readonly leases = new Map<number, Lease>()
  /** Counts grants and revocations since the start. */
  leaseChanges = 0
  applied: number
  revision: number
  compactRevision: number
  /** History before this revision has been cleared away in the tables too. */
  scrubbedRevision: number
  /** While this is not 0, nothing is cleared away: somebody reads the history in steps. */
  holds = 0
  /** Whether free pages are to be given back to the disk. */
  defragmenting = false
  readonly #sessions: Sessions
  readonly #save: Statement
  readonly #insertLease: Statement
  readonly #removeLease: Statement
  #events: WatchEvent[] = []

  constructor(db: Sqlite) {
    const row = (db.prepare('SELECT * FROM machine').get() as MachineRow | undefined) ?? {
      applied: 0,
      revision: FIRST_REVISION,
      compact_revision: 0,
      scrubbed_revision: 0,
    }
    this.db = db
    this.counts = countsOf(db)
    this.applied = row.applied
    this.revision = row.revision
    this.compactRevision = row.compact_revision
    this.scrubbedRevision = row.scrubbed_revision
    this.history = new History(db)
    this.ranges = new Ranges(db)
    this.notices = new Notices(db)
    this.#sessions = new Sessions(db)
    for (const [id, ttlSeconds] of db.prepare('SELECT id, ttl FROM lease').raw().all() as [number, number][])
      this.leases.set(id, { id, ttlSeconds })
    this.#save = db.prepare('INSERT OR REPLACE INTO machine VALUES (1, ?, ?, ?, ?)')
    this.#insertLease = db.prepare('INSERT INTO lease VALUES (?, ?)')
    this.#removeLease = db.prepare('DELETE FROM lease WHERE id = ?')
  }

  /** Writes the counters; once per transaction, after everything else. */
  save(): void {
    this.#sessions.save()
    this.#save.run(this.applied, this.revision, this.compactRevision, this.scrubbedRevision)
  }

  bootOf(member: string): number {
    return this.#sessions.bootOf(member)
  }

  /** Whether a batch has been applied, as far as that is still known. */
  wasApplied(member: string, boot: number, sequence: number): boolean {
    return this.#sessions.has(member, boot, sequence)
  }

  /** Events of everything applied since the last call, in order. */
  takeEvents(): WatchEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }

  /**
   * Applies a batch. Undefined if it was applied before. With `wanted` false, results that nobody waits for are not
   * computed; the state comes out the same.
   */
  apply(batch: Batch, wanted: boolean): Outcome[] | undefined {
    if (!this.#sessions.accept(batch.member, batch.boot, batch.sequence, batch.settledBelow)) return undefined
    return batch.commands.map(command => {
      try {
        return this.#command(command, wanted)
      } catch (error) {
        if (error instanceof StoreError) return error
        throw error
      }
    })
  }

  #command(command: Command, wanted: boolean): Outcome {
    switch (command.type) {
      case 'txn':
        this.#refuseIfCorrupt()
        if (this.notices.isRaised('nospace') && writesValues(command.request)) throw spaceExceeded()
        return this.#txn(command.request, wanted)
      case 'compact':
        this.#refuseIfCorrupt()
        if (command.revision <= this.compactRevision) throw new CompactedError(this.compactRevision)
        if (command.revision > this.revision) throw new FutureRevisionError()
        this.compactRevision = command.revision
        return undefined
      case 'leaseGrant':
        this.#refuseIfCorrupt()
        if (this.notices.isRaised('nospace')) throw spaceExceeded()
        if (this.leases.has(command.id)) throw new InvalidRequestError('etcdserver: lease already exists')
        this.leases.set(command.id, { id: command.id, ttlSeconds: command.ttlSeconds })
        this.leaseChanges++
        this.#insertLease.run(command.id, command.ttlSeconds)
        return undefined
      case 'leaseRevoke':
        return this.#revoke(command.id)
      case 'leaseClaim':
        if (command.term < this.notices.leaseTerm) throw new StoreError('etcdserver: leader changed')
        if (command.term > this.notices.leaseTerm) this.notices.setLeaseTerm(command.term)
        return undefined
      case 'leaseExpire':
        // Another leader is in charge by now, and may have promised its owner more time.
        if (command.term < this.notices.leaseTerm) throw new StoreError('etcdserver: leader changed')
        return this.#revoke(command.id)
      case 'alarm':
        return this.notices.setAlarm(command.activate, command.member, command.alarm)
      case 'check': {
        const { revision, members } = command
        checkRevision(revision, this)
        this.notices.beginCheck({
          id: this.applied,
          revision,
          compactRevision: this.compactRevision,
          members,
          reports: {},
        })
        return undefined
      }
      case 'report':
        this.notices.report(command.member, command.check, command.hash)
        return undefined
      case 'publish':
        this.notices.setClientURLs(command.member, command.clientURLs)
        return undefined
    }
  }

  #txn(request: TxnRequest, wanted: boolean): TxnResponse {
    const chosen = plan(request, this)
    check(chosen, this)
    if (chosen.steps.length > 1) this.counts.transactions++
    return this.#write(writer => {
      const results = carryOut(chosen, this, writer, wanted)
      return { revision: writer.current, succeeded: chosen.succeeded, results }
    })
  }

  #revoke(id: number): undefined {
    this.#refuseIfCorrupt()
    if (!this.leases.has(id)) throw leaseNotFound()
    const keys = this.history.keysOfLease(id)
    this.counts.deletes += keys.length
    // One revision for all, as long as it can number them.
    for (let i = 0; i < keys.length; i += MAX_EVENTS)
      this.#write(writer => writer.remove(keys.slice(i, i + MAX_EVENTS)))
    this.leases.delete(id)
    this.leaseChanges++
    this.#removeLease.run(id)
  }

  /** Whatever `write` does shares one new revision; none is used up if it does nothing. */
  #write<T>(write: (writer: Writer) => T): T {
    const writer = new Writer(this.history, this.revision)
    const result = write(writer)
    this.revision = writer.current
    for (const event of writer.events) this.#events.push(event)
    return result
  }

  #refuseIfCorrupt(): void {
    if (this.notices.isRaised('corrupt')) throw new CorruptError()
  }

  /** Runs a transaction that only reads, outside of the log. */
  read(request: TxnRequest): TxnResponse {
    this.#refuseIfCorrupt()
    return readTransaction(request, this)
  }

  range(q: RangeRequest): RangeResponse {
    this.#refuseIfCorrupt()
    checkRevision(q.revision, this)
    this.counts.ranges++
    return readRange(q, this, this.revision)
  }

  /** What a key held before an event at `revision`, unless that is compacted. */
  before(key: Uint8Array, revision: number): KeyValue | undefined {
    return revision - 1 < this.compactRevision ? undefined : this.history.before(key, revision)
  }
}

export function spaceExceeded(): NoSpaceError {
  return new NoSpaceError('etcdserver: mvcc: database space exceeded')
}
