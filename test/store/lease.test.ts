import { afterEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../engine/base/clock.ts'
import { StoreError } from '../../engine/store/kv.ts'
import type { Store } from '../../engine/store/kv.ts'
import { LeaseKeeper } from '../../engine/store/lease-keeper.ts'
import { FakeCluster } from './mvcc-cluster.ts'
import { Bench, bytes, put, text } from './mvcc-machine.ts'

let cluster: FakeCluster

afterEach(() => cluster?.stop())

const attach = (store: Store, key: string, lease: number) =>
  cluster.wait(store.txn({ compare: [], success: [put(key, 'x', { lease })], failure: [] }))
const exists = async (store: Store, key: string) => (await cluster.wait(store.range({ key: bytes(key) }))).count === 1
const three = async () => void (cluster = await FakeCluster.start(['m1', 'm2', 'm3']))

describe('a lease', () => {
  it('is granted, listed, asked for and kept alive on any member', async () => {
    await three()
    const [follower, other] = cluster.followers
    const id = await cluster.wait(follower!.leaseGrant(10))
    const chosen = await cluster.wait(other!.leaseGrant(20.5, 77))
    expect(chosen).toBe(77)
    await attach(other!, 'l/b', id)
    await attach(follower!, 'l/a', id)
    await cluster.advance(4000)
    for (const member of cluster.members.values()) {
      expect(await cluster.wait(member.leases())).toEqual([id, 77].sort((a, b) => a - b))
      const left = await cluster.wait(member.leaseTimeToLive(id, true))
      expect(left).toMatchObject({ id, ttl: 5, grantedTtl: 10 })
      expect(left.keys.map(text)).toEqual(['l/a', 'l/b'])
      expect(await cluster.wait(member.leaseTimeToLive(77, false))).toMatchObject({ grantedTtl: 21, keys: [] })
    }
    expect(await cluster.wait(follower!.leaseKeepAlive(id))).toBe(10)
    expect((await cluster.wait(other!.leaseTimeToLive(id, false))).ttl).toBe(9)
    expect(await cluster.wait(other!.leaseTimeToLive(5, true))).toEqual({ id: 5, ttl: -1, grantedTtl: 0, keys: [] })
  })

  it('is refused with an id that is taken or too large, and with a time that is too long', async () => {
    await three()
    const { leader } = cluster
    await cluster.wait(leader.leaseGrant(10, 5))
    await expect(cluster.wait(leader.leaseGrant(10, 5))).rejects.toThrow('etcdserver: lease already exists')
    await expect(cluster.wait(leader.leaseGrant(10, 2 ** 60))).rejects.toThrow('choose one from 1 to 2^53 - 1')
    await expect(cluster.wait(leader.leaseGrant(9_000_000_001))).rejects.toThrow('etcdserver: too large lease TTL')
    const unknown = 'etcdserver: requested lease not found'
    await expect(cluster.wait(leader.leaseRevoke(6))).rejects.toThrow(unknown)
    await expect(cluster.wait(cluster.followers[0]!.leaseKeepAlive(6))).rejects.toThrow(unknown)
    await expect(attach(leader, 'l', 6)).rejects.toThrow(unknown)
  })

  it('takes its keys along in their order, at one revision, and a key that left it stays', async () => {
    const bench = new Bench()
    bench.run({ type: 'leaseGrant', id: 1, ttlSeconds: 5 })
    for (const key of ['c', 'a', 'b', 'd']) bench.txn({ success: [put(key, 'x', { lease: 1 })] })
    bench.txn({ success: [put('d', 'y')] })
    const { revision } = bench.machine
    bench.events.length = 0
    bench.run({ type: 'leaseRevoke', id: 1 })
    expect(bench.machine.revision).toBe(revision + 1)
    expect(bench.events.map(e => [e.type, text(e.kv.key), e.kv.modRevision])).toEqual(
      ['a', 'b', 'c'].map(key => ['delete', key, revision + 1]),
    )
    expect(bench.machine.range({ key: bytes('d') }).count).toBe(1)
    bench.close()
  })

  it('without keys ends without using up a revision', () => {
    const bench = new Bench()
    bench.run({ type: 'leaseGrant', id: 1, ttlSeconds: 5 })
    bench.run({ type: 'leaseRevoke', id: 1 })
    expect(bench.machine.revision).toBe(1)
    bench.close()
  })

  it('runs out on all members when nobody keeps it alive, not before its time, and not while it is kept alive', async () => {
    await three()
    const { leader } = cluster
    const [follower] = cluster.followers
    const short = await cluster.wait(leader.leaseGrant(2))
    const kept = await cluster.wait(leader.leaseGrant(2))
    await attach(leader, 'short', short)
    await attach(leader, 'kept', kept)
    await cluster.advance(1500)
    await cluster.wait(follower!.leaseKeepAlive(kept))
    expect(await exists(leader, 'short')).toBe(true)
    await cluster.advance(1000)
    await cluster.wait(follower!.leaseKeepAlive(kept))
    for (const member of cluster.members.values()) {
      expect(await exists(member, 'short')).toBe(false)
      expect(await exists(member, 'kept')).toBe(true)
      expect(await cluster.wait(member.leases())).toEqual([kept])
    }
    await cluster.advance(3000)
    expect(await exists(leader, 'kept')).toBe(false)
  })

  it('has its whole time again with a new leader', async () => {
    await three()
    const old = cluster.leader
    const id = await cluster.wait(old.leaseGrant(5))
    await attach(old, 'l', id)
    await cluster.advance(4000)
    const to = cluster.followers[0]!
    await cluster.wait(old.moveLeader(to.header().memberId))
    expect(cluster.leader).toBe(to)
    await cluster.advance(4000)
    expect(await exists(old, 'l')).toBe(true)
    await cluster.advance(2000)
    expect(await exists(old, 'l')).toBe(false)
  })
})

describe('known bugs of etcd: lease revived', () => {
  it('a lease whose time is over cannot be kept alive while its end is on the way', () => {
    const clock = new FakeClock()
    const lease = { id: 1, ttlSeconds: 2 }
    const expired: number[] = []
    const keeper = new LeaseKeeper(clock, new Map([[1, lease]]), id => expired.push(id))
    clock.advance(1500)
    expect(keeper.renew(lease)).toBe(true)
    clock.advance(1999)
    expect(expired).toEqual([])
    clock.advance(1)
    expect(expired).toEqual([1])
    expect(keeper.renew(lease)).toBe(false)
    expect(keeper.remaining(1)).toBe(0)
    // The revocation got lost: it is tried again, and the lease still cannot be prolonged.
    clock.advance(1000)
    expect(expired).toEqual([1, 1])
    expect(keeper.renew(lease)).toBe(false)
    keeper.sync(new Map())
    clock.advance(60_000)
    expect(expired).toEqual([1, 1])
    keeper.dispose()
    expect(clock.pending).toBe(0)
  })

  it('a lease that is granted anew under the id of one that ran out has a time of its own', () => {
    const clock = new FakeClock()
    const expired: number[] = []
    const keeper = new LeaseKeeper(clock, new Map([[1, { id: 1, ttlSeconds: 2 }]]), id => expired.push(id))
    clock.advance(2000)
    const again = { id: 1, ttlSeconds: 2 }
    keeper.sync(new Map([[1, again]]))
    expect(keeper.renew(again)).toBe(true)
    clock.advance(1999)
    expect(expired).toEqual([1])
    keeper.dispose()
  })

  it('a leader that has lost its office unknowingly promises no lease more time', async () => {
    await three()
    const old = cluster.leader
    const id = await cluster.wait(old.leaseGrant(30))
    expect(await cluster.wait(old.leaseKeepAlive(id))).toBe(30)
    cluster.isolate(old)
    await expect(cluster.wait(old.leaseKeepAlive(id))).rejects.toThrow(StoreError)
  })

  it('what an earlier leader lets expire does not end a lease that a later one has prolonged', () => {
    const bench = new Bench()
    bench.run({ type: 'leaseGrant', id: 1, ttlSeconds: 5 })
    bench.run({ type: 'leaseClaim', term: 3 })
    expect(() => bench.run({ type: 'leaseExpire', id: 1, term: 2 })).toThrow('etcdserver: leader changed')
    expect(() => bench.run({ type: 'leaseClaim', term: 2 })).toThrow('etcdserver: leader changed')
    bench.restart()
    expect(() => bench.run({ type: 'leaseExpire', id: 1, term: 2 })).toThrow('etcdserver: leader changed')
    expect(bench.copy().machine.notices.leaseTerm).toBe(3)
    bench.run({ type: 'leaseExpire', id: 1, term: 3 })
    expect(bench.machine.leases.size).toBe(0)
    expect(() => bench.run({ type: 'leaseExpire', id: 1, term: 3 })).toThrow('etcdserver: requested lease not found')
    bench.close()
  })
})
