import type { Service } from '../api/types.ts'
import type { Clock, Timer } from '../base/clock.ts'
import { canonicalJSON } from '../base/canonical.ts'
import { messageOf } from '../base/errors.ts'
import type { Logger } from '../base/log.ts'
import { isConflict, isNotFound } from '../client/errors.ts'
import { createEventRecorder } from '../client/event-recorder.ts'
import { ResourceClient, type Resource } from '../client/resource-client.ts'
import { SERVICES } from '../client/resources.ts'
import type { RestClient } from '../client/rest.ts'
import type { ServiceTable } from './services/service-table.ts'

/** A port of a Service, or of the ingress, that programs outside the cluster can reach. */
export interface ExposedPort {
  kind: 'NodePort' | 'LoadBalancer' | 'Ingress'
  /** Empty for the ingress, which is the whole cluster's. */
  namespace: string
  service: string
  protocol: 'TCP' | 'UDP'
  /** The node port, or the port of the Service. */
  port: number
  /** What a worker's gateway is asked to connect to (`host:port`) for each connection. */
  connect: string
  /** A load balancer takes connections of these clients alone; absent: of all. */
  sourceRanges?: string[]
}

export interface ExposureResult extends ExposedPort {
  /** Port on 127.0.0.1 where it answers; differs from `port` where that was not to be had. */
  boundPort?: number
  /** Why it is not open. */
  error?: string
}

export interface Exposure {
  /** A Service (`namespace/name`) has changed or is gone; without one: the ports that are wanted beside theirs have. */
  changed(service?: string): void
  exposed(results: ExposureResult[]): void
  stop(): void
}

export interface ExposureParts {
  address: string
  table: ServiceTable
  rest: RestClient
  clock: Clock
  log: Logger
  /** Ports that are wanted beside those of Services. */
  others?(): ExposedPort[]
  expose(ports: ExposedPort[]): void
}

/** Changes that come together are told together. */
const SETTLE_MS = 20
const LOOPBACK = '127.0.0.1'

/** What is known of one Service, and its text to compare with. */
interface Known<T> {
  ports: T[]
  text: string
}

/**
 * Asks the lab's host for the ports of NodePort and LoadBalancer Services, and writes into the Services what it got. A change
 * costs work for the Services that have changed, however many there are.
 */
