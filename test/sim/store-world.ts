import Database from 'better-sqlite3'
import { FakeClock } from '../../engine/base/clock.ts'
import { silentLogger } from '../../engine/base/log.ts'
import { intBelow, seededRandom } from '../../engine/base/random.ts'
import type { Random } from '../../engine/base/random.ts'
import type { StoreMemberConfig } from '../../engine/store/config.ts'
import type { Disk, Sqlite } from '../../engine/store/disk.ts'
import { StoreMember } from '../../engine/store/member.ts'
import type { Transport, TransportReceiver } from '../../engine/store/peer/transport.ts'

/** A database in memory that survives its member as of its last commit. */
class SimulatedDisk implements Disk {
  readonly path: string
  #image: Buffer | undefined
  #lost = false

  constructor(path: string) {
    this.path = path
  }

  open(): Sqlite {
    this.#lost = false
    return this.#image ? new Database(this.#image) : new Database(':memory:')
  }

  openReader(db: Sqlite): Sqlite {
    return new Database(db.serialize())
  }

  committed(db: Sqlite): void {
    if (!this.#lost) this.#image = db.serialize()
  }

  size(): number {
    return this.#image?.length ?? 0
  }

  /** The member's process is gone: what it does from here on does not reach the disk any more. */
  crash(): void {
    this.#lost = true
  }

  wipe(): void {
    this.#image = undefined
  }
}

/** Delivers frames of one pair in order, after a delay, unless they are lost or the pair is cut. */
class SimulatedNetwork {
  readonly receivers = new Map<string, TransportReceiver>()
  readonly cut = new Set<string>()
  readonly #clock: FakeClock
  readonly #random: Random
  readonly #lastArrival = new Map<string, number>()
  loss = 0
  maxDelayMs = 10

  constructor(clock: FakeClock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  transport(name: string): Transport {
    return {
      start: async receiver => void this.receivers.set(name, receiver),
      send: (to, frame) => {
        this.#send(name, to, frame.slice())
        return true
      },
      stop: async () => this.leave(name),
    }
  }

  leave(name: string): void {
    this.receivers.delete(name)
    for (const receiver of this.receivers.values()) receiver.onDown(name, true)
  }

  #send(from: string, to: string, frame: Uint8Array): void {
    const pair = `${from}>${to}`
    if (this.cut.has(pair) || this.#random.next() < this.loss) return
    const now = this.#clock.monotonic()
    const arrival = Math.max(now + this.#random.next() * this.maxDelayMs, this.#lastArrival.get(pair) ?? 0)
    this.#lastArrival.set(pair, arrival)
    const receiver = this.receivers.get(to)
    this.#clock.after(arrival - now, () => {
      // A member that was started again has other connections.
      if (receiver && this.receivers.get(to) === receiver && !this.cut.has(pair)) receiver.onFrame(from, frame)
    })
  }
}

export interface SimulatedMember {
  name: string
  disk: SimulatedDisk
  member: StoreMember | undefined
}

/** Whole store members on virtual time, simulated disks and a simulated network: one seed, one history. */
export class StoreWorld {
  readonly clock = new FakeClock()
  readonly random: Random
  readonly network: SimulatedNetwork
  readonly members: SimulatedMember[]
  /** Called with each member that starts. */
  onStart: (member: SimulatedMember) => void = () => {}
  readonly #leaders = new Map<number, string>()
  readonly errors: unknown[] = []

  constructor(size: number, seed: number) {
    this.random = seededRandom(seed)
    this.network = new SimulatedNetwork(this.clock, this.random)
    this.members = Array.from({ length: size }, (_, i) => {
      const name = `m${i + 1}`
      return { name, disk: new SimulatedDisk(name), member: undefined }
    })
  }

  async start(sim: SimulatedMember, state: 'new' | 'existing' = 'new'): Promise<void> {
    const address = (name: string) => ({ name, host: 'simulated', port: 1 })
    const config: StoreMemberConfig = {
      clusterId: 'simulated',
      name: sim.name,
      dataDir: sim.name,
      listen: { host: 'simulated', port: 1 },
      members: this.members.map(m => address(m.name)),
      tls: { ca: '', cert: '', key: '' },
      state,
      tuning: { snapshotEntries: 20 },
    }
    const member = new StoreMember({
      config,
      clock: this.clock,
      random: this.random,
      log: silentLogger,
      transport: this.network.transport(sim.name),
      disk: sim.disk,
      defer: task => void this.clock.after(this.random.next() * 2, task),
    })
    sim.member = member
    member.onStatus(status => {
      if (status.problem) this.errors.push(new Error(`${sim.name}: ${status.problem}`))
      if (status.role !== 'leader') return
      const known = this.#leaders.get(status.term) ?? sim.name
      if (known !== sim.name) this.errors.push(new Error(`term ${status.term} has leaders ${known} and ${sim.name}`))
      this.#leaders.set(status.term, sim.name)
    })
    await member.start()
    this.onStart(sim)
  }

  /** The process dies; only the disk stays. */
  async crash(sim: SimulatedMember): Promise<void> {
    const { member } = sim
    if (!member) return
    sim.member = undefined
    sim.disk.crash()
    await member.stop()
  }

  partition(): void {
    this.network.cut.clear()
    const group = new Set(this.members.filter(() => this.random.next() < 0.5).map(m => m.name))
    const oneWay = this.random.next() < 0.2
    for (const a of this.members)
      for (const b of this.members) {
        if (group.has(a.name) === group.has(b.name)) continue
        if (!oneWay || group.has(a.name)) this.network.cut.add(`${a.name}>${b.name}`)
      }
  }

  /** Time passes; promises that became ready are run in between. */
  async advance(ms: number): Promise<void> {
    for (let t = 0; t < ms; t += 5) {
      this.clock.advance(5)
      for (let i = 0; i < 6; i++) await Promise.resolve()
    }
    if (this.errors.length) throw this.errors[0]
  }

  pick<T>(items: readonly T[]): T {
    return items[intBelow(this.random, items.length)]!
  }
}
