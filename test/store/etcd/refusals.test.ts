/** What is refused, and how: the same requests to our member and to etcd, over the wire. */
import type { Client } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RequestOpType } from '../../../engine/store/etcd/messages.ts'
import { SERVICES } from '../../../engine/store/etcd/services.ts'
import type { Method } from '../../../engine/store/etcd/services.ts'
import type { Draft } from '../../../engine/store/etcd/wire.ts'
import { temporaryFolder } from '../cluster.ts'
import { isInstalled, startEtcd, startMembers } from './processes.ts'
import type { Cluster } from './processes.ts'
import { call, connectTo, converse, normal } from './wire-client.ts'
import type { WatchAnswer } from './wire-client.ts'

const { KV, Lease, Watch, Cluster: Members, Maintenance, Auth } = SERVICES
const b = (text: string) => Buffer.from(text)
const OPEN = Buffer.from([0])
const MIB = 1024 * 1024
const LARGEST = 2n ** 63n - 1n

type Op = Draft<RequestOpType>
const put = (key: string, more: object = {}): Op => ({ requestPut: { key: b(key), value: b('v'), ...more } })
const get = (key: string, more: object = {}): Op => ({ requestRange: { key: b(key), ...more } })
const del = (key: string, end?: Uint8Array): Op => ({ requestDeleteRange: { key: b(key), rangeEnd: end } })
const within = (success: Op[], failure: Op[] = []): Op => ({ requestTxn: { success, failure } })
const many = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))
/** `depth` transactions, each within the one before. */
const nested = (depth: number, inmost: Op[]): Op[] => (depth === 0 ? inmost : [within(nested(depth - 1, inmost))])

const range = (more: object) => [KV.range, { key: b('a'), ...more }] as const
const txn = (success: Op[], failure: Op[] = [], compare: object[] = []) =>
  [KV.txn, { compare, success, failure }] as const
const compared = (...compare: object[]) => txn([], [], compare)

