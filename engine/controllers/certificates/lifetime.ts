import type { CertificateSigningRequest } from '../../api/types/certificates-v1.ts'

const HOUR_MS = 3_600_000
const DECIDED_MS = HOUR_MS
const PENDING_MS = 24 * HOUR_MS

/**
 * Milliseconds until a request may be removed: an hour after it was decided and dealt with, a day after it was made if
 * nobody decides. Not above zero when that time has come.
 */
export function lifetimeLeftMs(request: CertificateSigningRequest, nowMs: number): number {
  const conditions = request.status?.conditions ?? []
  const since = (type: string) => {
    const condition = conditions.find(c => c.type === type)
    return condition && Date.parse(condition.lastUpdateTime ?? request.metadata.creationTimestamp ?? '')
  }
  const decided = since('Denied') ?? since('Failed') ?? since('Approved')
  const issued = !since('Approved') || !!request.status?.certificate || since('Failed') !== undefined
  if (decided !== undefined && issued) return decided + DECIDED_MS - nowMs
  return Date.parse(request.metadata.creationTimestamp ?? '') + PENDING_MS - nowMs
}
