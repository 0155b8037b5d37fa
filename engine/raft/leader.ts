import { encodeChange, isJoint, isVoter, membersOf } from './configuration.ts'
import type { RaftCore } from './core.ts'
import { NONE } from './message.ts'
import type { Entry, Message, NodeId } from './message.ts'
import { Progress } from './progress.ts'
import type { ReadRequest } from './read-index.ts'

export function stepLeader(core: RaftCore, m: Message): void {
  switch (m.type) {
    case 'propose':
      proposeAsLeader(core, m.entries)
      return
    case 'readIndex':
      return readAsLeader(core, {
        from: m.from === NONE ? core.id : m.from,
        context: m.context,
        follows: m.logTerm === core.term && !m.force,
      })
    case 'transferLeader':
      return transfer(core, m.from)
    default:
  }
  const progress = core.progress.get(m.from)
  if (!progress) return
  switch (m.type) {
    case 'appendResponse':
      heard(core, progress, m)
      return m.reject ? handleRefusal(core, progress, m) : handleConfirmation(core, progress, m)
    case 'heartbeatResponse':
      return handleHeartbeatResponse(core, progress, m)
    default:
  }
}

function heard(core: RaftCore, progress: Progress, m: Message): void {
  // A refusal is forced by who is new, too.
  if (!m.reject) progress.recovering = m.force
  progress.recentActive = true
  progress.lastHeard = ++core.answers
}

/**
 * False if the proposal was dropped: a transfer is going on, too much waits to be committed, or it is a change of
 * configuration and another one is not committed yet.
 */
export function proposeAsLeader(core: RaftCore, entries: readonly Pick<Entry, 'kind' | 'data'>[]): boolean {
  if (core.transferee !== NONE) return false
  if (core.uncommittedBytes > core.maxUncommittedBytes) return false
  if (entries.some(entry => entry.kind === 'configuration') && (entries.length > 1 || !mayReconfigure(core)))
    return false
  append(core, entries)
  return true
}

/** Only from a configuration that is settled, and by a leader that has committed something itself: else two changes could
 * miss each other (https://groups.google.com/g/raft-dev/c/t4xj6dJTP6E). */
function mayReconfigure({ log, term, configuration }: RaftCore): boolean {
  return log.configurationIndex <= log.committed && log.term(log.committed) === term && !isJoint(configuration)
}

function append(core: RaftCore, entries: readonly Pick<Entry, 'kind' | 'data'>[]): void {
  core.appendEntries([...entries])
  for (const id of membersOf(core.configuration)) if (!core.progress.has(id)) begin(core, id)
  broadcastAppend(core)
}

/** A member that is new. It gets the time to be heard of before its silence counts. */
function begin(core: RaftCore, id: NodeId): void {
  const progress = new Progress(core.log.lastIndex + 1)
  progress.recentActive = true
  core.progress.set(id, progress)
}

/**
 * What follows when more is committed: the others are told; a joint configuration is left; those whom the configuration
 * leaves out have heard of it by now and are forgotten; a leader that is among them goes.
 */
function committed(core: RaftCore): void {
  releaseEarlyReads(core)
  broadcastAppend(core)
  if (core.log.configurationIndex > core.log.committed || core.log.term(core.log.committed) !== core.term) return
  const { configuration } = core
  if (isJoint(configuration)) return append(core, [{ kind: 'configuration', data: encodeChange({ changes: [] }) }])
  const members = membersOf(configuration)
  for (const id of core.progress.keys()) if (id !== core.id && !members.includes(id)) core.progress.delete(id)
  if (!core.progress.has(core.transferee)) core.transferee = NONE
  if (!isVoter(configuration, core.id)) handOver(core)
}

/** Steps down, and tells whoever has all to take over. */
function handOver(core: RaftCore): void {
  const heir = core.configuration.voters.find(id => core.progress.get(id)?.match === core.log.lastIndex)
  if (heir !== undefined) core.send('timeoutNow', heir)
  core.becomeFollower(core.term, NONE)
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
    snapshot: { index, term, configuration: core.log.configurationAt(index) },
  })
}

