/**
 * The same requests, made up at random, to our member and to etcd: every answer, every refusal and every event must be
 * the same, revisions included. `ETCD_SEED` and `ETCD_REQUESTS` replay and prolong a run.
 */
import type { Client } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../../engine/base/random.ts'
import type * as m from '../../../engine/store/etcd/messages.ts'
import type { RequestOpType, TxnRequestType } from '../../../engine/store/etcd/messages.ts'
import { SERVICES } from '../../../engine/store/etcd/services.ts'
import type { Method } from '../../../engine/store/etcd/services.ts'
import type { Draft, TypeOf } from '../../../engine/store/etcd/wire.ts'
import { temporaryFolder, text } from '../cluster.ts'
import { isInstalled, startEtcd, startMembers } from './processes.ts'
import type { Cluster } from './processes.ts'
import { call, connectTo, normal } from './wire-client.ts'

const REQUESTS = Number(process.env.ETCD_REQUESTS ?? 1500)
const SEED = Number(process.env.ETCD_SEED ?? 1)

const { KV, Lease, Watch } = SERVICES
const KEYS = ['a', 'b', 'ba', 'bb', 'c', 'd', '\xff'].map(key => Buffer.from(key, 'latin1'))
const ENDS = [...KEYS, Buffer.from([0]), Buffer.from('e')]
/**
 * etcd overlooks that a key is put and deleted at once if the deletion has no end, and some transactions of that kind end
 * its process. We refuse them.
 */
const BOUNDED = ENDS.filter(end => end[0] !== 0)
const VALUES = ['', 'x', 'y', 'zz'].map(value => Buffer.from(value))

type Range = Draft<TypeOf<typeof m.RangeRequest>>
type Op = Draft<RequestOpType>

/** Makes up requests. Most are sound; some have what must be refused. */
class Requests {
  readonly #next: () => number
  /** The newest revision that has been seen. */
  revision = 1

  constructor(seed: number) {
    const random = seededRandom(seed)
    this.#next = () => random.next()
  }

  below(n: number): number {
    return Math.floor(this.#next() * n)
  }

  chance(share: number): boolean {
    return this.#next() < share
  }

  pick<T>(list: T[]): T {
    return list[this.below(list.length)]!
  }

  some<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make)
  }

  key(): Buffer {
    return this.chance(0.02) ? Buffer.alloc(0) : this.pick(KEYS)
  }

  bound(): number {
    return this.chance(0.85) ? 0 : this.below(this.revision + 2)
  }

  range(): Range {
    return {
      key: this.key(),
      rangeEnd: this.chance(0.6) ? this.pick(ENDS) : undefined,
      limit: this.chance(0.4) ? this.below(4) : 0,
      revision: this.chance(0.7) ? 0 : this.below(this.revision + 2),
      sortOrder: this.below(3),
      sortTarget: this.below(5),
      keysOnly: this.chance(0.1),
      countOnly: this.chance(0.1),
      minModRevision: this.bound(),
      maxModRevision: this.bound(),
      minCreateRevision: this.bound(),
      maxCreateRevision: this.bound(),
    }
  }

  put(): Draft<TypeOf<typeof m.PutRequest>> {
    const ignoreValue = this.chance(0.1)
    const ignoreLease = this.chance(0.1)
    return {
      key: this.key(),
      value: ignoreValue && this.chance(0.8) ? VALUES[0]! : this.pick(VALUES),
      // With two faults at once, etcd itself names another for a Put than for a Txn.
      lease: !ignoreValue && this.chance(ignoreLease ? 0.1 : 0.3) ? this.lease() : 0n,
      prevKv: this.chance(0.5),
      ignoreValue,
      ignoreLease,
    }
  }

  remove(ends = ENDS): Draft<TypeOf<typeof m.DeleteRangeRequest>> {
    return {
      key: this.key(),
      rangeEnd: this.chance(0.4) ? this.pick(ends) : undefined,
      prevKv: this.chance(0.5),
    }
  }

  lease(): bigint {
    return BigInt(1 + this.below(5))
  }

  compare(): Draft<TypeOf<typeof m.Compare>> {
    const target = this.below(5)
    const number = this.chance(0.3) ? 0 : this.below(this.revision + 2) - 1
    const name = (['version', 'createRevision', 'modRevision', 'value', 'lease'] as const)[target]!
    const operand = name === 'value' ? this.pick(VALUES) : name === 'lease' ? this.lease() - 1n : number
    return {
      key: this.key(),
      rangeEnd: this.chance(0.2) ? this.pick(ENDS) : undefined,
      result: this.below(4),
      target,
      [name]: operand,
    }
  }

  operation(depth: number): Op {
    const kind = this.below(depth > 0 ? 7 : 6)
    if (kind < 2) return { requestRange: this.range() }
    if (kind < 5) return { requestPut: this.put() }
    if (kind < 6) return { requestDeleteRange: this.remove(BOUNDED) }
    return { requestTxn: this.txn(depth - 1) }
  }

  txn(depth = 2): Draft<TxnRequestType> {
    return {
      compare: this.some(2, () => this.compare()),
      success: this.some(3, () => this.operation(depth)),
      failure: this.some(3, () => this.operation(depth)),
    }
  }

  any(): [Method<never, never>, object] {
    const kind = this.below(100)
    if (kind < 30) return [KV.put as never, this.put()]
    if (kind < 50) return [KV.range as never, this.range()]
    if (kind < 60) return [KV.deleteRange as never, this.remove()]
    if (kind < 88) return [KV.txn as never, this.txn()]
    if (kind < 90) return [KV.compact as never, { revision: 1 + this.below(this.revision + 2) }]
    if (kind < 94) return [Lease.leaseGrant as never, { ttl: 1000, id: this.lease() }]
    if (kind < 96) return [Lease.leaseRevoke as never, { id: this.lease() }]
    if (kind < 98) return [Lease.leaseTimeToLive as never, { id: this.lease(), keys: true }]
    return [Lease.leaseLeases as never, {}]
  }
}