export function createExposure({ address, table, rest, clock, log, others, expose }: ExposureParts): Exposure {
  const services = new ResourceClient(rest, SERVICES as Resource<Service>)
  const events = createEventRecorder({ rest, clock, log, component: 'service-proxy' })
  /** By Service. */
  const announced = new Map<string, Set<string>>()
  const wanted = new Map<string, Known<ExposedPort>>()
  const open = new Map<string, Known<ExposureResult>>()
  /** Services of which something is to be done. */
  const dirty = new Set<string>()
  let besides = knownOf<ExposedPort>([])
  let timer: Timer | undefined
  let stopped = false

  return {
    changed(service) {
      if (service !== undefined) dirty.add(service)
      timer ??= clock.after(SETTLE_MS, () => {
        timer = undefined
        tell()
        // A Service that has become a load balancer may have all its ports open already.
        write()
      })
    },
    exposed(results) {
      const found = Map.groupBy(
        results.filter(r => r.kind !== 'Ingress'),
        r => `${r.namespace}/${r.service}`,
      )
      for (const key of open.keys()) if (!found.has(key)) note(open, key, [])
      for (const [key, ports] of found) if (note(open, key, ports)) dirty.add(key)
      // What has been said of a Service before it was known here is still to be written.
      write()
    },
    stop() {
      stopped = true
      timer?.cancel()
    },
  }

  function tell(): void {
    const now = knownOf(others?.() ?? [])
    let differs = now.text !== besides.text
    besides = now
    for (const key of dirty) {
      const service = serviceOf(key)
      if (note(wanted, key, service ? exposedPorts(service, address) : [])) differs = true
    }
    if (!differs) return
    const ordered = [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))
    expose([...ordered.flatMap(([, { ports }]) => ports), ...besides.ports])
  }

  function write(): void {
    if (stopped) return
    const keys = [...dirty]
    dirty.clear()
    for (const key of keys) {
      const service = serviceOf(key)
      const { ports: found } = open.get(key) ?? knownOf<ExposureResult>([])
      if (!service) {
        announced.delete(key)
        continue
      }
      const isBalancer = service.spec?.type === 'LoadBalancer'
      if (isBalancer && found.length === 0) continue // nobody has said yet what is open
      announce(service, key, found)
      writeStatus(service, found).catch(error => {
        // Every node writes the same; whoever comes second finds it done.
        if (isConflict(error) || isNotFound(error)) return
        dirty.add(key)
        log.warn('the address of a Service was not written', { service: key, error: messageOf(error) })
      })
    }
  }

  function serviceOf(key: string): Service | undefined {
    const [namespace, name] = key.split('/') as [string, string]
    return table.service(namespace, name)
  }

  async function writeStatus(service: Service, found: ExposureResult[]): Promise<void> {
    const { namespace, name, resourceVersion } = service.metadata
    const balanced = service.spec?.type === 'LoadBalancer' && !service.spec.loadBalancerClass
    const open = balanced ? found.filter(r => r.kind === 'LoadBalancer' && r.boundPort !== undefined) : []
    const ports = open.map(r => ({ port: r.boundPort!, protocol: r.protocol }))
    const ingress = open.length ? [{ ip: LOOPBACK, ipMode: 'Proxy', ports }] : []
    const current = service.status?.loadBalancer?.ingress ?? []
    if (canonicalJSON(current) === canonicalJSON(ingress)) return
    if (service.spec?.loadBalancerClass) return
    const patch = { metadata: { resourceVersion }, status: { loadBalancer: ingress.length ? { ingress } : null } }
    await services.patch(namespace, name!, 'merge', patch, { subresource: 'status' })
  }

  function announce(service: Service, key: string, found: ExposureResult[]): void {
    for (const result of found) {
      const { kind, port, boundPort, error, protocol } = result
      if (boundPort === port) continue
      const message =
        boundPort === undefined
          ? `Port ${port}/${protocol} is not open on this laptop: ${error ?? 'the host did not open it'}`
          : `Port ${port} is not to be had on this laptop${error ? ` (${error})` : ''}: the ${kind} answers at ${LOOPBACK}:${boundPort}`
      const said = announced.get(key) ?? new Set()
      const id = `${service.metadata.uid} ${message}`
      if (said.has(id)) continue
      announced.set(key, said.add(id))
      events.event(service, 'Warning', boundPort === undefined ? 'PortNotOpen' : 'PortInUse', message)
    }
  }
}

/** Which ports a Service wants open. */
export function exposedPorts({ metadata, spec }: Service, address: string): ExposedPort[] {
  if (spec?.type !== 'NodePort' && spec?.type !== 'LoadBalancer') return []
  const ports: ExposedPort[] = []
  for (const port of spec.ports ?? []) {
    const protocol = port.protocol ?? 'TCP'
    if (protocol !== 'TCP' && protocol !== 'UDP') continue
    const common = { namespace: metadata.namespace!, service: metadata.name!, protocol } as const
    const connect = port.nodePort ? `${address}:${port.nodePort}` : `${spec.clusterIP}:${port.port}`
    if (port.nodePort) ports.push({ kind: 'NodePort', ...common, port: port.nodePort, connect })
    if (spec.type === 'LoadBalancer' && !spec.loadBalancerClass) {
      const ranges = spec.loadBalancerSourceRanges
      const limits = ranges?.length ? { sourceRanges: ranges } : {}
      ports.push({ kind: 'LoadBalancer', ...common, port: port.port, connect, ...limits })
    }
  }
  return ports
}

function knownOf<T>(ports: T[]): Known<T> {
  return { ports, text: canonicalJSON(ports) }
}

/** Remembers the ports of a Service; says whether they are others than before. */
function note<T>(known: Map<string, Known<T>>, key: string, ports: T[]): boolean {
  const now = knownOf(ports)
  const before = known.get(key)?.text ?? '[]'
  if (ports.length) known.set(key, now)
  else known.delete(key)
  return now.text !== before
}
