import type { Clock, Timer } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { Command } from '../command.ts'
import { CompactedError, StoreError } from '../kv.ts'
import type { Machine } from '../mvcc/machine.ts'
import { DEFAULT_CORRUPTION_CHECK_MS, DEFAULT_QUOTA_BYTES } from './config.ts'
import type { UpkeepConfig } from './config.ts'
import { hashKeySpace } from './hashing.ts'

const TICK_MS = 1000
/** Marks of time that a period of automatic compaction is divided into. */
const MARKS = 10
const REVISION_COMPACTION_MS = 5 * 60_000

export interface UpkeepOptions {
  config: UpkeepConfig
  clock: Clock
  log: Logger
  defer(task: () => void): void
  /** This member's id in hexadecimal, and its name. */
  id: string
  name: string
  clientURLs: string[]
  /** @throws UnavailableError while the member does not serve */
  machine(): Machine
  isLeader(): boolean
  hasLeader(): boolean
  /** Ids of all members, this one first. */
  memberIds(): string[]
  dbSize(): number
  propose(command: Command): Promise<unknown>
  /** Something is wrong with this member that no retry mends. */
  fail(error: unknown): void
}

/**
 * What a member does by itself: it minds its quota, compacts, compares itself with the others, and tells where clients
 * reach it. What concerns all goes through the log.
 */
export class Upkeep {
  readonly #options: UpkeepOptions
  readonly #quota: number
  readonly #checkMs: number
  #timer: Timer | undefined
  /** Database size when it was looked at last, and bytes of requests let in since. */
  #size = 0
  #admitted = 0
  readonly #running = new Set<string>()
  #lastCheck: number
  #lastCompaction: number
  /** Revisions of the past, oldest first. */
  #marks: { at: number; revision: number }[] = []
  /** The check that this member has answered. */
  #answered = 0

  constructor(options: UpkeepOptions) {
    this.#options = options
    this.#quota = options.config.quotaBytes ?? DEFAULT_QUOTA_BYTES
    this.#checkMs = options.config.corruptionCheckMs ?? DEFAULT_CORRUPTION_CHECK_MS
    this.#lastCheck = this.#lastCompaction = options.clock.monotonic()
  }

  get quota(): number {
    return this.#quota
  }

  start(): void {
    this.#size = this.#options.dbSize()
    this.#timer = this.#options.clock.every(TICK_MS, () => this.#tick())
  }

  stop(): void {
    this.#timer?.cancel()
  }

  /** Whether a request of `bytes` fits into the quota. If it does not, the alarm is raised, unless it is already. */
  admit(bytes: number): boolean {
    this.#admitted += bytes
    if (this.#size + this.#admitted < this.#quota) return true
    this.#measure()
    if (this.#size + bytes < this.#quota) return true
    if (!this.#options.machine().notices.isRaised('nospace')) this.#raise()
    return false
  }

  #measure(): void {
    this.#size = this.#options.dbSize()
    this.#admitted = 0
  }

  #raise(): void {
    const { id, log } = this.#options
    log.warn('the database exceeds its quota', { bytes: this.#size, quota: this.#quota })
    this.#run('alarm', () => this.#options.propose({ type: 'alarm', activate: true, member: id, alarm: 'nospace' }))
  }

  /** Role, term or leader changed: as soon as there is a leader, clients can be told of this member. */
  onRoleChange(): void {
    if (this.#timer && this.#options.hasLeader()) this.#publish()
  }

  #tick(): void {
    const { isLeader, hasLeader } = this.#options
    this.#measure()
    this.#mark()
    if (!hasLeader()) return
    this.#publish()
    this.#answerCheck()
    if (!isLeader()) return
    this.#compact()
    this.#beginCheck()
  }

  /** One at a time; what fails is tried again with a later tick. */
  #run(name: string, act: () => Promise<unknown>): void {
    if (this.#running.has(name)) return
    this.#running.add(name)
    act()
      .catch((error: unknown) => {
        if (!(error instanceof StoreError)) return this.#options.fail(error)
        this.#options.log.debug(`upkeep: ${name} failed, trying again`, { error })
      })
      .finally(() => this.#running.delete(name))
  }

  #publish(): void {
    const { machine, name, clientURLs, propose } = this.#options
    const known = machine().notices.clientURLs[name] ?? []
    if (known.join() === clientURLs.join()) return
    this.#run('publish', () => propose({ type: 'publish', member: name, clientURLs }))
  }

  #mark(): void {
    const { clock, config, machine } = this.#options
    if (config.autoCompaction?.mode !== 'periodic') return
    const now = clock.monotonic()
    const { periodMs } = config.autoCompaction
    const last = this.#marks.at(-1)
    if (last && now - last.at < periodMs / MARKS) return
    this.#marks.push({ at: now, revision: machine().revision })
  }

  #compact(): void {
    const revision = this.#compactionPoint()
    if (revision === undefined || revision <= this.#options.machine().compactRevision) return
    this.#run('compaction', async () => {
      try {
        await this.#options.propose({ type: 'compact', revision })
        this.#options.log.info('compacted by itself', { revision })
      } catch (error) {
        // Somebody else was faster.
        if (!(error instanceof CompactedError)) throw error
      }
    })
  }

  #compactionPoint(): number | undefined {
    const { clock, config, machine } = this.#options
    const now = clock.monotonic()
    if (config.autoCompaction?.mode === 'periodic') {
      const { periodMs } = config.autoCompaction
      let point: number | undefined
      while (this.#marks.length > 0 && now - this.#marks[0]!.at >= periodMs) point = this.#marks.shift()!.revision
      return point
    }
    if (config.autoCompaction?.mode !== 'revision' || now - this.#lastCompaction < REVISION_COMPACTION_MS)
      return undefined
    this.#lastCompaction = now
    return machine().revision - config.autoCompaction.revisions
  }

  #beginCheck(): void {
    const { clock, machine, memberIds, propose } = this.#options
    const members = memberIds()
    const now = clock.monotonic()
    if (this.#checkMs <= 0 || now - this.#lastCheck < this.#checkMs) return
    this.#lastCheck = now
    const { notices, revision } = machine()
    if (members.length > 1 && !notices.isRaised('corrupt'))
      this.#run('check', () => propose({ type: 'check', revision, members }))
  }

  #answerCheck(): void {
    const { machine, id, defer, propose, log, clock } = this.#options
    const { notices, compactRevision: compacted } = machine()
    const { check } = notices
    if (!check?.members.includes(id) || id in check.reports) return
    // What is compacted since cannot be told any more: the next check will.
    if (this.#answered === check.id || compacted !== check.compactRevision) return
    this.#run('report', async () => {
      const { hash } = await hashKeySpace(machine, check.revision, defer, clock)
      await propose({ type: 'report', member: id, check: check.id, hash })
      this.#answered = check.id
      log.debug('took part in a corruption check', { revision: check.revision, hash })
    })
  }
}
