import { InvalidRequestError } from '../kv.ts'
import type { MemberStore } from '../kv.ts'
import { send } from './call.ts'
import type { Stream, Unary } from './call.ts'
import { leaseOf } from './convert.ts'
import { refuse } from './errors.ts'
import { LeaseKeepAliveResponse } from './messages.ts'
import type { LeaseKeepAliveRequest } from './messages.ts'
import type { SERVICES } from './services.ts'
import type { TypeOf } from './wire.ts'

const NOT_FOUND = 'etcdserver: requested lease not found'

/** Granting, looking at and ending leases. */
export function leaseService(member: MemberStore): Unary<Omit<typeof SERVICES.Lease, 'leaseKeepAlive'>> {
  return {
    async leaseGrant({ ttl, id }) {
      if (id < 0n || id > BigInt(Number.MAX_SAFE_INTEGER))
        refuse(`etcdserver: lease ID ${id} is not from 0 to 2^53 - 1. Leave it out to have one chosen`)
      const granted = await member.leaseGrant(ttl, Number(id))
      // Less than a second counts as one, as the member has it.
      return { header: member.header(), id: BigInt(granted), ttl: Math.max(ttl, 1) }
    },
    async leaseRevoke({ id }) {
      await member.leaseRevoke(leaseOf(id))
      return { header: member.header() }
    },
    async leaseTimeToLive({ id, keys }) {
      if (id < 0n || id > BigInt(Number.MAX_SAFE_INTEGER)) return { header: member.header(), id, ttl: -1 }
      const found = await member.leaseTimeToLive(Number(id), keys)
      return { header: member.header(), id, ttl: found.ttl, grantedTtl: found.grantedTtl, keys: found.keys }
    },
    async leaseLeases() {
      const leases = await member.leases()
      return { header: member.header(), leases: leases.map(id => ({ id: BigInt(id) })) }
    },
  }
}

/** Renews a lease for each request, in order. A lease that is not there is answered with no time. */
export async function keepAlive(member: MemberStore, call: Stream): Promise<void> {
  // Leaving the loop must not destroy the stream: its end carries the status.
  const requests: AsyncIterable<TypeOf<typeof LeaseKeepAliveRequest>> = call.iterator({ destroyOnReturn: false })
  for await (const request of requests) {
    const header = member.header()
    const ttl = await renew(member, request.id)
    await send(call, LeaseKeepAliveResponse.encode({ header, id: request.id, ttl }))
  }
}

async function renew(member: MemberStore, id: bigint): Promise<number> {
  try {
    return await member.leaseKeepAlive(leaseOf(id))
  } catch (error) {
    if (error instanceof InvalidRequestError && error.message === NOT_FOUND) return 0
    throw error
  }
}
