import type { EndpointSlice, Endpoints, Node, Pod, Service } from '../../api/types.ts'
import { labelSelectorMatches } from '../../api/selector.ts'
import { isNotFound } from '../../client/errors.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { Resource } from '../../client/resource-client.ts'
import { ENDPOINT_SLICES, ENDPOINTS, NODES, PODS, SERVICES } from '../../client/resources.ts'
import type { ControllerContext } from '../context.ts'
import { controllerReference } from '../replicas/ownership.ts'
import { canonicalJSON } from '../../base/canonical.ts'
import {
  endpointOf,
  hasSelector,
  legacySubsets,
  portsFor,
  truncated,
  type SliceEndpoint,
  type SlicePort,
} from './endpoints.ts'
import { pack } from './packing.ts'
import { TriggerTimes } from './trigger-times.ts'
import { WrittenSlices } from './written-slices.ts'

const ENDPOINTS_MANAGED_BY = 'endpoints.kubernetes.io/managed-by'
const ENDPOINTS_MANAGER = 'endpoint-controller'
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
const MANAGER = 'endpointslice-controller.k8s.io'
const SERVICE_NAME = 'kubernetes.io/service-name'
const ZONE = 'topology.kubernetes.io/zone'
const HEADLESS = 'service.kubernetes.io/headless'
const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time'
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity'

