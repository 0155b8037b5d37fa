/** A fault in the product's source, to see whether the simulation finds it: an exact snippet and what takes its place. */
export interface PlantedBug {
  name: string
  /** What goes wrong. */
  what: string
  edits: { file: string; snippet: string; instead: string }[]
}

export const BUGS: PlantedBug[] = [
  {
    name: 'vote-forgotten',
    what: 'a vote is not written down',
    edits: [
      {
        file: 'engine/store/durable-log.ts',
        snippet: 'this.#setHardState.run(state.term, state.vote,',
        instead: "this.#setHardState.run(state.term, '',",
      },
    ],
  },
  {
    name: 'term-forgotten',
    what: 'a new term alone is not written down before its messages leave',
    edits: [
      {
        file: 'engine/store/durable-state.ts',
        snippet: 'return hardState.term !== term || hardState.vote !== vote ||',
        instead: 'return (hardState.vote !== vote && term < 0) ||',
      },
    ],
  },
  {
    name: 'old-term-counted',
    what: 'an entry of an earlier term is committed by counting',
    edits: [
      {
        file: 'engine/raft/core.ts',
        snippet: 'if (index <= this.log.committed || this.log.term(index) !== this.term) return false',
        instead: 'if (index <= this.log.committed) return false',
      },
      {
        // One entry at a time: otherwise the leader's first own entry comes along and hides it.
        file: 'engine/raft/core.ts',
        snippet: 'options.maxAppendBytes ?? 1024 * 1024',
        instead: '1',
      },
    ],
  },
  {
    name: 'sent-before-written',
    what: 'a follower confirms entries before they are on disk',
    edits: [
      {
        file: 'engine/store/replica.ts',
        snippet: 'this.#outbox.send(ready.replication)\n    let settled',
        instead:
          'this.#outbox.send([...ready.replication, ...ready.messages])\n    ready.messages = []\n    let settled',
      },
    ],
  },
  {
    name: 'read-without-quorum',
    what: 'a leader answers reads without asking whether it still leads',
    edits: [
      {
        file: 'engine/raft/leader.ts',
        snippet: 'if (core.isQuorum(new Set([core.id]))) return answerRead(core, request, core.log.committed)',
        instead: 'if (core.term > 0) return answerRead(core, request, core.log.committed)',
      },
    ],
  },
  {
    name: 'read-by-lease',
    what: 'a leader trusts its clock instead of asking: what a frozen process believes is old',
    edits: [
      {
        file: 'engine/raft/leader.ts',
        snippet: 'if (core.isQuorum(new Set([core.id]))) return answerRead(core, request, core.log.committed)',
        instead: 'if (core.electionElapsed < core.electionTicks) return answerRead(core, request, core.log.committed)',
      },
    ],
  },
  {
    name: 'read-before-own-term',
    what: 'a new leader answers reads before it has committed an entry of its own term',
    edits: [
      {
        file: 'engine/raft/leader.ts',
        snippet: 'if (core.log.term(core.log.committed) !== core.term) return void core.earlyReads.push(request)',
        instead: '',
      },
    ],
  },
  {
    name: 'applied-twice',
    what: 'what was applied already is applied again after a start',
    edits: [
      {
        file: 'engine/store/durable-state.ts',
        snippet: 'return { hardState, snapshot, configuration, entries, applied }',
        instead: 'return { hardState, snapshot, configuration, entries, applied: snapshot.index }',
      },
      {
        file: 'engine/store/mvcc/sessions.ts',
        snippet: 'if (this.has(member, boot, sequence)) return false',
        instead: '',
      },
    ],
  },
  {
    name: 'proposed-twice',
    what: 'a batch that lost its leader is proposed again and its repetition is not recognized',
    edits: [
      {
        file: 'engine/store/mvcc/sessions.ts',
        snippet: 'if (this.has(member, boot, sequence)) return false',
        instead: '',
      },
    ],
  },
  {
    name: 'conflict-kept',
    what: 'entries that conflict with the leader are kept',
    edits: [
      {
        file: 'engine/raft/log.ts',
        snippet: 'this.append(entries.slice(conflict))',
        instead: 'this.append(entries.slice(conflict).filter(entry => entry.index > this.lastIndex))',
      },
    ],
  },
  {
    name: 'snapshot-cut',
    what: 'a snapshot claims an entry more than it holds',
    edits: [
      {
        file: 'engine/store/durable-state.ts',
        snippet: 'this.log.append(entries, snapshot?.index ?? this.#lastStored)',
        instead: `this.log.append(entries, snapshot?.index ?? this.#lastStored)
            if (snapshot) this.db.prepare('DELETE FROM live WHERE id = (SELECT max(id) FROM live)').run()`,
      },
    ],
  },
  {
    name: 'watch-skips',
    what: 'a watch that goes on leaves out the first revision that it missed',
    edits: [
      {
        file: 'engine/store/watch-hub.ts',
        snippet: '> 0 ? request.startRevision : now + 1',
        instead: '> 0 ? request.startRevision + (request.startRevision > 1 ? 1 : 0) : now + 1',
      },
    ],
  },
  {
    name: 'pre-vote-skipped',
    what: 'who hears no leader campaigns at once, and raises the term',
    edits: [
      {
        file: 'engine/raft/candidate.ts',
        snippet: 'if (transfer) requestVotes(core, true)',
        instead: 'if (core.random.next() >= 0) requestVotes(core, transfer)',
      },
    ],
  },
  {
    name: 'checksum-ignored',
    what: 'log entries are not compared with their checksums',
    edits: [
      {
        file: 'engine/store/durable-log.ts',
        snippet: 'crc !== checksum(entry)) throw',
        instead: 'crc === -1) throw',
      },
    ],
  },
  {
    name: 'heartbeat-commits-too-much',
    what: 'a heartbeat carries the whole commit index to a follower whose tail may differ',
    edits: [
      {
        file: 'engine/raft/leader.ts',
        snippet: 'const commit = Math.min(core.progress.get(to)!.match, core.log.committed)',
        instead: 'const commit = core.log.committed',
      },
    ],
  },
  {
    name: 'emptied-votes',
    what: 'a member whose disk was emptied votes as if it remembered',
    edits: [
      {
        file: 'engine/store/durable-log.ts',
        snippet: "identity.state === 'existing' ? 1 : 0,",
        instead: '0,',
      },
    ],
  },
  {
    name: 'unknown-as-refused',
    what: 'a write that lost its leader is reported as not done',
    edits: [
      {
        file: 'engine/store/proposals.ts',
        snippet:
          "return new UnknownOutcomeError('etcdserver: request timed out, possibly due to previous leader failure')",
        instead: "return new UnavailableError('etcdserver: no leader') as unknown as UnknownOutcomeError",
      },
    ],
  },
  {
    name: 'lease-kept-by-old-leader',
    what: 'who believes that it leads keeps leases alive without asking: another leader does not know of it',
    edits: [
      {
        file: 'engine/store/lease-service.ts',
        snippet: `    office.claim ??= replica
      .propose(encodeCommand({ type: 'leaseClaim', term: office.term }))
      .catch((error: unknown) => {
        office.claim = undefined
        throw error
      })
    await office.claim
    await this.#options.replica().readIndex()`,
        instead: '',
      },
    ],
  },
  {
    name: 'lease-revived',
    what: 'a lease whose time is over and whose end is proposed is kept alive',
    edits: [
      {
        file: 'engine/store/lease-keeper.ts',
        snippet: 'if (!kept || kept.expired || kept.deadline <= now) return false',
        instead: 'if (!kept) return false',
      },
    ],
  },
  {
    name: 'lease-inherited-short',
    what: 'a new leader does not give a lease its whole time again',
    edits: [
      {
        file: 'engine/store/lease-service.ts',
        snippet: 'const keeper = new LeaseKeeper(clock, replica.machine.leases, id => {',
        instead: `const left = new Map([...replica.machine.leases].map(([id, lease]) => [id, { ...lease, ttlSeconds: lease.ttlSeconds / 2 }]))
      const keeper = new LeaseKeeper(clock, left, id => {`,
      },
    ],
  },
  {
    name: 'joint-one-majority',
    what: 'in joint consensus only the new configuration is counted',
    edits: [
      {
        file: 'engine/raft/configuration.ts',
        snippet: 'return outgoing.length === 0 ? index : Math.min(index, committedIndex(outgoing, reached))',
        instead: 'return index',
      },
    ],
  },
  {
    name: 'joint-left-early',
    what: 'joint consensus is left before its entry is committed',
    edits: [
      {
        file: 'engine/raft/leader.ts',
        snippet:
          'if (core.log.configurationIndex > core.log.committed || core.log.term(core.log.committed) !== core.term) return',
        instead: 'if (core.log.term(core.log.committed) !== core.term) return',
      },
      {
        // The same turn commits and leaves: so an earlier entry's commit leaves it.
        file: 'engine/raft/leader.ts',
        snippet: '  append(core, entries)\n  return true',
        instead: `  append(core, entries)
  if (isJoint(core.configuration)) append(core, [{ kind: 'configuration', data: encodeChange({ changes: [] }) }])
  return true`,
      },
    ],
  },
  {
    name: 'joint-votes-of-one',
    what: 'in joint consensus the votes of the new configuration are enough',
    edits: [
      {
        file: 'engine/raft/configuration.ts',
        snippet: "return incoming === 'won' && old === 'won' ? 'won' : 'pending'",
        instead: 'return incoming',
      },
    ],
  },
  {
    name: 'learner-counted',
    what: 'what a learner confirms counts as if it had a vote',
    edits: [
      {
        file: 'engine/raft/configuration.ts',
        snippet: `export function agreedIndex({ voters, outgoing }: Configuration, reached: (voter: NodeId) => number): number {
  const index = committedIndex(voters, reached)`,
        instead: `export function agreedIndex({ voters, outgoing, learners }: Configuration, reached: (voter: NodeId) => number): number {
  const index = [...voters, ...learners].map(reached).sort((a, b) => b - a)[voters.length >> 1]!`,
      },
    ],
  },
  {
    name: 'learner-votes',
    what: 'a learner is asked for its vote, and the vote is counted',
    edits: [
      {
        file: 'engine/raft/configuration.ts',
        snippet: `export function electorate({ voters, outgoing }: Configuration): NodeId[] {
  return [...new Set([...voters, ...outgoing])]`,
        instead: `export function electorate({ voters, outgoing, learners }: Configuration): NodeId[] {
  return [...new Set([...voters, ...outgoing, ...learners])]`,
      },
      {
        file: 'engine/raft/configuration.ts',
        snippet: 'const incoming = tally(voters, votes)',
        instead: `const refused = [...votes.values()].filter(vote => !vote).length
  const incoming = [...votes.values()].filter(vote => vote).length > voters.length >> 1 ? 'won' : refused > voters.length >> 1 ? 'lost' : 'pending'`,
      },
    ],
  },
  {
    name: 'changes-overlap',
    what: 'a change of the members is proposed before the one before it is committed',
    edits: [
      {
        file: 'engine/raft/leader.ts',
        snippet:
          'return log.configurationIndex <= log.committed && log.term(log.committed) === term && !isJoint(configuration)',
        instead: 'return !isJoint(configuration) && term > 0 && log.committed >= 0',
      },
    ],
  },
]
