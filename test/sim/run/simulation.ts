import { silentLogger } from '../../../engine/base/log.ts'
import type { Logger } from '../../../engine/base/log.ts'
import { intBelow, seededRandom } from '../../../engine/base/random.ts'
import type { Random } from '../../../engine/base/random.ts'
import type { StoreMemberConfig } from '../../../engine/store/config.ts'
import type { MemberStatus } from '../../../engine/store/kv.ts'
import type { StoreMember } from '../../../engine/store/member.ts'
import { decodeFrame } from '../../../engine/store/peer/frame.ts'
import { RaftWatcher, Statements } from '../check/raft.ts'
import { Violation } from '../check/violation.ts'
import { PowerLoss, SimulatedDisk } from '../world/disk.ts'
import { Host } from '../world/host.ts'
import { SimulatedNetwork } from '../world/network.ts'
import { Scheduler } from '../world/scheduler.ts'
import { Clients } from './clients.ts'
import type { Fault, Plan } from './plan.ts'

/** The code under test: the product's, or a copy with a planted bug. */
export interface Engine {
  StoreMember: typeof StoreMember
}

/** Clocks run at most this much faster or slower than true time. */
export const DRIFT = 0.03

export interface SimulatedMember {
  host: Host
  disk: SimulatedDisk
  statements: Statements
  store: StoreMember | undefined
  /** Its disk was damaged by a fault: it may refuse to serve. */
  damaged: boolean
  /** What was damaged is looked at when the file is opened: it must refuse to serve. */
  mustRefuse: boolean
  /** Its disk was emptied, and it has not been brought up to date. */
  emptied: boolean
  /** A write to its disk failed: it may stop. */
  failing: boolean
  /** Begins again at this time. */
  restartAt: number
  lives: number
  latency: { ms: number; until: number }
}

const RESTART_MS = 50

/** Members, their disks, clocks and network, and the clients, in one process and on one thread: a plan, a history. */
export class Simulation {
  readonly plan: Plan
  readonly scheduler = new Scheduler()
  readonly network: SimulatedNetwork
  readonly members: SimulatedMember[]
  readonly clients: Clients
  readonly raft: RaftWatcher
  /** What went wrong, the first first. */
  readonly failures: Error[] = []
  /** What happened, in words; empty unless it was asked for. */
  readonly trace: string[] = []
  readonly #engine: Engine
  readonly #random: Random
  readonly #tracing: boolean
  #calm = false

