import type { RaftCore } from './core.ts'
import { NONE } from './message.ts'
import type { Message, NodeId } from './message.ts'
import type { Progress } from './progress.ts'
import type { ReadRequest } from './read-index.ts'

export function stepLeader(core: RaftCore, m: Message): void {
  switch (m.type) {
    case 'propose':
      proposeAsLeader(
        core,
        m.entries.map(entry => entry.data),
      )
      return
    case 'readIndex':
      return readAsLeader(core, { from: m.from === NONE ? core.id : m.from, context: m.context })
    case 'transferLeader':
      return transfer(core, m.from)
    default:
  }
  const progress = core.progress.get(m.from)
  if (!progress) return
  switch (m.type) {
    case 'appendResponse':
      progress.recentActive = true
      return m.reject ? handleRefusal(core, progress, m) : handleConfirmation(core, progress, m)
    case 'heartbeatResponse':
      return handleHeartbeatResponse(core, progress, m)
    default:
  }
}

/** False if the proposal was dropped: a transfer is going on, or too much waits to be committed. */
export function proposeAsLeader(core: RaftCore, data: Uint8Array[]): boolean {
  if (core.transferee !== NONE) return false
  if (core.uncommittedBytes > core.maxUncommittedBytes) return false
  core.appendEntries(data)
  broadcastAppend(core)
  return true
}

export function broadcastAppend(core: RaftCore): void {
  for (const [id, progress] of core.progress) if (id !== core.id) sendAppends(core, id, progress, true)
}

/** Sends what the follower lacks, as far as flow control allows. `evenEmpty`: at least tell it the commit index. */
function sendAppends(core: RaftCore, to: NodeId, progress: Progress, evenEmpty: boolean): void {
  let empty = evenEmpty
  while (!progress.paused) {
    const prevIndex = progress.next - 1
    const logTerm = core.log.term(prevIndex)
    const entries = logTerm === undefined ? undefined : core.log.slice(progress.next, core.maxAppendBytes)
    if (logTerm === undefined || entries === undefined) return sendSnapshot(core, to, progress)
    if (entries.length === 0 && !empty) return
    empty = false
    core.send('append', to, { index: prevIndex, logTerm, commit: core.log.committed, entries })
    progress.sent(prevIndex + entries.length, entries.length)
    if (entries.length === 0) return
  }
}

function sendSnapshot(core: RaftCore, to: NodeId, progress: Progress): void {
  // One that does not answer would only get the beginning.
  if (!progress.recentActive) return
  const index = core.log.applied
  const term = core.log.term(index)
  if (term === undefined) throw new Error(`no term for the applied index ${index}`)
  progress.becomeSnapshot(index)
  core.send('snapshot', to, {
    commit: core.log.committed,
    snapshot: { index, term, configuration: core.configuration },
  })
}

function handleRefusal(core: RaftCore, progress: Progress, m: Message): void {
  // Skip whole terms instead of stepping back by one: only entries of a term ≤ the hint's can match.
  const hint = m.logTerm > 0 ? core.log.conflictHint(m.rejectHint, m.logTerm).index : m.rejectHint
  // A member whose disk was emptied no longer has what it once confirmed.
  if (m.force && hint < progress.match) progress.forget()
  else if (!progress.refused(m.index, hint)) return
  if (progress.state === 'replicate') progress.becomeProbe()
  sendAppends(core, m.from, progress, true)
}

function handleConfirmation(core: RaftCore, progress: Progress, m: Message): void {
  const wasPaused = progress.paused
  const news = progress.confirmed(m.index)
  if (!news && !(progress.state === 'probe' && progress.match === m.index)) return
  if (progress.state === 'probe') progress.becomeReplicate()
  else if (progress.state === 'snapshot') {
    if (progress.match >= progress.pendingSnapshot) {
      progress.becomeProbe()
      progress.becomeReplicate()
    }
  } else progress.freeInflight(m.index)
  if (core.maybeCommit()) {
    releaseEarlyReads(core)
    broadcastAppend(core)
  } else if (wasPaused || progress.next <= core.log.lastIndex) sendAppends(core, m.from, progress, wasPaused)
  if (m.from === core.transferee && progress.match === core.log.lastIndex) core.send('timeoutNow', m.from)
}

/** The own entries are on disk up to `stable`: they count now. */
export function ownEntriesStable(core: RaftCore, stable: number): void {
  const own = core.progress.get(core.id)
  if (!own?.confirmed(stable)) return
  if (core.maybeCommit()) {
    releaseEarlyReads(core)
    broadcastAppend(core)
  }
}

export function broadcastHeartbeat(core: RaftCore, context: number): void {
  for (const [id, progress] of core.progress) {
    // Never beyond what the follower is known to hold: its tail may differ from ours.
    if (id !== core.id) core.send('heartbeat', id, { commit: Math.min(progress.match, core.log.committed), context })
  }
}

function handleHeartbeatResponse(core: RaftCore, progress: Progress, m: Message): void {
  progress.recentActive = true
  progress.probeSent = false
  if (progress.state === 'replicate' && progress.inflight.length && progress.paused) progress.inflight.shift()
  if (progress.match < core.log.lastIndex || progress.state === 'probe') sendAppends(core, m.from, progress, true)
  if (m.context === 0) return
  for (const { index, request } of core.rounds.acknowledge(m.context, m.from, acks => core.isQuorum(acks)))
    answerRead(core, request, index)
}

function readAsLeader(core: RaftCore, request: ReadRequest): void {
  // Until an entry of the own term is committed, the commit index may lag behind what earlier leaders acknowledged.
  if (core.log.term(core.log.committed) !== core.term) return void core.earlyReads.push(request)
  if (core.voters.length === 1 && core.voters[0] === core.id) return answerRead(core, request, core.log.committed)
  broadcastHeartbeat(core, core.rounds.open(core.log.committed, request, core.id))
}

function releaseEarlyReads(core: RaftCore): void {
  if (core.earlyReads.length === 0 || core.log.term(core.log.committed) !== core.term) return
  const waiting = core.earlyReads
  core.earlyReads = []
  for (const request of waiting) readAsLeader(core, request)
}

function answerRead(core: RaftCore, request: ReadRequest, index: number): void {
  if (request.from === core.id) core.readStates.push({ context: request.context, index })
  else core.send('readIndexResponse', request.from, { context: request.context, index })
}

/** Hands leadership to `to` as soon as it has the whole log; given up after one election timeout. */
export function transfer(core: RaftCore, to: NodeId): void {
  const progress = core.progress.get(to)
  if (to === core.id || !progress || !core.voters.includes(to) || core.transferee === to) return
  core.transferee = to
  core.electionElapsed = 0
  if (progress.match === core.log.lastIndex) core.send('timeoutNow', to)
  else sendAppends(core, to, progress, true)
}
