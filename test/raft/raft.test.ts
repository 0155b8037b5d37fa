import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../engine/base/random.ts'
import { configurationOf } from '../../engine/raft/configuration.ts'
import { RECOVERY, message } from '../../engine/raft/message.ts'
import type { Entry, HardState, Message } from '../../engine/raft/message.ts'
import { Raft } from '../../engine/raft/raft.ts'

const entry = (index: number, term: number, text = ''): Entry => ({
  index,
  term,
  kind: 'normal',
  data: new TextEncoder().encode(text),
})

interface Start {
  voters?: string[]
  hardState?: Partial<HardState>
  entries?: Entry[]
}

function start({ voters = ['a', 'b', 'c'], hardState, entries = [] }: Start = {}): Raft {
  return new Raft({
    id: 'a',
    configuration: configurationOf(voters),
    electionTicks: 10,
    heartbeatTicks: 2,
    random: seededRandom(1),
    hardState: { term: 0, vote: '', commit: 0, recovering: false, ...hardState },
    snapshot: { index: 0, term: 0 },
    entries,
    applied: 0,
  })
}

/** Carries out everything that is ready, and returns what was sent and applied. */
function run(raft: Raft): { messages: Message[]; committed: number[]; reads: number[] } {
  const out = { messages: [] as Message[], committed: [] as number[], reads: [] as number[] }
  while (raft.hasReady()) {
    const ready = raft.ready()
    out.messages.push(...ready.replication, ...ready.messages)
    out.committed.push(...ready.committed.map(e => e.index))
    out.reads.push(...ready.readStates.map(r => r.index))
    raft.advance(ready)
  }
  return out
}

function campaign(raft: Raft): Message[] {
  const { term } = raft.status()
  for (let i = 0; i < 20 && raft.status().role === 'follower'; i++) raft.tick()
  const asked = run(raft).messages
  expect(raft.status()).toMatchObject({ role: 'pre-candidate', term })
  return asked
}

function lead(raft: Raft, by = ['b']): void {
  campaign(raft)
  const term = raft.status().term + 1
  for (const voter of by) raft.step(message('preVoteResponse', 'a', { from: voter, term }))
  run(raft)
  for (const voter of by) raft.step(message('voteResponse', 'a', { from: voter, term }))
  expect(raft.status()).toMatchObject({ role: 'leader', term })
}

const from = (type: Message['type'], fields: Partial<Message>, sender = 'b') =>
  message(type, 'a', { from: sender, ...fields })

