import fc from 'fast-check'
import protobuf from 'protobufjs'
import { expect, it } from 'vitest'
import * as m from '../../../engine/store/etcd/messages.ts'
import { bytes, id64, int64, lease, message, repeated, uint32 } from '../../../engine/store/etcd/wire.ts'

/** etcd's definitions, as another implementation reads them. */
const ORACLE = protobuf.parse(`
  syntax = "proto3";
  message KeyValue { bytes key = 1; int64 create_revision = 2; int64 mod_revision = 3; int64 version = 4; bytes value = 5; int64 lease = 6; }
  message Event { enum EventType { PUT = 0; DELETE = 1; } EventType type = 1; KeyValue kv = 2; KeyValue prev_kv = 3; }
  message ResponseHeader { uint64 cluster_id = 1; uint64 member_id = 2; int64 revision = 3; uint64 raft_term = 4; }
  message WatchResponse {
    ResponseHeader header = 1; int64 watch_id = 2; bool created = 3; bool canceled = 4; int64 compact_revision = 5;
    string cancel_reason = 6; bool fragment = 7; repeated Event events = 11;
  }
  message WatchCreateRequest {
    bytes key = 1; bytes range_end = 2; int64 start_revision = 3; bool progress_notify = 4;
    enum FilterType { NOPUT = 0; NODELETE = 1; }
    repeated FilterType filters = 5; bool prev_kv = 6; int64 watch_id = 7; bool fragment = 8;
  }
  message Compare {
    int32 result = 1; int32 target = 2; bytes key = 3;
    oneof target_union { int64 version = 4; int64 create_revision = 5; int64 mod_revision = 6; bytes value = 7; int64 lease = 8; }
    bytes range_end = 64;
  }
`).root

const key = fc.uint8Array({ maxLength: 300 })
const int = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.maxSafeInteger(),
  fc.constantFrom(0, 2 ** 32, Number.MAX_SAFE_INTEGER, -1),
)
const signed64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const unsigned64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })

const kv = fc.record({ key, createRevision: int, modRevision: int, version: int, value: key, lease: signed64 })
const header = fc.record({ clusterId: unsigned64, memberId: unsigned64, revision: int, raftTerm: fc.nat() })
const watchResponse = fc.record({
  header: fc.option(header, { nil: undefined }),
  watchId: int,
  created: fc.boolean(),
  canceled: fc.boolean(),
  compactRevision: int,
  cancelReason: fc.string({ unit: 'grapheme' }),
  fragment: fc.boolean(),
  events: fc.array(fc.record({ type: fc.constantFrom(0, 1), kv, prevKv: fc.option(kv, { nil: undefined }) }), {
    maxLength: 20,
  }),
})
const compare = fc.record({
  result: fc.nat(3),
  target: fc.nat(4),
  key,
  version: fc.option(int, { nil: undefined }),
  createRevision: fc.constant(undefined),
  modRevision: fc.constant(undefined),
  value: fc.constant(undefined),
  lease: fc.constant(undefined),
  rangeEnd: key,
})

it.each([
  ['WatchResponse', m.WatchResponse, watchResponse],
  ['Compare', m.Compare, compare],
] as const)('writes a %s that another implementation reads and writes the same way', (name, type, values) => {
  const oracle = ORACLE.lookupType(name)
  fc.assert(
    fc.property(values as fc.Arbitrary<never>, value => {
      const own = type.encode(value)
      expect(type.decode(own)).toEqual(value)
      const theirs = oracle.encode(oracle.decode(own)).finish()
      expect(type.decode(theirs)).toEqual(value)
    }),
  )
})

it('reads lists of numbers whether they are packed or not', () => {
  const packed = Buffer.from([0x2a, 2, 0, 1])
  const single = Buffer.from([0x28, 0, 0x28, 1])
  for (const data of [packed, single]) expect(m.WatchCreateRequest.decode(data).filters).toEqual([0, 1])
})

it('skips fields that it does not know', () => {
  const Newer = message('Newer', { id: lease(1), extra: repeated(bytes(9)), count: int64(10), hash: uint32(11) })
  const data = Newer.encode({ id: 7n, extra: [Buffer.from('x'), Buffer.from('y')], count: 5, hash: 4_294_967_295 })
  expect(m.LeaseRevokeRequest.decode(data)).toEqual({ id: 7n })
  expect(Newer.decode(data).hash).toBe(4_294_967_295)
})

it('holds a count that no number can tell at the largest, and identities exactly', () => {
  const Ids = message('Ids', { id: id64(1) })
  const data = Ids.encode({ id: 2n ** 63n - 1n })
  expect(Ids.decode(data).id).toBe(2n ** 63n - 1n)
  expect(message('Counts', { id: int64(1) }).decode(data).id).toBe(Number.MAX_SAFE_INTEGER)
})

it('refuses what is torn, and never reads past the end', () => {
  fc.assert(
    fc.property(watchResponse, fc.nat(), fc.nat(255), (value, at, byte) => {
      const data = m.WatchResponse.encode(value)
      const torn = Buffer.from(data.subarray(0, at % (data.length + 1)))
      if (torn.length) torn[at % torn.length] = byte
      try {
        m.WatchResponse.decode(torn)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
        expect((error as Error).message).toMatch(/^WatchResponse: /)
      }
    }),
    { numRuns: 2000 },
  )
})

it('refuses messages that are nested without end', () => {
  let data = Buffer.alloc(0)
  for (let i = 0; i < 300; i++) {
    // A TxnRequest whose only success is a RequestOp that holds the TxnRequest before.
    const op = Buffer.concat([Buffer.from([0x22]), length(data), data])
    data = Buffer.concat([Buffer.from([0x12]), length(op), op])
  }
  expect(() => m.TxnRequest.decode(data)).toThrow('messages are nested too deeply')
})

function length({ length: n }: Buffer): Buffer {
  const out: number[] = []
  for (; n >= 0x80; n >>>= 7) out.push((n & 0x7f) | 0x80)
  return Buffer.from([...out, n])
}
