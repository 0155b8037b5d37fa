import { createHash } from 'node:crypto'

/** etcd's uint64 id of a member: the first 8 bytes of SHA-256 over cluster and name. */
export function memberId(clusterId: string, name: string): bigint {
  return firstBytes(`${clusterId}/${name}`)
}

/** etcd's uint64 id of a cluster. */
export function clusterIdOf(clusterId: string): bigint {
  return firstBytes(clusterId)
}

export function hexOf(id: bigint): string {
  return id.toString(16).padStart(16, '0')
}

function firstBytes(text: string): bigint {
  return createHash('sha256').update(text).digest().readBigUInt64BE()
}
