import type { EndpointSlice, Endpoints } from '../../api/types.ts'
import { formatIP, parseIP } from '../../api/validation/ip.ts'
import { canonicalJSON } from '../../base/canonical.ts'
import type { SliceEndpoint, SlicePort } from '../endpointslice/endpoints.ts'

type Subset = NonNullable<Endpoints['subsets']>[number]
type Address = NonNullable<Subset['addresses']>[number]

/** As many addresses of a subset are mirrored; it is also the most that a slice may hold. */
export const MAX_PER_SUBSET = 1000

/** One slice that an Endpoints object asks for. */
export interface Mirrored {
  addressType: 'IPv4' | 'IPv6'
  ports: SlicePort[]
  endpoints: SliceEndpoint[]
}

export interface Mirror {
  slices: Mirrored[]
  /** How many addresses are no IP addresses, and how many were beyond the limit. */
  invalid: number
  beyond: number
}

/** The slices that show the same as an Endpoints object: one for each family and set of ports. */
export function mirrorOf(endpoints: Endpoints): Mirror {
  const groups = new Map<string, Mirrored>()
  let [invalid, beyond] = [0, 0]
  for (const subset of endpoints.subsets ?? []) {
    const ports = portsOf(subset)
    let taken = 0
    for (const [address, ready] of addressesOf(subset)) {
      if (taken >= MAX_PER_SUBSET) {
        beyond++
        continue
      }
      const ip = parseIP(address.ip ?? '')
      if (!ip) {
        invalid++
        continue
      }
      taken++
      const key = keyOf({ addressType: ip.family, ports })
      const group = groups.get(key) ?? { addressType: ip.family, ports, endpoints: [] }
      groups.set(key, group)
      const endpoint = endpointOf(formatIP(ip), address, ready)
      const same = group.endpoints.findIndex(known => isSame(known, endpoint))
      if (same >= 0) group.endpoints[same] = endpoint
      else if (group.endpoints.length < MAX_PER_SUBSET) group.endpoints.push(endpoint)
    }
  }
  return { slices: [...groups.values()], invalid, beyond }
}

/** What tells slices of one Endpoints object apart. */
export function keyOf({ addressType, ports }: Pick<EndpointSlice, 'addressType' | 'ports'>): string {
  return canonicalJSON([addressType, [...(ports ?? [])].map(port => canonicalJSON(port)).sort()])
}

function portsOf(subset: Subset): SlicePort[] {
  return (subset.ports ?? []).map(
    ({ name = '', port, protocol = 'TCP', appProtocol }) =>
      ({ name, port, protocol, ...(appProtocol ? { appProtocol } : {}) }) as SlicePort,
  )
}

function* addressesOf({ addresses = [], notReadyAddresses = [] }: Subset): Generator<[Address, boolean]> {
  for (const address of addresses) yield [address, true]
  for (const address of notReadyAddresses) yield [address, false]
}

function endpointOf(ip: string, { targetRef, nodeName, hostname }: Address, ready: boolean): SliceEndpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    ...(targetRef ? { targetRef } : {}),
  } as SliceEndpoint
}

/** The same address of the same thing: the later one counts. */
function isSame(a: SliceEndpoint, b: SliceEndpoint): boolean {
  return (
    a.addresses![0] === b.addresses![0] &&
    a.hostname === b.hostname &&
    a.targetRef?.kind === b.targetRef?.kind &&
    a.targetRef?.uid === b.targetRef?.uid &&
    a.targetRef?.name === b.targetRef?.name
  )
}
