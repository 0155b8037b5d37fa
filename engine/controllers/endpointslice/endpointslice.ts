import type { EndpointSlice, Endpoints, Node, Pod, Service } from '../../api/types.ts'
import { labelSelectorMatches } from '../../api/selector.ts'
import { isNotFound } from '../../client/errors.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { Resource } from '../../client/resource-client.ts'
import { ENDPOINT_SLICES, ENDPOINTS, NODES, PODS, SERVICES } from '../../client/resources.ts'
import type { ControllerContext } from '../context.ts'
import { controllerReference } from '../replicas/ownership.ts'
import { canonicalJSON } from '../../base/canonical.ts'
import { endpointOf, legacySubsets, portsFor, type SliceEndpoint, type SlicePort } from './endpoints.ts'

const ENDPOINTS_MANAGED_BY = 'endpoints.kubernetes.io/managed-by'
const ENDPOINTS_MANAGER = 'endpoint-controller'
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
const MANAGER = 'endpointslice-controller.k8s.io'
const SERVICE_NAME = 'kubernetes.io/service-name'
const ZONE = 'topology.kubernetes.io/zone'
const MAX_PER_SLICE = 100

/** Lists the pods behind each Service with a selector, as EndpointSlices and as the older Endpoints. */
export function setupEndpointSlices(context: ControllerContext) {
  const { clock, log, informers } = context
  const services = informers.informer(SERVICES as Resource<Service>)
  const pods = informers.informer(PODS as Resource<Pod>)
  const slices = informers.informer(ENDPOINT_SLICES as Resource<EndpointSlice>)
  const nodes = informers.informer(NODES as Resource<Node>)
  const endpoints = informers.informer(ENDPOINTS as Resource<Endpoints>)
  const sliceClient = context.client(ENDPOINT_SLICES as Resource<EndpointSlice>)
  const endpointsClient = context.client(ENDPOINTS as Resource<Endpoints>)
  const reconciler = new Reconciler({ name: 'endpointslice', clock, log, reconcile })

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
    onAdd: node => zoneOf(node) && enqueueAll(node),
    onUpdate: (old, node) => zoneOf(old) !== zoneOf(node) && enqueueAll(node),
    onDelete: node => zoneOf(node) && enqueueAll(node),
  })
  slices.addHandler({
    onDelete: slice =>
      slice.metadata.labels?.[SERVICE_NAME] &&
      reconciler.enqueue(`${slice.metadata.namespace}/${slice.metadata.labels[SERVICE_NAME]}`, slice),
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
      if (service.spec?.selector && labelSelectorMatches({ matchLabels: service.spec.selector }, pod.metadata.labels))
        reconciler.enqueue(`${service.metadata.namespace}/${service.metadata.name}`, pod)
  }

  function enqueueAll(cause: Node): void {
    for (const { metadata } of services.lister.list())
      reconciler.enqueue(`${metadata.namespace}/${metadata.name}`, cause)
  }

  async function reconcile(key: string): Promise<void> {
    const service = services.lister.byKey(key)
    const known = slices.lister.byIndex(OF_SERVICE, key)
    // The slices of a Service that is gone go with it, by their owner reference; Endpoints have none.
    if (!service) return removeEndpoints(key)
    if (!service.spec || service.metadata.deletionTimestamp) return
    if (!service.spec.selector || service.spec.type === 'ExternalName') return
    const selector = { matchLabels: service.spec.selector }
    const selected = pods.lister
      .list(service.metadata.namespace)
      .filter(p => labelSelectorMatches(selector, p.metadata.labels))
    await syncSlices(service, selected, known)
    await syncEndpoints(service, selected)
  }

  /** Endpoints with the same port numbers share slices: named ports may differ from pod to pod. */
  async function syncSlices(service: Service, selected: Pod[], known: EndpointSlice[]): Promise<void> {
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
    if (groups.size === 0) groups.set('[]', { ports: [], endpoints: [] })
    const wanted = Array.from(groups.values()).flatMap(({ ports, endpoints }) =>
      chunks(endpoints, MAX_PER_SLICE).map(part => ({ ports, endpoints: part })),
    )
    const spare = [...known]
    for (const { ports, endpoints } of wanted) {
      const at = spare.findIndex(s => canonicalJSON(s.ports ?? []) === canonicalJSON(ports))
      const reuse = (at >= 0 ? spare.splice(at, 1) : spare.splice(0, 1))[0]
      await writeSlice(service, ports, endpoints, reuse)
    }
    for (const slice of spare)
      await sliceClient.delete(slice.metadata.namespace, slice.metadata.name!).catch(ignoreNotFound)
  }

  async function writeSlice(
    service: Service,
    ports: SlicePort[],
    list: SliceEndpoint[],
    known: EndpointSlice | undefined,
  ): Promise<void> {
    const { namespace, name, labels } = service.metadata
    const headless = service.spec?.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}
    const sliceLabels = { ...labels, [MANAGED_BY]: MANAGER, [SERVICE_NAME]: name!, ...headless }
    const sorted = [...list].sort((a, b) => (a.addresses![0] < b.addresses![0] ? -1 : 1))
    if (
      known &&
      canonicalJSON([known.endpoints ?? [], known.ports ?? [], known.metadata.labels]) ===
        canonicalJSON([sorted, ports, sliceLabels])
    )
      return
    const annotations = {
      ...known?.metadata.annotations,
      'endpoints.kubernetes.io/last-change-trigger-time': rfc3339(clock.now()),
    }
    if (known) {
      await sliceClient.update({
        ...known,
        metadata: { ...known.metadata, labels: sliceLabels, annotations },
        endpoints: sorted,
        ports,
      } as EndpointSlice)
      return
    }
    await sliceClient.create({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        generateName: `${name}-`,
        namespace,
        labels: sliceLabels,
        annotations,
        ownerReferences: [controllerReference(service)],
      },
      addressType: service.spec?.ipFamilies?.[0] ?? 'IPv4',
      endpoints: sorted,
      ports,
    } as unknown as EndpointSlice)
  }

  async function removeEndpoints(key: string): Promise<void> {
    const left = endpoints.lister.byKey(key)
    if (left) await endpointsClient.delete(left.metadata.namespace, left.metadata.name!).catch(ignoreNotFound)
  }

  async function syncEndpoints(service: Service, selected: Pod[]): Promise<void> {
    const { namespace, name, labels } = service.metadata
    const subsets = legacySubsets(service, selected)
    const known = endpoints.lister.get(namespace, name!)
    const headless = service.spec?.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}
    const wantedLabels = { ...labels, [ENDPOINTS_MANAGED_BY]: ENDPOINTS_MANAGER, ...headless }
    if (known && canonicalJSON([known.subsets ?? [], known.metadata.labels]) === canonicalJSON([subsets, wantedLabels]))
      return
    const annotations = {
      ...known?.metadata.annotations,
      'endpoints.kubernetes.io/last-change-trigger-time': rfc3339(clock.now()),
    }
    if (known)
      await endpointsClient.update({
        ...known,
        metadata: { ...known.metadata, labels: wantedLabels, annotations },
        subsets,
      } as Endpoints)
    else
      await endpointsClient.create({
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { name, namespace, labels: wantedLabels, annotations },
        subsets,
      } as unknown as Endpoints)
  }
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

function chunks<T>(items: T[], size: number): T[][] {
  const out: T[][] = []
  for (let i = 0; i < Math.max(1, items.length); i += size) out.push(items.slice(i, i + size))
  return out
}

function ignoreNotFound(error: unknown): void {
  if (!isNotFound(error)) throw error
}