/** Each row's requests in order: what is refused, and beside it what is nearly so and let. */
const TABLE: Record<string, readonly (readonly [Method<never, never> | Method, object])[]> = {
  'keys that are not there': [
    range({ key: b('') }),
    range({ key: b(''), rangeEnd: OPEN }),
    [KV.put, { key: b('') }],
    [KV.deleteRange, { key: b('') }],
    [KV.deleteRange, { key: b(''), rangeEnd: b('b') }],
    txn([put('')]),
    txn([get('')]),
    txn([del('')]),
    compared({ key: b('') }),
    txn([{}]),
    txn([within([put('')])]),
  ],
  'values that are too large': [
    [KV.put, { key: b('large'), value: Buffer.alloc(1.5 * MIB - 1024) }],
    [KV.put, { key: b('large'), value: Buffer.alloc(1.5 * MIB) }],
    [KV.put, { key: Buffer.alloc(1.5 * MIB), value: b('') }],
    txn([put('large', { value: Buffer.alloc(MIB) }), put('larger', { value: Buffer.alloc(MIB - 300_000) })]),
    [KV.put, { key: b('large'), value: Buffer.alloc(2 * MIB) }],
    [KV.put, { key: b('large'), value: Buffer.alloc(3 * MIB) }],
    [KV.deleteRange, { key: Buffer.alloc(1.6 * MIB) }],
    [KV.deleteRange, { key: b('large') }],
  ],
  'too many operations': [
    txn(many(128, i => put(`many/${i}`))),
    txn(many(129, i => put(`many/${i}`))),
    txn(
      [],
      many(129, i => get(`many/${i}`)),
    ),
    compared(...many(129, i => ({ key: b(`many/${i}`) }))),
    txn([within(many(127, i => put(`many/${i}`)))]),
    txn([within(many(128, i => put(`many/${i}`)))]),
    txn([put('other'), within(many(127, i => put(`many/${i}`)))]),
    txn(nested(60, [put('deep')])),
    [KV.deleteRange, { key: b('many'), rangeEnd: b('manz') }],
  ],
  'keys put twice': [
    txn([put('k'), put('k')]),
    txn([put('k')], [put('k'), put('k')]),
    txn([put('k')], [put('k')]),
    txn([put('k'), del('k')]),
    txn([del('k'), put('k')]),
    txn([del('j', b('l')), put('k')]),
    txn([del('j', b('k')), put('k')]),
    txn([del('l', b('j')), put('k')]),
    txn([del('k'), del('k'), del('j', b('l'))]),
    txn([get('k'), put('k'), get('k')]),
    txn([put('k'), within([put('k')])]),
    txn([put('k'), within([], [put('k')])]),
    txn([within([put('k')], [put('k')])]),
    txn([within([put('k')]), within([put('k')])]),
    txn([within([put('k')]), within([], [put('k')])]),
    txn([within([del('k')]), put('k')]),
    txn([within([del('j', b('l'))]), put('k')]),
    txn([within([within([put('k')])]), put('k')]),
    txn([within([within([put('k')])]), within([put('l')]), put('m')]),
    txn([within([put('k')], [del('k')])]),
    txn([within([put('k'), del('k')])]),
  ],
  'what a put keeps': [
    [KV.put, { key: b('keep'), value: b('v'), ignoreValue: true }],
    [KV.put, { key: b('keep'), ignoreValue: true }],
    [KV.put, { key: b('keep'), value: b('v'), ignoreLease: true }],
    [KV.put, { key: b('keep'), value: b('v'), ignoreLease: true, lease: 5n }],
    [KV.put, { key: b('keep'), lease: 5n, ignoreLease: true, ignoreValue: true }],
    txn([put('keep', { ignoreValue: true })]),
    txn([put('keep', { value: b(''), ignoreValue: true })]),
    txn([put('keep', { ignoreLease: true, lease: 5n })]),
    txn([put('keep'), put('kept', { ignoreLease: true })]),
    txn([put('keep'), within([put('kept', { value: b(''), ignoreValue: true })])]),
    range({ key: b('keep') }),
  ],
  'revisions that are not there': [
    [KV.put, { key: b('rev'), value: b('1') }],
    range({ revision: 1_000_000 }),
    range({ revision: -1 }),
    range({ revision: 1_000_000, countOnly: true }),
    range({ revision: 1_000_000, serializable: true }),
    txn([get('a', { revision: 1_000_000 })]),
    txn([put('rev'), get('a', { revision: 1_000_000 })]),
    txn([], [get('a', { revision: 1_000_000 })]),
    [KV.compact, { revision: 1_000_000 }],
    [KV.compact, { revision: -1 }],
    [KV.compact, { revision: 4 }],
    [KV.compact, { revision: 4 }],
    [KV.compact, { revision: 3 }],
    [KV.compact, { revision: 4, physical: true }],
    range({ revision: 3 }),
    range({ revision: 4 }),
    txn([get('a', { revision: 3 })]),
    txn([put('rev'), get('a', { revision: 3 })]),
    txn([put('rev'), get('a', { revision: 4 })]),
    [Maintenance.hashKV, { revision: 3 }],
    [Maintenance.hashKV, { revision: 1_000_000 }],
  ],
  'bounds and conditions that nothing meets': [
    range({ rangeEnd: OPEN, limit: -5 }),
    range({ rangeEnd: b('a') }),
    range({ rangeEnd: b('A') }),
    range({ rangeEnd: OPEN, minModRevision: -1, maxCreateRevision: -1 }),
    range({ rangeEnd: OPEN, minModRevision: 9, maxModRevision: 2 }),
    compared({ key: b('a'), result: 0, target: 1, version: 1 }),
    compared({ key: b('rev'), result: 0, target: 3 }),
    compared({ key: b('rev'), result: 2, target: 3 }),
    compared({ key: b('rev'), rangeEnd: b('a'), result: 0, target: 0, version: 0 }),
  ],
  'leases that are not there, or there already': [
    [KV.put, { key: b('leased'), lease: 77n }],
    [KV.put, { key: b('leased'), lease: -77n }],
    [KV.put, { key: b('leased'), lease: LARGEST }],
    txn([put('leased', { lease: 77n })]),
    txn([put('leased'), within([put('leased2', { lease: 77n })])]),
    range({ key: b('leased') }),
    [Lease.leaseRevoke, { id: 77n }],
    [Lease.leaseRevoke, { id: 0n }],
    [Lease.leaseRevoke, { id: -1n }],
    [Lease.leaseRevoke, { id: LARGEST }],
    [Lease.leaseTimeToLive, { id: 77n, keys: true }],
    [Lease.leaseTimeToLive, { id: 0n }],
    [Lease.leaseTimeToLive, { id: LARGEST }],
    [Lease.leaseGrant, { id: 78n, ttl: 9_000_000_000 }],
    [Lease.leaseGrant, { id: 78n, ttl: 10 }],
    [Lease.leaseGrant, { id: 79n, ttl: 9_000_000_001 }],
    [Lease.leaseGrant, { ttl: 9_000_000_001 }],
    [Lease.leaseGrant, { id: 80n, ttl: -1 }],
    [Lease.leaseRevoke, { id: 78n }],
    [Lease.leaseRevoke, { id: 78n }],
  ],
  'members that are not there, or there already': [
    [Members.memberRemove, { id: 77n }],
    [Members.memberPromote, { id: 77n }],
    [Members.memberUpdate, { id: 77n, peerURLs: ['https://127.0.0.1:1'] }],
    [Members.memberUpdate, { id: 77n, peerURLs: [] }],
    [Members.memberAdd, { peerURLs: [] }],
    [Members.memberAdd, { peerURLs: ['nonsense'] }],
    [Members.memberAdd, { peerURLs: ['https://127.0.0.1'] }],
    [Members.memberAdd, { peerURLs: ['ftp://m9:1'] }],
    [Members.memberAdd, { peerURLs: ['https://m9:1/path'] }],
    [Maintenance.moveLeader, { targetId: 77n }],
    [Maintenance.moveLeader, {}],
  ],
  'alarms that are not raised': [
    [Maintenance.alarm, { action: 0, alarm: 0 }],
    [Maintenance.alarm, { action: 2, alarm: 1, memberId: 77n }],
    [Maintenance.alarm, { action: 2, alarm: 2 }],
  ],
  'users and roles that are not there': [
    [Auth.authEnable, {}],
    [Auth.authenticate, {}],
    [Auth.userGet, {}],
    [Auth.userDelete, {}],
    [Auth.userChangePassword, {}],
    [Auth.userGrantRole, {}],
    [Auth.userRevokeRole, {}],
    [Auth.roleGet, {}],
    [Auth.roleDelete, {}],
    [Auth.roleGrantPermission, {}],
    [Auth.roleRevokePermission, {}],
    [Auth.userList, {}],
    [Auth.roleList, {}],
    [Auth.authDisable, {}],
  ],
}

