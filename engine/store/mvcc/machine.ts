import { compareBytes } from '../bytes.ts'
import type { Batch, Command } from '../command.ts'
import type { Sqlite, Statement } from '../disk.ts'
import { CompactedError, FutureRevisionError, InvalidRequestError, StoreError } from '../kv.ts'
import type {
  Compare,
  KeyValue,
  Operation,
  OperationResult,
  RangeRequest,
  RangeResponse,
  TxnRequest,
  TxnResponse,
  WatchEvent,
} from '../kv.ts'
import { History, MAX_EVENTS, firstId, revisionOf, tombstone } from './history.ts'
import type { Live } from './history.ts'
import { Sessions } from './sessions.ts'

/** What a command came to. */
export type Outcome = TxnResponse | StoreError | undefined

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
 * clock nor randomness, and an error is an outcome like any other. All writes belong into the caller's transaction.
 */
export class Machine {
  readonly history: History
  readonly leases = new Map<number, Lease>()
  /** Counts grants and revocations since the start. */
  leaseChanges = 0
  applied: number
  revision: number
  compactRevision: number
  /** History before this revision has been cleared away in the tables too. */
  scrubbedRevision: number
  readonly #sessions: Sessions
  readonly #save: Statement
  readonly #insertLease: Statement
  readonly #removeLease: Statement
  #events: WatchEvent[] = []
  #position = 0

  constructor(db: Sqlite) {
    const row = (db.prepare('SELECT * FROM machine').get() as MachineRow | undefined) ?? {
      applied: 0,
      revision: FIRST_REVISION,
      compact_revision: 0,
      scrubbed_revision: 0,
    }
    this.applied = row.applied
    this.revision = row.revision
    this.compactRevision = row.compact_revision
    this.scrubbedRevision = row.scrubbed_revision
    this.history = new History(db)
    this.#sessions = new Sessions(db)
    for (const [id, ttlSeconds] of db.prepare('SELECT id, ttl FROM lease').raw().all() as [number, number][])
      this.leases.set(id, { id, ttlSeconds })
    this.#save = db.prepare('INSERT OR REPLACE INTO machine VALUES (1, ?, ?, ?, ?)')
    this.#insertLease = db.prepare('INSERT INTO lease VALUES (?, ?)')
    this.#removeLease = db.prepare('DELETE FROM lease WHERE id = ?')
  }

