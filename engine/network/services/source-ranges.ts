import { contains, parseCidr } from '../address/cidr.ts'

/**
 * Whether a load balancer takes connections of this client (`loadBalancerSourceRanges`). Without ranges it takes all; of ranges
 * of IPv6 nobody comes here.
 */
export function admits(ranges: string[] | undefined, client: string): boolean {
  if (!ranges?.length) return true
  return ranges.some(range => !range.includes(':') && contains(parseCidr(range.trim()), client))
}
