import { intBelow } from '../../../engine/base/random.ts'
import type { Call, Clients } from './clients.ts'
import type { Fleet, SimulatedMember, World } from './fleet.ts'
import type { Operator } from './operator.ts'
import { KEYS } from './plan.ts'
import type { Scene } from './plan.ts'

/** Written by scenes alone. */
const OWN_KEYS = [...'ghijklmnopqrst']

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
  #leases = 0

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
      case 'splitChange':
        return this.#splitChange(scene, leader)
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
      // The old one is asked just before it hears of the others again.
      for (let lead = 10; lead < 100; lead += 30)
        this.#later(ms - lead, () => {
          if (leader.host.alive) this.#clients.call(leader, { type: 'range', key: KEYS[key]! })
        })
      for (let at = 30; at < ms + 200; at += 20 + this.#below(40))
        this.#later(at, () => {
          const reader = readers[this.#below(readers.length)]!
          if (reader.host.alive) this.#clients.call(reader, { type: 'range', key: KEYS[key]! })
        })
      for (let at = 150; at < ms; at += 80 + this.#below(200))
        this.#later(at, () => {
          const writer = others()[this.#below(others().length)]
          if (writer) this.#put(writer, key)
        })
    })
  }

  /**
   * A write is confirmed by just a majority, the leader is out of reach before the others hear so, and those who never had the
   * write come back. With `downMs` those who confirmed it lose their disks, too.
   */
  #forget({ ms, downMs }: Scene & { kind: 'forget' }, leader: SimulatedMember): void {
    const { voters } = this.#world.raft.electorate
    const others = this.#fleet.present.filter(m => m !== leader && m.host.alive && voters.includes(m.host.name))
    const lagging = others.slice(0, voters.length >> 1)
    const confirming = others.slice(lagging.length)
    this.#isolate(lagging, ms)
    this.#later(20, () =>
      this.#whenSettled(this.#put(leader, 0), () => {
        if (downMs !== undefined && !this.#operator.mayLose(confirming)) return
        this.#isolate([leader], ms)
        for (const member of downMs === undefined ? [] : confirming) {
          this.#fleet.kill(member, downMs!)
          this.#fleet.empty(member)
        }
        // What is asked while nobody leads is answered by who does next, at once.
        for (let at = 40; at < 700; at += 40)
          this.#later(at, () => {
            const reader = others[this.#below(others.length)]
            if (reader?.host.alive) this.#clients.call(reader, { type: 'range', key: KEYS[0]! })
          })
      }),
    )
  }

  /**
   * A leader stands still, or dies, while another takes over. If it goes on, the first thing that it does is to keep a lease
   * alive. Whatever was promised must hold under the next one.
   */
  #oldKeeper({ how, ms, ttl, lead }: Scene & { kind: 'oldKeeper' }, leader: SimulatedMember): void {
    this.#lease(leader, ttl, (lease, key) => {
      const keep = () => {
        if (leader.host.alive) this.#clients.call(leader, { type: 'keepAlive', lease })
      }
      if (how === 'freeze') {
        leader.host.freeze(ms)
        this.#later(Math.max(0, ms - lead), keep)
      } else {
        this.#later(lead, keep)
        this.#later(2 * lead, () => this.#fleet.kill(leader, ms))
      }
      for (let at = ttl * 500; at < ttl * 1000 + ms; at += 60)
        this.#later(at, () => {
          const others = this.#fleet.present.filter(m => m !== leader && m.host.alive)
          const reader = others[this.#below(others.length)]
          if (reader) this.#clients.call(reader, { type: 'range', key })
        })
    })
  }

  /** On a slow network leases are kept alive as late as it goes, and then looked for. */
  #lastMoment({ ttl, offsets }: Scene & { kind: 'lastMoment' }, leader: SimulatedMember): void {
    const { network } = this.#world
    this.#later(ttl * 1000 - 100, () => void (network.maxDelayMs = 50))
    this.#later(ttl * 1000 + 200, () => void (network.maxDelayMs = 4))
    for (const offset of offsets)
      this.#lease(leader, ttl, lease => {
        const ask = (type: 'keepAlive' | 'revoke') => {
          const member = this.#fleet.leader()
          if (member?.host.alive) this.#clients.call(member, { type, lease })
        }
        this.#later(ttl * 1000 + offset, () => ask('keepAlive'))
        this.#later(ttl * 1500 + offset, () => ask('revoke'))
      })
  }

  /** Others take the place of all but the leader, who alone of the old ones hears of it; and perhaps dies then. */
  #splitChange({ ms, killAfter }: Scene & { kind: 'splitChange' }, leader: SimulatedMember): void {
    const { voters } = this.#world.raft.electorate
    const old = this.#fleet.present.filter(m => m !== leader && voters.includes(m.host.name))
    const most = { kind: 'swapMembers' as const, out: old.length, into: 2, demote: false, leaderToo: false, at: 0 }
    if (old.length === 0 || !this.#operator.swap(most, true)) return
    this.#isolate(old, ms)
    if (killAfter !== undefined) this.#later(killAfter, () => this.#fleet.kill(leader, ms))
  }

  /** A lease with a key on it that nobody else writes. */
  #lease(member: SimulatedMember, ttl: number, use: (lease: number, key: string) => void): void {
    const granted = this.#clients.call(member, { type: 'grant', ttl, slot: 9 })
    this.#whenSettled(granted, () => {
      const lease = granted.answer?.ok ? granted.answer.lease : undefined
      if (lease === undefined || !member.host.alive) return
      const key = OWN_KEYS[this.#leases++ % OWN_KEYS.length]!
      this.#whenSettled(this.#write(member, key, lease), () => use(lease, key))
    })
  }

  #put(member: SimulatedMember, key: number): Call {
    return this.#write(member, KEYS[key]!)
  }

  #write(member: SimulatedMember, key: string, lease?: number): Call {
    const put = { type: 'put' as const, key, value: `s${++this.#values}`, lease }
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
