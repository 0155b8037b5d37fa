import type { EndpointSlice, Service } from '../../api/types.ts'
import { eligibleEndpoints, type ServiceEndpoint } from './endpoints.ts'

export type Protocol = 'TCP' | 'UDP' | 'SCTP'

/** One port of one Service, with everything that decides where its connections go. */
export interface ServicePortEntry {
  /** "namespace/name:port", as kube-proxy writes it. */
  id: string
  namespace: string
  name: string
  portName: string
  protocol: Protocol
  clusterIP: string
  port: number
  nodePort?: number
  externalIPs: string[]
  /** Addresses of its load balancer that are led to the nodes as they are (`ipMode: VIP`), not by a proxy in front. */
  loadBalancerIPs: string[]
  /** Of whom the load balancer takes connections; absent: of all. */
  sourceRanges?: string[]
  type: string
  /** Seconds for which a client keeps its endpoint, if it does. */
  affinitySeconds?: number
  internalPolicy: 'Cluster' | 'Local'
  externalPolicy: 'Cluster' | 'Local'
  /** Endpoints of the cluster that take connections now. */
  cluster: ServiceEndpoint[]
  /** Those of them (or else those that shut down) on this node. */
  local: ServiceEndpoint[]
}

const SERVICE_LABEL = 'kubernetes.io/service-name'
const DEFAULT_AFFINITY_SECONDS = 10_800

/** Services and their endpoints as one node sees them. Fed with plain objects; entries are worked out when asked for. */
export class ServiceTable {
  readonly #nodeName: string
  readonly #services = new Map<string, Service>()
  readonly #slices = new Map<string, Map<string, EndpointSlice>>()
  readonly #entries = new Map<string, ServicePortEntry[]>()
  readonly #byClusterIP = new Map<string, string>()
  readonly #byNodePort = new Map<string, string>()
  readonly #byHealthPort = new Map<number, string>()
  #zone: string | undefined

  constructor(nodeName: string, zone?: string) {
    this.#nodeName = nodeName
    this.#zone = zone
  }

