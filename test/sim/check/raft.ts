import type { Entry, Message } from '../../../engine/raft/message.ts'
import type { PeerFrame } from '../../../engine/store/peer/frame.ts'
import type { Sqlite } from '../../../engine/store/disk.ts'
import { checksum } from '../../../engine/store/durable-log.ts'
import { after, describeElectorate, isMajority, readElectorate } from './configuration.ts'
import type { Electorate, Standing } from './configuration.ts'
import { NOTHING, readDisk } from './on-disk.ts'
import type { EntryName, OnDisk, Statements } from './on-disk.ts'
import { text } from './text.ts'
import { Violation } from './violation.ts'

/**
 * Raft's invariants (Ongaro's paper, figure 3) and the rules that they rest on, seen from outside: by what is on the
 * disks after each commit, and by what members say to each other. Who takes part is what the log says: what a leader counts
 * is counted by the latest configuration that it is known to have, on its disk or in what it has sent.
 */
export class RaftWatcher {
  readonly #disks = new Map<string, OnDisk>()
  readonly #leaders = new Map<number, string>()
  /** What stands at an index in a term, and the term before it: log matching in its inductive form. */
  readonly #entries = new Map<number, { crc: number; before: number }>()
  /** What changes of the configuration say, by index and term. */
  readonly #changes = new Map<number, string>()
  readonly #committed: (EntryName | undefined)[] = []
  /** In which term each of these was said to be committed for the first time. */
  readonly #committedIn: number[] = []
  /** The configurations in what is committed, oldest first. */
  readonly #settled: Standing[]
  /** Configurations that a leader has sent before it wrote them, by leader. */
  readonly #sent = new Map<string, { term: number; standings: Standing[] }>()
  /** What each member has or had on its disk, by index. */
  readonly #held = new Map<string, EntryName[]>()
  /** What a member had confirmed before it lost its disk: it counted, and was allowed to. */
  readonly #lost = new Map<string, EntryName[]>()
  /** Members that have said yes, by question, candidate and term. */
  readonly #yes = new Map<string, Set<string>>()
  #commit = 0
  #changed = 0

  constructor(voters: readonly string[]) {
    this.#settled = [{ index: 0, electorate: { voters, outgoing: [], learners: [], learnersNext: [] } }]
  }

  /** Highest index known to be committed. */
  get commit(): number {
    return this.#commit
  }

  get elections(): number {
    return this.#leaders.size
  }

  /** How often another configuration was committed. */
  get changes(): number {
    return this.#changed
  }

  /** The latest committed configuration. */
  get electorate(): Electorate {
    return this.#settled.at(-1)!.electorate
  }

