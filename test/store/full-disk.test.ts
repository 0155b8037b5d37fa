import { afterEach, describe, expect, it } from 'vitest'
import Database from 'better-sqlite3'
import { FakeClock } from '../../engine/base/clock.ts'
import { silentLogger } from '../../engine/base/log.ts'
import { seededRandom } from '../../engine/base/random.ts'
import type { Disk, Sqlite } from '../../engine/store/disk.ts'
import { NoSpaceError, UnavailableError } from '../../engine/store/kv.ts'
import type { RangeResponse, WatchEvent } from '../../engine/store/kv.ts'
import { StoreMember } from '../../engine/store/member.ts'
import type { Transport, TransportReceiver } from '../../engine/store/peer/transport.ts'
import { get, put, text } from './cluster.ts'

/** A database in memory that may not grow while it is `full`. */
class SmallDisk implements Disk {
  readonly path = 'small'
  #db: Sqlite | undefined

  open(): Sqlite {
    return (this.#db = new Database(':memory:'))
  }

  openReader(db: Sqlite): Sqlite {
    return new Database(db.serialize())
  }

  committed(): void {}

  size(): number {
    return 0
  }

  /** From here on there is room for `spare` more pages. */
  fill(spare: number): void {
    const pages = this.#db!.pragma('page_count', { simple: true }) as number
    const free = this.#db!.pragma('freelist_count', { simple: true }) as number
    this.#db!.pragma(`max_page_count = ${pages - free + spare}`)
  }

  free(): void {
    this.#db!.pragma('max_page_count = 1073741823')
  }
}

class Cluster {
  readonly clock = new FakeClock()
  readonly disks: SmallDisk[]
  readonly members: StoreMember[]
  readonly #receivers = new Map<string, TransportReceiver>()

  constructor(size: number) {
    const names = Array.from({ length: size }, (_, i) => `m${i + 1}`)
    this.disks = names.map(() => new SmallDisk())
    this.members = names.map(
      (name, i) =>
        new StoreMember({
          config: {
            clusterId: 'test',
            name,
            dataDir: name,
            listen: { host: 'none', port: 1 },
            members: names.map(n => ({ name: n, host: 'none', port: 1 })),
            tls: { ca: '', cert: '', key: '' },
          },
          clock: this.clock,
          random: seededRandom(i + 1),
          log: silentLogger,
          transport: this.#transport(name),
          disk: this.disks[i]!,
          defer: task => void this.clock.after(1, task),
        }),
    )
  }

  #transport(name: string): Transport {
    return {
      start: async receiver => void this.#receivers.set(name, receiver),
      send: (to, frame) => {
        const copy = frame.slice()
        this.clock.after(1, () => this.#receivers.get(to)?.onFrame(name, copy))
        return true
      },
      setPeers: () => {},
      dismiss: () => {},
      stop: async () => void this.#receivers.delete(name),
    }
  }

  async pass(ms: number): Promise<void> {
    for (let t = 0; t < ms; t += 5) {
      this.clock.advance(5)
      for (let i = 0; i < 8; i++) await Promise.resolve()
    }
  }

  /** What became of it, with as little virtual time as it takes. */
  async settled<T>(promise: Promise<T>): Promise<T | Error> {
    let outcome: { value: T | Error } | undefined
    promise.then(
      value => (outcome = { value }),
      (error: Error) => (outcome = { value: error }),
    )
    for (let t = 0; t < 20_000 && !outcome; t += 5) await this.pass(5)
    return outcome ? outcome.value : new Error('no answer within 20 s')
  }
}

const VALUE = 'v'.repeat(3000)

describe.each([1, 3])('%i members whose disks are full', size => {
  let cluster: Cluster
  afterEach(() => Promise.all(cluster.members.map(member => member.stop())))

  it('refuse writes, go on with reads that show all that was acknowledged, and write again when there is space', async () => {
    cluster = new Cluster(size)
    await Promise.all(cluster.members.map(member => member.start()))
    await cluster.pass(2000)
    const store = cluster.members[0]!
    const seen: string[] = []
    store.watch(
      { key: new Uint8Array([0]), rangeEnd: new Uint8Array([0]), startRevision: 1 },
      {
        onEvents: (events: WatchEvent[]) => void seen.push(...events.map(e => text(e.kv.key))),
        onProgress: () => {},
        onError: error => expect.unreachable(error.message),
      },
    )
    const acknowledged: string[] = []
    // Some room, so that the last of what is applied waits for a commit that will fail.
    for (const disk of cluster.disks) disk.fill(6)
    let refused: Error | undefined
    for (let i = 0; i < 60 && !refused; i++) {
      const outcome = await cluster.settled(put(store, `k${i}`, VALUE))
      if (outcome instanceof Error) refused = outcome
      else acknowledged.push(`k${i}`)
    }
    expect(refused).toBeDefined()
    expect(await cluster.settled(put(store, 'late', VALUE))).toBeInstanceOf(NoSpaceError)
    expect((await store.status()).problem).toMatch(/disk is full/)
    expect(acknowledged.length).toBeGreaterThan(0)
    for (const key of acknowledged) expect(await cluster.settled(get(store, key))).toBe(VALUE)
    for (const disk of cluster.disks) disk.free()
    await cluster.pass(3000)
    expect(await cluster.settled(put(store, 'after', 'x'))).toBeTypeOf('number')
    for (const key of acknowledged) expect(await cluster.settled(get(store, key))).toBe(VALUE)
    expect((await store.status()).problem).toBeUndefined()
    // Each event once, whatever was applied twice.
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(expect.arrayContaining([...acknowledged, 'after']))
    const revisions = await Promise.all(cluster.members.map(async m => (await m.status()).revision))
    expect(new Set(revisions).size).toBe(1)
  })
})

describe('a member whose disk is full while the others go on', () => {
  it('refuses reads that must be newer than what it has, and says why; it answers what may be old', async () => {
    const cluster = new Cluster(3)
    await Promise.all(cluster.members.map(member => member.start()))
    await cluster.pass(2000)
    const statuses = await Promise.all(cluster.members.map(member => member.status()))
    const leads = statuses.findIndex(status => status.role === 'leader')
    const [leader, follower] = [cluster.members[leads]!, cluster.members[(leads + 1) % 3]!]
    const disk = cluster.disks[(leads + 1) % 3]!
    expect(await cluster.settled(put(leader, 'first', 'x'))).toBeTypeOf('number')
    disk.fill(2)
    for (let i = 0; i < 20; i++) expect(await cluster.settled(put(leader, `k${i}`, VALUE))).toBeTypeOf('number')
    const before = cluster.clock.monotonic()
    const refused = await cluster.settled(get(follower, 'first'))
    expect(refused).toBeInstanceOf(UnavailableError)
    expect((refused as Error).message).toMatch(/its disk is full/)
    expect(cluster.clock.monotonic() - before).toBeLessThan(2000)
    const { kvs } = (await cluster.settled(
      follower.range({ key: new TextEncoder().encode('first'), serializable: true }),
    )) as RangeResponse
    expect(kvs.map(kv => text(kv.value))).toEqual(['x'])
    disk.free()
    await cluster.pass(3000)
    expect(await cluster.settled(get(follower, 'k19'))).toBe(VALUE)
    await Promise.all(cluster.members.map(member => member.stop()))
  })
})
