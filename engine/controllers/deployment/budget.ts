import type { Deployment, ReplicaSet } from '../../api/types.ts'

/** Pods above the wanted number that a rolling update may have; rounded up. */
export function maxSurge(deployment: Deployment): number {
  return limits(deployment).surge
}

/** Pods below the wanted number that a rolling update may have; rounded down, at least one if there is no surge. */
export function maxUnavailable(deployment: Deployment): number {
  const { unavailable } = limits(deployment)
  return Math.min(unavailable, deployment.spec!.replicas ?? 1)
}

function limits(deployment: Deployment): { surge: number; unavailable: number } {
  if (deployment.spec!.strategy?.type === 'Recreate') return { surge: 0, unavailable: 0 }
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec!.strategy?.rollingUpdate ?? {}
  const total = deployment.spec!.replicas ?? 1
  const surge = share(maxSurge, total, Math.ceil)
  const unavailable = share(maxUnavailable, total, Math.floor)
  // Neither up nor down would mean no progress for ever.
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable }
}

/** An IntOrString of a total. */
export function share(value: number | string, total: number, round: (n: number) => number): number {
  if (typeof value === 'number') return value
  return value.endsWith('%') ? round((Number(value.slice(0, -1)) * total) / 100) : Number(value)
}

/**
 * Spreads a change of the total over several sets, in proportion to their sizes; what rounding leaves goes to the
 * largest. On the way up bigger and newer sets come first, on the way down bigger and older ones.
 */
export function proportionalShares(sets: ReplicaSet[], allowed: number): [ReplicaSet, number][] {
  const total = sets.reduce((sum, s) => sum + (s.spec!.replicas ?? 0), 0)
  const toAdd = allowed - total
  const newerFirst = toAdd >= 0
  const sorted = [...sets].sort((a, b) => {
    const size = (b.spec!.replicas ?? 0) - (a.spec!.replicas ?? 0)
    if (size) return size
    const age = (a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1
    return newerFirst ? -age : age
  })
  let added = 0
  const shares = sorted.map((set): [ReplicaSet, number] => {
    const size = set.spec!.replicas ?? 0
    if (toAdd === 0 || size === 0) return [set, size]
    const before = Number(set.metadata.annotations?.['deployment.kubernetes.io/max-replicas']) || total
    const fraction = Math.round((size * allowed) / before) - size
    const left = toAdd - added
    const part = toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left)
    added += part
    return [set, size + part]
  })
  if (shares.length) shares[0][1] = Math.max(0, shares[0][1] + toAdd - added)
  return shares
}