describe('elections', () => {
  it('ask before they raise the term, and persist term and vote before the votes are asked for', () => {
    const raft = start({ hardState: { term: 3 } })
    expect(campaign(raft).map(m => [m.type, m.term])).toEqual([
      ['preVote', 4],
      ['preVote', 4],
    ])
    raft.step(from('preVoteResponse', { term: 4 }))
    const ready = raft.ready()
    expect(ready.hardState).toMatchObject({ term: 4, vote: 'a' })
    expect(ready.messages.map(m => m.type)).toEqual(['vote', 'vote'])
  })

  it('give one vote per term, also after a restart', () => {
    const raft = start()
    raft.step(from('vote', { term: 2 }))
    const ready = raft.ready()
    expect(ready.hardState).toMatchObject({ term: 2, vote: 'b' })
    expect(ready.messages).toMatchObject([{ type: 'voteResponse', to: 'b', reject: false }])
    const again = start({ hardState: ready.hardState })
    again.step(from('vote', { term: 2 }, 'c'))
    expect(run(again).messages).toMatchObject([{ to: 'c', reject: true }])
  })

  it('refuse a candidate whose log is behind: by last term first, then by length', () => {
    const log = { entries: [entry(1, 1), entry(2, 2)], hardState: { term: 2 } }
    const answer = (index: number, logTerm: number) => {
      const raft = start(log)
      raft.step(from('vote', { term: 3, index, logTerm }))
      return run(raft).messages[0]!.reject
    }
    expect([answer(9, 1), answer(1, 2), answer(2, 2), answer(1, 3)]).toEqual([true, true, false, false])
  })

  it('are not started by one who was cut off while the leader is heard', () => {
    const raft = start()
    raft.step(from('heartbeat', { term: 1 }))
    run(raft)
    raft.step(from('preVote', { term: 9 }, 'c'))
    raft.step(from('vote', { term: 9 }, 'c'))
    expect(run(raft).messages).toEqual([])
    expect(raft.status()).toMatchObject({ term: 1, leader: 'b' })
  })

  it('follow at once when the leader is known to be dead', () => {
    const raft = start()
    raft.step(from('heartbeat', { term: 1 }))
    raft.reportDown('b', true)
    expect(run(raft).messages.filter(m => m.type === 'preVote').length).toBe(2)
  })

  it('wait for a member that lost its disk until it has what it may have helped to commit', () => {
    const raft = start({ hardState: { recovering: true } })
    for (let i = 0; i < 50; i++) raft.tick()
    raft.step(from('vote', { term: 2 }, 'c'))
    expect(run(raft).messages).toEqual([])
    // What this leader takes for committed is no measure: another one may have been elected since.
    raft.step(from('append', { term: 2, index: 0, commit: 1, entries: [entry(1, 2)] }))
    const [asked, answered] = run(raft).messages
    expect(asked).toMatchObject({ type: 'readIndex', to: 'b' })
    const { context } = asked!
    expect(context).toBeGreaterThanOrEqual(RECOVERY)
    // An answer to what an earlier life asked.
    raft.step(from('readIndexResponse', { term: 2, context: context + 1, index: 0 }))
    expect(answered).toMatchObject({ type: 'appendResponse', index: 1, force: true })
    raft.step(from('vote', { term: 3, index: 5, logTerm: 3, force: true }, 'c'))
    expect(run(raft).messages).toEqual([])
    raft.step(from('readIndexResponse', { term: 3, context, index: 2 }))
    raft.step(from('append', { term: 3, index: 1, logTerm: 2, commit: 1, entries: [entry(2, 3)] }))
    raft.step(from('readIndexResponse', { term: 3, context, index: 2 }))
    expect(run(raft).messages.at(-1)).toMatchObject({ type: 'appendResponse', index: 2, force: true })
    raft.step(from('append', { term: 3, index: 2, logTerm: 3, commit: 2 }))
    expect(raft.ready().hardState).toMatchObject({ recovering: false })
    raft.step(from('vote', { term: 4, index: 5, logTerm: 3, force: true }, 'c'))
    expect(run(raft).messages.map(m => [m.type, m.reject])).toContainEqual(['voteResponse', false])
  })

  it('do not count a member that lost its disk: not for a commit, a read or a leadership', () => {
    const raft = start()
    lead(raft)
    run(raft)
    raft.step(from('appendResponse', { term: 1, index: 1, force: true }))
    expect(raft.status().committed).toBe(0)
    raft.step(from('appendResponse', { term: 1, index: 1 }, 'c'))
    expect(raft.status().committed).toBe(1)
    // Nor for what a change of the members leaves able to go on.
    expect(raft.status().followers).toMatchObject([
      { id: 'b', active: false, match: 0 },
      { id: 'c', active: true, match: 1 },
    ])
    run(raft)
    raft.readIndex(7)
    const asked = run(raft).messages.filter(m => m.type === 'heartbeat')
    expect(asked.map(m => m.to)).toEqual(['c'])
    raft.step(from('heartbeatResponse', { term: 1, context: asked[0]!.context, force: true }))
    expect(run(raft).reads).toEqual([])
    raft.step(from('heartbeatResponse', { term: 1, context: asked[0]!.context }, 'c'))
    expect(run(raft).reads).toEqual([1])
    for (let i = 0; i < 21; i++) {
      raft.step(from('heartbeatResponse', { term: 1, force: true }))
      raft.tick()
    }
    expect(raft.status().role).toBe('follower')
  })

  it('ask a member that lost its disk what it has, though it had confirmed everything', () => {
    const raft = start()
    lead(raft)
    run(raft)
    for (const peer of ['b', 'c']) raft.step(from('appendResponse', { term: 1, index: 1 }, peer))
    run(raft)
    raft.step(from('heartbeatResponse', { term: 1 }))
    expect(run(raft).messages).toEqual([])
    raft.step(from('heartbeatResponse', { term: 1, force: true }))
    expect(run(raft).messages).toMatchObject([{ type: 'append', to: 'b', index: 1, entries: [] }])
    raft.step(from('appendResponse', { term: 1, index: 1, reject: true, rejectHint: 0, force: true }))
    expect(run(raft).messages).toMatchObject([{ type: 'snapshot', to: 'b' }])
  })

  it('end a leadership that no majority answers any more', () => {
    const raft = start()
    lead(raft)
    for (let i = 0; i < 21; i++) raft.tick()
    expect(raft.status().role).toBe('follower')
  })
})

