import type { ServiceCIDR } from '../../api/types.ts'
import { contains, parseCidr, type Cidr } from '../address/cidr.ts'

/** The addresses that Services can have: the lab's own range, and those of the cluster's ServiceCIDRs. */
export class ServiceRanges {
  readonly #own: Cidr
  readonly #added = new Map<string, Cidr[]>()

  /** @param own such as 10.96.0.0/16 */
  constructor(own: string) {
    this.#own = parseCidr(own)
  }

  set({ metadata, spec }: ServiceCIDR): void {
    const ranges = (spec?.cidrs ?? []).filter(cidr => !cidr.includes(':'))
    this.#added.set(metadata.name!, ranges.map(parseCidr))
  }

  delete({ metadata }: ServiceCIDR): void {
    this.#added.delete(metadata.name!)
  }

  has(ip: string): boolean {
    return contains(this.#own, ip) || [...this.#added.values()].some(ranges => ranges.some(r => contains(r, ip)))
  }
}
