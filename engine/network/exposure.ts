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
}

export interface ExposureResult extends ExposedPort {
  /** Port on 127.0.0.1 where it answers; differs from `port` where that was not to be had. */
  boundPort?: number
  /** Why it is not open. */
  error?: string
}

export interface Exposure {
  /** Services have changed. */
  changed(): void
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

/** Asks the lab's host for the ports of NodePort and LoadBalancer Services, and writes into the Services what it got. */
export function createExposure({ address, table, rest, clock, log, others, expose }: ExposureParts): Exposure {
  const services = new ResourceClient(rest, SERVICES as Resource<Service>)
  const events = createEventRecorder({ rest, clock, log, component: 'service-proxy' })
  const announced = new Set<string>()
  let told = canonicalJSON([])
  let timer: Timer | undefined
  let stopped = false
  let results: ExposureResult[] = []

  return {
    changed() {
      timer ??= clock.after(SETTLE_MS, () => {
        timer = undefined
        tell()
        // A Service that has become a load balancer may have all its ports open already.
        write()
      })
    },
    exposed(found) {
      results = found
      write()
    },
    stop() {
      stopped = true
      timer?.cancel()
    },
  }

  function tell(): void {
    const ports = [...exposedPorts(table.services(), address), ...(others?.() ?? [])]
    const text = canonicalJSON(ports)
    if (text === told) return
    told = text
    expose(ports)
  }

  function write(): void {
    if (stopped) return
    const ofServices = results.filter(r => r.kind !== 'Ingress')
    const byService = Map.groupBy(ofServices, r => `${r.namespace}/${r.service}`)
    for (const [key, found] of byService) {
      const [namespace, name] = key.split('/') as [string, string]
      const service = table.service(namespace, name)
      if (!service) continue
      announce(service, found)
      writeStatus(service, found).catch(error => {
        // Every node writes the same; whoever comes second finds it done.
        if (!isConflict(error) && !isNotFound(error))
          log.warn('the address of a Service was not written', { service: key, error: messageOf(error) })
      })
    }
    for (const service of table.services())
      if (service.spec?.type !== 'LoadBalancer' && service.status?.loadBalancer?.ingress?.length)
        writeStatus(service, []).catch(error => {
          if (!isConflict(error) && !isNotFound(error))
            log.warn('the address of a Service was not taken back', { error: messageOf(error) })
        })
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

  function announce(service: Service, found: ExposureResult[]): void {
    for (const result of found) {
      const { kind, port, boundPort, error, protocol } = result
      if (boundPort === port) continue
      const message =
        boundPort === undefined
          ? `Port ${port}/${protocol} is not open on this laptop: ${error ?? 'the host did not open it'}`
          : `Port ${port} is not to be had on this laptop${error ? ` (${error})` : ''}: the ${kind} answers at ${LOOPBACK}:${boundPort}`
      const id = `${service.metadata.uid} ${message}`
      if (announced.has(id)) continue
      announced.add(id)
      events.event(service, 'Warning', boundPort === undefined ? 'PortNotOpen' : 'PortInUse', message)
    }
  }
}

/** Which ports the Services want open, in a steady order. */
export function exposedPorts(services: Service[], address: string): ExposedPort[] {
  const ports: ExposedPort[] = []
  const ordered = [...services].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
  for (const { metadata, spec } of ordered) {
    if (spec?.type !== 'NodePort' && spec?.type !== 'LoadBalancer') continue
    for (const port of spec.ports ?? []) {
      const protocol = port.protocol ?? 'TCP'
      if (protocol !== 'TCP' && protocol !== 'UDP') continue
      const common = { namespace: metadata.namespace!, service: metadata.name!, protocol } as const
      const connect = port.nodePort ? `${address}:${port.nodePort}` : `${spec.clusterIP}:${port.port}`
      if (port.nodePort) ports.push({ kind: 'NodePort', ...common, port: port.nodePort, connect })
      if (spec.type === 'LoadBalancer' && !spec.loadBalancerClass)
        ports.push({ kind: 'LoadBalancer', ...common, port: port.port, connect })
    }
  }
  return ports
}

function idOf(service: Service): string {
  return `${service.metadata.namespace}/${service.metadata.name}`
}
