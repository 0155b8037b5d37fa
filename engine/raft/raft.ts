/**
 * Raft as a pure state machine. It does no I/O, has no timers and no randomness of its own: the caller feeds it
 * `tick`, `step` and `propose`, and carries out what `ready` asks for, in this order:
 *
 * 1. send `replication`;
 * 2. write `hardState`, `snapshot` and `entries` to disk, and apply `committed`;
 * 3. only then send `messages` and answer clients;
 * 4. call `advance`.
 *
 * Follows Ongaro's thesis, with PreVote (§9.6), CheckQuorum (§6.2), ReadIndex (§6.4), leader transfer (§3.10), learners and
 * joint consensus (§4.2.1, §4.3), and a leader that writes while it replicates (§10.2.1).
 */
import { campaign, stepCandidate } from './candidate.ts'
import { RaftCore } from './core.ts'
import type { RaftOptions, ReadState, Role } from './core.ts'
import { stepFollower } from './follower.ts'
import { broadcastHeartbeat, ownEntriesStable, proposeAsLeader, stepLeader, transfer } from './leader.ts'
import { encodeChange } from './configuration.ts'
import { NONE, message } from './message.ts'
import type { Progress } from './progress.ts'
import type {
  Configuration,
  ConfigurationChange,
  Entry,
  HardState,
  Message,
  NodeId,
  SnapshotMetadata,
} from './message.ts'

export type { RaftOptions, ReadState, Role } from './core.ts'

export interface Ready {
  /** Present if it changed. */
  hardState: HardState | undefined
  /** Replaces log and state machine before `entries` and `committed`. */
  snapshot: SnapshotMetadata | undefined
  /** To be written; anything on disk from the first one's index on is replaced. */
  entries: Entry[]
  /** To be applied, in order. May contain some of `entries`: write and apply in one transaction. */
  committed: Entry[]
  /**
   * What a leader sends while it writes its own copy, which counts only once it is on disk. Empty while a term or a vote
   * is still to be written.
   */
  replication: Message[]
  messages: Message[]
  readStates: ReadState[]
}

export interface RaftStatus {
  id: NodeId
  role: Role
  leader: NodeId | undefined
  term: number
  committed: number
  applied: number
  firstIndex: number
  lastIndex: number
  /** The latest in the log, committed or not. */
  configuration: Configuration
  /** On a leader: how far everybody else is. */
  followers: FollowerStatus[]
}

export interface FollowerStatus {
  id: NodeId
  state: Progress['state']
  /** The last index that it is known to have; 0 while it is recovering, since nothing counts on it. */
  match: number
  /** Heard from within two election timeouts, and not recovering: who has lost its disk makes no majority yet. */
  active: boolean
}

/** Bytes of entries that one `Ready` asks to apply. */
const MAX_APPLY_BYTES = 4 * 1024 * 1024

export class Raft {
  readonly #core: RaftCore
  #hardState: HardState
  /** The newest round of reads at the last tick: what waits since then was asked of too few. */
  #lastRound = 0

  constructor(options: RaftOptions) {
    this.#core = new RaftCore(options)
    this.#hardState = { ...options.hardState }
  }

  /** One unit of time has passed. */
  tick(): void {
    const core = this.#core
    core.electionElapsed++
    if (core.role !== 'leader') {
      if (core.electionElapsed < core.randomizedTimeout || !core.promotable) return
      core.electionElapsed = 0
      core.drawTimeout()
      return campaign(core)
    }
    core.heartbeatElapsed++
    if (core.electionElapsed >= core.electionTicks) {
      core.electionElapsed = 0
      core.transferee = NONE
      if (!this.#quorumActive()) return core.becomeFollower(core.term, NONE)
    }
    const readWaits = core.rounds.oldest > 0 && core.rounds.oldest <= this.#lastRound
    this.#lastRound = core.rounds.newest
    if (core.heartbeatElapsed >= core.heartbeatTicks || readWaits) {
      core.heartbeatElapsed = 0
      broadcastHeartbeat(core, core.rounds.newest)
    }
  }

  /** CheckQuorum: a leader that has not heard a majority for an election timeout steps down. */
  #quorumActive(): boolean {
    const core = this.#core
    const active = new Set<NodeId>([core.id])
    for (const [id, progress] of core.progress) {
      if (progress.recentActive && !progress.recovering) active.add(id)
      progress.wasActive = progress.recentActive
      progress.recentActive = id === core.id
    }
    return core.isQuorum(active)
  }

