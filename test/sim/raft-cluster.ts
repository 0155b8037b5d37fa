import { intBelow, seededRandom } from '../../engine/base/random.ts'
import type { Random } from '../../engine/base/random.ts'
import { configurationOf, isQuorum } from '../../engine/raft/configuration.ts'
import type { Configuration, Entry, HardState, MemberChange, Message } from '../../engine/raft/message.ts'
import { Raft } from '../../engine/raft/raft.ts'

interface Disk {
  hardState: HardState
  snapshot: { index: number; term: number }
  configuration: Configuration
  entries: Entry[]
}

interface Node {
  id: string
  disk: Disk
  raft: Raft | undefined
  applied: number
}

const decoder = new TextDecoder()

/**
 * Raft cores on a hostile network: messages are lost, doubled, reordered and cut off, members crash between and within
 * their writes. After every act the invariants of Raft's paper (figure 3) are checked.
 */
export class RaftCluster {
  readonly random: Random
  readonly nodes: Node[]
  #network: Message[] = []
  #cut = new Set<string>()
  #proposed = 0
  /** Chance that a message is lost. */
  loss = 0
  /** Chance that one arrives twice. */
  doubling = 0
  /** Chance that a member crashes before it has written what it was to write. */
  interruption = 0
  /** Every entry that any member applied, by index: state machine safety. */
  readonly applied = new Map<number, string>()
  /** The configuration that each change has led to, by index: the same on every member. */
  readonly configurations = new Map<number, string>()
  /** Leader of each term: election safety. */
  readonly #leaders = new Map<number, string>()

  /** `spare`: members that are not there at the beginning, and may be added. */
  constructor(size: number, seed: number, spare = 0) {
    this.random = seededRandom(seed)
    const ids = Array.from({ length: size + spare }, (_, i) => `n${i + 1}`)
    this.nodes = ids.map((id, i) => ({
      id,
      disk: {
        hardState: { term: 0, vote: '', commit: 0, recovering: false },
        snapshot: { index: 0, term: 0 },
        configuration: configurationOf(i < size ? ids.slice(0, size) : []),
        entries: [],
      },
      raft: undefined,
      applied: 0,
    }))
    for (const node of this.nodes) this.restart(node)
  }

  restart(node: Node): void {
    const { hardState, snapshot, configuration, entries } = node.disk
    node.applied = snapshot.index
    node.raft = new Raft({
      id: node.id,
      configuration,
      electionTicks: 10,
      heartbeatTicks: 2,
      random: this.random,
      hardState: { ...hardState },
      snapshot,
      entries: [...entries],
      applied: snapshot.index,
      maxAppendBytes: 64,
    })
  }

  crash(node: Node): void {
    node.raft = undefined
  }