  /** The zone that this node is in, for topology hints. */
  setZone(zone: string | undefined): void {
    if (zone === this.#zone) return
    this.#zone = zone
    this.#entries.clear()
  }

  setService(service: Service): void {
    const key = keyOf(service)
    this.#unindex(key)
    this.#services.set(key, service)
    for (const ip of addressesOf(service)) this.#byClusterIP.set(ip, key)
    for (const port of service.spec?.ports ?? [])
      if (port.nodePort) this.#byNodePort.set(`${port.protocol ?? 'TCP'}/${port.nodePort}`, key)
    const health = healthPortOf(service)
    if (health) this.#byHealthPort.set(health, key)
  }

  deleteService(service: Service): void {
    const key = keyOf(service)
    this.#unindex(key)
    this.#services.delete(key)
  }

  setSlice(slice: EndpointSlice): void {
    const service = sliceOwner(slice)
    if (!service) return
    const slices = this.#slices.get(service) ?? new Map<string, EndpointSlice>()
    this.#slices.set(service, slices.set(slice.metadata.name!, slice))
    this.#entries.delete(service)
  }

  deleteSlice(slice: EndpointSlice): void {
    const service = sliceOwner(slice)
    if (!service) return
    const slices = this.#slices.get(service)
    slices?.delete(slice.metadata.name!)
    if (slices?.size === 0) this.#slices.delete(service)
    this.#entries.delete(service)
  }

  service(namespace: string, name: string): Service | undefined {
    return this.#services.get(`${namespace}/${name}`)
  }

  services(): Service[] {
    return [...this.#services.values()]
  }

  slices(namespace: string, name: string): EndpointSlice[] {
    return [...(this.#slices.get(`${namespace}/${name}`)?.values() ?? [])]
  }

  /** The Service that has a cluster, external or load-balancer address. */
  serviceAt(ip: string): Service | undefined {
    const key = this.#byClusterIP.get(ip)
    return key === undefined ? undefined : this.#services.get(key)
  }

  /** The port of a Service behind one of its addresses. */
  at(ip: string, protocol: Protocol, port: number): ServicePortEntry | undefined {
    const key = this.#byClusterIP.get(ip)
    return key === undefined ? undefined : this.#entriesOf(key).find(e => e.protocol === protocol && e.port === port)
  }

  atNodePort(protocol: Protocol, nodePort: number): ServicePortEntry | undefined {
    const key = this.#byNodePort.get(`${protocol}/${nodePort}`)
    return key === undefined
      ? undefined
      : this.#entriesOf(key).find(e => e.protocol === protocol && e.nodePort === nodePort)
  }

  /** The Service whose load balancer asks at this port of a node whether it has endpoints there. */
  atHealthPort(port: number): Service | undefined {
    const key = this.#byHealthPort.get(port)
    return key === undefined ? undefined : this.#services.get(key)
  }

  /** How many addresses of this node serve a Service at all of its ports together; those that shut down do not count. */
  localEndpoints({ metadata }: Service): number {
    const entries = this.#entriesOf(`${metadata.namespace}/${metadata.name}`)
    return new Set(entries.flatMap(e => e.local.filter(l => !l.terminating).map(l => l.ip))).size
  }

  /** All entries in order of their names. */
  entries(): ServicePortEntry[] {
    return [...this.#services.keys()].sort().flatMap(key => this.#entriesOf(key))
  }

  #entriesOf(key: string): ServicePortEntry[] {
    let entries = this.#entries.get(key)
    if (!entries) this.#entries.set(key, (entries = this.#build(key)))
    return entries
  }

  #build(key: string): ServicePortEntry[] {
    const service = this.#services.get(key)
    const { spec } = service ?? {}
    if (!service || !spec?.clusterIP || spec.clusterIP === 'None' || spec.type === 'ExternalName') return []
    const slices = [...(this.#slices.get(key)?.values() ?? [])]
    return (spec.ports ?? []).map(port => {
      const protocol = (port.protocol ?? 'TCP') as Protocol
      const { cluster, local } = eligibleEndpoints(
        slices,
        { name: port.name ?? '', protocol },
        this.#nodeName,
        this.#zone,
      )
      const affinity = spec.sessionAffinity === 'ClientIP'
      return {
        id: `${key}${port.name ? `:${port.name}` : ''}`,
        namespace: service.metadata.namespace!,
        name: service.metadata.name!,
        portName: port.name ?? '',
        protocol,
        clusterIP: spec.clusterIP!,
        port: port.port,
        nodePort: port.nodePort || undefined,
        externalIPs: spec.externalIPs ?? [],
        loadBalancerIPs: loadBalancerIPs(service),
        sourceRanges: spec.loadBalancerSourceRanges?.length ? spec.loadBalancerSourceRanges : undefined,
        type: spec.type ?? 'ClusterIP',
        affinitySeconds: affinity
          ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS)
          : undefined,
        internalPolicy: spec.internalTrafficPolicy === 'Local' ? 'Local' : 'Cluster',
        externalPolicy: spec.externalTrafficPolicy === 'Local' ? 'Local' : 'Cluster',
        cluster,
        local,
      }
    })
  }

  #unindex(key: string): void {
    const old = this.#services.get(key)
    this.#entries.delete(key)
    if (!old) return
    const health = healthPortOf(old)
    if (health && this.#byHealthPort.get(health) === key) this.#byHealthPort.delete(health)
    // A successor may have taken the address or the port already.
    for (const ip of addressesOf(old)) if (this.#byClusterIP.get(ip) === key) this.#byClusterIP.delete(ip)
    for (const port of old.spec?.ports ?? []) {
      const id = `${port.protocol ?? 'TCP'}/${port.nodePort}`
      if (this.#byNodePort.get(id) === key) this.#byNodePort.delete(id)
    }
  }
}

function addressesOf(service: Service): string[] {
  const { clusterIP, clusterIPs, externalIPs, type } = service.spec ?? {}
  if (type === 'ExternalName') return []
  const ips = new Set([
    ...(clusterIP && clusterIP !== 'None' ? [clusterIP] : []),
    ...(clusterIPs ?? []),
    ...(externalIPs ?? []),
    ...loadBalancerIPs(service),
  ])
  ips.delete('None')
  return [...ips]
}

/** Only where the load balancer has to know: with `externalTrafficPolicy: Local`. */
function healthPortOf({ spec }: Service): number | undefined {
  const { type, externalTrafficPolicy, healthCheckNodePort } = spec ?? {}
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local' ? healthCheckNodePort || undefined : undefined
}

function loadBalancerIPs({ spec, status }: Service): string[] {
  if (spec?.type !== 'LoadBalancer') return []
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode }) => (ip && ipMode !== 'Proxy' ? [ip] : []))
}

function keyOf(service: Service): string {
  return `${service.metadata.namespace}/${service.metadata.name}`
}

/** Names and addresses of the other family lead nowhere here. */
function sliceOwner(slice: EndpointSlice): string | undefined {
  const name = slice.metadata.labels?.[SERVICE_LABEL]
  return name && slice.addressType !== 'FQDN' && slice.addressType !== 'IPv6'
    ? `${slice.metadata.namespace}/${name}`
    : undefined
}
