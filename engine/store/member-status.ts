import type { Disposable } from '../base/disposable.ts'
import type { StoreMemberConfig } from './config.ts'
import type { DetailedStatus, MemberStatus } from './kv.ts'
import type { Replica } from './replica.ts'
import { hexOf } from './upkeep/identity.ts'
import { databaseSizes } from './upkeep/sizes.ts'

export interface StatusSources {
  config: StoreMemberConfig
  id: bigint
  clientURLs: string[]
  /** Bytes the database may have. */
  quota(): number
  /** Undefined while the member does not run. */
  replica(): Replica | undefined
  /** Why the member does not serve, if it does not. */
  problem(): string | undefined
}

/** What a member says of itself, when asked and as it changes. */
export class StatusBoard {
  readonly #sources: StatusSources
  readonly #listeners = new Set<(status: MemberStatus) => void>()
  #last: DetailedStatus | undefined

  constructor(sources: StatusSources) {
    this.#sources = sources
  }

  /** See `StoreMember.onStatus`. */
  listen(listener: (status: MemberStatus) => void): Disposable {
    this.#listeners.add(listener)
    return { dispose: () => void this.#listeners.delete(listener) }
  }

  /** Something has changed. */
  tell(): void {
    if (this.#listeners.size === 0) return
    const status = this.now()
    for (const listener of this.#listeners) listener(status)
  }

  /** As things are; of a member that does not serve, what was known last. */
  now(): DetailedStatus {
    const { config, id, clientURLs, quota } = this.#sources
    const base = { id: hexOf(id), name: config.name, clientURLs }
    const failure = this.#sources.problem()
    const replica = failure === undefined ? this.#sources.replica() : undefined
    if (!replica) {
      const problem = failure ?? 'the member is stopped'
      return {
        ...(this.#last ?? { ...base, ...NOTHING }),
        role: 'follower',
        leader: undefined,
        problem,
        errors: [problem],
      }
    }
    const { role, leader, term, committed, applied, lastIndex, configuration } = replica.raftStatus()
    const isLearner = configuration.learners.includes(config.name)
    const { revision, compactRevision, notices, db } = replica.machine
    const errors = notices.alarms.map(
      ({ member, type }) => `memberID:${BigInt(`0x${member}`)} alarm:${type.toUpperCase()}`,
    )
    if (leader === undefined) errors.unshift('etcdserver: no leader')
    this.#last = {
      ...base,
      role: isLearner ? 'learner' : role,
      leader,
      term,
      committed,
      applied,
      lastIndex,
      revision,
      compactRevision,
      dbSize: sizeOf(replica),
      dbSizeInUse: databaseSizes(db).inUse,
      dbSizeQuota: quota(),
      isLearner,
      errors,
    }
    if (!replica.noSpace) return this.#last
    const problem = 'the disk is full: writes are refused until there is space'
    return { ...this.#last, problem, errors: [problem, ...errors] }
  }
}

/** Bytes of the file; what is written and not yet brought into it counts. */
export function sizeOf(replica: Replica): number {
  return Math.max(replica.dbSize, databaseSizes(replica.machine.db).total)
}

const NOTHING = {
  term: 0,
  committed: 0,
  applied: 0,
  lastIndex: 0,
  revision: 0,
  compactRevision: 0,
  dbSize: 0,
  dbSizeInUse: 0,
  dbSizeQuota: 0,
  isLearner: false,
}