/** How many watches end, and what is asked for. */
const WATCHES: Record<string, [ends: number, requests: object[]]> = {
  'of what is compacted': [1, [{ createRequest: { key: b('a'), startRevision: 2 } }]],
  'of a range without keys': [1, [{ createRequest: { key: b('b'), rangeEnd: b('a') } }]],
  'of a range from a key to itself': [1, [{ createRequest: { key: b('b'), rangeEnd: b('b') } }]],
  'under an id that is taken': [
    1,
    [{ createRequest: { key: b('a'), watchId: 7 } }, { createRequest: { key: b('b'), watchId: 7 } }],
  ],
  'that is taken back': [1, [{ createRequest: { key: b('a'), watchId: 7 } }, { cancelRequest: { watchId: 7 } }]],
  'that begins in the future, and is taken back': [
    1,
    [{ createRequest: { key: b('a'), startRevision: 1_000_000 } }, { cancelRequest: { watchId: 0 } }],
  ],
  'of compacted and of present keys, and is taken back': [
    2,
    [
      { createRequest: { key: b('a'), startRevision: 3, watchId: 3 } },
      { createRequest: { key: b('a'), watchId: 4 } },
      { cancelRequest: { watchId: 4 } },
    ],
  ],
}

const absent = !isInstalled('etcd')

describe.skipIf(absent)(absent ? 'etcd is not installed' : 'our member and etcd refuse in the same way', () => {
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

  it.each(Object.entries(TABLE))('%s', async (_, requests) => {
    for (const [method, request] of requests) {
      const [ours, theirs] = (await Promise.all(clients.map(client => call(client, method as Method, request)))).map(
        answer => common(normal(answer)),
      )
      const made = { method: method.path, request: shortened(normal(request)) }
      expect.soft({ ...made, answer: ours }).toEqual({ ...made, answer: theirs })
    }
  })

  it.each(Object.entries(WATCHES))('a watch %s', async (_, [ends, requests]) => {
    const settled = (answers: WatchAnswer[]) => answers.filter(({ canceled }) => canceled).length === ends
    const [ours, theirs] = await Promise.all(clients.map(client => converse(client, Watch.watch, requests, settled)))
    // What the store says of one watch may come between what is said of another.
    const ofEach = (answers: Awaited<typeof ours>) =>
      Object.groupBy(answers!, answer => ('watchId' in answer ? answer.watchId : 'refusal'))
    expect(normal(ofEach(ours))).toEqual(normal(ofEach(theirs)))
  })

  it('leases that are not there are kept alive with no time', async () => {
    const ids = [77n, 0n, LARGEST]
    const [ours, theirs] = (
      await Promise.all(
        clients.map(client =>
          converse(
            client,
            Lease.leaseKeepAlive,
            ids.map(id => ({ id })),
            answers => answers.length === ids.length,
          ),
        ),
      )
    ).map(normal)
    expect(ours).toEqual(theirs)
  })
})

/** Without what depends on the library that speaks gRPC, and without the header of alarms, which came with etcd 3.5. */
function common(answer: unknown): unknown {
  if (Array.isArray(answer))
    return [answer[0], String(answer[1]).replace(/^(grpc: r|R)eceived message larger than max.*/, 'message too large')]
  const { header, ...rest } = answer as { header: unknown; alarms?: unknown }
  return 'alarms' in rest ? rest : { header, ...rest }
}

/** Large values would fill the screen. */
function shortened(value: unknown): unknown {
  const text = JSON.stringify(value)
  return text.length < 200 ? text : `${text.slice(0, 100)}… (${text.length})`
}