const absent = !isInstalled('etcd')

describe.skipIf(absent)(absent ? 'etcd is not installed' : 'our member and etcd', () => {
  const folders = [temporaryFolder(), temporaryFolder()]
  const clusters: Cluster[] = []
  let clients: Client[] = []

  beforeAll(async () => {
    clusters.push(await startMembers(folders[0]!.path, ['m1']), await startEtcd(folders[1]!.path, ['e1']))
    clients = await Promise.all(clusters.map(cluster => connectTo(cluster)))
  })

  afterAll(async () => {
    for (const client of clients) client.close()
    await Promise.all(clusters.map(cluster => cluster.stop()))
    for (const folder of folders) folder.remove()
  })

  it(`give the same answers to ${REQUESTS} requests, and then the same events`, { timeout: 300_000 }, async () => {
    const requests = new Requests(SEED)
    let compacted = 1
    for (let i = 0; i < REQUESTS; i++) {
      const [method, request] = requests.any()
      const [ours, theirs] = (await Promise.all(clients.map(client => call(client, method, request as never)))).map(
        normal,
      )
      const made = { seed: SEED, request: i, method: method.path, ...(normal(request) as object) }
      expect({ ...made, answer: ours }).toEqual({ ...made, answer: theirs })
      const { revision } = (theirs as { header?: { revision: number } }).header ?? { revision: 0 }
      requests.revision = Math.max(requests.revision, revision)
      if (method === (KV.compact as never) && !Array.isArray(theirs))
        compacted = (request as { revision: number }).revision
    }
    for (const more of [{ prevKv: true }, { filters: [0] }, { filters: [1] }]) {
      const watch = { key: Buffer.from([0]), rangeEnd: Buffer.from([0]), startRevision: compacted + 1, ...more }
      const [ours, theirs] = await Promise.all(clients.map(client => events(client, watch, requests.revision)))
      expect(theirs!.length).toBeGreaterThan(0)
      expect(ours).toEqual(theirs)
    }
  })

  /** All events up to a revision: a key of its own, put last, shows where they end. */
  async function events(client: Client, create: Draft<TypeOf<typeof m.WatchCreateRequest>>, last: number) {
    const { path, request, response } = Watch.watch
    const stream = client.makeBidiStreamRequest(
      path,
      (value: Parameters<typeof request.encode>[0]) => request.encode(value),
      data => response.decode(data),
    )
    const marks = (create.filters ?? []).includes(0)
      ? [KV.put, { key: Buffer.from('mark') }, KV.deleteRange, { key: Buffer.from('mark') }]
      : [KV.put, { key: Buffer.from('mark') }]
    const seen: unknown[] = []
    return new Promise<unknown[]>((resolve, reject) => {
      stream.on('error', reject)
      stream.on('data', (answer: TypeOf<typeof m.WatchResponse>) => {
        if (answer.canceled) reject(new Error(`the watch was cancelled at ${answer.compactRevision}`))
        for (const event of answer.events) {
          if (event.kv!.modRevision <= last) seen.push(normal(event))
          else resolve(seen)
        }
        if (answer.events.some(e => text(e.kv!.key) === 'mark')) stream.cancel()
      })
      stream.write({ createRequest: create })
      const mark = async () => {
        for (let i = 0; i < marks.length; i += 2) await call(client, marks[i] as never, marks[i + 1] as never)
      }
      mark().catch(reject)
    })
  }
})