  /** Writes the counters; once per transaction, after everything else. */
  save(): void {
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
        return this.#txn(command.request, wanted)
      case 'compact':
        if (command.revision <= this.compactRevision) throw new CompactedError(this.compactRevision)
        if (command.revision > this.revision) throw new FutureRevisionError()
        this.compactRevision = command.revision
        return undefined
      case 'leaseGrant':
        if (this.leases.has(command.id)) throw new InvalidRequestError('etcdserver: lease already exists')
        this.leases.set(command.id, { id: command.id, ttlSeconds: command.ttlSeconds })
        this.leaseChanges++
        this.#insertLease.run(command.id, command.ttlSeconds)
        return undefined
      case 'leaseRevoke':
        if (!this.leases.has(command.id)) throw leaseNotFound()
        this.#write(() => {
          for (const key of this.history.keysOfLease(command.id)) this.#remove(key)
        })
        this.leases.delete(command.id)
        this.leaseChanges++
        this.#removeLease.run(command.id)
        return undefined
    }
  }

  #txn(request: TxnRequest, wanted: boolean): TxnResponse {
    const succeeded = request.compare.every(compare => this.holds(compare))
    const branch = succeeded ? request.success : request.failure
    // Everything that can be refused is refused before the first write.
    for (const operation of branch) this.#check(operation)
    const results: OperationResult[] = []
    this.#write(() => {
      for (const operation of branch) {
        const result = this.#operation(operation, wanted)
        if (wanted && result) results.push(result)
      }
    })
    return { revision: this.revision, succeeded, results }
  }

  /** Runs a transaction that only reads, outside of the log. */
  read(request: TxnRequest): TxnResponse {
    const succeeded = request.compare.every(compare => this.holds(compare))
    const branch = succeeded ? request.success : request.failure
    const results = branch.map((operation): OperationResult => {
      if (operation.type !== 'range') throw new StoreError('a read-only transaction cannot write')
      return { type: 'range', response: this.range(operation.request) }
    })
    return { revision: this.revision, succeeded, results }
  }

  range(q: RangeRequest): RangeResponse {
    this.#checkRevision(q.revision)
    const old = q.revision && q.revision !== this.revision ? q.revision : undefined
    return { revision: this.revision, ...this.history.range(q, old) }
  }

  #checkRevision(revision: number | undefined): void {
    if (!revision) return
    if (revision > this.revision) throw new FutureRevisionError()
    if (revision < this.compactRevision) throw new CompactedError(this.compactRevision)
  }

  #check(operation: Operation): void {
    if (operation.type === 'range') this.#checkRevision(operation.request.revision)
    if (operation.type === 'put' && operation.lease && !this.leases.has(operation.lease)) throw leaseNotFound()
    if (operation.type === 'delete' && operation.rangeEnd) {
      const n = this.history.range(
        { key: operation.key, rangeEnd: operation.rangeEnd, countOnly: true },
        undefined,
      ).count
      if (n >= MAX_EVENTS / 2)
        throw new InvalidRequestError(`etcdserver: too many keys (${n}) in one delete; delete smaller ranges`)
    }
  }

  /** Whatever `writes` does shares one new revision; none is used up if it does nothing. */
  #write(writes: () => void): void {
    this.#position = 0
    writes()
    if (this.#position > 0) this.revision++
  }

  #nextId(): number {
    if (this.#position >= MAX_EVENTS) throw new Error('more events in one revision than the history can number')
    return firstId(this.revision + 1) + this.#position++
  }

  #operation(operation: Operation, wanted: boolean): OperationResult | undefined {
    switch (operation.type) {
      case 'range': {
        if (!wanted) return undefined
        const response = this.range(operation.request)
        return { type: 'range', response: { ...response, revision: this.revision + (this.#position > 0 ? 1 : 0) } }
      }
      case 'put':
        return this.#put(operation, wanted)
      case 'delete': {
        const keys = this.history.liveKeys(operation.key, operation.rangeEnd, -1)
        const previous: KeyValue[] = []
        for (const key of keys) {
          if (wanted && operation.previous) previous.push(this.history.at(this.history.live(key)!.id))
          this.#remove(key)
        }
        return { type: 'delete', deleted: keys.length, previous }
      }
      case 'txn':
        throw new InvalidRequestError('transactions within transactions are not carried out yet')
    }
  }

  #put(operation: Operation & { type: 'put' }, wanted: boolean): OperationResult {
    const { key, value, lease = 0 } = operation
    const live = this.history.live(key)
    const previous = wanted && operation.previous && live ? this.history.at(live.id) : undefined
    const id = this.#nextId()
    const modRevision = this.revision + 1
    const next = { createRevision: live?.createRevision ?? modRevision, version: (live?.version ?? 0) + 1, lease }
    this.history.put(id, key, value, next)
    this.#events.push({ type: 'put', kv: { key, value, modRevision, ...next } })
    return { type: 'put', previous }
  }

  #remove(key: Uint8Array): void {
    this.history.remove(this.#nextId(), key)
    this.#events.push({ type: 'delete', kv: tombstone(key, this.revision + 1) })
  }

  holds(compare: Compare): boolean {
    const live = this.history.live(compare.key)
    const order = compareTarget(compare, live, id => this.history.at(id).value)
    switch (compare.result) {
      case 'equal':
        return order === 0
      case 'notEqual':
        return order !== 0
      case 'greater':
        return order > 0
      case 'less':
        return order < 0
    }
  }
}

function compareTarget(compare: Compare, live: Live | undefined, valueOf: (id: number) => Uint8Array): number {
  if (compare.target === 'value') {
    const operand = compare.operand
    if (typeof operand === 'number') throw new InvalidRequestError('a value is compared with bytes, not a number')
    return compareBytes(live ? valueOf(live.id) : new Uint8Array(0), operand)
  }
  const operand = compare.operand
  if (typeof operand !== 'number') throw new InvalidRequestError(`${compare.target} is compared with a number`)
  switch (compare.target) {
    case 'version':
      return (live?.version ?? 0) - operand
    case 'createRevision':
      return (live?.createRevision ?? 0) - operand
    case 'lease':
      return (live?.lease ?? 0) - operand
    case 'modRevision':
      return (live ? revisionOf(live.id) : 0) - operand
  }
}

export function leaseNotFound(): InvalidRequestError {
  return new InvalidRequestError('etcdserver: requested lease not found')
}
