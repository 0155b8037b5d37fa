import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeCluster } from './mvcc-cluster.ts'
import { bytes, put } from './mvcc-machine.ts'

let cluster: FakeCluster

beforeEach(async () => {
  cluster = await FakeCluster.start(['m1', 'm2', 'm3'])
})

afterEach(() => cluster.stop())

describe('the members of a cluster', () => {
  it('are told with their ids by each of them, and where peers and clients reach them', async () => {
    const idOf = (text: string) => createHash('sha256').update(text).digest().readBigUInt64BE()
    for (const member of cluster.members.values()) {
      const members = await cluster.wait(member.members())
      expect(members).toEqual(
        ['m1', 'm2', 'm3'].map(name => ({
          id: idOf(`fake/${name}`),
          name,
          peerURLs: ['https://fake:1'],
          clientURLs: [`https://fake:2${name.slice(1)}`],
          isLearner: false,
        })),
      )
      const { clusterId, memberId } = member.header()
      expect([clusterId, memberId]).toEqual([idOf('fake'), idOf(`fake/${member.statusNow().name}`)])
    }
  })

  it('hand leadership over when they are asked, and say why where they cannot', async () => {
    const { leader, followers } = cluster
    const to = followers[1]!
    await expect(cluster.wait(to.moveLeader(leader.header().memberId))).rejects.toThrow('etcdserver: not leader')
    await expect(cluster.wait(leader.moveLeader(5n))).rejects.toThrow('etcdserver: bad leader transferee')
    await cluster.wait(leader.moveLeader(to.header().memberId))
    expect(cluster.leader).toBe(to)
    const { role, errors, isLearner } = to.statusNow()
    expect([role, errors, isLearner]).toEqual(['leader', [], false])
  })

  it('raise and take back alarms for any of them, which all then see', async () => {
    const [follower] = cluster.followers
    const { memberId } = cluster.leader.header()
    const alarm = { member: memberId, type: 'nospace' as const }
    expect(await cluster.wait(follower!.alarm('activate', memberId, 'nospace'))).toEqual([alarm])
    for (const member of cluster.members.values()) expect(await cluster.wait(member.alarms())).toEqual([alarm])
    expect(await cluster.wait(follower!.alarm('deactivate', memberId, 'nospace'))).toEqual([alarm])
    expect(await cluster.wait(follower!.alarm('deactivate', memberId, 'nospace'))).toEqual([])
  })

  it('end what waits with a clear error when they stop', async () => {
    const { leader } = cluster
    const refused = expect(leader.snapshot().next()).rejects.toThrow('etcdserver: server stopped')
    await leader.stop()
    await cluster.advance(500)
    await refused
    await expect(leader.hashKV()).rejects.toThrow('etcdserver: server stopped')
    await expect(leader.txn({ compare: [], success: [put('a', '1')], failure: [] })).rejects.toThrow('server stopped')
    await expect(leader.range({ key: bytes('a'), serializable: true })).rejects.toThrow('server stopped')
  })
})
