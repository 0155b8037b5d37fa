import { campaign } from './candidate.ts'
import type { RaftCore } from './core.ts'
import { NONE, RECOVERY } from './message.ts'
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
      core.messages.push({
        ...m,
        from: core.id,
        to: core.leader,
        ...(m.type === 'readIndex' ? { logTerm: core.term, force: core.recovering } : {}),
      })
      return
    case 'readIndexResponse':
      if (m.from !== core.leader) return
      if (m.context < RECOVERY) core.readStates.push({ context: m.context, index: m.index })
      else if (core.recovering && m.context === core.recoveryContext) core.recoveryIndex = m.index
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
      recover(core)
      return core.send('heartbeatResponse', m.from, { context: m.context, force: core.recovering })
    case 'snapshot':
      return handleSnapshot(core, m)
    default:
  }
}

function handleAppend(core: RaftCore, m: Message): void {
  const { log } = core
  if (m.index < log.committed) {
    recover(core)
    return core.send('appendResponse', m.from, { index: log.committed, force: core.recovering })
  }
  const verified = core.blank ? undefined : log.tryAppend(m.index, m.logTerm, m.commit, m.entries)
  if (verified === undefined) {
    const hint = log.conflictHint(Math.min(m.index, log.lastIndex), m.logTerm)
    const refusal = { index: m.index, reject: true, rejectHint: hint.index, logTerm: hint.term }
    core.send('appendResponse', m.from, { ...refusal, force: core.recovering || core.blank })
    return
  }
  recover(core)
  core.send('appendResponse', m.from, { index: verified, force: core.recovering })
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
  recover(core)
  core.send('appendResponse', m.from, { index: log.committed, force: core.recovering })
}

/**
 * A member whose disk was emptied counts again once it holds all that it may have helped to commit. It must not take just any
 * leader's word for how much that is: one that was deposed does not know. So it asks as a reader does, and a leader answers
 * that only if a majority, in which those who recover do not count, still follows it.
 */
function recover(core: RaftCore): void {
  if (!core.recovering) return
  if (core.recoveryIndex === undefined) core.send('readIndex', core.leader, { context: core.recoveryContext, term: 0 })
  else if (core.log.committed >= core.recoveryIndex) core.recovering = false
}
