import { silentLogger } from '../../../engine/base/log.ts'
import type { Logger } from '../../../engine/base/log.ts'
import { intBelow, seededRandom } from '../../../engine/base/random.ts'
import type { Random } from '../../../engine/base/random.ts'
import type { StoreMemberConfig } from '../../../engine/store/config.ts'
import type { MemberStatus } from '../../../engine/store/kv.ts'
import type { StoreMember } from '../../../engine/store/member.ts'
import { everybody } from '../check/configuration.ts'
import { Statements } from '../check/on-disk.ts'
import type { RaftWatcher } from '../check/raft.ts'
import { Violation } from '../check/violation.ts'
import { SimulatedDisk } from '../world/disk.ts'
import { Host } from '../world/host.ts'
import type { SimulatedNetwork } from '../world/network.ts'
import type { Scheduler } from '../world/scheduler.ts'

/** The code under test: the product's, or a copy with a planted bug. */
export interface Engine {
  StoreMember: typeof StoreMember
}

/** What members live in. */
export interface World {
  readonly seed: number
  readonly engine: Engine
  readonly tracing: boolean
  readonly random: Random
  readonly scheduler: Scheduler
  readonly network: SimulatedNetwork
  readonly raft: RaftWatcher
  note(words: string): void
  fail(error: Error): void
  /** As `fail`, unless it is only that the power is gone. */
  caught(error: unknown): void
  check(act: () => void): void
}

export interface SimulatedMember {
  host: Host
  disk: SimulatedDisk
  statements: Statements
  store: StoreMember | undefined
  /** Whether it was there when the cluster was made. */
  founding: boolean
  /** Whom it was told of at the start. */
  told: string[]
  /** Its disk was damaged by a fault: it may refuse to serve. */
  damaged: boolean
  /** What was damaged is looked at when the file is opened: it must refuse to serve. */
  mustRefuse: boolean
  /** Its disk was emptied, and it has not been brought up to date. */
  emptied: boolean
  /** A write to its disk failed: it may stop. */
  failing: boolean
  /** How often it has said that it was removed; after the second time it is gone for good. */
  farewells: number
  retired: boolean
  /** Begins again at this time. */
  restartAt: number
  lives: number
  latency: { ms: number; until: number }
}

/** Clocks run at most this much faster or slower than true time. */
export const DRIFT = 0.03
export const CLUSTER = 'simulated'
const RESTART_MS = 50

export const nameOf = (number: number) => `m${number}`
export const numberOf = (name: string) => Number(name.slice(1))
/** Where a member is reached; nobody listens there, the network goes by names. */
export const portOf = (name: string) => 2000 + numberOf(name)

/** The members with their machines: how they begin, end, begin again, lose their disks, come and go. */
export class Fleet {
  /** Everybody who ever was, the oldest first. */
  readonly members: SimulatedMember[] = []
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** Those whose machines have not been taken away. */
  get present(): SimulatedMember[] {
    return this.members.filter(member => !member.retired)
  }

  find(name: string): SimulatedMember | undefined {
    return this.members.find(({ host }) => host.name === name)
  }

  /** The member that says that it leads, in the latest term if there are two. */
  leader(): SimulatedMember | undefined {
    const leads = ({ host, store }: SimulatedMember) =>
      host.alive && store?.statusNow().role === 'leader' ? store.statusNow().term : -1
    const [first] = [...this.members].sort((a, b) => leads(b) - leads(a))
    return first && leads(first) >= 0 ? first : undefined
  }

  /** A machine for one more member. */
  add(name: string, told: string[], founding: boolean): SimulatedMember {
    const { seed, scheduler, raft } = this.#world
    const random = seededRandom(seed * 16 + numberOf(name) - 1)
    const host = new Host(name, scheduler, random)
    host.rate = 1 + (random.next() * 2 - 1) * DRIFT
    host.wallOffset = intBelow(random, 4000) - 2000
    const member: SimulatedMember = {
      host,
      disk: new SimulatedDisk(name, random, {
        onPowerLoss: () => this.end(member, 'dies between two statements'),
        onCommit: (disk, log) => {
          const { latency } = member
          if (latency.until > scheduler.now) host.wait(latency.ms)
          const { raw } = disk
          if (raw) this.#world.check(() => raft.committed(name, raw, log, member.statements))
        },
        onFailure: () => void (member.failing = true),
      }),
      statements: new Statements(),
      store: undefined,
      founding,
      told,
      damaged: false,
      mustRefuse: false,
      emptied: false,
      failing: false,
      farewells: 0,
      retired: false,
      restartAt: Infinity,
      lives: 0,
      latency: { ms: 0, until: 0 },
    }
    this.members.push(member)
    return member
  }

