import type { IPAddress, Service, ServiceCIDR } from '../../api/types.ts'
import { parseIP } from '../../api/validation/ip.ts'
import { isAlreadyExists, isNotFound } from '../../client/errors.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { Resource } from '../../client/resource-client.ts'
import { IP_ADDRESSES, SERVICE_CIDRS, SERVICES } from '../../client/resources.ts'
import type { ControllerContext } from '../context.ts'
import { addressObject, familyOf, isLabelled, isManaged } from './address-object.ts'
import { containingAddress } from './prefixes.ts'

/** Everything is looked at again after so long, whether or not anything has changed. */
const PERIOD_MS = 3 * 60_000
/** An address whose Service is not seen may be that of a Service which is being made. */
const LEAK_GRACE_MS = 60_000
const SERVICE_ACTION = 'ClusterIPAllocation'
const ADDRESS_ACTION = 'IPAddressAllocation'

/**
 * Holds Services and IPAddresses together: each address of a Service has its object, and each object its Service. They are made
 * and removed in one transaction; this mends what was written past the API, or by hand.
 */
export function setupServiceAddressRepair(context: ControllerContext) {
  const { clock, log, queues, informers } = context
  const cidrs = informers.informer(SERVICE_CIDRS as Resource<ServiceCIDR>)
  const addresses = informers.informer(IP_ADDRESSES as Resource<IPAddress>)
  const services = informers.informer(SERVICES as Resource<Service>)
  const client = context.client(IP_ADDRESSES as Resource<IPAddress>)
  const serviceClient = context.client(SERVICES as Resource<Service>)
  const events = context.recorder('ipallocator-repair-controller', 'events')
  const ofServices = new Reconciler({ name: 'service-address-repair', clock, log, queues, reconcile: checkService })
  const ofAddresses = new Reconciler({ name: 'ip-address-repair', clock, log, queues, reconcile: checkAddress })

  ofServices.watch(services)
  ofAddresses.watch(addresses)
  addresses.addHandler({
    // Its Service misses it.
    onDelete: ({ spec }) => ofServices.enqueue(`${spec?.parentRef?.namespace}/${spec?.parentRef?.name}`),
  })
  services.addHandler({
    onDelete: service => (service.spec?.clusterIPs ?? []).forEach(ip => ofAddresses.enqueue(ip, service)),
  })
  return {
    async run(signal: AbortSignal) {
      const timer = clock.every(PERIOD_MS, () => {
        for (const { metadata } of services.lister.list()) ofServices.enqueue(`${metadata.namespace}/${metadata.name}`)
        for (const { metadata } of addresses.lister.list()) ofAddresses.enqueue(metadata.name!)
      })
      await Promise.all([ofServices.run(signal), ofAddresses.run(signal)])
      timer.cancel()
    },
  }

  async function checkService(key: string): Promise<void> {
    const service = services.lister.byKey(key)
    if (!service || service.spec?.type === 'ExternalName') return
    const ips = service.spec?.clusterIPs ?? []
    for (const ip of ips) if (ip && ip !== 'None') await checkServiceAddress(service, ip)
  }

  async function checkServiceAddress(service: Service, ip: string): Promise<void> {
    const { namespace, name } = service.metadata
    const told = (reason: string, text: string) => events.event(service, 'Warning', reason, text, SERVICE_ACTION)
    const family = familyOf(ip)
    if (!parseIP(ip)) return told('ClusterIPNotValid', `Cluster IP ${ip} is not a valid IP; please recreate Service`)
    if (containingAddress(cidrs.lister.list(), ip).length === 0) {
      const text = `Cluster IP [${family}]: ${ip} is not within any configured Service CIDR; please recreate service`
      return told('ClusterIPOutOfRange', text)
    }
    const known = addresses.lister.get(undefined, ip)
    if (!known) {
      if ((await has(namespace, name, ip)) && (await create(ip, service)))
        told('ClusterIPNotAllocated', `Cluster IP [${family}]: ${ip} is not allocated; repairing`)
      return
    }
    const parent = known.spec?.parentRef
    const isOwn = isService(known) && parent?.namespace === namespace && parent?.name === name
    if ((isOwn && isLabelled(known)) || !(await has(namespace, name, ip))) return
    if (!isOwn) {
      const other = isService(known) ? services.lister.get(parent!.namespace, parent!.name!) : undefined
      if (other?.spec?.clusterIPs?.includes(ip)) {
        const text = `Cluster IP [${family}]:${ip} was assigned to multiple services; please recreate service`
        return told('ClusterIPAlreadyAllocated', text)
      }
      const text = `the ClusterIP [${family}]: ${ip} for Service ${namespace}/${name} has a wrong reference; repairing`
      told('ClusterIPNotAllocated', text)
    }
    await remove(known)
    await create(ip, service)
  }

  async function checkAddress(ip: string): Promise<number | void> {
    const address = addresses.lister.get(undefined, ip)
    if (!address || !isManaged(address)) return
    const told = (reason: string, text: string) => events.event(address, 'Warning', reason, text, ADDRESS_ACTION)
    const { namespace, name } = address.spec?.parentRef ?? {}
    if (!isService(address)) {
      told(
        'IPAddressNotAllocated',
        `IPAddress ${ip} appears to have been modified, not referencing a Service: cleaning up`,
      )
      return remove(address)
    }
    const service = services.lister.get(namespace, name!)
    if (service?.spec?.clusterIPs?.includes(ip)) return
    if (service) {
      if (await has(namespace, name, ip)) return
      const text = `IPAddress: ${ip} for Service ${namespace}/${name} has a wrong reference; cleaning up`
      told('IPAddressWrongReference', text)
      return remove(address)
    }
    const left = Date.parse(address.metadata.creationTimestamp!) + LEAK_GRACE_MS - clock.now()
    if (left > 0) return left
    if (await has(namespace, name, ip)) return
    told(
      'IPAddressNotAllocated',
      `IPAddress: ${ip} for Service ${namespace}/${name} appears to have leaked: cleaning up`,
    )
    await remove(address)
  }

  /** As the API knows: copies of Services and of addresses are not of one moment, and what is taken for damage may be their lag. */
  async function has(namespace: string | undefined, name: string | undefined, ip: string): Promise<boolean> {
    try {
      return (await serviceClient.get(namespace, name!)).spec?.clusterIPs?.includes(ip) ?? false
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
  }

  /** False if there is one by now. */
  async function create(ip: string, service: Service): Promise<boolean> {
    try {
      await client.create(addressObject(ip, service))
      return true
    } catch (error) {
      if (isAlreadyExists(error)) return false
      throw error
    }
  }

  async function remove({ metadata }: IPAddress): Promise<void> {
    await client.delete(undefined, metadata.name!, { preconditions: { uid: metadata.uid } }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
    })
  }
}

function isService({ spec }: IPAddress): boolean {
  return spec?.parentRef?.resource === 'services' && !spec.parentRef.group
}
