/** The vocabulary of the consensus core: what is agreed on, what is kept, what members say to each other. */

/** A member's name; unique in its cluster. */
export type NodeId = string

/** Nobody: no leader known, no vote given. */
export const NONE: NodeId = ''

export interface Entry {
  index: number
  term: number
  /** `configuration`: `data` is a change of who takes part. */
  kind: 'normal' | 'configuration'
  /** Empty for the no-op that a new leader appends. */
  data: Uint8Array
}

/** From here on contexts are of reads by which members that recover learn what they must have; no other reads have such. */
export const RECOVERY = 2 ** 52

/** What must be on disk before any message of the same `Ready` leaves the member. */
export interface HardState {
  term: number
  vote: NodeId
  commit: number
  /**
   * True on a member whose disk was emptied while the cluster lived on. It has forgotten its votes and what it confirmed,
   * so it neither votes nor campaigns, and nothing counts on it, until it has all that was committed before: a leader whom
   * a majority of the others still follows says how much that is.
   */
  recovering: boolean
}

/** Who takes part, and where. Voters count for a majority; learners only receive the log. */
export interface Configuration {
  voters: NodeId[]
  /** Voters of the configuration that is being left. While there are any, majorities of both are needed. */
  outgoing: NodeId[]
  learners: NodeId[]
  /** Those of `outgoing` that are learners once it is left. */
  learnersNext: NodeId[]
  /** Carried along for the transport; may lack members whose address everybody knows from the start. */
  addresses: Record<NodeId, string>
}

export interface MemberChange {
  /** `update` changes the address only. */
  type: 'addVoter' | 'addLearner' | 'remove' | 'update'
  id: NodeId
  address?: string
}

/** A step from one configuration to the next. Without changes: leaves joint consensus. */
export interface ConfigurationChange {
  changes: MemberChange[]
  /** Names the proposal to whoever made it. */
  proposal?: string
}

export interface SnapshotMetadata {
  index: number
  term: number
  configuration: Configuration
}

export type MessageType =
  | 'preVote'
  | 'preVoteResponse'
  | 'vote'
  | 'voteResponse'
  | 'append'
  | 'appendResponse'
  | 'heartbeat'
  | 'heartbeatResponse'
  | 'snapshot'
  | 'propose'
  | 'readIndex'
  | 'readIndexResponse'
  | 'timeoutNow'
  | 'transferLeader'

export interface Message {
  type: MessageType
  from: NodeId
  to: NodeId
  /** 0 on messages that are forwarded to whoever leads (`propose`, `readIndex`, `transferLeader`). */
  term: number
  /** append: index before the first entry. Responses: the index that is confirmed or refused. Votes: the last index. */
  index: number
  /** Term of the entry at `index`; in a refused append the term at the hint. In a forwarded readIndex: the asker's term. */
  logTerm: number
  commit: number
  /** In a refused append: where the follower's log could match. */
  rejectHint: number
  /** Ties heartbeats and read requests to their answers; 0 is none. */
  context: number
  reject: boolean
  /**
   * In a vote: leadership transfer, so followers that still hear the leader answer too. In a refused append: the
   * follower is new or its disk was emptied, what it confirmed before is gone. In other answers to a leader: the follower
   * is recovering, so that its answer, or its asking, does not count.
   */
  force: boolean
  entries: Entry[]
  snapshot?: SnapshotMetadata
}

const NO_ENTRIES: Entry[] = []

/** A message with everything that is not given at rest. */
export function message(type: MessageType, to: NodeId, fields: Partial<Message> = {}): Message {
  return {
    type,
    from: fields.from ?? NONE,
    to,
    term: fields.term ?? 0,
    index: fields.index ?? 0,
    logTerm: fields.logTerm ?? 0,
    commit: fields.commit ?? 0,
    rejectHint: fields.rejectHint ?? 0,
    context: fields.context ?? 0,
    reject: fields.reject ?? false,
    force: fields.force ?? false,
    entries: fields.entries ?? NO_ENTRIES,
    snapshot: fields.snapshot,
  }
}
