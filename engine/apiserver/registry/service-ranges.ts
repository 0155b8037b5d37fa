import type { KubeObject } from '../../api/object.ts'
import { parseRange, type AddressRange } from './addresses.ts'

/** Name of the ServiceCIDR that every API server keeps, with its own configured range. */
export const DEFAULT_SERVICE_CIDR = 'kubernetes'

interface Condition {
  type: string
  status: string
}

/**
 * The IPv4 ranges of which Services get addresses now: those of all ServiceCIDRs that are ready and stay, the default one first.
 * Until that one is known, what this API server is configured with takes its place.
 */
export function readyRanges(cidrs: Iterable<KubeObject>, configured: AddressRange): AddressRange[] {
  const sorted = [...cidrs].sort((a, b) => rank(a).localeCompare(rank(b)))
  const ranges = sorted.filter(isReady).flatMap(object => rangesOf(object))
  return sorted.some(o => o.metadata.name === DEFAULT_SERVICE_CIDR) ? ranges : [configured, ...ranges]
}

/** Whoever has no condition counts as ready: no controller has seen it yet. */
function isReady({ metadata, status }: KubeObject): boolean {
  const ready = ((status?.conditions ?? []) as Condition[]).find(c => c.type === 'Ready')
  return !metadata.deletionTimestamp && (!ready || ready.status === 'True')
}

/** IPv6 and ranges without an address between the first and the last have nothing to give here. */
function rangesOf(object: KubeObject): AddressRange[] {
  const cidrs = (object.spec?.cidrs ?? []) as string[]
  return cidrs.filter(cidr => !cidr.includes(':') && Number(cidr.split('/')[1]) <= 30).map(parseRange)
}

function rank({ metadata }: KubeObject): string {
  return `${metadata.name === DEFAULT_SERVICE_CIDR ? 0 : 1}${metadata.name}`
}