/** Lists the pods behind each Service with a selector, as EndpointSlices and as the older Endpoints. */
export function setupEndpointSlices(context: ControllerContext) {
  const { clock, log, queues, informers } = context
  const services = informers.informer(SERVICES as Resource<Service>)
  const pods = informers.informer(PODS as Resource<Pod>)
  const slices = informers.informer(ENDPOINT_SLICES as Resource<EndpointSlice>)
  const nodes = informers.informer(NODES as Resource<Node>)
  const endpoints = informers.informer(ENDPOINTS as Resource<Endpoints>)
  const sliceClient = context.client(ENDPOINT_SLICES as Resource<EndpointSlice>)
  const endpointsClient = context.client(ENDPOINTS as Resource<Endpoints>)
  const reconciler = new Reconciler({ name: 'endpointslice', clock, log, queues, reconcile })

  const written = new WrittenSlices()
  const times = new TriggerTimes()

  const OF_SERVICE = 'service'
  slices.addIndex(OF_SERVICE, slice => {
    const { namespace, labels } = slice.metadata
    return labels?.[MANAGED_BY] === MANAGER ? [`${namespace}/${labels[SERVICE_NAME]}`] : []
  })
  reconciler.watch(services)
  pods.addHandler({
    onAdd: pod => enqueueServicesOf(pod),
    onUpdate: (old, pod) => {
      if (canonicalJSON(relevant(old)) === canonicalJSON(relevant(pod))) return
      enqueueServicesOf(old)
      enqueueServicesOf(pod)
    },
    onDelete: pod => enqueueServicesOf(pod),
  })
  nodes.addHandler({
    onAdd: enqueueAll,
    onUpdate: (old, node) => zoneOf(old) !== zoneOf(node) && enqueueAll(node),
    onDelete: enqueueAll,
  })
  // What others change of slices that are ours is put right again.
  slices.addHandler({
    onAdd(slice) {
      written.seen(slice)
      if (!written.isOwn(slice)) enqueueOwnerOf(slice)
    },
    onUpdate(old, slice) {
      if (written.isOwn(slice)) return
      enqueueOwnerOf(old)
      enqueueOwnerOf(slice)
    },
    onDelete(slice) {
      written.gone(slice)
      enqueueOwnerOf(slice)
    },
  })
  endpoints.addHandler({
    // Those whose Service went while nobody looked; what people write by hand is theirs.
    onAdd: object => {
      if (object.metadata.labels?.[ENDPOINTS_MANAGED_BY] === ENDPOINTS_MANAGER)
        reconciler.enqueue(`${object.metadata.namespace}/${object.metadata.name}`, object)
    },
  })
  return { run: (signal: AbortSignal) => reconciler.run(signal) }

  function enqueueServicesOf(pod: Pod): void {
    for (const service of services.lister.list(pod.metadata.namespace))
      if (hasSelector(service) && labelSelectorMatches({ matchLabels: service.spec!.selector }, pod.metadata.labels))
        reconciler.enqueue(`${service.metadata.namespace}/${service.metadata.name}`, pod)
  }

  function enqueueOwnerOf(slice: EndpointSlice): void {
    const { namespace, labels } = slice.metadata
    if (labels?.[MANAGED_BY] === MANAGER) reconciler.enqueue(`${namespace}/${labels[SERVICE_NAME]}`, slice)
  }

  function enqueueAll(cause: Node): void {
    for (const { metadata } of services.lister.list())
      reconciler.enqueue(`${metadata.namespace}/${metadata.name}`, cause)
  }

  async function reconcile(key: string): Promise<void> {
    const service = services.lister.byKey(key)
    // The slices of a Service that is gone go with it, by their owner reference; Endpoints have none.
    if (!service) {
      times.forget(key)
      return removeEndpoints(key)
    }
    if (service.metadata.deletionTimestamp) return
    if (!hasSelector(service) || service.spec?.type === 'ExternalName') return
    const selector = { matchLabels: service.spec!.selector }
    const selected = pods.lister
      .list(service.metadata.namespace)
      .filter(p => labelSelectorMatches(selector, p.metadata.labels) && isPlaced(p, service))
    const known = slices.lister.byIndex(OF_SERVICE, key)
    const pending = written.pending(
      s => `${s.metadata.namespace}/${s.metadata.labels?.[SERVICE_NAME]}` === key && !known.some(k => isSame(k, s)),
    )
    const time = times.next(service, selected)
    await syncSlices(service, selected, [...known, ...pending], time)
    await syncEndpoints(service, selected, time)
  }

  /** A pod whose node is gone will follow it, unless its Service publishes whatever there is. */
  function isPlaced(pod: Pod, service: Service): boolean {
    const node = nodes.lister.get(undefined, pod.spec?.nodeName ?? '')
    return node !== undefined || !!service.spec?.publishNotReadyAddresses
  }

  /** Endpoints with the same port numbers share slices: named ports may differ from pod to pod. */
  async function syncSlices(service: Service, selected: Pod[], known: EndpointSlice[], time?: string): Promise<void> {
    const groups = new Map<string, { ports: SlicePort[]; endpoints: SliceEndpoint[] }>()
    for (const pod of selected) {
      const zone = zoneOf(nodes.lister.get(undefined, pod.spec?.nodeName ?? ''))
      const endpoint = endpointOf(pod, service, zone)
      if (!endpoint) continue
      const ports = portsFor(service, pod)
      const group = groups.get(canonicalJSON(ports)) ?? { ports, endpoints: [] }
      group.endpoints.push(endpoint)
      groups.set(canonicalJSON(ports), group)
    }
    // A Service that was made anew under its name begins with slices of its own.
    const own = known.filter(s => s.metadata.ownerReferences?.some(o => o.uid === service.metadata.uid))
    const spare = new Set(known)
    const writes: { ports: SlicePort[]; endpoints: SliceEndpoint[]; slice?: EndpointSlice }[] = []
    for (const { ports, endpoints } of groups.values()) {
      const fitting = own.filter(s => canonicalJSON(s.ports ?? []) === canonicalJSON(ports))
      const packed = pack(
        fitting.map(s => s.endpoints ?? []),
        endpoints,
      )
      packed.forEach((part, i) => {
        if (part.length === 0) return
        if (fitting[i]) spare.delete(fitting[i])
        writes.push({ ports, endpoints: part, slice: fitting[i] })
      })
    }
    if (writes.length === 0) writes.push({ ports: [], endpoints: [] })
    const recycled = own.filter(s => spare.has(s))
    for (const { ports, endpoints, slice } of writes) {
      // A slice that would go may serve for one that would be made.
      const reuse = slice ?? recycled.shift()
      if (reuse) spare.delete(reuse)
      await writeSlice(service, ports, endpoints, reuse, time)
    }
    for (const slice of spare)
      await sliceClient.delete(slice.metadata.namespace, slice.metadata.name!).catch(ignoreNotFound)
  }

  async function writeSlice(
    service: Service,
    ports: SlicePort[],
    list: SliceEndpoint[],
    known: EndpointSlice | undefined,
    time: string | undefined,
  ): Promise<void> {
    const { namespace, name } = service.metadata
    const labels = { ...labelsOf(service), [MANAGED_BY]: MANAGER, [SERVICE_NAME]: name! }
    if (
      known &&
      canonicalJSON([known.endpoints ?? [], known.ports ?? [], known.metadata.labels]) ===
        canonicalJSON([list, ports, labels])
    )
      return
    const annotations = timed(known?.metadata.annotations, time)
    if (known) {
      const metadata = { ...known.metadata, labels, annotations }
      const slice = { ...known, metadata, endpoints: list, ports } as EndpointSlice
      const update = sliceClient.update(slice).catch((error: unknown) => {
        // One that was made here and went before anybody saw it.
        if (isNotFound(error)) written.gone(known)
        throw error
      })
      return written.add(await update, false)
    }
    const ownerReferences = [controllerReference(service)]
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { generateName: `${name}-`, namespace, labels, annotations, ownerReferences },
      addressType: service.spec?.ipFamilies?.[0] ?? 'IPv4',
      endpoints: list,
      ports,
    }
    written.add(await sliceClient.create(slice as unknown as EndpointSlice), true)
  }

  async function removeEndpoints(key: string): Promise<void> {
    const left = endpoints.lister.byKey(key)
    if (left) await endpointsClient.delete(left.metadata.namespace, left.metadata.name!).catch(ignoreNotFound)
  }

  async function syncEndpoints(service: Service, selected: Pod[], time: string | undefined): Promise<void> {
    const { namespace, name } = service.metadata
    const all = legacySubsets(service, selected)
    const subsets = truncated(all)
    const known = endpoints.lister.get(namespace, name!)
    const labels = { ...labelsOf(service), [ENDPOINTS_MANAGED_BY]: ENDPOINTS_MANAGER }
    const annotations: Record<string, string> = timed(known?.metadata.annotations, time)
    if (canonicalJSON(all) === canonicalJSON(subsets)) delete annotations[OVER_CAPACITY]
    else annotations[OVER_CAPACITY] = 'truncated'
    if (known && canonicalJSON([known.subsets ?? [], known.metadata.labels]) === canonicalJSON([subsets, labels]))
      return
    if (known)
      await endpointsClient.update({
        ...known,
        metadata: { ...known.metadata, labels, annotations },
        subsets,
      } as Endpoints)
    else
      await endpointsClient.create({
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { name, namespace, labels, annotations },
        subsets,
      } as unknown as Endpoints)
  }
}

