import { committedIndex, tally } from './quorum.ts'
import type { VoteResult } from './quorum.ts'
import type { Configuration, ConfigurationChange, Entry, MemberChange, NodeId } from './message.ts'

/** A configuration with these voters, at rest. */
export function configurationOf(voters: NodeId[], addresses: Record<NodeId, string> = {}): Configuration {
  return { voters, outgoing: [], learners: [], learnersNext: [], addresses }
}

/** Whether two configurations count at the same time: the one that is left, and the one that is entered. */
export function isJoint({ outgoing }: Configuration): boolean {
  return outgoing.length > 0
}

/** Everybody who receives the log. */
export function membersOf({ voters, outgoing, learners }: Configuration): NodeId[] {
  return [...new Set([...voters, ...outgoing, ...learners])]
}

export function isVoter({ voters, outgoing }: Configuration, id: NodeId): boolean {
  return voters.includes(id) || outgoing.includes(id)
}

/** Everybody whose vote counts, in one configuration or the other. */
export function electorate({ voters, outgoing }: Configuration): NodeId[] {
  return [...new Set([...voters, ...outgoing])]
}

/** Whether `ids` are a majority; in joint consensus, of both configurations. */
export function isQuorum({ voters, outgoing }: Configuration, ids: ReadonlySet<NodeId>): boolean {
  const majority = (of: readonly NodeId[]) => of.filter(id => ids.has(id)).length > of.length >> 1
  return majority(voters) && (outgoing.length === 0 || majority(outgoing))
}

/** The highest index that a majority has reached; in joint consensus, that both have. */
export function agreedIndex({ voters, outgoing }: Configuration, reached: (voter: NodeId) => number): number {
  const index = committedIndex(voters, reached)
  return outgoing.length === 0 ? index : Math.min(index, committedIndex(outgoing, reached))
}

export function tallyVotes({ voters, outgoing }: Configuration, votes: ReadonlyMap<NodeId, boolean>): VoteResult {
  const incoming = tally(voters, votes)
  if (outgoing.length === 0) return incoming
  const old = tally(outgoing, votes)
  if (incoming === 'lost' || old === 'lost') return 'lost'
  return incoming === 'won' && old === 'won' ? 'won' : 'pending'
}

/**
 * The configuration that follows. One voter more or less is safe by itself, as any two majorities meet; everything else
 * goes through joint consensus (Raft §6), which an empty change leaves. Members that are there already, or not there, are
 * no error: a change may be replayed.
 * @throws RangeError for a change that would leave no voter, or that comes during joint consensus.
 */
export function changed(configuration: Configuration, { changes }: ConfigurationChange): Configuration {
  if (changes.length === 0) return left(configuration)
  if (isJoint(configuration)) throw new RangeError('a change is going on: it must be left before the next one')
  const next = { ...configuration, addresses: { ...configuration.addresses } }
  const before = new Set(configuration.voters)
  for (const change of changes) apply(next, change, before)
  if (next.voters.length === 0) throw new RangeError('the last voter cannot be removed')
  const after = new Set(next.voters)
  const different = [...before].filter(id => !after.has(id)).length + [...after].filter(id => !before.has(id)).length
  if (different > 1) return tidied({ ...next, outgoing: configuration.voters })
  return tidied({ ...next, learners: [...next.learners, ...next.learnersNext], learnersNext: [] })
}

function apply(next: Configuration, { type, id, address }: MemberChange, before: ReadonlySet<NodeId>): void {
  if (address !== undefined) next.addresses[id] = address
  if (type === 'update') return
  next.voters = next.voters.filter(v => v !== id)
  next.learners = next.learners.filter(v => v !== id)
  next.learnersNext = next.learnersNext.filter(v => v !== id)
  if (type === 'addVoter') next.voters.push(id)
  // Who still counts in the old configuration becomes a learner when that is left.
  else if (type === 'addLearner') (before.has(id) ? next.learnersNext : next.learners).push(id)
}

function left(configuration: Configuration): Configuration {
  if (!isJoint(configuration)) return configuration
  const learners = [...configuration.learners, ...configuration.learnersNext]
  return tidied({ ...configuration, outgoing: [], learners, learnersNext: [] })
}

/** Addresses of members only. */
function tidied(configuration: Configuration): Configuration {
  const members = new Set([...membersOf(configuration), ...configuration.learnersNext])
  const addresses = Object.fromEntries(Object.entries(configuration.addresses).filter(([id]) => members.has(id)))
  return { ...configuration, addresses }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * The configuration that an entry of kind `configuration` leads to. One that is not possible leads nowhere, on every
 * member alike.
 */
export function following(configuration: Configuration, entry: Entry): Configuration {
  try {
    return changed(configuration, decodeChange(entry))
  } catch (error) {
    if (error instanceof RangeError) return configuration
    throw error
  }
}

export function encodeChange(change: ConfigurationChange): Uint8Array {
  return encoder.encode(JSON.stringify(change))
}

export function decodeChange(entry: Entry): ConfigurationChange {
  return JSON.parse(decoder.decode(entry.data)) as ConfigurationChange
}