  /** Takes in a message from another member. */
  step(m: Message): void {
    const core = this.#core
    if (m.term > core.term && !this.#meetLaterTerm(m)) return
    if (m.term !== 0 && m.term < core.term) return this.#answerEarlierTerm(m)
    if (m.type === 'vote' || m.type === 'preVote') return this.#vote(m)
    if (core.role === 'leader') stepLeader(core, m)
    else if (core.role === 'follower') stepFollower(core, m)
    else stepCandidate(core, m)
  }

  /** False if the message shall be ignored. */
  #meetLaterTerm(m: Message): boolean {
    const core = this.#core
    if (m.type === 'vote' || m.type === 'preVote') {
      // While a leader is heard nobody needs another: who was cut off cannot depose it.
      if (!m.force && core.leader !== NONE && core.electionElapsed < core.electionTicks) return false
    }
    const fromLeader = m.type === 'append' || m.type === 'heartbeat' || m.type === 'snapshot'
    // A pre-vote's term is hypothetical; so is that of the answer that grants it.
    if (m.type !== 'preVote' && !(m.type === 'preVoteResponse' && !m.reject))
      core.becomeFollower(m.term, fromLeader ? m.from : NONE)
    return true
  }

  #answerEarlierTerm(m: Message): void {
    const core = this.#core
    // The answer's term tells a deposed leader, or a member that came back, where the cluster is.
    if (m.type === 'append' || m.type === 'heartbeat') core.send('appendResponse', m.from)
    else if (m.type === 'preVote') core.send('preVoteResponse', m.from, { reject: true })
  }

  #vote(m: Message): void {
    const core = this.#core
    if (core.recovering) return
    const free = core.vote === m.from || (core.vote === NONE && core.leader === NONE)
    const granted = (free || (m.type === 'preVote' && m.term > core.term)) && core.log.isUpToDate(m.index, m.logTerm)
    const answer = m.type === 'vote' ? 'voteResponse' : 'preVoteResponse'
    if (!granted) return core.send(answer, m.from, { reject: true })
    core.send(answer, m.from, { term: m.term })
    if (m.type === 'vote') {
      core.electionElapsed = 0
      core.vote = m.from
    }
  }

  /**
   * Puts `data` into the log of whoever leads. `false`: dropped (no leader known, a transfer, or too much waiting).
   * `true` is no promise: the entry counts when it comes back in `committed`.
   */
  propose(data: Uint8Array[]): boolean {
    return this.#propose(data.map(bytes => ({ index: 0, term: 0, kind: 'normal', data: bytes })))
  }

  /**
   * Proposes another configuration; `false` and `true` mean what they mean for `propose`. It holds on each member as soon as
   * it is in its log, and for good once its entry is committed.
   */
  proposeChange(change: ConfigurationChange): boolean {
    return this.#propose([{ index: 0, term: 0, kind: 'configuration', data: encodeChange(change) }])
  }

  #propose(entries: Entry[]): boolean {
    const core = this.#core
    if (core.role === 'leader') return proposeAsLeader(core, entries)
    if (core.role !== 'follower' || core.leader === NONE) return false
    core.messages.push(message('propose', core.leader, { from: core.id, entries }))
    return true
  }

  /** Asks for a linearizable read; `context` comes back in `readStates`, or never if leadership is lost meanwhile. */
  readIndex(context: number): boolean {
    const core = this.#core
    if (core.role !== 'leader' && (core.role !== 'follower' || core.leader === NONE)) return false
    this.step(message('readIndex', core.id, { from: core.id, context }))
    return true
  }

  /** Leader only: hands leadership to `to`. */
  transferLeader(to: NodeId): void {
    if (this.#core.role === 'leader') transfer(this.#core, to)
  }

  /**
   * Nobody listens where `id` did. If it led, its lease on our vote is over; with `campaignNow` an election starts at
   * once. PreVote keeps this harmless should others still hear the leader. Callers spread their campaigns in time,
   * so that followers do not all ask at the same moment.
   */
  reportDown(id: NodeId, campaignNow: boolean): void {
    const core = this.#core
    this.reportUnreachable(id)
    if (core.role !== 'follower' || core.leader !== id) return
    core.electionElapsed = Math.max(core.electionElapsed, core.electionTicks)
    if (campaignNow && core.promotable) campaign(core)
  }

  /** A message to `id` was lost: stop streaming, ask first where it is. */
  reportUnreachable(id: NodeId): void {
    const progress = this.#core.progress.get(id)
    if (progress?.state === 'replicate') progress.becomeProbe()
  }

  /** The snapshot for `id` was handed over, or failed. */
  reportSnapshot(id: NodeId, delivered: boolean): void {
    const progress = this.#core.progress.get(id)
    if (progress?.state !== 'snapshot') return
    if (!delivered) progress.pendingSnapshot = 0
    progress.becomeProbe()
    // Wait for its answer, or the next heartbeat's.
    progress.probeSent = true
  }

  /** The lowest index that a snapshot on its way needs the log from; undefined if there is none. */
  get snapshotInFlight(): number | undefined {
    let lowest: number | undefined
    for (const progress of this.#core.progress.values())
      if (progress.state === 'snapshot') lowest = Math.min(lowest ?? Infinity, progress.pendingSnapshot)
    return lowest
  }

  /** The log up to `index` is in the state machine's snapshot. */
  compactTo(index: number): void {
    this.#core.log.compactTo(index)
  }

  /**
   * The index up to which the log should be compacted, so that about `maxEntries` entries or `maxBytes` bytes stay;
   * undefined while there is not much to gain. Never takes away what a snapshot on its way needs behind it.
   */
  compactionPoint(maxEntries: number, maxBytes: number): number | undefined {
    const { log } = this.#core
    if (log.lastIndex - log.firstIndex < maxEntries * 1.25 && log.bytes < maxBytes * 1.25) return undefined
    const point = Math.min(log.compactionPoint(maxEntries, maxBytes), this.snapshotInFlight ?? Infinity)
    return point >= log.firstIndex ? point : undefined
  }

  /** Who takes part as of `index`, which must not lie before the snapshot. */
  configurationAt(index: number): Configuration {
    return this.#core.log.configurationAt(index)
  }

  termAt(index: number): number | undefined {
    return this.#core.log.term(index)
  }

  hasReady(): boolean {
    const core = this.#core
    return (
      core.messages.length > 0 ||
      core.log.stable < core.log.lastIndex ||
      core.log.applied < core.log.committed ||
      core.readStates.length > 0 ||
      core.pendingSnapshot !== undefined ||
      this.#changedHardState() !== undefined
    )
  }

  ready(): Ready {
    const core = this.#core
    const { log } = core
    const snapshot = core.pendingSnapshot
    const hardState = this.#changedHardState()
    const promises = hardState && (hardState.term !== this.#hardState.term || hardState.vote !== this.#hardState.vote)
    const early = core.role === 'leader' && !promises ? core.messages.filter(isReplication) : []
    const ready: Ready = {
      hardState,
      snapshot,
      entries: log.slice(log.stable + 1, Infinity) ?? [],
      committed: snapshot ? [] : (log.slice(log.applied + 1, MAX_APPLY_BYTES, log.committed) ?? []),
      replication: early,
      messages: early.length > 0 ? core.messages.filter(m => !isReplication(m)) : core.messages,
      readStates: core.readStates,
    }
    core.messages = []
    core.readStates = []
    return ready
  }

  /** Everything that `ready` asked for has been done. */
  advance(ready: Ready): void {
    const core = this.#core
    if (ready.hardState) this.#hardState = ready.hardState
    if (ready.snapshot) {
      core.log.applied = ready.snapshot.index
      core.pendingSnapshot = undefined
    }
    const lastCommitted = ready.committed.at(-1)
    if (lastCommitted) {
      core.log.applied = lastCommitted.index
      let bytes = 0
      for (const entry of ready.committed) bytes += entry.data.length
      core.uncommittedBytes = Math.max(0, core.uncommittedBytes - bytes)
    }
    const lastStable = ready.entries.at(-1)
    if (lastStable) {
      core.log.stable = lastStable.index
      ownEntriesStable(core, lastStable.index)
    }
  }

  #changedHardState(): HardState | undefined {
    const core = this.#core
    const old = this.#hardState
    if (
      old.term === core.term &&
      old.vote === core.vote &&
      old.commit === core.log.committed &&
      old.recovering === core.recovering
    )
      return undefined
    return { term: core.term, vote: core.vote, commit: core.log.committed, recovering: core.recovering }
  }

  status(): RaftStatus {
    const core = this.#core
    return {
      id: core.id,
      role: core.role,
      leader: core.leader === NONE ? undefined : core.leader,
      term: core.term,
      committed: core.log.committed,
      applied: core.log.applied,
      firstIndex: core.log.firstIndex,
      lastIndex: core.log.lastIndex,
      configuration: core.configuration,
      followers: [...core.progress]
        .filter(([id]) => id !== core.id)
        .map(([id, { state, match, recentActive, wasActive, recovering }]) => ({
          id,
          state,
          match: recovering ? 0 : match,
          active: (recentActive || wasActive) && !recovering,
        })),
    }
  }
}

function isReplication(m: Message): boolean {
  return m.type === 'append' || m.type === 'heartbeat'
}
