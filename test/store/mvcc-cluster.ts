import Database from 'better-sqlite3'
import { FakeClock } from '../../engine/base/clock.ts'
import { silentLogger } from '../../engine/base/log.ts'
import { seededRandom } from '../../engine/base/random.ts'
import type { Disk } from '../../engine/store/disk.ts'
import { StoreMember } from '../../engine/store/member.ts'
import type { StoreMemberOptions } from '../../engine/store/member.ts'
import type { TransportReceiver } from '../../engine/store/peer/transport.ts'
import type { UpkeepConfig } from '../../engine/store/upkeep/config.ts'

/** Members in one process, on virtual time and a network that can be cut. */
export class FakeCluster {
  readonly clock = new FakeClock()
  readonly members = new Map<string, StoreMember>()
  /** Pairs `from>to` whose frames are lost. */
  readonly cut = new Set<string>()
  /** Bytes that the members' disks say they hold, where a test decides that. */
  readonly sizes = new Map<string, number>()
  readonly #receivers = new Map<string, TransportReceiver>()
  readonly #random = seededRandom(7)

  static async start(names: string[], upkeep: UpkeepConfig = {}): Promise<FakeCluster> {
    const cluster = new FakeCluster()
    for (const name of names) await cluster.#start(name, names, upkeep)
    await cluster.advance(3000)
    return cluster
  }

  async #start(name: string, names: string[], upkeep: UpkeepConfig): Promise<void> {
    const { clock } = this
    const options: StoreMemberOptions = {
      config: {
        clusterId: 'fake',
        name,
        dataDir: name,
        listen: { host: 'fake', port: 1 },
        members: names.map(n => ({ name: n, host: 'fake', port: 1 })),
        tls: { ca: '', cert: '', key: '' },
        client: { host: 'fake', port: 20 + Number(name.slice(1)) },
        upkeep,
      },
      clock,
      random: this.#random,
      log: silentLogger,
      transport: {
        setPeers: () => {},
        dismiss: () => {},
        start: async receiver => void this.#receivers.set(name, receiver),
        send: (to, frame) => this.#send(name, to, frame.slice()),
        stop: async () => void this.#receivers.delete(name),
      },
      disk: this.#disk(name),
      defer: task => void clock.after(0, task),
    }
    const member = new StoreMember(options)
    this.members.set(name, member)
    await member.start()
  }

  #send(from: string, to: string, frame: Uint8Array): boolean {
    this.clock.after(1, () => {
      if (!this.cut.has(`${from}>${to}`)) this.#receivers.get(to)?.onFrame(from, frame)
    })
    return true
  }

  readonly databases = new Map<string, Database.Database>()

  #disk(path: string): Disk {
    return {
      path,
      open: () => {
        const db = new Database(':memory:')
        this.databases.set(path, db)
        return db
      },
      openReader: db => new Database(db.serialize()),
      committed: () => {},
      size: () => this.sizes.get(path) ?? 0,
    }
  }

  /** Who leads in the newest term. */
  get leader(): StoreMember {
    const leaders = [...this.members.values()].filter(member => member.statusNow().role === 'leader')
    return leaders.sort((a, b) => b.statusNow().term - a.statusNow().term)[0]!
  }

  get followers(): StoreMember[] {
    const { leader } = this
    return [...this.members.values()].filter(member => member !== leader)
  }

  nameOf(member: StoreMember): string {
    return [...this.members].find(([, m]) => m === member)![0]
  }

  /** The member hears nobody and nobody hears it. */
  isolate(member: StoreMember): void {
    const name = this.nameOf(member)
    for (const other of this.members.keys()) {
      this.cut.add(`${name}>${other}`)
      this.cut.add(`${other}>${name}`)
    }
  }

  /** Time passes; promises that became ready are run in between. */
  async advance(ms: number): Promise<void> {
    for (let t = 0; t < ms; t += 5) {
      this.clock.advance(5)
      for (let i = 0; i < 20; i++) await Promise.resolve()
    }
  }

  /** Lets time pass until `promise` is settled. */
  async wait<T>(promise: Promise<T>): Promise<T> {
    let settled = false
    const done = () => void (settled = true)
    promise.then(done, done)
    for (let i = 0; i < 10_000 && !settled; i++) await this.advance(5)
    return promise
  }

  async stop(): Promise<void> {
    for (const member of this.members.values()) await member.stop()
  }
}