describe('a leader', () => {
  it('commits entries of earlier terms only together with one of its own (figure 8)', () => {
    const raft = start({ entries: [entry(1, 1), entry(2, 2)], hardState: { term: 2 } })
    lead(raft)
    run(raft)
    raft.step(from('appendResponse', { term: 3, index: 2 }))
    expect(raft.status().committed).toBe(0)
    raft.step(from('appendResponse', { term: 3, index: 3 }))
    expect(raft.status().committed).toBe(3)
  })

  it('replicates while it writes; a follower answers only when it has written', () => {
    const raft = start()
    lead(raft)
    raft.propose([new Uint8Array(1)])
    const kinds = (ready: ReturnType<Raft['ready']>) => ready.replication.map(m => [m.type, m.entries.length])
    let ready = raft.ready()
    expect(ready.hardState ?? 'unchanged').toBe('unchanged')
    expect(kinds(ready)).toContainEqual(['append', 1])
    expect(ready.messages.some(m => m.type === 'append')).toBe(false)
    raft.advance(ready)
    raft.step(from('append', { term: 9, index: 0, entries: [entry(1, 9)] }))
    ready = raft.ready()
    expect(ready.hardState).toMatchObject({ term: 9 })
    expect(kinds(ready)).toEqual([])
    expect(ready.messages.map(m => m.type)).toEqual(['appendResponse'])
  })

  it('counts its own entries only when they are on disk, also when it is alone', () => {
    const raft = start({ voters: ['a'] })
    for (let i = 0; i < 20; i++) raft.tick()
    run(raft)
    const { committed } = raft.status()
    raft.propose([new Uint8Array(1)])
    const ready = raft.ready()
    expect(ready.entries.length).toBe(1)
    expect(ready.committed).toEqual([])
    expect(raft.status().committed).toBe(committed)
    raft.advance(ready)
    expect(raft.status().committed).toBe(committed + 1)
  })

  it('skips whole terms when it looks for where a follower parted', () => {
    const entries = Array.from({ length: 50 }, (_, i) => entry(i + 1, i < 5 ? 1 : 4))
    const raft = start({ entries, hardState: { term: 4 } })
    lead(raft)
    run(raft)
    raft.step(from('appendResponse', { term: 5, index: 50, reject: true, rejectHint: 40, logTerm: 2 }))
    expect(run(raft).messages.find(m => m.type === 'append' && m.to === 'b')).toMatchObject({ index: 5, logTerm: 1 })
  })

  it('streams to a follower that keeps up, without waiting for each answer', () => {
    const raft = start()
    lead(raft)
    run(raft)
    raft.step(from('appendResponse', { term: 1, index: 1 }))
    run(raft)
    raft.propose([new Uint8Array(1)])
    raft.propose([new Uint8Array(1)])
    const appends = run(raft).messages.filter(m => m.to === 'b' && m.entries.length)
    expect(appends.map(m => m.entries[0]!.index)).toEqual([2, 3])
  })

  it('confirms a read only after a majority has answered a heartbeat sent since', () => {
    const raft = start()
    lead(raft)
    run(raft)
    raft.readIndex(7)
    expect(run(raft)).toMatchObject({ messages: [], reads: [] })
    raft.step(from('appendResponse', { term: 1, index: 1 }))
    const { messages, reads } = run(raft)
    expect(reads).toEqual([])
    const heartbeat = messages.find(m => m.type === 'heartbeat' && m.to === 'b')!
    raft.step(from('heartbeatResponse', { term: 1, context: heartbeat.context }))
    expect(run(raft).reads).toEqual([1])
  })

  it('takes a follower that asks for a read at its word that it follows, if it is of this term and does not recover', () => {
    const raft = start()
    lead(raft)
    run(raft)
    raft.step(from('appendResponse', { term: 1, index: 1 }, 'c'))
    run(raft)
    const ask = (fields: Partial<Message>, who = 'b') => {
      raft.step(from('readIndex', { context: 5, ...fields }, who))
      return run(raft).messages.map(m => [m.type, m.to])
    }
    expect(ask({ logTerm: 1 })).toEqual([['readIndexResponse', 'b']])
    const asked = [['heartbeat', 'c']]
    expect(ask({ logTerm: 0 }), 'of an earlier term').toEqual(asked)
    expect(ask({ logTerm: 1, force: true }), 'recovering').toEqual(asked)
    expect(ask({ logTerm: 1 }, 'd'), 'without a vote').toEqual(asked)
  })

  it('needs more than the one that asks where that makes no majority', () => {
    const raft = start({ voters: ['a', 'b', 'c', 'd', 'e'] })
    lead(raft, ['b', 'c'])
    run(raft)
    for (const id of ['b', 'c']) raft.step(from('appendResponse', { term: 1, index: 1 }, id))
    run(raft)
    raft.step(from('readIndex', { context: 5, logTerm: 1 }))
    const { messages } = run(raft)
    expect(messages.map(m => m.type)).toEqual(['heartbeat', 'heartbeat'])
    for (const m of messages) raft.step(from('heartbeatResponse', { term: 1, context: m.context }, m.to))
    expect(run(raft).messages.map(m => [m.type, m.to])).toEqual([['readIndexResponse', 'b']])
  })

  it('hands over to a follower that has the whole log, and takes no proposals meanwhile', () => {
    const raft = start()
    lead(raft)
    run(raft)
    raft.transferLeader('b')
    expect(raft.propose([new Uint8Array(1)])).toBe(false)
    expect(run(raft).messages.some(m => m.type === 'timeoutNow')).toBe(false)
    raft.step(from('appendResponse', { term: 1, index: 1 }))
    expect(run(raft).messages.some(m => m.type === 'timeoutNow' && m.to === 'b')).toBe(true)
  })
})