  start(member: SimulatedMember): void {
    const { host, disk } = member
    if (host.alive || member.retired) return
    const world = this.#world
    const life = host.begin()
    const config = this.#configure(member)
    world.note(`${host.name} starts${member.emptied && !disk.raw ? ' with an empty disk' : ''}`)
    const random = seededRandom(world.seed * 64 + member.lives++ * 8 + numberOf(host.name))
    const clock = host.clock()
    // Alike for all tasks of one life, so that they keep their order.
    const turn = random.next() * 1.5
    const store = new world.engine.StoreMember({
      config,
      clock,
      random,
      log: world.tracing ? logger(host.name, words => world.note(words)) : silentLogger,
      transport: world.network.transport(
        host,
        config.members.map(peer => peer.name),
      ),
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
        world.fail(new Violation('damage is noticed', `${host.name} serves with a damaged log`))
    }
    store.start().then(started, (error: unknown) => {
      if (host.life !== life) return
      // A process that cannot start ends, and its supervisor tries again.
      this.end(member, `does not start: ${String(error)}`)
      if (!member.failing && !member.damaged && !member.disk.full) world.caught(error)
      this.restart(member, 200)
    })
  }

  #configure(member: SimulatedMember): StoreMemberConfig {
    const { host, founding, emptied } = member
    const address = (name: string) => ({ name, host: '127.0.0.1', port: portOf(name) })
    // Who loses its disk is told who is there by now.
    if (emptied) member.told = [...new Set([...everybody(this.#world.raft.electorate), host.name])]
    return {
      clusterId: CLUSTER,
      name: host.name,
      dataDir: host.name,
      listen: address(host.name),
      members: member.told.map(address),
      tls: { ca: '', cert: '', key: '' },
      state: emptied ? 'existing' : founding ? 'new' : 'joining',
      tuning: { tickMs: 30, requestTimeoutMs: 1500, snapshotEntries: 12 },
    }
  }

  #onStatus(member: SimulatedMember, status: MemberStatus): void {
    const world = this.#world
    const { host } = member
    if (status.role === 'leader') world.note(`${host.name} leads term ${status.term}`)
    const { problem } = status
    // One that could not even start for want of space says that it must be started again; others go on by themselves.
    const startless = /disk is full.*start this machine again/.test(problem ?? '')
    if (problem === undefined || (!startless && /disk is full|space exceeded/.test(problem))) return
    world.note(`${host.name} does not serve: ${problem}`)
    const removed = /permanently removed/.test(problem)
    if (removed && everybody(world.raft.electorate).includes(host.name))
      return world.fail(new Violation('removed with reason', `${host.name} is a member and says: ${problem}`))
    if (!removed && !member.damaged && !member.failing && !startless)
      return world.fail(new Violation('serves', `${host.name} stops without a reason: ${problem}`))
    const { life } = host
    world.scheduler.at(world.scheduler.now + RESTART_MS, () => {
      if (host.life !== life) return
      this.end(member, 'is ended')
      // Started once more, it must still know.
      if (removed && ++member.farewells === 2) return this.retire(member)
      if (member.damaged && /damaged/.test(problem)) this.empty(member)
      this.restart(member, RESTART_MS)
    })
  }

  /** The process is gone; what it was about to do or say is lost. */
  end(member: SimulatedMember, how: string): void {
    const { host, disk, store } = member
    if (!host.alive) return
    const world = this.#world
    world.note(`${host.name} ${how}`)
    host.end()
    disk.powerLoss()
    world.network.leave(host.name)
    member.store = undefined
    // Its timers and promises are of an ended life: nobody hears of them.
    store?.stop().catch((error: unknown) => world.caught(error))
    if (member.restartAt === Infinity) this.restart(member, 100 + intBelow(world.random, 500))
  }

  restart(member: SimulatedMember, ms: number): void {
    const { scheduler } = this.#world
    const at = scheduler.now + ms
    member.restartAt = at
    scheduler.at(at, () => {
      if (member.restartAt !== at) return
      member.restartAt = Infinity
      this.start(member)
    })
  }

  /** Ends the process now, and begins another after `ms`. */
  kill(member: SimulatedMember, ms: number): void {
    this.end(member, 'is killed')
    this.restart(member, ms)
  }

  empty(member: SimulatedMember): void {
    this.#world.note(`${member.host.name}'s disk is emptied`)
    member.disk.wipe()
    member.damaged = false
    member.mustRefuse = false
    member.emptied = true
    this.#world.raft.wiped(member.host.name)
  }

  /** The machine of a member that was removed is taken away. */
  retire(member: SimulatedMember): void {
    this.#world.note(`${member.host.name} is gone for good`)
    this.end(member, 'is ended')
    member.retired = true
    member.restartAt = Infinity
  }

  /** Whether the member has lost what it may have promised, and has not made up for it. */
  hasLost(member: SimulatedMember): boolean {
    const { recovering, term } = this.#world.raft.onDisk(member.host.name)
    if (member.emptied && member.disk.raw && !recovering && term > 0) member.emptied = false
    return member.emptied || member.damaged
  }
}

function logger(name: string, note: (words: string) => void): Logger {
  const write = (level: string) => (message: string, fields?: Record<string, unknown>) => {
    const words = (value: unknown) =>
      value instanceof Error ? value.stack : typeof value === 'object' ? JSON.stringify(value) : String(value)
    const details = fields ? Object.entries(fields).map(([key, value]) => `${key} ${words(value)}`) : []
    note(`${name} ${level}: ${[message, ...details].join(', ')}`)
  }
  const ignore = () => {}
  const own: Logger = {
    debug: ignore,
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: () => own,
  }
  return own
}
