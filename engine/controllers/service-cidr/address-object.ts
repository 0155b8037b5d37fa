import type { IPAddress, Service } from '../../api/types.ts'

const FAMILY_LABEL = 'ipaddress.kubernetes.io/ip-family'
const MANAGED_LABEL = 'ipaddress.kubernetes.io/managed-by'
const MANAGER = 'ipallocator.k8s.io'

/** The IPAddress that says whose an address of a Service is. */
export function addressObject(address: string, service: Service): IPAddress {
  const { namespace, name } = service.metadata
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IPAddress',
    metadata: { name: address, labels: { [FAMILY_LABEL]: familyOf(address), [MANAGED_LABEL]: MANAGER } },
    spec: { parentRef: { group: '', resource: 'services', namespace, name } },
  } as IPAddress
}

/** Whether it is one of those that Services get; others are of whoever wrote them. */
export function isManaged({ metadata }: IPAddress): boolean {
  return metadata.labels?.[MANAGED_LABEL] === MANAGER
}

/** Whether its labels are those that Services' addresses have. */
export function isLabelled(address: IPAddress): boolean {
  return isManaged(address) && address.metadata.labels?.[FAMILY_LABEL] === familyOf(address.metadata.name!)
}

export function familyOf(address: string): 'IPv4' | 'IPv6' {
  return address.includes(':') ? 'IPv6' : 'IPv4'
}
