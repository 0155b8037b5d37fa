import type { Message } from '../../../engine/raft/message.ts'
import type { PeerFrame } from '../../../engine/store/peer/frame.ts'
import type { Sqlite, Statement } from '../../../engine/store/disk.ts'
import { checksum } from '../../../engine/store/durable-log.ts'
import { Violation } from './violation.ts'

interface OnDisk {
  term: number
  vote: string
  commit: number
  recovering: boolean
  snapshot: number
  snapshotTerm: number
  /** Term and checksum of each entry, the first at `snapshot + 1`. */
  log: { term: number; crc: number }[]
}

interface Row {
  term: number
  vote: string
  committed: number
  recovering: number
  snapshot_index: number
  snapshot_term: number
}

const NOTHING: OnDisk = { term: 0, vote: '', commit: 0, recovering: false, snapshot: 0, snapshotTerm: 0, log: [] }

/**
 * Raft's invariants (Ongaro's paper, figure 3) and the rules that they rest on, seen from outside: by what is on the
 * disks after each commit, and by what members say to each other.
 */
export class RaftWatcher {
  readonly #voters: readonly string[]
  readonly #disks = new Map<string, OnDisk>()
  readonly #leaders = new Map<number, string>()
  /** What stands at an index in a term, and the term before it: log matching in its inductive form. */
  readonly #entries = new Map<number, { crc: number; before: number }>()
  readonly #committed: ({ term: number; crc: number } | undefined)[] = []
  /** Members that have said yes to a campaign that has not begun, by candidate and term. */
  readonly #leave = new Map<string, Set<string>>()
  /** What a member had confirmed before it lost its disk: it counted, and was allowed to. */
  readonly #lost = new Map<string, OnDisk>()
  #commit = 0

  constructor(voters: readonly string[]) {
    this.#voters = voters
    for (const name of voters) this.#disks.set(name, NOTHING)
  }

  /** Highest index known to be committed. */
  get commit(): number {
    return this.#commit
  }

  get terms(): number {
    return Math.max(0, ...this.#leaders.keys())
  }

  get elections(): number {
    return this.#leaders.size
  }

  onDisk(name: string): OnDisk {
    return this.#disks.get(name)!
  }

  /** The member has lost its disk. */
  wiped(name: string): void {
    this.#lost.set(name, this.#disks.get(name)!)
    this.#disks.set(name, NOTHING)
  }

  /** A transaction of `name` is on disk. */
  committed(name: string, db: Sqlite, logChanged: boolean, statements: Statements): void {
    const row = statements.member(db)
    if (!row) return
    const old = this.#disks.get(name)!
    const log = logChanged || old === NOTHING ? statements.log() : undefined
    const now: OnDisk = {
      term: row.term,
      vote: row.vote,
      commit: row.committed,
      recovering: row.recovering !== 0,
      snapshot: row.snapshot_index,
      snapshotTerm: row.snapshot_term,
      log: log ? log.map(([, term, crc]) => ({ term, crc })) : old.log,
    }
    if (now.term < old.term) throw new Violation('monotonic term', `${name} goes from ${old.term} to ${now.term}`)
    if (now.term === old.term && old.vote !== '' && now.vote !== old.vote)
      throw new Violation('one vote', `${name} voted for ${old.vote} and ${now.vote} in term ${now.term}`)
    if (now.commit < old.commit)
      throw new Violation('monotonic commit', `${name} goes from ${old.commit} to ${now.commit}`)
    if (log && log.length > 0 && log[0]![0] !== now.snapshot + 1)
      throw new Violation('no gap', `${name}'s log begins at ${log[0]![0]} after the snapshot at ${now.snapshot}`)
    this.#disks.set(name, now)
    if (log) this.#matchLog(name, now)
    this.#claim(name, now.term, now.commit, this.#leaders.get(now.term) === name)
    for (let index = Math.max(now.snapshot + 1, log ? 1 : old.commit); index <= now.commit; index++)
      this.#sameAsCommitted(name, now, index)
  }

  #matchLog(name: string, now: OnDisk): void {
    let before = now.snapshotTerm
    now.log.forEach(({ term, crc }, i) => {
      this.#identify(name, now.snapshot + 1 + i, term, before, crc)
      before = term
    })
  }

