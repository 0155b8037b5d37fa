import { seededRandom } from '../../../engine/base/random.ts'
import type { Random } from '../../../engine/base/random.ts'
import { decodeFrame } from '../../../engine/store/peer/frame.ts'
import { everybody } from '../check/configuration.ts'
import { HashWatcher } from '../check/hashes.ts'
import { RaftWatcher } from '../check/raft.ts'
import { Violation } from '../check/violation.ts'
import { PowerLoss } from '../world/disk.ts'
import { SimulatedNetwork } from '../world/network.ts'
import { Scheduler } from '../world/scheduler.ts'
import { Clients } from './clients.ts'
import { Faults } from './faults.ts'
import { Fleet, nameOf } from './fleet.ts'
import type { Engine, SimulatedMember, World } from './fleet.ts'
import { Operator } from './operator.ts'
import type { Plan } from './plan.ts'
import { Scenes } from './scenes.ts'

/** How often members are asked for their hashes. */
const HASH_MS = 400

/** What may come instead of a hash. */
const NO_HASH = new Set(['UnavailableError', 'CompactedError', 'FutureRevisionError', 'CorruptError'])

/** Members, their disks, clocks and network, and the clients, in one process and on one thread: a plan, a history. */
export class Simulation implements World {
  readonly plan: Plan
  readonly seed: number
  readonly engine: Engine
  readonly tracing: boolean
  readonly random: Random
  readonly scheduler = new Scheduler()
  readonly network: SimulatedNetwork
  readonly fleet: Fleet
  readonly clients: Clients
  readonly raft: RaftWatcher
  readonly hashes = new HashWatcher()
  /** What went wrong, the first first. */
  readonly failures: Error[] = []
  /** What happened, in words; empty unless it was asked for. */
  readonly trace: string[] = []
  readonly #operator: Operator
  readonly #faults: Faults