  /** That one, and all that come behind it in any log. */
  get electorates(): Electorate[] {
    const later = [...this.#disks.values()].flatMap(disk => disk.standings).filter(s => s.index > this.#commit)
    return [this.electorate, ...later.map(standing => standing.electorate)]
  }

  onDisk(name: string): OnDisk {
    return this.#disks.get(name) ?? NOTHING
  }

  /** The member has lost its disk. */
  wiped(name: string): void {
    const lost = [...(this.#lost.get(name) ?? [])]
    this.#held.get(name)?.forEach((entry, index) => void (lost[index] = entry))
    this.#lost.set(name, lost)
    this.#held.delete(name)
    this.#disks.delete(name)
    this.#sent.delete(name)
  }

  /** A transaction of `name` is on disk. */
  committed(name: string, db: Sqlite, logChanged: boolean, statements: Statements): void {
    const old = this.#disks.get(name)
    const now = readDisk(db, old, logChanged, statements)
    if (!now) return
    if (old) checkMonotonic(name, old, now)
    const leads = this.#leaders.get(now.term) === name
    const known = this.#latest(name).electorate
    const commit = Math.max(now.commit, now.snapshot)
    const fresh = now.log !== old?.log
    if (fresh) this.#hold(name, now)
    // What it counted by may be from before or from behind what it has just written.
    const claimed = this.#claim(name, now.term, commit, leads, known)
    this.#disks.set(name, now)
    if (fresh) this.#matchLog(name, now, leads, commit)
    this.#forgetSent(name, now)
    if (!claimed && !this.#claim(name, now.term, commit, leads, this.#latest(name).electorate))
      throw beyond(name, this.#commit + 1)
    this.#decidesAlone(name, now)
    this.#checkConfiguration(name, now)
    for (let index = Math.max(now.snapshot + 1, fresh ? 1 : old!.commit); index <= now.commit; index++)
      this.#sameAsCommitted(name, now, index)
  }

  /** A single voter tells nobody that it leads, nor what it has committed: all that it has written itself. */
  #decidesAlone(name: string, { term, vote, snapshot, log }: OnDisk): void {
    const { electorate } = this.#latest(name)
    // Who has voted for itself may still follow another.
    if ((this.#leaders.get(term) ?? name) !== name) return
    if (vote !== name || log.at(-1)?.term !== term || !isMajority(electorate, other => other === name)) return
    this.#leads(name, term)
    this.#claim(name, term, snapshot + log.length, true, electorate)
  }

  #hold(name: string, { snapshot, log }: OnDisk): void {
    const held = this.#held.get(name) ?? []
    held.length = Math.min(held.length, snapshot + 1 + log.length)
    log.forEach((entry, i) => void (held[snapshot + 1 + i] = entry))
    this.#held.set(name, held)
  }

  /** The latest configuration that a member has, on its disk or in what it has sent. */
  #latest(name: string): Standing {
    return this.#sent.get(name)?.standings.at(-1) ?? this.#disks.get(name)?.standings.at(-1) ?? this.#settled[0]!
  }

  #forgetSent(name: string, { term, snapshot, log }: OnDisk): void {
    const sent = this.#sent.get(name)
    if (!sent) return
    sent.standings = sent.term === term ? sent.standings.filter(s => s.index > snapshot + log.length) : []
  }

  #matchLog(name: string, now: OnDisk, leads: boolean, commit: number): void {
    let before = now.snapshotTerm
    let standing = now.standings[0]!
    now.log.forEach(({ term, crc, change }, i) => {
      const index = now.snapshot + 1 + i
      this.#identify(name, index, term, before, crc)
      before = term
      if (change === undefined) return
      if (leads && term === now.term) this.#mayChange(name, index, term, standing, commit)
      this.#changes.set(index * 2 ** 20 + term, change)
      standing = now.standings.find(s => s.index === index)!
    })
  }

  /** A leader proposes one change after the other, and only when it has committed something itself. */
  #mayChange(name: string, index: number, term: number, latest: Standing, commit: number): void {
    if (this.#changes.has(index * 2 ** 20 + term)) return
    const committed = Math.max(commit, this.#commit)
    if (latest.index > committed)
      throw new Violation(
        'one change at a time',
        `${name} changes the members at ${index}, the change at ${latest.index} is not committed`,
      )
    // One who leads no more and has not heard of it may have been overtaken.
    const last = this.#committed[committed]
    if (last && last.term < term)
      throw new Violation('one change at a time', `${name} changes the members before it has committed in ${term}`)
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

  /** What stands for the beginning of the log says who took part at its end. */
  #checkConfiguration(name: string, { snapshot, configuration }: OnDisk): void {
    if (snapshot === 0) return
    const agreed = this.#settled.findLast(standing => standing.index <= snapshot)!.electorate
    const own = describeElectorate(readElectorate(configuration))
    if (own !== describeElectorate(agreed))
      throw new Violation(
        'agreed configuration',
        `${name} has ${own} at ${snapshot}, agreed is ${describeElectorate(agreed)}`,
      )
  }

  /** Somebody says that everything up to `commit` is committed. False if no majority of `electorate` holds it. */
  #claim(by: string, term: number, commit: number, leader: boolean, electorate: Electorate): boolean {
    if (commit <= this.#commit) return true
    const found: EntryName[] = []
    for (let index = this.#commit + 1; index <= commit; index++) {
      const known = this.#heldByMajority(index, electorate)
      if (!known) return false
      found.push(known)
    }
    for (const known of found) {
      this.#committed[++this.#commit] = known
      this.#committedIn[this.#commit] = term
      const change = this.#changes.get(this.#commit * 2 ** 20 + known.term)
      if (change === undefined) continue
      this.#settled.push({ index: this.#commit, electorate: after(this.electorate, change) })
      this.#changed++
    }
    // By counting alone only entries of the own term commit (§5.4.2).
    const last = this.#committed[commit]!
    if (leader && last.term !== term)
      throw new Violation('commit of an earlier term', `${by} leads term ${term}, commits ${commit} of ${last.term}`)
    return true
  }

  #heldByMajority(index: number, electorate: Electorate): EntryName | undefined {
    const entryOf = (name: string) => this.#held.get(name)?.[index] ?? this.#lost.get(name)?.[index]
    const same = (a: EntryName, b: EntryName | undefined) => a.term === b?.term && a.crc === b.crc
    for (const name of electorate.voters) {
      const entry = entryOf(name)
      if (entry && isMajority(electorate, other => same(entry, entryOf(other)))) return entry
    }
    return undefined
  }

  sent(from: string, frame: PeerFrame): void {
    if (frame.type === 'chunk' && frame.install) this.#said(from, frame.install)
    if (frame.type !== 'raft') return
    for (const m of frame.messages) if (m.from === from) this.#said(from, m)
  }

  delivered(to: string, frame: PeerFrame): void {
    if (frame.type !== 'raft') return
    for (const { type, reject, term, from } of frame.messages) {
      if (reject || (type !== 'preVoteResponse' && type !== 'voteResponse')) continue
      const key = `${type} ${to} ${term}`
      this.#yes.set(key, (this.#yes.get(key) ?? new Set()).add(from))
    }
  }

  #said(from: string, m: Message): void {
    const disk = this.onDisk(from)
    const hypothetical = m.type === 'preVote' || (m.type === 'preVoteResponse' && !m.reject)
    if (!hypothetical && m.term > disk.term)
      throw new Violation('promises on disk first', `${from} says ${m.type} in term ${m.term}, on disk is ${disk.term}`)
    switch (m.type) {
      case 'append':
      case 'heartbeat':
      case 'snapshot':
        return this.#leaderSaid(from, m)
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

  #leaderSaid(from: string, m: Message): void {
    this.#leads(from, m.term)
    const known = this.#latest(from).electorate
    const claimed = this.#claim(from, m.term, m.commit, true, known)
    this.#identifyAll(from, m)
    if (!claimed && !this.#claim(from, m.term, m.commit, true, this.#latest(from).electorate))
      throw beyond(from, this.#commit + 1)
  }

  #identifyAll(from: string, m: Message): void {
    let before = m.logTerm
    for (const entry of m.entries) {
      this.#identify(from, entry.index, entry.term, before, checksum(entry))
      before = entry.term
      if (entry.kind === 'configuration') this.#sends(from, m, entry)
    }
  }

  #sends(from: string, m: Message, entry: Entry): void {
    const latest = this.#latest(from)
    const change = text(entry.data)
    if (entry.index > latest.index) {
      if (entry.term === m.term) this.#mayChange(from, entry.index, entry.term, latest, m.commit)
      const sent = this.#sent.get(from)
      const standings = sent?.term === m.term ? sent.standings : []
      standings.push({ index: entry.index, electorate: after(latest.electorate, change) })
      this.#sent.set(from, { term: m.term, standings })
    }
    this.#changes.set(entry.index * 2 ** 20 + entry.term, change)
  }

  #leads(name: string, term: number): void {
    const known = this.#leaders.get(term)
    if (known === name) return
    if (known !== undefined) throw new Violation('election safety', `term ${term} has leaders ${known} and ${name}`)
    this.#leaders.set(term, name)
    const { snapshot, log, standings } = this.onDisk(name)
    const votes = this.#yes.get(`voteResponse ${name} ${term}`)
    if (!standings.some(({ electorate }) => isMajority(electorate, voter => voter === name || !!votes?.has(voter))))
      throw new Violation(
        'elected by a majority',
        `${name} leads term ${term} with votes of ${[...(votes ?? [])].join()}`,
      )
    for (let index = snapshot + 1; index <= this.#commit; index++) {
      // Votes that come late make a leader of a term that is over: it need not have what was committed since.
      const committed = this.#committedIn[index]! < term ? this.#committed[index] : undefined
      if (committed && log[index - snapshot - 1]?.term !== committed.term)
        throw new Violation('leader completeness', `${name} leads term ${term} without the committed entry ${index}`)
    }
  }

  /** PreVote (thesis §9.6): who is not given leave by a majority does not raise the term. */
  #campaigns(from: string, m: Message): void {
    if (m.force) return
    const leave = this.#yes.get(`preVoteResponse ${from} ${m.term}`)
    const { electorate } = this.#latest(from)
    if (!isMajority(electorate, name => name === from || !!leave?.has(name)))
      throw new Violation(
        'pre-vote',
        `${from} campaigns in term ${m.term} with the leave of ${leave?.size ?? 0} others`,
      )
  }
}

function beyond(by: string, index: number): Violation {
  return new Violation('commit beyond verified', `${by} commits ${index}, which no majority has on disk`)
}

function checkMonotonic(name: string, old: OnDisk, now: OnDisk): void {
  if (now.term < old.term) throw new Violation('monotonic term', `${name} goes from ${old.term} to ${now.term}`)
  if (now.term === old.term && old.vote !== '' && now.vote !== old.vote)
    throw new Violation('one vote', `${name} voted for ${old.vote} and ${now.vote} in term ${now.term}`)
  if (now.commit < old.commit)
    throw new Violation('monotonic commit', `${name} goes from ${old.commit} to ${now.commit}`)
}
