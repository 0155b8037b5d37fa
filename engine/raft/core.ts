import { intBelow } from '../base/random.ts'
import type { Random } from '../base/random.ts'
import { RaftLog } from './log.ts'
import { NONE, RECOVERY, message } from './message.ts'
import type { Configuration, Entry, HardState, Message, MessageType, NodeId, SnapshotMetadata } from './message.ts'
import { Progress } from './progress.ts'
import { agreedIndex, electorate, isQuorum, isVoter, membersOf, tallyVotes } from './configuration.ts'
import type { VoteResult } from './quorum.ts'
import { ReadRounds } from './read-index.ts'
import type { ReadRequest } from './read-index.ts'

export type Role = 'leader' | 'follower' | 'candidate' | 'pre-candidate'

export interface RaftOptions {
  id: NodeId
  /** As of the snapshot. */
  configuration: Configuration
  /** Ticks without a leader before a follower campaigns: between this and twice this, drawn anew each time. */
  electionTicks: number
  heartbeatTicks: number
  random: Random
  hardState: HardState
  snapshot: { index: number; term: number }
  entries: Entry[]
  applied: number
  /** Bytes of entries in one append; one entry always goes. Default 1 MiB. */
  maxAppendBytes?: number
  /** Bytes of entries that a leader takes before they are committed; beyond it proposals are dropped. */
  maxUncommittedBytes?: number
}

/** A read that may go once the state machine has applied `index`. */
export interface ReadState {
  context: number
  index: number
}

/**
 * The state of one Raft member and the moves that change its role. What each role does with a message is in
 * `follower.ts`, `candidate.ts` and `leader.ts`; the way in is `raft.ts`.
 */
export class RaftCore {
  readonly id: NodeId
  readonly log: RaftLog
  readonly random: Random
  readonly electionTicks: number
  readonly heartbeatTicks: number
  readonly maxAppendBytes: number
  readonly maxUncommittedBytes: number

  term: number
  vote: NodeId
  recovering: boolean
  role: Role = 'follower'
  leader: NodeId = NONE
  electionElapsed = 0
  heartbeatElapsed = 0
  randomizedTimeout = 0

  votes = new Map<NodeId, boolean>()
  progress = new Map<NodeId, Progress>()
  transferee: NodeId = NONE
  uncommittedBytes = 0
  /** Answers of followers so far. */
  answers = 0
  readonly rounds = new ReadRounds()
  /** Reads that came before the leader committed an entry of its own term. */
  earlyReads: ReadRequest[] = []

  messages: Message[] = []
  readStates: ReadState[] = []
  /** Of the read that this life asks while it recovers: answers to an earlier life know too little. */
  readonly recoveryContext: number
  /** A member that recovers has all that it could have promised once its log reaches this far. */
  recoveryIndex: number | undefined
  pendingSnapshot: SnapshotMetadata | undefined

  constructor(options: RaftOptions) {
    this.id = options.id
    this.random = options.random
    this.electionTicks = options.electionTicks
    this.heartbeatTicks = options.heartbeatTicks
    this.maxAppendBytes = options.maxAppendBytes ?? 1024 * 1024
    this.maxUncommittedBytes = options.maxUncommittedBytes ?? 64 * 1024 * 1024
    this.term = options.hardState.term
    this.vote = options.hardState.vote
    this.recovering = options.hardState.recovering
    this.recoveryContext = RECOVERY + Math.floor(this.random.next() * RECOVERY)
    const { snapshot, configuration, entries, hardState, applied } = options
    this.log = new RaftLog({ ...snapshot, configuration }, entries, hardState.commit, applied)
    this.becomeFollower(this.term, NONE)
    // At the start there is no leader to be patient with; should there be one, PreVote keeps an early question harmless.
    this.randomizedTimeout = 1 + intBelow(this.random, Math.max(1, this.electionTicks >> 1))
  }

  /** Everybody else whose vote counts. */
  get otherVoters(): NodeId[] {
    return electorate(this.configuration).filter(id => id !== this.id)
  }

  /** Who takes part, as far as this member's log goes. */
  get configuration(): Configuration {
    return this.log.configuration
  }

  /**
   * Whether this member may ask for votes. One that its latest configuration leaves out still does while that is not
   * committed: it may be the only one that can bring it to those who need it (Raft thesis §4.2.2).
   */
  get promotable(): boolean {
    if (this.recovering || this.pendingSnapshot !== undefined) return false
    const { log, id } = this
    return isVoter(log.configuration, id) || isVoter(log.configurationAt(log.committed), id)
  }

  /** Nobody has told this member yet who takes part: it waits for a snapshot, which does. */
  get blank(): boolean {
    return membersOf(this.configuration).length === 0
  }

  send(type: MessageType, to: NodeId, fields: Partial<Message> = {}): void {
    const out = message(type, to, fields)
    out.from = this.id
    if (fields.term === undefined) out.term = this.term
    this.messages.push(out)
  }

  becomeFollower(term: number, leader: NodeId): void {
    this.#reset(term)
    this.role = 'follower'
    this.leader = leader
  }

  becomePreCandidate(): void {
    // Asking changes neither term nor vote: a member that was cut off does not disturb the others when it comes back.
    this.role = 'pre-candidate'
    this.leader = NONE
    this.votes.clear()
  }

  becomeCandidate(): void {
    this.#reset(this.term + 1)
    this.role = 'candidate'
    this.vote = this.id
  }

  becomeLeader(): void {
    this.#reset(this.term)
    this.role = 'leader'
    this.leader = this.id
    for (const id of new Set([...membersOf(this.configuration), this.id]))
      this.progress.set(id, new Progress(this.log.lastIndex + 1))
    const own = this.progress.get(this.id)!
    own.match = this.log.stable
    own.recentActive = true
    // Entries of earlier terms commit only together with one of the own term (Raft §5.4.2): the no-op.
    this.appendEntries([{ kind: 'normal', data: new Uint8Array(0) }])
  }

  #reset(term: number): void {
    if (term !== this.term) {
      this.term = term
      this.vote = NONE
    }
    this.leader = NONE
    this.electionElapsed = 0
    this.heartbeatElapsed = 0
    this.drawTimeout()
    this.votes.clear()
    this.progress.clear()
    this.transferee = NONE
    this.uncommittedBytes = 0
    this.rounds.clear()
    this.earlyReads = []
  }

  drawTimeout(): void {
    this.randomizedTimeout = this.electionTicks + intBelow(this.random, this.electionTicks)
  }

  /** Leader: puts new entries at the end of the own log. Counting them waits until they are on disk. */
  appendEntries(entries: Pick<Entry, 'kind' | 'data'>[]): void {
    let index = this.log.lastIndex
    this.log.append(entries.map(({ kind, data }) => ({ index: ++index, term: this.term, kind, data })))
    for (const { data } of entries) this.uncommittedBytes += data.length
  }

  recordVote(from: NodeId, granted: boolean): VoteResult {
    if (!this.votes.has(from)) this.votes.set(from, granted)
    return tallyVotes(this.configuration, this.votes)
  }

  /** Leader: moves the commit index to what a majority holds, if that entry is of the own term. */
  maybeCommit(): boolean {
    const index = agreedIndex(this.configuration, id => {
      const progress = this.progress.get(id)
      return progress && !progress.recovering ? progress.match : 0
    })
    if (index <= this.log.committed || this.log.term(index) !== this.term) return false
    this.log.commitTo(index)
    return true
  }

  isQuorum(ids: ReadonlySet<NodeId>): boolean {
    return isQuorum(this.configuration, ids)
  }
}
