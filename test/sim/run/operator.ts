import { encodeChange } from '../../../engine/raft/configuration.ts'
import { message } from '../../../engine/raft/message.ts'
import type { MemberChange } from '../../../engine/raft/message.ts'
import { encodeFrame } from '../../../engine/store/peer/frame.ts'
import { memberId } from '../../../engine/store/upkeep/identity.ts'
import { after, everybody, isMajority } from '../check/configuration.ts'
import type { Electorate } from '../check/configuration.ts'
import { CLUSTER, nameOf, portOf } from './fleet.ts'
import type { Fleet, SimulatedMember, World } from './fleet.ts'
import type { Fault, Plan } from './plan.ts'

const LEAVE = JSON.stringify({ changes: [] })

/** Machines at a time. */
const MOST = 7
const LOOK_MS = 40
/** So long may a change that was asked for be on its way; and so many possible outcomes are enough. */
const PENDING_MS = 3000
const MOST_PENDING = 40

/** What a change of the members may come to without being anybody's fault. */
const REFUSALS = new Set([
  'UnavailableError',
  'UnknownOutcomeError',
  'InvalidRequestError',
  'NoSpaceError',
  'FutureRevisionError',
])

/**
 * Whoever looks after the cluster: adds members and removes them, as the product does; and makes the changes of several members
 * at once that the product's raft knows, by proposing them in the name of a member. Who was added gets a machine.
 */
export class Operator {
  readonly #world: World
  readonly #fleet: Fleet
  /** What was asked for and may still come. */
  #pending: { electorate: Electorate; until: number }[] = []
  #named = 0
  #proposals = 0
  #looking = false

  constructor(world: World, fleet: Fleet, { members }: Plan) {
    this.#world = world
    this.#fleet = fleet
    this.#named = members
  }

  /** Every configuration that holds, or may hold soon. */
  get #electorates(): Electorate[] {
    this.#pending = this.#pending.filter(({ until }) => until > this.#world.scheduler.now)
    return [...this.#world.raft.electorates, ...this.#pending.map(({ electorate }) => electorate)]
  }

  /** Whether `lost` may lose their disks: the cluster must be able to go on, whatever comes of the changes under way. */
  mayLose(lost: readonly SimulatedMember[]): boolean {
    return this.#electorates.every(electorate => this.#bearable(electorate, lost))
  }

  /** Whether not more have lost what they promised than the electorate is made to survive. */
  #bearable(electorate: Electorate, lost: readonly SimulatedMember[]): boolean {
    return isMajority(electorate, name => {
      const member = this.#fleet.find(name)
      return !member || (!lost.includes(member) && !this.#fleet.hasLost(member))
    })
  }

  add(via: SimulatedMember, learner: boolean): void {
    if (this.#fleet.present.length >= MOST) return
    const name = nameOf(++this.#named)
    if (!this.#plan([{ type: learner ? 'addLearner' : 'addVoter', id: name }])) return
    this.#ask(via, store => store.memberAdd([`https://${name}:${portOf(name)}`], learner))
  }

  /** Only the leader knows whether a learner is ready, so all are asked. */
  promote(): void {
    for (const name of this.#world.raft.electorate.learners) {
      if (!this.#plan([{ type: 'addVoter', id: name }])) continue
      for (const member of this.#fleet.present) this.#ask(member, store => store.memberPromote(memberId(CLUSTER, name)))
    }
  }

  remove(via: SimulatedMember, victim: SimulatedMember): void {
    const { name } = victim.host
    if (!this.#plan([{ type: 'remove', id: name }])) return
    this.#ask(via, store => store.memberRemove(memberId(CLUSTER, name)))
  }

  /** Several at once: through joint consensus. `surely`: whatever happens to the network meanwhile. False if it cannot be. */
  swap({ out, into, demote, leaderToo }: Fault & { kind: 'swapMembers' }, surely = false): boolean {
    const { raft, network, scheduler } = this.#world
    const leader = this.#fleet.leader()
    if (!leader) return false
    const others = raft.electorate.voters.filter(name => name !== leader.host.name)
    const leaving = (leaderToo ? [leader.host.name, ...others] : others).slice(0, out)
    const changes: MemberChange[] = leaving.map((id, i) => ({ type: demote && i === 0 ? 'addLearner' : 'remove', id }))
    for (const learner of raft.electorate.learners.slice(0, into)) changes.push({ type: 'addVoter', id: learner })
    while (changes.length < leaving.length + into) {
      if (this.#fleet.present.length + into > MOST) return false
      const id = nameOf(++this.#named)
      changes.push({ type: 'addVoter', id, address: `https://127.0.0.1:${portOf(id)}` })
    }
    const speaker = this.#fleet.present.find(({ host }) => host.alive && others.includes(host.name))
    if (!speaker || !this.#plan(changes)) return false
    const data = encodeChange({ changes, proposal: `operator/${++this.#proposals}` })
    const entries = [{ index: 0, term: 0, kind: 'configuration' as const, data }]
    const m = message('propose', leader.host.name, { from: speaker.host.name, entries })
    this.#world.note(`the operator proposes ${changes.map(({ type, id }) => `${type} ${id}`).join(', ')}`)
    speaker.host.run(scheduler.now, speaker.host.life, () =>
      network.inject(speaker.host, leader.host.name, encodeFrame({ type: 'raft', messages: [m] }), surely),
    )
    return true
  }

  /** False if the cluster could not bear the change: too many of those who would stay have lost their disks. */
  #plan(changes: MemberChange[]): boolean {
    const json = JSON.stringify({ changes })
    const known = this.#electorates
    // It may wait until a joint configuration is left, and then hold.
    const bases = known.flatMap(electorate =>
      electorate.outgoing.length > 0 ? [electorate, after(electorate, LEAVE)] : [electorate],
    )
    const next = bases.map(electorate => after(electorate, json))
    if (known.length > MOST_PENDING || !next.every(electorate => this.#bearable(electorate, []))) return false
    const until = this.#world.scheduler.now + PENDING_MS
    this.#pending.push(...next.map(electorate => ({ electorate, until })))
    this.#look()
    return true
  }

  #ask(
    { host, store }: SimulatedMember,
    act: (store: NonNullable<SimulatedMember['store']>) => Promise<unknown>,
  ): void {
    const { life } = host
    if (!host.alive || !store) return
    host.run(this.#world.scheduler.now, life, () => {
      act(store).then(
        () => this.#world.note(`the operator hears from ${host.name} that it is done`),
        (error: Error) => {
          if (host.life !== life) return
          const { name, message: said } = error
          this.#world.note(`the operator hears from ${host.name}: ${said}`)
          if (!REFUSALS.has(name) && said !== 'etcdserver: leader changed') this.#world.caught(error)
        },
      )
    })
  }

  /** Looks from time to time who was added by now, also where nobody could say what came of it. */
  #look(): void {
    if (this.#looking) return
    this.#looking = true
    const { scheduler } = this.#world
    const look = () => {
      this.provide()
      scheduler.at(scheduler.now + LOOK_MS, look)
    }
    scheduler.at(scheduler.now + LOOK_MS, look)
  }

  /** A machine for everybody in the log who has none. */
  provide(): void {
    const names = [...new Set(this.#world.raft.electorates.flatMap(everybody))]
    for (const name of names)
      if (!this.#fleet.find(name)) this.#fleet.start(this.#fleet.add(name, [...new Set([...names, name])], false))
  }
}
