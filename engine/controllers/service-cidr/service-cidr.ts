import type { IPAddress, ServiceCIDR } from '../../api/types.ts'
import { isNotFound } from '../../client/errors.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { Resource } from '../../client/resource-client.ts'
import { IP_ADDRESSES, SERVICE_CIDRS } from '../../client/resources.ts'
import type { ControllerContext } from '../context.ts'
import { isManaged } from './address-object.ts'
import { containingAddress, containingPrefix, overlapping } from './prefixes.ts'

const MANAGER = 'service-cidr-controller'
const FINALIZER = 'networking.k8s.io/service-cidr-finalizer'
/** So long after its deletion a range stays at least: an API server that has not heard of it may give an address out of it. */
const GRACE_MS = 10_000
const READY = { type: 'Ready', status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready' }
const TERMINATING = {
  type: 'Ready',
  status: 'False',
  reason: 'Terminating',
  message: 'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
}

/** Says of every ServiceCIDR whether it is ready, and keeps it from going while addresses out of it would have no other. */
export function setupServiceCIDRs(context: ControllerContext) {
  const { clock, log, queues, informers } = context
  const cidrs = informers.informer(SERVICE_CIDRS as Resource<ServiceCIDR>)
  const addresses = informers.informer(IP_ADDRESSES as Resource<IPAddress>)
  const client = context.client(SERVICE_CIDRS as Resource<ServiceCIDR>)
  const events = context.recorder(MANAGER)
  const reconciler = new Reconciler({ name: 'service-cidr', clock, log, queues, reconcile })

  reconciler.watch(cidrs)
  // A range that comes or goes may let another one go, or hold it.
  const around = (cidr: ServiceCIDR) => enqueue(overlapping(cidrs.lister.list(), cidr), cidr)
  cidrs.addHandler({ onAdd: around, onUpdate: (_, cidr) => around(cidr), onDelete: around })
  const of = (address: IPAddress) => {
    if (isManaged(address)) enqueue(containingAddress(cidrs.lister.list(), address.metadata.name!), address)
  }
  addresses.addHandler({ onAdd: of, onDelete: of })
  return { run: (signal: AbortSignal) => reconciler.run(signal) }

  function enqueue(list: ServiceCIDR[], cause: ServiceCIDR | IPAddress): void {
    for (const { metadata } of list) reconciler.enqueue(metadata.name!, cause)
  }

  async function reconcile(name: string): Promise<number | void> {
    const cidr = cidrs.lister.get(undefined, name)
    if (!cidr) return
    const { finalizers = [], deletionTimestamp } = cidr.metadata
    if (!deletionTimestamp) {
      if (!finalizers.includes(FINALIZER))
        await client.patch(undefined, name, 'strategic', { metadata: { finalizers: [FINALIZER] } })
      await setCondition(cidr, READY).catch((error: unknown) => {
        const text = 'The ServiceCIDR Status can not be set to Ready=True'
        if (!isNotFound(error)) events.event(cidr, 'Warning', 'KubernetesServiceCIDRError', text)
        throw error
      })
      return
    }
    if (!finalizers.includes(FINALIZER)) return
    if (!canGo(cidr)) return setCondition(cidr, TERMINATING)
    const left = Date.parse(deletionTimestamp) + GRACE_MS - clock.now()
    if (left > 0) return left
    await client.patch(undefined, name, 'strategic', {
      metadata: { '$deleteFromPrimitiveList/finalizers': [FINALIZER] },
    })
  }

  async function setCondition(cidr: ServiceCIDR, wanted: typeof READY): Promise<void> {
    const known = cidr.status?.conditions?.find(c => c.type === wanted.type)
    if (known?.status === wanted.status && (known.reason ?? '') === wanted.reason) return
    const patch = {
      apiVersion: SERVICE_CIDRS.apiVersion,
      kind: SERVICE_CIDRS.kind,
      metadata: { name: cidr.metadata.name },
      status: { conditions: [{ ...wanted, lastTransitionTime: rfc3339(clock.now()) }] },
    }
    const options = { subresource: 'status', fieldManager: MANAGER, force: true }
    await client.patch(undefined, cidr.metadata.name!, 'apply', patch, options)
  }

  /** Whether all of its addresses are in another range as well. */
  function canGo(cidr: ServiceCIDR): boolean {
    const all = cidrs.lister.list()
    const isOther = (other: ServiceCIDR) => other.metadata.name !== cidr.metadata.name
    if ((cidr.spec?.cidrs ?? []).every(range => containingPrefix(all, range).some(isOther))) return true
    return addresses.lister.list().every(address => {
      const containing = isManaged(address) ? containingAddress(all, address.metadata.name!) : []
      return containing.length === 0 || containing.some(isOther)
    })
  }
}