  constructor(plan: Plan, engine: Engine, tracing = false) {
    this.plan = plan
    this.#engine = engine
    this.#tracing = tracing
    this.#random = seededRandom(plan.seed * 2 + 2)
    this.scheduler.onError = error => this.#caught(error)
    const names = Array.from({ length: plan.members }, (_, i) => `m${i + 1}`)
    this.raft = new RaftWatcher(names)
    this.network = new SimulatedNetwork(this.scheduler, seededRandom(plan.seed * 7 + 3), {
      onSend: (from, to, bytes) => this.#check(() => this.raft.sent(from, decodeFrame(bytes, to))),
      onDeliver: (_, to, bytes) => this.#check(() => this.raft.delivered(to, decodeFrame(bytes, to))),
    })
    this.members = names.map((name, i) => this.#makeMember(name, i))
    this.clients = new Clients(this.members, seededRandom(plan.seed * 7 + 5), error => this.#caught(error))
  }

  #makeMember(name: string, i: number): SimulatedMember {
    const random = seededRandom(this.plan.seed * 16 + i)
    const host = new Host(name, this.scheduler, random)
    host.rate = 1 + (random.next() * 2 - 1) * DRIFT
    host.wallOffset = intBelow(random, 4000) - 2000
    const member: SimulatedMember = {
      host,
      disk: new SimulatedDisk(name, random, {
        onPowerLoss: () => this.#end(member, 'dies between two statements'),
        onCommit: (disk, log) => {
          const { latency } = member
          if (latency.until > this.scheduler.now) host.wait(latency.ms)
          const { raw } = disk
          if (raw) this.#check(() => this.raft.committed(name, raw, log, member.statements))
        },
        onFailure: () => void (member.failing = true),
      }),
      statements: new Statements(),
      store: undefined,
      damaged: false,
      mustRefuse: false,
      emptied: false,
      failing: false,
      restartAt: Infinity,
      lives: 0,
      latency: { ms: 0, until: 0 },
    }
    return member
  }

  /** Runs the whole plan; then everything is mended, and must recover. The first failure ends it. */
  async run(): Promise<void> {
    for (const member of this.members) this.#start(member)
    for (const fault of this.plan.faults) this.scheduler.at(fault.at, () => this.#strike(fault))
    for (const act of this.plan.acts) this.scheduler.at(act.at, () => this.clients.act(act))
    await this.#until(this.plan.duration)
    this.#mend()
    await this.#until(this.scheduler.now + 20_000, () => this.#recovered())
    if (this.failures.length > 0) return
    if (!(await this.#recovered())) this.#fail(new Violation('recovers', await this.#describeMembers()))
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
    if (this.#tracing) this.trace.push(`${this.scheduler.now.toFixed(1).padStart(9)}  ${words}`)
  }

  #start(member: SimulatedMember): void {
    const { host, disk } = member
    if (host.alive) return
    const life = host.begin()
    const existing = member.emptied && disk.raw === undefined
    this.note(`${host.name} starts${existing ? ' with an empty disk' : ''}`)
    const address = (name: string) => ({ name, host: 'simulated', port: 1 })
    const config: StoreMemberConfig = {
      clusterId: 'simulated',
      name: host.name,
      dataDir: host.name,
      listen: { host: 'simulated', port: 1 },
      members: this.members.map(m => address(m.host.name)),
      tls: { ca: '', cert: '', key: '' },
      state: existing ? 'existing' : 'new',
      tuning: { tickMs: 30, requestTimeoutMs: 1500, snapshotEntries: 12 },
    }
    const random = seededRandom(this.plan.seed * 64 + member.lives++ * 8 + Number(host.name.slice(1)))
    const clock = host.clock()
    // Alike for all tasks of one life, so that they keep their order.
    const turn = random.next() * 1.5
    const store = new this.#engine.StoreMember({
      config,
      clock,
      random,
      log: this.#tracing ? this.#logger(host.name) : silentLogger,
      transport: this.network.transport(host),
      disk,
      defer: task => void host.run(host.present + turn, life, task),
    })
    member.store = store
    member.failing = false
    store.onStatus(status => {
      if (host.life === life) this.#onStatus(member, status)
    })
    const started = async () => {
      const { problem } = await store.status()
      if (host.life === life && member.mustRefuse && problem === undefined)
        this.#fail(new Violation('damage is noticed', `${host.name} serves with a damaged log`))
    }
    store.start().then(started, (error: unknown) => {
      if (host.life !== life) return
      // A process that cannot start ends, and its supervisor tries again.
      this.#end(member, `does not start: ${String(error)}`)
      if (!member.failing && !member.damaged && !member.disk.full) this.#caught(error)
      this.#restart(member, 200)
    })
  }

  #logger(name: string): Logger {
    const write = (level: string) => (message: string, fields?: Record<string, unknown>) => {
      const details = fields
        ? Object.entries(fields).map(([key, value]) => `${key} ${value instanceof Error ? value.stack : String(value)}`)
        : []
      this.note(`${name} ${level}: ${[message, ...details].join(', ')}`)
    }
    const ignore = () => {}
    const logger: Logger = {
      debug: ignore,
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: () => logger,
    }
    return logger
  }

  #onStatus(member: SimulatedMember, status: MemberStatus): void {
    const { host } = member
    if (status.role === 'leader') this.note(`${host.name} leads term ${status.term}`)
    const { problem } = status
    // One that could not even start for want of space says that it must be started again; others go on by themselves.
    const startless = /disk is full.*start this machine again/.test(problem ?? '')
    if (problem === undefined || (!startless && /disk is full|space exceeded/.test(problem))) return
    this.note(`${host.name} does not serve: ${problem}`)
    if (!member.damaged && !member.failing && !startless)
      return this.#fail(new Violation('serves', `${host.name} stops without a reason: ${problem}`))
    const { life } = host
    this.scheduler.at(this.scheduler.now + RESTART_MS, () => {
      if (host.life !== life) return
      this.#end(member, 'is ended')
      if (member.damaged && /damaged/.test(problem)) this.#empty(member)
      this.#restart(member, RESTART_MS)
    })
  }

