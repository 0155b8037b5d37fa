import type { Member, MemberStore } from '../kv.ts'
import type { Unary } from './call.ts'
import type { SERVICES } from './services.ts'

/** Who belongs to the cluster. */
export function clusterService(member: MemberStore): Unary<typeof SERVICES.Cluster> {
  // As in etcd, without a revision: the members are no part of the key space.
  const header = () => ({ ...member.header(), revision: 0 })
  const listed = async () => ({ header: header(), members: (await member.members()).map(listing) })
  return {
    async memberAdd({ peerURLs, isLearner }) {
      const added = await member.memberAdd(peerURLs, isLearner)
      return { ...(await listed()), member: listing(added) }
    },
    async memberRemove({ id }) {
      await member.memberRemove(id)
      return listed()
    },
    async memberUpdate({ id, peerURLs }) {
      await member.memberUpdate(id, peerURLs)
      return listed()
    },
    async memberList({ linearizable }) {
      if (linearizable) await member.readRevision()
      return listed()
    },
    async memberPromote({ id }) {
      await member.memberPromote(id)
      return listed()
    },
  }
}

const listing = ({ id, name, peerURLs, clientURLs, isLearner }: Member) => ({
  id,
  name,
  peerURLs,
  clientURLs,
  isLearner,
})