  constructor(plan: Plan, engine: Engine, tracing = false) {
    const { seed } = plan
    this.plan = plan
    this.seed = seed
    this.engine = engine
    this.tracing = tracing
    this.random = seededRandom(seed * 2 + 2)
    this.scheduler.onError = error => this.caught(error)
    const names = Array.from({ length: plan.members }, (_, i) => nameOf(i + 1))
    this.raft = new RaftWatcher(names)
    this.network = new SimulatedNetwork(this.scheduler, seededRandom(seed * 7 + 3), {
      onSend: (from, to, bytes) => {
        if (isRaft(bytes)) this.check(() => this.raft.sent(from, decodeFrame(bytes, to)))
      },
      onDeliver: (_, to, bytes) => {
        if (isRaft(bytes)) this.check(() => this.raft.delivered(to, decodeFrame(bytes, to)))
      },
    })
    this.fleet = new Fleet(this)
    for (const name of names) this.fleet.add(name, names, true)
    this.clients = new Clients(this.fleet.members, seededRandom(seed * 7 + 5), error => this.caught(error))
    this.#operator = new Operator(this, this.fleet, plan)
    const scenes = new Scenes(this, this.fleet, this.clients, this.#operator)
    this.#faults = new Faults(plan, this, this.fleet, this.#operator, scenes)
  }

  /** Runs the whole plan; then everything is mended, and must recover. The first failure ends it. */
  async run(): Promise<void> {
    for (const member of this.fleet.members) this.fleet.start(member)
    for (const fault of this.plan.faults) this.scheduler.at(fault.at, () => this.#faults.strike(fault))
    for (const act of this.plan.acts) this.scheduler.at(act.at, () => this.clients.act(act))
    for (let at = HASH_MS; at < this.plan.duration; at += HASH_MS) this.scheduler.at(at, () => this.#askHashes())
    await this.#until(this.plan.duration)
    this.#mend()
    await this.#until(this.scheduler.now + 20_000, () => this.#recovered())
    // Changes of the members that were asked for late may come only now.
    await this.pass(1700)
    await this.#until(this.scheduler.now + 5000, () => this.#recovered())
    if (this.failures.length > 0) return
    if (!(await this.#recovered())) this.fail(new Violation('recovers', await this.#describeMembers()))
  }

  /** Time passes until `until`, or as soon as `done` holds when looked at, or something failed. */
  async #until(until: number, done?: () => boolean | Promise<boolean>): Promise<void> {
    while (this.scheduler.now < until && this.failures.length === 0 && !(await done?.()))
      await this.scheduler.run(Math.min(until, this.scheduler.now + 100), () => this.failures.length > 0)
  }

  async pass(ms: number, done?: () => boolean | Promise<boolean>): Promise<void> {
    await this.#until(this.scheduler.now + ms, done)
  }

  note(words: string): void {
    if (this.tracing) this.trace.push(`${this.scheduler.now.toFixed(1).padStart(9)}  ${words}`)
  }

  /** Those who belong to the cluster. */
  get belonging(): SimulatedMember[] {
    const names = everybody(this.raft.electorate)
    return this.fleet.present.filter(({ host }) => names.includes(host.name))
  }

  /** Those who did, or nearly did, and whose machines still run. */
  get strangers(): SimulatedMember[] {
    const { belonging } = this
    return this.fleet.present.filter(member => !belonging.includes(member) && member.host.alive)
  }

  #askHashes(): void {
    const serving = this.belonging.filter(({ host, store }) => host.alive && store && !host.frozen)
    // What all have can be compared at once; what one has it may tell later, when others have it too.
    const revision = Math.min(...serving.map(({ store }) => store!.statusNow().revision))
    for (const member of serving) this.askHash(member, revision)
  }

  /** Compares what a member holds at a revision with what is known of that. */
  askHash({ host, store }: SimulatedMember, revision: number, answered = () => {}): void {
    const { life } = host
    if (!host.alive || !store) return
    const failed = (error: Error) => {
      // A damaged value ends the member.
      if (host.life === life && !NO_HASH.has(error.name) && error.name !== 'DamagedValueError') this.caught(error)
    }
    host.run(this.scheduler.now, life, () => {
      store.hashKV(revision).then(hash => {
        if (host.life !== life) return
        this.check(() => this.hashes.take(host.name, hash))
        answered()
      }, failed)
    })
  }

  /** The faults are over. */
  #mend(): void {
    this.note('the faults are over')
    this.network.cut = new Set()
    this.network.loss = 0
    this.network.repeat = 0
    this.network.maxDelayMs = 4
    for (const member of this.fleet.present) {
      member.disk.full = false
      member.disk.lossAfter = undefined
      member.disk.errorAfter = undefined
      member.latency.until = 0
      if (!member.host.alive && member.restartAt === Infinity) this.fleet.restart(member, 50)
    }
  }

  /** No change of the members is under way, one leads, all have applied the same, and none is still being brought up to date. */
  async #recovered(): Promise<boolean> {
    const names = everybody(this.raft.electorate)
    const { belonging } = this
    if (this.raft.electorate.outgoing.length > 0 || belonging.length < names.length) return false
    const leaders = new Set<string>()
    const applied = new Set<string>()
    for (const { host, store } of belonging) {
      if (!host.alive || !store || host.frozen) return false
      const status = await store.status()
      if (status.problem !== undefined || status.leader === undefined) return false
      const { recovering, standings } = this.raft.onDisk(host.name)
      if (recovering || standings.at(-1)!.index > this.raft.commit) return false
      leaders.add(`${status.term} ${status.leader}`)
      applied.add(`${status.applied} ${status.committed} ${status.revision}`)
    }
    return leaders.size === 1 && applied.size === 1
  }

  async #describeMembers(): Promise<string> {
    const members = await Promise.all(
      this.fleet.present.map(async ({ host, store }) => {
        if (!store) return `${host.name} is down`
        const { role, term, leader, committed, applied, revision, problem } = await store.status()
        const recovering = this.raft.onDisk(host.name).recovering ? ', recovering' : ''
        return `${host.name} ${role} of ${leader} in ${term}, ${applied}/${committed}, revision ${revision}${recovering}${problem ? `: ${problem}` : ''}`
      }),
    )
    return `${JSON.stringify(this.raft.electorate)}: ${members.join('; ')}`
  }

  check(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.caught(error)
    }
  }

  caught(error: unknown): void {
    if (error instanceof PowerLoss) return
    this.fail(error instanceof Error ? error : new Error(String(error)))
  }

  fail(error: Error): void {
    this.note(`FAILS: ${error.message}`)
    this.failures.push(error)
  }

  /** Ends every process; a timer that is left then has been forgotten. */
  async end(): Promise<void> {
    this.clients.close()
    const ended = this.fleet.members.map(async ({ host, store, disk }) => {
      if (!store) return
      await store.stop()
      if (host.timers > 0 && this.failures.length === 0)
        this.fail(new Violation('leaves nothing behind', `${host.name} leaves ${host.timers} timers`))
      host.end()
      disk.powerLoss()
    })
    await Promise.all(ended)
    for (const { disk } of this.fleet.members) disk.close()
  }
}

/** By its first byte: raft's messages, or a chunk of a snapshot. The others are none of raft's business. */
function isRaft(frame: Uint8Array): boolean {
  return frame[0]! <= 1
}