  get leader(): Node | undefined {
    return this.nodes.find(node => node.raft?.status().role === 'leader' && this.#reachable(node))
  }

  #reachable(node: Node): boolean {
    const reached = this.nodes.filter(
      o => o === node || (o.raft && !this.#cut.has(`${node.id}>${o.id}`) && !this.#cut.has(`${o.id}>${node.id}`)),
    )
    return isQuorum(node.raft!.status().configuration, new Set(reached.map(o => o.id)))
  }

  /** Somebody proposes to add, demote or remove one member or several. */
  reconfigure(): void {
    const { random } = this
    const node = this.nodes[intBelow(random, this.nodes.length)]!
    const changes: MemberChange[] = []
    for (const { id } of this.nodes)
      if (random.next() < 0.3)
        changes.push({ type: (['addVoter', 'addVoter', 'addLearner', 'remove'] as const)[intBelow(random, 4)]!, id })
    if (changes.length === 0 || !node.raft) return
    node.raft.proposeChange({ changes })
    this.#drain(node)
  }

  /** One act at random. */
  step(): void {
    const { random } = this
    const node = this.nodes[intBelow(random, this.nodes.length)]!
    const dice = random.next()
    if (dice < 0.25) node.raft?.tick()
    else if (dice < 0.3) node.raft?.propose([new TextEncoder().encode(`${++this.#proposed}`)])
    else if (this.#network.length) this.#deliver()
    if (node.raft) this.#drain(node)
  }

  /** Time passes for everybody, and everything that is under way arrives. */
  settle(ticks: number): void {
    for (let i = 0; i < ticks; i++) {
      for (const node of this.nodes) {
        node.raft?.tick()
        if (node.raft) this.#drain(node)
      }
      for (let n = 0; n < 500 && this.#network.length; n++) this.#deliver()
    }
  }

  #deliver(): void {
    const { random } = this
    const at = intBelow(random, Math.min(this.#network.length, 8))
    const [m] = this.#network.splice(at, 1)
    if (!m || this.#cut.has(`${m.from}>${m.to}`) || random.next() < this.loss) return
    if (random.next() < this.doubling) this.#network.push(m)
    const node = this.nodes.find(n => n.id === m.to)
    if (!node?.raft) return
    node.raft.step(structuredClone(m))
    this.#drain(node)
  }

  #drain(node: Node): void {
    const raft = node.raft!
    while (raft.hasReady()) {
      const ready = raft.ready()
      const { disk } = node
      this.#network.push(...ready.replication)
      if (this.random.next() < this.interruption) return this.crash(node)
      if (ready.hardState) disk.hardState = { ...ready.hardState }
      if (ready.snapshot) {
        disk.snapshot = { index: ready.snapshot.index, term: ready.snapshot.term }
        disk.entries = []
        disk.configuration = ready.snapshot.configuration
        node.applied = ready.snapshot.index
      }
      const first = ready.entries[0]
      if (first) {
        disk.entries.length = first.index - disk.snapshot.index - 1
        disk.entries.push(...ready.entries)
      }
      for (const entry of ready.committed) this.#apply(node, entry)
      for (const m of ready.messages) {
        this.#network.push(m)
        if (m.type === 'snapshot') raft.reportSnapshot(m.to, true)
      }
      raft.advance(ready)
      if (this.random.next() < 0.01 && node.applied - disk.snapshot.index > 20) this.#compact(node)
    }
    this.#checkLeader(node)
  }

  #apply(node: Node, entry: Entry): void {
    if (entry.index !== node.applied + 1) throw new Error(`${node.id} applies ${entry.index} after ${node.applied}`)
    node.applied = entry.index
    if (entry.kind === 'configuration') this.#checkChange(node, entry.index)
    const text = `${entry.term}:${decoder.decode(entry.data)}`
    const known = this.applied.get(entry.index)
    if (known === undefined) this.applied.set(entry.index, text)
    else if (known !== text) throw new Error(`state machine safety: index ${entry.index} is ${known} and ${text}`)
  }

  #checkChange(node: Node, index: number): void {
    const text = JSON.stringify(node.raft!.configurationAt(index))
    const known = this.configurations.get(index)
    if (known === undefined) this.configurations.set(index, text)
    else if (known !== text) throw new Error(`the configuration at ${index} is ${known} and, on ${node.id}, ${text}`)
  }

  #compact(node: Node): void {
    const index = node.applied - 5
    node.disk.configuration = node.raft!.configurationAt(index)
    const term = node.raft!.termAt(index)!
    node.raft!.compactTo(index)
    node.disk.entries.splice(0, index - node.disk.snapshot.index)
    node.disk.snapshot = { index, term }
  }

  #checkLeader(node: Node): void {
    const status = node.raft!.status()
    if (status.role !== 'leader') return
    const known = this.#leaders.get(status.term)
    if (known === node.id) return
    if (known !== undefined) throw new Error(`election safety: term ${status.term} has leaders ${known} and ${node.id}`)
    this.#leaders.set(status.term, node.id)
    // Leader completeness: whatever was applied anywhere is in its log.
    for (const [index, text] of this.applied) {
      if (index < status.firstIndex) continue
      const term = node.raft!.termAt(index)
      if (term !== Number(text.split(':')[0])) throw new Error(`leader completeness: ${node.id} lacks index ${index}`)
    }
  }

  /** Log matching: where two logs have the same index and term, all before is the same. */
  checkLogs(): void {
    for (const a of this.nodes)
      for (const b of this.nodes) {
        if (a.id >= b.id || !a.raft || !b.raft) continue
        const low = Math.max(a.raft.status().firstIndex, b.raft.status().firstIndex)
        let same = false
        for (let i = Math.min(a.raft.status().lastIndex, b.raft.status().lastIndex); i >= low; i--) {
          const equal = a.raft.termAt(i) === b.raft.termAt(i)
          if (same && !equal) throw new Error(`log matching: ${a.id} and ${b.id} part at ${i} and meet again`)
          same ||= equal
        }
      }
  }

  /** Cuts a random set of directions. */
  partition(): void {
    this.heal()
    const group = new Set(this.nodes.filter(() => this.random.next() < 0.5).map(n => n.id))
    const oneWay = this.random.next() < 0.2
    for (const { id: a } of this.nodes)
      for (const { id: b } of this.nodes) {
        if (group.has(a) === group.has(b)) continue
        if (!oneWay || group.has(a)) this.#cut.add(`${a}>${b}`)
      }
  }

  heal(): void {
    this.#cut.clear()
  }

  /** Where everybody is, for a failing seed. */
  describe(): string {
    return this.nodes
      .map(({ id, raft }) => {
        if (!raft) return `${id} down`
        const { role, term, lastIndex, committed, configuration } = raft.status()
        const { voters, outgoing, learners } = configuration
        return `${id} ${role} term ${term} log ${lastIndex}/${raft.termAt(lastIndex)} committed ${committed} voters ${voters} leaving ${outgoing} learners ${learners}`
      })
      .join('\n')
  }
}