  /** The process is gone; what it was about to do or say is lost. */
  #end(member: SimulatedMember, how: string): void {
    const { host, disk, store } = member
    if (!host.alive) return
    this.note(`${host.name} ${how}`)
    host.end()
    disk.powerLoss()
    this.network.leave(host.name)
    member.store = undefined
    // Its timers and promises are of an ended life: nobody hears of them.
    store?.stop().catch(() => {})
    if (member.restartAt === Infinity) this.#restart(member, 100 + intBelow(this.#random, 500))
  }

  #restart(member: SimulatedMember, ms: number): void {
    const at = this.scheduler.now + ms
    member.restartAt = at
    this.scheduler.at(at, () => {
      if (member.restartAt !== at) return
      member.restartAt = Infinity
      this.#start(member)
    })
  }

  #empty(member: SimulatedMember): void {
    this.note(`${member.host.name}'s disk is emptied`)
    member.disk.wipe()
    member.damaged = false
    member.mustRefuse = false
    member.emptied = true
    this.raft.wiped(member.host.name)
  }

  /** Whether one more member may lose what it has confirmed: as many as the cluster is made to survive. */
  #mayLose(member: SimulatedMember): boolean {
    let lost = 0
    for (const other of this.members) {
      if (other.emptied && other.disk.raw && !this.raft.onDisk(other.host.name).recovering) {
        const { term } = this.raft.onDisk(other.host.name)
        if (term > 0) other.emptied = false
      }
      if (other !== member && (other.emptied || other.damaged)) lost++
    }
    return lost < (this.members.length - 1) >> 1
  }

  #strike(fault: Fault): void {
    const { scheduler, network } = this
    const later = (ms: number, act: () => void) => scheduler.at(scheduler.now + ms, act)
    const member = 'member' in fault ? this.members[fault.member]! : this.members[0]!
    const { host, disk } = member
    const fell = (ms: number) => {
      this.#end(member, 'is killed')
      this.#restart(member, ms)
    }
    if (this.#tracing) this.note(`fault ${JSON.stringify(fault)}`)
    switch (fault.kind) {
      case 'crash':
        for (const i of fault.members) {
          const hit = this.members[i]!
          if (!hit.host.alive) continue
          if (fault.after === undefined) this.#end(hit, 'is killed')
          else hit.disk.lossAfter = fault.after
          if (fault.after === undefined) this.#restart(hit, fault.downMs)
        }
        return
      case 'freeze':
        return host.freeze(fault.ms)
      case 'jump':
        host.wallOffset += fault.ms
        return
      case 'partition': {
        const name = (i: number) => this.members[i]!.host.name
        const cut = new Set(fault.cut.map(([a, b]) => `${name(a)}>${name(b)}`))
        network.cut = cut
        later(fault.ms, () => {
          if (network.cut === cut) network.cut = new Set()
        })
        return
      }
      case 'loss':
        network.loss = fault.rate
        return void later(fault.ms, () => void (network.loss = 0))
      case 'repeat':
        network.repeat = fault.rate
        return void later(fault.ms, () => void (network.repeat = 0))
      case 'delay':
        network.maxDelayMs = fault.maxMs
        return void later(fault.ms, () => void (network.maxDelayMs = 4))
      case 'reset':
        return network.reset(this.members[fault.a]!.host.name, this.members[fault.b]!.host.name)
      case 'slowDisk':
        member.latency = { ms: fault.delayMs, until: scheduler.now + fault.ms }
        return
      case 'fullDisk':
        disk.full = true
        return void later(fault.ms, () => void (disk.full = false))
      case 'diskError':
        if (host.alive) disk.errorAfter = fault.after
        return
      case 'wipe':
        if (!this.#mayLose(member)) return
        fell(fault.downMs)
        return this.#empty(member)
      case 'flipEntry':
      case 'flipValue':
      case 'tearPage':
        if (!this.#mayLose(member)) return
        fell(fault.downMs)
        if (!disk[fault.kind]()) return
        member.damaged = true
        member.mustRefuse ||= fault.kind === 'flipEntry'
        return
      case 'transfer':
        return this.#transfer(this.members[fault.to]!.host.name)
    }
  }

  #transfer(to: string): void {
    for (const { host, store } of this.members) {
      if (!host.alive || !store || host.frozen) continue
      host.run(this.scheduler.now, host.life, () => {
        try {
          store.transferLeader(to)
        } catch (error) {
          if ((error as Error).name !== 'UnavailableError') throw error
        }
      })
    }
  }

  /** The faults are over. */
  #mend(): void {
    this.note('the faults are over')
    this.#calm = true
    this.network.cut = new Set()
    this.network.loss = 0
    this.network.repeat = 0
    this.network.maxDelayMs = 4
    for (const member of this.members) {
      member.disk.full = false
      member.disk.lossAfter = undefined
      member.disk.errorAfter = undefined
      member.latency.until = 0
      if (!member.host.alive && member.restartAt === Infinity) this.#restart(member, 50)
    }
  }

  get calm(): boolean {
    return this.#calm
  }

  /** One leads, all have applied the same, and none is still being brought up to date. */
  async #recovered(): Promise<boolean> {
    const leaders = new Set<string>()
    const applied = new Set<string>()
    for (const { host, store } of this.members) {
      if (!host.alive || !store || host.frozen) return false
      const status = await store.status()
      if (status.problem !== undefined || status.leader === undefined) return false
      if (this.raft.onDisk(host.name).recovering) return false
      leaders.add(`${status.term} ${status.leader}`)
      applied.add(`${status.applied} ${status.committed} ${status.revision}`)
    }
    return leaders.size === 1 && applied.size === 1
  }

  async #describeMembers(): Promise<string> {
    const members = await Promise.all(
      this.members.map(async ({ host, store }) => {
        if (!store) return `${host.name} is down`
        const status = await store.status()
        const { role, term, leader, committed, applied, revision, problem } = status
        const recovering = this.raft.onDisk(host.name).recovering ? ', recovering' : ''
        return `${host.name} ${role} of ${leader} in ${term}, ${applied}/${committed}, revision ${revision}${recovering}${problem ? `: ${problem}` : ''}`
      }),
    )
    return members.join('; ')
  }

  #check(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#caught(error)
    }
  }

  #caught(error: unknown): void {
    if (error instanceof PowerLoss) return
    this.#fail(error instanceof Error ? error : new Error(String(error)))
  }

  #fail(error: Error): void {
    this.note(`FAILS: ${error.message}`)
    this.failures.push(error)
  }

  /** Ends every process; a timer that is left then has been forgotten. */
  async end(): Promise<void> {
    this.clients.close()
    const ended = this.members.map(async ({ host, store, disk }) => {
      if (!store) return
      await store.stop()
      if (host.timers > 0 && this.failures.length === 0)
        this.#fail(new Violation('leaves nothing behind', `${host.name} leaves ${host.timers} timers`))
      host.end()
      disk.powerLoss()
    })
    await Promise.all(ended)
    for (const { disk } of this.members) disk.close()
  }
}
