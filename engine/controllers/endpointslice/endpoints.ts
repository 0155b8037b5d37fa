import type { EndpointSlice, Endpoints, Pod, Service } from '../../api/types.ts'
import { isReady } from '../replicas/pods.ts'
import { canonicalJSON } from '../../base/canonical.ts'

export type SliceEndpoint = NonNullable<EndpointSlice['endpoints']>[number]
export type SlicePort = NonNullable<EndpointSlice['ports']>[number]
type Subset = NonNullable<Endpoints['subsets']>[number]

/** The endpoint that a pod on a node of this zone makes, or undefined if it makes none (yet, or any more). */
export function endpointOf(pod: Pod, service: Service, zone?: string): SliceEndpoint | undefined {
  if (!pod.status?.podIP || !pod.spec?.nodeName) return undefined
  if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') return undefined
  const serving = isReady(pod)
  const terminating = !!pod.metadata.deletionTimestamp
  const ready = !!service.spec?.publishNotReadyAddresses || (serving && !terminating)
  return {
    addresses: [pod.status.podIP],
    conditions: { ready, serving, terminating },
    nodeName: pod.spec.nodeName,
    ...(zone ? { zone } : {}),
    ...(ready ? hintsFor(service, pod.spec.nodeName, zone) : {}),
    targetRef: { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid },
    ...hostnameFor(pod, service),
  } as SliceEndpoint
}

/** The service's ports as this pod has them; a named target port that the pod lacks is left out. */
export function portsFor(service: Service, pod: Pod): SlicePort[] {
  return (service.spec?.ports ?? []).flatMap(port => {
    const protocol = port.protocol ?? 'TCP'
    const target = port.targetPort ?? port.port
    const number = typeof target === 'number' ? target : numberOf(pod, target!, protocol)
    if (number === undefined) return []
    return [
      {
        name: port.name ?? '',
        port: number,
        protocol,
        ...(port.appProtocol ? { appProtocol: port.appProtocol } : {}),
      } as SlicePort,
    ]
  })
}

function numberOf(pod: Pod, name: string, protocol: string): number | undefined {
  const containers = [
    ...(pod.spec?.containers ?? []),
    ...(pod.spec?.initContainers ?? []).filter(c => c.restartPolicy === 'Always'),
  ]
  for (const container of containers)
    for (const port of container.ports ?? [])
      if (port.name === name && (port.protocol ?? 'TCP') === protocol) return port.containerPort
  return undefined
}

/** For whom the endpoint is meant first: its own zone, or before that its own node. Without a zone nobody is. */
function hintsFor(service: Service, nodeName: string, zone: string | undefined): Pick<SliceEndpoint, 'hints'> {
  const { trafficDistribution } = service.spec ?? {}
  const forZones = zone ? { forZones: [{ name: zone }] } : {}
  if (trafficDistribution === 'PreferSameNode') return { hints: { forNodes: [{ name: nodeName }], ...forZones } }
  if (trafficDistribution === 'PreferClose' || trafficDistribution === 'PreferSameZone')
    return zone ? { hints: forZones } : {}
  return {}
}

/** Whether the endpoints of a Service are those of pods; without a selector they are whoever writes them. */
export function hasSelector({ spec }: Service): boolean {
  return Object.keys(spec?.selector ?? {}).length > 0
}

/** Pods of a headless service whose `subdomain` names it have DNS names of their own. */
function hostnameFor(pod: Pod, service: Service): { hostname?: string } {
  const { hostname, subdomain } = pod.spec ?? {}
  return hostname && subdomain === service.metadata.name && service.metadata.namespace === pod.metadata.namespace
    ? { hostname }
    : {}
}

/** Addresses in one Endpoints object at most; it is said on the object where there would be more. */
const MAX_LEGACY = 1000

/** The first addresses of subsets, so many at most; those that are ready come first. */
export function truncated(subsets: Subset[], max = MAX_LEGACY): Subset[] {
  const count = (list: object[] | undefined) => list?.length ?? 0
  const ready = subsets.reduce((sum, s) => sum + count(s.addresses), 0)
  const left = { addresses: Math.min(max, ready), notReadyAddresses: Math.max(0, max - ready) }
  return subsets.flatMap(subset => {
    const out = { ...subset }
    for (const field of ['addresses', 'notReadyAddresses'] as const) {
      const kept = (subset[field] ?? []).slice(0, left[field])
      left[field] -= kept.length
      if (kept.length) out[field] = kept
      else delete out[field]
    }
    return out.addresses || out.notReadyAddresses ? [out] : []
  })
}

/** The same as Endpoints: addresses with equal ports together, ready and not ready apart; terminating pods are not listed. */
export function legacySubsets(service: Service, pods: Pod[]): Subset[] {
  const groups = new Map<string, Subset & { addresses: object[]; notReadyAddresses: object[] }>()
  for (const pod of pods) {
    const endpoint = endpointOf(pod, service)
    if (!endpoint || (pod.metadata.deletionTimestamp && !service.spec?.publishNotReadyAddresses)) continue
    const ports = portsFor(service, pod).map(p => (p.name ? p : { ...p, name: undefined }))
    if (ports.length === 0 && service.spec?.clusterIP !== 'None') continue
    const group = groups.get(canonicalJSON(ports)) ?? ({ addresses: [], notReadyAddresses: [], ports } as never)
    groups.set(canonicalJSON(ports), group)
    const address = {
      ip: endpoint.addresses![0],
      nodeName: endpoint.nodeName,
      targetRef: endpoint.targetRef,
      ...hostnameFor(pod, service),
    }
    ;(endpoint.conditions?.ready ? group.addresses : group.notReadyAddresses).push(address)
  }
  return Array.from(groups.values(), ({ addresses, notReadyAddresses, ports }) => ({
    ...(addresses.length ? { addresses: sortByIP(addresses) } : {}),
    ...(notReadyAddresses.length ? { notReadyAddresses: sortByIP(notReadyAddresses) } : {}),
    ports,
  })) as Subset[]
}

function sortByIP(addresses: object[]): object[] {
  const ip = (a: object) => (a as { ip: string }).ip
  return [...addresses].sort((a, b) => (ip(a) < ip(b) ? -1 : 1))
}