function handleRefusal(core: RaftCore, progress: Progress, m: Message): void {
  // Skip whole terms instead of stepping back by one: only entries of a term ≤ the hint's can match.
  const hint = m.logTerm > 0 ? core.log.conflictHint(m.rejectHint, m.logTerm).index : m.rejectHint
  // A member whose disk was emptied no longer has what it once confirmed.
  if (m.force && hint < progress.match) progress.forget()
  else if (!progress.refused(m.index, hint)) return
  // One without a past gets a snapshot even if the log goes back to the beginning: that says who took part then.
  if (m.force && hint === 0 && core.log.applied > 0) return sendSnapshot(core, m.from, progress)
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
  if (core.maybeCommit()) committed(core)
  else if (wasPaused || progress.next <= core.log.lastIndex) sendAppends(core, m.from, progress, wasPaused)
  if (m.from === core.transferee && progress.match === core.log.lastIndex) core.send('timeoutNow', m.from)
}

/** The own entries are on disk up to `stable`: they count now. */
export function ownEntriesStable(core: RaftCore, stable: number): void {
  const own = core.progress.get(core.id)
  if (!own?.confirmed(stable)) return
  if (core.maybeCommit()) committed(core)
}

export function broadcastHeartbeat(core: RaftCore, context: number): void {
  for (const id of core.progress.keys()) if (id !== core.id) heartbeat(core, id, context)
}

function heartbeat(core: RaftCore, to: NodeId, context: number): void {
  // Never beyond what the follower is known to hold: its tail may differ from ours.
  const commit = Math.min(core.progress.get(to)!.match, core.log.committed)
  core.send('heartbeat', to, { commit, context })
}

function handleHeartbeatResponse(core: RaftCore, progress: Progress, m: Message): void {
  heard(core, progress, m)
  progress.probeSent = false
  if (progress.state === 'replicate' && progress.inflight.length && progress.paused) progress.inflight.shift()
  // Who has lost its disk may lack even what it once confirmed: the next append finds out, should it be an empty one.
  if (progress.match < core.log.lastIndex || progress.state === 'probe' || progress.recovering)
    sendAppends(core, m.from, progress, true)
  if (m.context === 0 || progress.recovering) return
  for (const { index, request } of core.rounds.acknowledge(m.context, m.from, acks => core.isQuorum(acks)))
    answerRead(core, request, index)
}

function readAsLeader(core: RaftCore, request: ReadRequest): void {
  // Until an entry of the own term is committed, the commit index may lag behind what earlier leaders acknowledged.
  if (core.log.term(core.log.committed) !== core.term) return void core.earlyReads.push(request)
  if (core.isQuorum(new Set([core.id]))) return answerRead(core, request, core.log.committed)
  // Who asks and followed this leader as it asked has already said what a heartbeat would be answered with.
  if (request.follows && core.isQuorum(new Set([core.id, request.from])))
    return answerRead(core, request, core.log.committed)
  const context = core.rounds.open(core.log.committed, request, core.id)
  for (const id of confirmers(core)) heartbeat(core, id, context)
}

/** As many as make a majority, those first who answered last. Should one be silent, all are asked at the next tick. */
function confirmers(core: RaftCore): NodeId[] {
  const heardOf = (id: NodeId) => core.progress.get(id)!.lastHeard
  const asked: NodeId[] = []
  const acks = new Set([core.id])
  for (const id of core.otherVoters.sort((a, b) => heardOf(b) - heardOf(a))) {
    if (core.isQuorum(acks)) break
    if (core.progress.get(id)!.recovering) continue
    acks.add(id)
    asked.push(id)
  }
  return asked
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
  if (to === core.id || !progress || !isVoter(core.configuration, to) || core.transferee === to) return
  core.transferee = to
  core.electionElapsed = 0
  if (progress.match === core.log.lastIndex) core.send('timeoutNow', to)
  else sendAppends(core, to, progress, true)
}
