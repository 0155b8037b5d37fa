import { campaign } from './candidate.ts'
import type { RaftCore } from './core.ts'
import { NONE } from './message.ts'
import type { Message } from './message.ts'

export function stepFollower(core: RaftCore, m: Message): void {
  switch (m.type) {
    case 'append':
    case 'heartbeat':
    case 'snapshot':
      return followLeader(core, m)
    case 'propose':
    case 'readIndex':
    case 'transferLeader':
      // Forward once: a request that comes back has met two members that each think the other leads.
      if (core.leader === NONE || core.leader === m.from || (m.from !== core.id && m.from !== NONE)) return
      core.messages.push({ ...m, from: m.from === NONE ? core.id : m.from, to: core.leader })
      return
    case 'readIndexResponse':
      if (m.from === core.leader) core.readStates.push({ context: m.context, index: m.index })
      return
    case 'timeoutNow':
      if (core.promotable) campaign(core, true)
      return
    default:
      return
  }
}

/** A message of the term's leader: whatever this member was, it follows now. */
export function followLeader(core: RaftCore, m: Message): void {
  if (core.role !== 'follower' || core.leader !== m.from) core.becomeFollower(m.term, m.from)
  core.electionElapsed = 0
  switch (m.type) {
    case 'append':
      return handleAppend(core, m)
    case 'heartbeat':
      core.log.commitTo(Math.min(m.commit, core.log.lastIndex))
      return core.send('heartbeatResponse', m.from, { context: m.context })
    case 'snapshot':
      return handleSnapshot(core, m)
    default:
  }
}

function handleAppend(core: RaftCore, m: Message): void {
  const { log } = core
  if (m.index < log.committed) {
    caughtUp(core, m, log.committed)
    return core.send('appendResponse', m.from, { index: log.committed })
  }
  const verified = core.blank ? undefined : log.tryAppend(m.index, m.logTerm, m.commit, m.entries)
  if (verified === undefined) {
    const hint = log.conflictHint(Math.min(m.index, log.lastIndex), m.logTerm)
    const refusal = { index: m.index, reject: true, rejectHint: hint.index, logTerm: hint.term }
    core.send('appendResponse', m.from, { ...refusal, force: core.recovering || core.blank })
    return
  }
  caughtUp(core, m, verified)
  core.send('appendResponse', m.from, { index: verified })
}

function handleSnapshot(core: RaftCore, m: Message): void {
  const { log } = core
  const snapshot = m.snapshot
  if (!snapshot) throw new Error('snapshot message without metadata')
  if (snapshot.index > log.committed) {
    if (log.matches(snapshot.index, snapshot.term)) log.commitTo(snapshot.index)
    else {
      log.restore(snapshot)
      core.pendingSnapshot = snapshot
    }
  }
  caughtUp(core, m, log.committed)
  core.send('appendResponse', m.from, { index: log.committed })
}

/** A member whose disk was emptied votes again once it holds all that the leader knew to be committed. */
function caughtUp(core: RaftCore, m: Message, verified: number): void {
  if (core.recovering && verified >= m.commit) core.recovering = false
}
