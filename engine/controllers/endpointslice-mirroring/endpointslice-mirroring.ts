import type { EndpointSlice, Endpoints, Service } from '../../api/types.ts'
import { canonicalJSON } from '../../base/canonical.ts'
import { isNamespaceTerminating, isNotFound } from '../../client/errors.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { Resource } from '../../client/resource-client.ts'
import { ENDPOINT_SLICES, ENDPOINTS, SERVICES } from '../../client/resources.ts'
import type { ControllerContext } from '../context.ts'
import { hasSelector } from '../endpointslice/endpoints.ts'
import { controllerReference } from '../replicas/ownership.ts'
import { keyOf, MAX_PER_SUBSET, mirrorOf, type Mirrored } from './mirror.ts'

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
const MANAGER = 'endpointslicemirroring-controller.k8s.io'
const SERVICE_NAME = 'kubernetes.io/service-name'
const SKIP_MIRROR = 'endpointslice.kubernetes.io/skip-mirror'
/** Endpoints that stand for an election, as old clients hold it. */
const LEADER = 'control-plane.alpha.kubernetes.io/leader'
/** Annotations that speak of the Endpoints object alone. */
const OWN_ANNOTATIONS = [
  'endpoints.kubernetes.io/last-change-trigger-time',
  'kubectl.kubernetes.io/last-applied-configuration',
]
/** A key that fails is tried again after so long at first: slices of a thousand endpoints are no small writes. */
const BACKOFF = { baseMs: 1_000, maxMs: 100_000 }

/** Shows as EndpointSlices what people write into Endpoints by hand, for Services without a selector. */
export function setupEndpointSliceMirroring(context: ControllerContext) {
  const { clock, log, queues, informers } = context
  const services = informers.informer(SERVICES as Resource<Service>)
  const endpoints = informers.informer(ENDPOINTS as Resource<Endpoints>)
  const slices = informers.informer(ENDPOINT_SLICES as Resource<EndpointSlice>)
  const client = context.client(ENDPOINT_SLICES as Resource<EndpointSlice>)
  const events = context.recorder('endpoint-slice-mirroring-controller')
  const reconciler = new Reconciler({
    name: 'endpointslice-mirroring',
    clock,
    log,
    queues,
    reconcile,
    backoff: BACKOFF,
  })

  const MIRRORED = 'mirrored'
  slices.addIndex(MIRRORED, slice => {
    const { namespace, labels } = slice.metadata
    return labels?.[MANAGED_BY] === MANAGER ? [`${namespace}/${labels[SERVICE_NAME]}`] : []
  })
  reconciler.watch(endpoints)
  const enqueue = (service: Service) =>
    reconciler.enqueue(`${service.metadata.namespace}/${service.metadata.name}`, service)
  services.addHandler({
    onAdd: enqueue,
    onUpdate: (old, service) => hasSelector(old) !== hasSelector(service) && enqueue(service),
    onDelete: enqueue,
  })
  const ofSlice = (slice: EndpointSlice) => {
    const { namespace, labels } = slice.metadata
    if (labels?.[MANAGED_BY] === MANAGER) reconciler.enqueue(`${namespace}/${labels[SERVICE_NAME]}`, slice)
  }
  slices.addHandler({
    onAdd: ofSlice,
    onUpdate: (old, slice) => {
      ofSlice(old)
      ofSlice(slice)
    },
    onDelete: ofSlice,
  })
  return { run: (signal: AbortSignal) => reconciler.run(signal) }

  async function reconcile(key: string): Promise<void> {
    const found = endpoints.lister.byKey(key)
    const service = services.lister.byKey(key)
    const known = slices.lister.byIndex(MIRRORED, key)
    const isMirrored = found && shouldMirror(found) && service && !hasSelector(service)
    if (!isMirrored) {
      for (const slice of known) await remove(slice)
      return
    }
    const { slices: wanted, invalid, beyond } = mirrorOf(found)
    if (invalid) {
      const text = `Skipped ${invalid} invalid IP addresses when mirroring to EndpointSlices`
      events.event(found, 'Warning', 'InvalidIPAddress', text)
    }
    if (beyond) {
      const text = `A max of ${MAX_PER_SUBSET} addresses can be mirrored to EndpointSlices per Endpoints subset. ${invalid + beyond} addresses were skipped`
      events.event(found, 'Warning', 'TooManyAddressesToMirror', text)
    }
    const spare = [...known]
    const pairs = wanted.map(mirrored => ({ mirrored, slice: take(spare, s => keyOf(s) === keyOf(mirrored)) }))
    for (const pair of pairs) {
      // A slice that would go may serve for one that would be made; its family is fixed.
      pair.slice ??= take(spare, s => s.addressType === pair.mirrored.addressType)
      await write(found, pair.mirrored, pair.slice)
    }
    for (const slice of spare) await remove(slice)
  }

  async function write(source: Endpoints, wanted: Mirrored, known: EndpointSlice | undefined): Promise<void> {
    const { name, namespace } = source.metadata
    const labels = { ...source.metadata.labels, [SERVICE_NAME]: name!, [MANAGED_BY]: MANAGER }
    const annotations = Object.fromEntries(
      Object.entries(source.metadata.annotations ?? {}).filter(([key]) => !OWN_ANNOTATIONS.includes(key)),
    )
    const { endpoints: list, ports } = wanted
    if (!known) {
      if (source.metadata.deletionTimestamp) return
      const ownerReferences = [controllerReference({ ...source, apiVersion: 'v1', kind: 'Endpoints' })]
      const metadata = { generateName: `${name}-`, namespace, labels, annotations, ownerReferences }
      await client
        .create({ metadata, addressType: wanted.addressType, endpoints: list, ports } as unknown as EndpointSlice)
        .catch((error: unknown) => {
          if (!isNamespaceTerminating(error)) throw error
        })
      return
    }
    const state = (l: object, a: object | undefined, e: SliceList, p: SliceList) =>
      canonicalJSON([l, a ?? {}, sorted(e), sorted(p)])
    const now = state(known.metadata.labels!, known.metadata.annotations, known.endpoints, known.ports)
    if (now === state(labels, annotations, list, ports)) return
    const metadata = { ...known.metadata, labels, annotations }
    await client.update({ ...known, metadata, endpoints: list, ports } as EndpointSlice)
  }

  async function remove(slice: EndpointSlice): Promise<void> {
    await client.delete(slice.metadata.namespace, slice.metadata.name!).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
    })
  }
}

type SliceList = object[] | null | undefined

function sorted(list: SliceList): string[] {
  return (list ?? []).map(item => canonicalJSON(item)).sort()
}

function shouldMirror({ metadata }: Endpoints): boolean {
  return metadata.labels?.[SKIP_MIRROR] !== 'true' && !(LEADER in (metadata.annotations ?? {}))
}

function take<T>(list: T[], fits: (item: T) => boolean): T | undefined {
  const at = list.findIndex(fits)
  return at < 0 ? undefined : list.splice(at, 1)[0]
}