/** A Service's labels, as its slices and Endpoints carry them on. */
function labelsOf({ metadata, spec }: Service): Record<string, string> {
  const { [HEADLESS]: _h, [MANAGED_BY]: _m, [SERVICE_NAME]: _s, ...labels } = metadata.labels ?? {}
  const hasAddress = spec?.clusterIP && spec.clusterIP !== 'None'
  return { ...labels, ...(hasAddress ? {} : { [HEADLESS]: '' }) }
}

function timed(annotations: Record<string, string> | undefined, time: string | undefined): Record<string, string> {
  const { [TRIGGER_TIME]: _t, ...rest } = annotations ?? {}
  return time ? { ...rest, [TRIGGER_TIME]: time } : rest
}

function isSame(a: EndpointSlice, b: EndpointSlice): boolean {
  return a.metadata.uid === b.metadata.uid
}

function zoneOf(node: Node | undefined): string | undefined {
  return node?.metadata.labels?.[ZONE]
}

/** What of a pod shows in its endpoint. */
function relevant(pod: Pod) {
  const { labels, deletionTimestamp } = pod.metadata
  const ready = pod.status?.conditions?.find(c => c.type === 'Ready')?.status
  return [
    labels,
    !!deletionTimestamp,
    pod.status?.podIP,
    pod.status?.phase,
    ready,
    pod.spec?.nodeName,
    pod.spec?.hostname,
  ]
}

function ignoreNotFound(error: unknown): void {
  if (!isNotFound(error)) throw error
}
