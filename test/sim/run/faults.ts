import { nameOf } from './fleet.ts'
import type { Fleet, SimulatedMember, World } from './fleet.ts'
import type { Operator } from './operator.ts'
import type { Fault, Plan } from './plan.ts'
import type { Scenes } from './scenes.ts'

/** Names that a partition knows: more members than a world ever has. */
const NAMES = 40

/** Carries out what hits a world, and ends what ends by itself. */
export class Faults {
  readonly #plan: Plan
  readonly #world: World
  readonly #fleet: Fleet
  readonly #operator: Operator
  readonly #scenes: Scenes

  constructor(plan: Plan, world: World, fleet: Fleet, operator: Operator, scenes: Scenes) {
    this.#plan = plan
    this.#world = world
    this.#fleet = fleet
    this.#operator = operator
    this.#scenes = scenes
  }

  /** A plan does not know who is there by then: it numbers them all round. */
  #pick(slot: number): SimulatedMember {
    const { present } = this.#fleet
    return present[slot % present.length]!
  }

  /** Members of a partition's side, or of a crash of several: those of one slot share its lot. */
  #inSlot(name: string): number {
    return (Number(name.slice(1)) - 1) % this.#plan.members
  }

  strike(fault: Fault): void {
    const { scheduler, network } = this.#world
    const later = (ms: number, act: () => void) => void scheduler.at(scheduler.now + ms, act)
    const member = this.#pick('member' in fault ? fault.member : 0)
    const { host, disk } = member
    if (this.#world.tracing) this.#world.note(`fault ${JSON.stringify(fault)}`)
    switch (fault.kind) {
      case 'crash':
        return this.#crash(fault)
      case 'freeze':
        return host.freeze(fault.ms)
      case 'jump':
        host.wallOffset += fault.ms
        return
      case 'partition':
        return this.#partition(fault)
      case 'loss':
        network.loss = fault.rate
        return later(fault.ms, () => void (network.loss = 0))
      case 'repeat':
        network.repeat = fault.rate
        return later(fault.ms, () => void (network.repeat = 0))
      case 'delay':
        network.maxDelayMs = fault.maxMs
        return later(fault.ms, () => void (network.maxDelayMs = 4))
      case 'reset': {
        const other = this.#pick(this.#fleet.present.indexOf(member) + 1 + fault.other)
        if (other !== member) network.reset(host.name, other.host.name)
        return
      }
      case 'slowDisk':
        member.latency = { ms: fault.delayMs, until: scheduler.now + fault.ms }
        return
      case 'fullDisk':
        disk.full = true
        return later(fault.ms, () => void (disk.full = false))
      case 'diskError':
        if (host.alive) disk.errorAfter = fault.after
        return
      case 'wipe':
        if (!this.#operator.mayLose([member])) return
        this.#fleet.kill(member, fault.downMs)
        return this.#fleet.empty(member)
      case 'flipEntry':
      case 'flipValue':
      case 'tearPage':
        return this.#damage(member, fault.kind, fault.downMs)
      case 'transfer':
        return this.#transfer(this.#pick(fault.to).host.name)
      case 'addMember':
        return this.#operator.add(member, fault.learner)
      case 'promote':
        return this.#operator.promote()
      case 'removeMember': {
        const victim = fault.leader ? this.#fleet.leader() : this.#pick(fault.victim)
        return victim && this.#operator.remove(member, victim)
      }
      case 'swapMembers':
        return void this.#operator.swap(fault)
      case 'ambush':
      case 'forget':
      case 'oldKeeper':
      case 'lastMoment':
      case 'splitChange':
        return this.#scenes.play(fault)
    }
  }

  #crash({ members, downMs, after }: Fault & { kind: 'crash' }): void {
    const hit =
      members.length === 1
        ? [this.#pick(members[0]!)]
        : this.#fleet.present.filter(({ host }) => members.includes(this.#inSlot(host.name)))
    for (const member of hit) {
      if (!member.host.alive) continue
      if (after === undefined) this.#fleet.kill(member, downMs)
      else member.disk.lossAfter = after
    }
  }

  #partition({ cut, ms }: Fault & { kind: 'partition' }): void {
    const sides = new Set(cut.map(([a, b]) => `${a}>${b}`))
    const pairs = new Set<string>()
    for (let a = 1; a <= NAMES; a++)
      for (let b = 1; b <= NAMES; b++)
        if (sides.has(`${this.#inSlot(nameOf(a))}>${this.#inSlot(nameOf(b))}`)) pairs.add(`${nameOf(a)}>${nameOf(b)}`)
    const { scheduler, network } = this.#world
    network.cut = pairs
    scheduler.at(scheduler.now + ms, () => {
      if (network.cut === pairs) network.cut = new Set()
    })
  }

  #damage(member: SimulatedMember, kind: 'flipEntry' | 'flipValue' | 'tearPage', downMs: number): void {
    // A second time it might make good what the first has damaged.
    if (member.damaged || !this.#operator.mayLose([member])) return
    this.#fleet.kill(member, downMs)
    if (!member.disk[kind]()) return
    member.damaged = true
    member.mustRefuse ||= kind === 'flipEntry'
  }

  #transfer(to: string): void {
    for (const { host, store } of this.#fleet.present) {
      if (!host.alive || !store || host.frozen) continue
      host.run(this.#world.scheduler.now, host.life, () => {
        try {
          store.transferLeader(to)
        } catch (error) {
          if ((error as Error).name !== 'UnavailableError') throw error
        }
      })
    }
  }
}