  #identify(name: string, index: number, term: number, before: number, crc: number): void {
    if (term < before) throw new Violation('log order', `${name}: term ${term} at ${index} behind ${before}`)
    const key = index * 2 ** 20 + term
    const known = this.#entries.get(key)
    if (!known) this.#entries.set(key, { crc, before })
    else if (known.crc !== crc || known.before !== before)
      throw new Violation('log matching', `${name} has something else at ${index} in term ${term}`)
  }

  #sameAsCommitted(name: string, disk: OnDisk, index: number): void {
    const entry = disk.log[index - disk.snapshot - 1]
    const known = this.#committed[index]
    if (!entry)
      throw new Violation('commit within the log', `${name} has no entry ${index} and says that it is committed`)
    if (known && (known.term !== entry.term || known.crc !== entry.crc))
      throw new Violation('state machine safety', `${name} commits another entry at ${index}, of term ${entry.term}`)
  }

  /** Somebody says that everything up to `commit` is committed. */
  #claim(by: string, term: number, commit: number, leader: boolean): void {
    if (commit <= this.#commit) return
    for (let index = this.#commit + 1; index <= commit; index++) {
      const known = this.#heldByMajority(index)
      if (!known) throw new Violation('commit beyond verified', `${by} commits ${index}, which no majority has on disk`)
      this.#committed[index] = known
    }
    this.#commit = commit
    const last = this.#committed[commit]!
    // By counting alone only entries of the own term commit (§5.4.2).
    if (leader && last.term >= 0 && last.term !== term)
      throw new Violation('commit of an earlier term', `${by} leads term ${term}, commits ${commit} of ${last.term}`)
  }

  #heldByMajority(index: number): { term: number; crc: number } | undefined {
    const holders = new Map<string, number>()
    for (const name of this.#voters) {
      const entry = entryAt(this.#disks.get(name)!, index) ?? entryAt(this.#lost.get(name) ?? NOTHING, index)
      if (!entry) continue
      const n = (holders.get(`${entry.term} ${entry.crc}`) ?? 0) + 1
      holders.set(`${entry.term} ${entry.crc}`, n)
      if (n > this.#voters.length >> 1) return entry
    }
    return undefined
  }

  sent(from: string, frame: PeerFrame): void {
    if (frame.type !== 'raft') return
    for (const m of frame.messages) if (m.from === from) this.#said(from, m)
  }

  delivered(to: string, frame: PeerFrame): void {
    if (frame.type !== 'raft') return
    for (const m of frame.messages) {
      if (m.type !== 'preVoteResponse' || m.reject) continue
      const key = `${to} ${m.term}`
      const said = this.#leave.get(key) ?? new Set()
      this.#leave.set(key, said.add(m.from))
    }
  }

  #said(from: string, m: Message): void {
    const disk = this.#disks.get(from)!
    const hypothetical = m.type === 'preVote' || (m.type === 'preVoteResponse' && !m.reject)
    if (!hypothetical && m.term > disk.term)
      throw new Violation('promises on disk first', `${from} says ${m.type} in term ${m.term}, on disk is ${disk.term}`)
    switch (m.type) {
      case 'append':
      case 'heartbeat':
        this.#leads(from, m.term)
        if (m.type === 'append') this.#identifyAll(from, m)
        return this.#claim(from, m.term, m.commit, true)
      case 'appendResponse':
        if (!m.reject && m.term === disk.term && m.index > disk.snapshot + disk.log.length)
          throw new Violation('promises on disk first', `${from} confirms ${m.index} before it is on disk`)
        return
      case 'vote':
        if (m.term === disk.term && disk.vote !== from)
          throw new Violation('promises on disk first', `${from} campaigns, its own vote is not on disk`)
        return this.#campaigns(from, m)
      case 'voteResponse':
        if (!m.reject && m.term === disk.term && disk.vote !== m.to)
          throw new Violation('promises on disk first', `${from} votes for ${m.to}, on disk is "${disk.vote}"`)
        return
      default:
    }
  }

  #identifyAll(from: string, m: Message): void {
    let before = m.logTerm
    for (const entry of m.entries) {
      this.#identify(from, entry.index, entry.term, before, checksum(entry))
      before = entry.term
    }
  }

  #leads(name: string, term: number): void {
    const known = this.#leaders.get(term)
    if (known === name) return
    if (known !== undefined) throw new Violation('election safety', `term ${term} has leaders ${known} and ${name}`)
    this.#leaders.set(term, name)
    const { snapshot, log } = this.#disks.get(name)!
    for (let index = snapshot + 1; index <= this.#commit; index++) {
      const committed = this.#committed[index]
      if (committed && log[index - snapshot - 1]?.term !== committed.term)
        throw new Violation('leader completeness', `${name} leads term ${term} without the committed entry ${index}`)
    }
  }

  /** PreVote (thesis §9.6): who is not given leave by a majority does not raise the term. */
  #campaigns(from: string, m: Message): void {
    if (m.force) return
    const leave = this.#leave.get(`${from} ${m.term}`)?.size ?? 0
    if (leave + 1 <= this.#voters.length >> 1)
      throw new Violation('pre-vote', `${from} campaigns in term ${m.term} with the leave of ${leave} others`)
  }
}

function entryAt({ snapshot, log }: OnDisk, index: number): { term: number; crc: number } | undefined {
  return index > snapshot ? log[index - snapshot - 1] : undefined
}

/** The statements that look into a member's database, kept as long as that is the same. */
export class Statements {
  #db: Sqlite | undefined
  #member: Statement | undefined
  #log: Statement | undefined

  #use(db: Sqlite): boolean {
    if (this.#db !== db) {
      this.#db = db
      this.#member = undefined
    }
    if (this.#member) return true
    const tables = db.prepare(`SELECT count(*) FROM sqlite_master WHERE name IN ('member', 'log')`).pluck().get()
    if (tables !== 2) return false
    this.#member = db.prepare('SELECT term, vote, committed, recovering, snapshot_index, snapshot_term FROM member')
    this.#log = db.prepare('SELECT idx, term, crc FROM log ORDER BY idx').raw()
    return true
  }

  member(db: Sqlite): Row | undefined {
    return this.#use(db) ? (this.#member!.get() as Row | undefined) : undefined
  }

  log(): [number, number, number][] {
    return this.#log!.all() as [number, number, number][]
  }
}