describe('a follower', () => {
  it('does not shorten its log for a late, shorter append', () => {
    const raft = start()
    raft.step(from('append', { term: 1, entries: [entry(1, 1), entry(2, 1), entry(3, 1)] }))
    run(raft)
    raft.step(from('append', { term: 1, entries: [entry(1, 1)] }))
    expect(run(raft).messages).toMatchObject([{ type: 'appendResponse', index: 1 }])
    expect(raft.status().lastIndex).toBe(3)
  })

  it('replaces what conflicts', () => {
    const raft = start({ entries: [entry(1, 1), entry(2, 1), entry(3, 1)], hardState: { term: 1 } })
    raft.step(from('append', { term: 2, index: 1, logTerm: 1, entries: [entry(2, 2)] }))
    expect(raft.ready().entries).toMatchObject([{ index: 2, term: 2 }])
    expect(raft.status().lastIndex).toBe(2)
  })

  it('commits no further than what it has verified', () => {
    const raft = start({ entries: [entry(1, 1), entry(2, 1), entry(3, 1)], hardState: { term: 1 } })
    raft.step(from('append', { term: 2, index: 1, logTerm: 1, commit: 3 }))
    expect(raft.status().committed).toBe(1)
  })

  it('refuses a stale snapshot and keeps its log', () => {
    const raft = start({ entries: [entry(1, 1), entry(2, 1)], hardState: { term: 1, commit: 2 } })
    const configuration = configurationOf(['a', 'b', 'c'])
    raft.step(from('snapshot', { term: 1, snapshot: { index: 1, term: 1, configuration } }))
    const ready = raft.ready()
    expect(ready.snapshot).toBeUndefined()
    expect(ready.messages).toMatchObject([{ type: 'appendResponse', index: 2 }])
  })

  it('drops a proposal without a leader, and forwards it to the one it knows', () => {
    const raft = start()
    expect(raft.propose([new Uint8Array(1)])).toBe(false)
    raft.step(from('heartbeat', { term: 1 }))
    run(raft)
    expect(raft.propose([new Uint8Array(1)])).toBe(true)
    expect(run(raft).messages).toMatchObject([{ type: 'propose', to: 'b', from: 'a' }])
  })
})
