import { intBelow } from '../../../engine/base/random.ts'
import type { Call, Clients } from './clients.ts'
import type { Fleet, SimulatedMember, World } from './fleet.ts'
import type { Operator } from './operator.ts'
import { KEYS } from './plan.ts'
import type { Scene } from './plan.ts'

/**
 * Moments in which clients and faults meet as they would but rarely by chance. Each is one in which a store that trusts what
 * it believes, instead of asking, is wrong.
 */
export class Scenes {
  readonly #world: World
  readonly #fleet: Fleet
  readonly #clients: Clients
  readonly #operator: Operator
  #values = 0

  constructor(world: World, fleet: Fleet, clients: Clients, operator: Operator) {
    this.#world = world
    this.#fleet = fleet
    this.#clients = clients
    this.#operator = operator
  }

  play(scene: Scene): void {
    const leader = this.#fleet.leader()
    if (!leader || leader.host.frozen) return
    switch (scene.kind) {
      case 'ambush':
        return this.#ambush(scene, leader)
      case 'forget':
        return this.#forget(scene, leader)
      case 'oldKeeper':
        return this.#oldKeeper(scene, leader)
      case 'lastMoment':
        return this.#lastMoment(scene, leader)
    }
  }

  /** Hits the leader in the moment in which it answers a write, and asks everybody what they know of that. */
  #ambush({ how, ms, key }: Scene & { kind: 'ambush' }, leader: SimulatedMember): void {
    const { life } = leader.host
    this.#whenSettled(this.#put(leader, key), () => {
      if (leader.host.life !== life) return
      if (how === 'freeze') leader.host.freeze(ms)
      else if (how === 'kill') this.#fleet.kill(leader, ms)
      else this.#isolate([leader], ms)
      const others = () => this.#fleet.present.filter(member => member !== leader && member.host.alive)
      const readers = [...others().slice(0, 2), leader]
      for (let at = 30; at < ms + 200; at += 20 + this.#below(40))
        this.#later(at, () => {
          const reader = readers[this.#below(readers.length)]!
          if (reader.host.alive) this.#clients.call(reader, { type: 'range', key: KEYS[key]! })
        })
      for (let at = 250; at < ms; at += 150 + this.#below(300))
        this.#later(at, () => {
          const writer = others()[this.#below(others().length)]
          if (writer) this.#put(writer, key)
        })
    })
  }

  /**
   * A write is confirmed by just a majority; then those who confirmed it lose their disks, the leader is out of reach, and those
   * who never had it come back.
   */
  #forget({ ms, downMs }: Scene & { kind: 'forget' }, leader: SimulatedMember): void {
    const { voters } = this.#world.raft.electorate
    const others = this.#fleet.present.filter(m => m !== leader && m.host.alive && voters.includes(m.host.name))
    const lagging = others.slice(0, voters.length >> 1)
    const forgetful = others.slice(lagging.length)
    this.#isolate(lagging, ms)
    this.#later(20, () => {
      const writes = [this.#put(leader, 0), this.#put(leader, 1)]
      this.#whenSettled(writes[1]!, () => {
        if (!this.#operator.mayLose(forgetful)) return
        this.#isolate([leader], ms)
        for (const member of forgetful) {
          this.#fleet.kill(member, downMs)
          this.#fleet.empty(member)
        }
        for (let at = 100; at < ms; at += 100)
          this.#later(at, () => {
            const [reader] = lagging
            if (reader?.host.alive) this.#clients.call(reader, { type: 'range', key: KEYS[0]! })
          })
      })
    })
  }

  /** A leader stands still while another takes over; its first act afterwards is to keep a lease alive. */
  #oldKeeper({ ms, ttl, lead }: Scene & { kind: 'oldKeeper' }, leader: SimulatedMember): void {
    this.#lease(leader, ttl, 4, lease => {
      leader.host.freeze(ms)
      this.#later(Math.max(0, ms - lead), () => {
        if (leader.host.alive) this.#clients.call(leader, { type: 'keepAlive', lease })
      })
      for (let at = ttl * 1000 + 100; at < ttl * 1000 + ms; at += 60)
        this.#later(at, () => {
          const others = this.#fleet.present.filter(m => m !== leader && m.host.alive)
          const reader = others[this.#below(others.length)]
          if (reader) this.#clients.call(reader, { type: 'range', key: KEYS[4]! })
        })
    })
  }

  /** Leases are kept alive as late as it goes, and then looked for. */
  #lastMoment({ ttl, offsets }: Scene & { kind: 'lastMoment' }, leader: SimulatedMember): void {
    offsets.forEach((offset, i) =>
      this.#lease(leader, ttl, i % KEYS.length, lease => {
        const at = ttl * 1000 + offset
        const ask = (type: 'keepAlive' | 'revoke') => {
          const member = this.#fleet.leader()
          if (member?.host.alive) this.#clients.call(member, { type, lease })
        }
        this.#later(at, () => ask('keepAlive'))
        this.#later(at + ttl * 500, () => ask('revoke'))
      }),
    )
  }

  /** A lease with a key on it. */
  #lease(member: SimulatedMember, ttl: number, key: number, use: (lease: number) => void): void {
    const granted = this.#clients.call(member, { type: 'grant', ttl, slot: 9 })
    this.#whenSettled(granted, () => {
      const lease = granted.answer?.ok ? granted.answer.lease : undefined
      if (lease === undefined || !member.host.alive) return
      this.#put(member, key, lease)
      use(lease)
    })
  }

  #put(member: SimulatedMember, key: number, lease?: number): Call {
    const put = { type: 'put' as const, key: KEYS[key]!, value: `s${++this.#values}`, lease }
    return this.#clients.call(member, { type: 'txn', compare: [], success: [put], failure: [] })
  }

  /** Members that neither hear nor are heard, for a while. */
  #isolate(members: SimulatedMember[], ms: number): void {
    const { network, scheduler } = this.#world
    const pairs = new Set<string>()
    for (const member of members)
      for (const other of this.#fleet.present)
        if (!members.includes(other))
          pairs.add(`${member.host.name}>${other.host.name}`).add(`${other.host.name}>${member.host.name}`)
    network.cut = pairs
    this.#later(ms, () => {
      if (network.cut === pairs) network.cut = new Set()
    })
    this.#world.note(`${members.map(m => m.host.name).join()} alone until ${(scheduler.now + ms).toFixed(1)}`)
  }

  /** As soon as the call was answered; not if it was refused, or nobody knows. */
  #whenSettled(call: Call, act: () => void): void {
    call.onSettled = () => {
      if (call.answer?.ok) act()
    }
  }

  #later(ms: number, act: () => void): void {
    const { scheduler } = this.#world
    scheduler.at(scheduler.now + ms, act)
  }

  #below(n: number): number {
    return intBelow(this.#world.random, Math.max(1, n))
  }
}
