import type { ServiceCIDR } from '../../api/types.ts'
import { contains, networkOf, parseCIDR, parseIP, type CIDR } from '../../api/validation/ip.ts'

/**
 * The ServiceCIDRs that an address can come from. Those whose network or (for IPv4) broadcast address it is do not count: such
 * addresses are never given out.
 */
export function containingAddress(cidrs: ServiceCIDR[], address: string): ServiceCIDR[] {
  const ip = parseIP(address)
  if (!ip) return []
  return cidrs.filter(object =>
    prefixesOf(object).some(prefix => {
      const isNetwork = same(ip.bytes, networkOf(prefix))
      const isBroadcast = ip.family === 'IPv4' && same(ip.bytes, broadcastOf(prefix))
      return contains(prefix, ip) && !isNetwork && !isBroadcast
    }),
  )
}

/** The ServiceCIDRs that hold all of a range. */
export function containingPrefix(cidrs: ServiceCIDR[], range: string): ServiceCIDR[] {
  const inner = parseCIDR(range)
  if (!inner) return []
  return cidrs.filter(object => prefixesOf(object).some(outer => outer.bits <= inner.bits && contains(outer, inner.ip)))
}

/** The ServiceCIDRs that share addresses with one, itself included. */
export function overlapping(cidrs: ServiceCIDR[], one: ServiceCIDR): ServiceCIDR[] {
  const own = prefixesOf(one)
  return cidrs.filter(other =>
    prefixesOf(other).some(theirs => own.some(mine => contains(theirs, mine.ip) || contains(mine, theirs.ip))),
  )
}

function prefixesOf({ spec }: ServiceCIDR): CIDR[] {
  return (spec?.cidrs ?? []).flatMap(text => parseCIDR(text) ?? [])
}

function broadcastOf(prefix: CIDR): number[] {
  return networkOf(prefix).map((byte, i) => byte | (0xff >> Math.min(8, Math.max(0, prefix.bits - i * 8))))
}

function same(a: number[], b: number[]): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
