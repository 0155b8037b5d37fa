import type { RaftCore } from './core.ts'
import type { Message } from './message.ts'
import { broadcastAppend } from './leader.ts'
import { followLeader } from './follower.ts'

/** Starts an election. `transfer`: the leader has asked this member to take over, so no pre-vote. */
export function campaign(core: RaftCore, transfer = false): void {
  if (transfer) requestVotes(core, true)
  else {
    core.becomePreCandidate()
    if (core.recordVote(core.id, true) === 'won') return requestVotes(core, false)
    for (const to of core.otherVoters)
      core.send('preVote', to, { term: core.term + 1, index: core.log.lastIndex, logTerm: core.log.lastTerm })
  }
}

function requestVotes(core: RaftCore, force: boolean): void {
  core.becomeCandidate()
  if (core.recordVote(core.id, true) === 'won') return win(core)
  for (const to of core.otherVoters)
    core.send('vote', to, { index: core.log.lastIndex, logTerm: core.log.lastTerm, force })
}

function win(core: RaftCore): void {
  core.becomeLeader()
  broadcastAppend(core)
}

export function stepCandidate(core: RaftCore, m: Message): void {
  switch (m.type) {
    case 'append':
    case 'heartbeat':
    case 'snapshot':
      return followLeader(core, m)
    case 'preVoteResponse':
      // Leave for an earlier term is none for this one.
      if (core.role !== 'pre-candidate' || (!m.reject && m.term !== core.term + 1)) return
      return count(core, m)
    case 'voteResponse':
      if (core.role !== 'candidate') return
      return count(core, m)
    default:
      return
  }
}

function count(core: RaftCore, m: Message): void {
  switch (core.recordVote(m.from, !m.reject)) {
    case 'won':
      return core.role === 'pre-candidate' ? requestVotes(core, false) : win(core)
    case 'lost':
      return core.becomeFollower(core.term, '')
    case 'pending':
  }
}
