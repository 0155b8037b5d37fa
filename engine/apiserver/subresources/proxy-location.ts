import type { KubeObject } from '../../api/object.ts'
import { badRequest, serviceUnavailable } from '../../api/status.ts'
import type { Backend } from '../backend.ts'

/** Where a proxied request goes. */
export interface Location {
  scheme: string
  ip: string
  port: number
  /** The node that the address is on, where that is known. */
  node?: string
}

/** Splits "NAME", "NAME:PORT" and "SCHEME:NAME:PORT". @throws ApiError 400 for anything else */
export function splitSchemeNamePort(id: string, what: string): { scheme: string; name: string; port: string } {
  const parts = id.split(':')
  const [scheme, name, port] = parts.length === 3 ? parts : ['', parts[0], parts[1] ?? '']
  if (parts.length > 3 || !name || !['', 'http', 'https'].includes(scheme!))
    throw badRequest(`invalid ${what} request "${id}"`)
  return { scheme: scheme!, name, port: port! }
}

interface ContainerPorts {
  ports?: { name?: string; containerPort: number; protocol?: string }[]
}

/** A pod's own address; without a port, that of its first container that declares one. */
export async function podLocation(backend: Backend, namespace: string, id: string): Promise<Location> {
  const { scheme, name, port } = splitSchemeNamePort(id, 'pod')
  const { object: pod } = await backend.registry.get(backend.resources.must('', 'v1', 'pods'), namespace, name)
  const containers = (pod.spec.containers ?? []) as ContainerPorts[]
  const declared = containers.flatMap(c => c.ports ?? [])
  const byName = declared.find(p => p.name === port)?.containerPort
  const number =
    port === '' ? (declared[0]?.containerPort ?? (scheme === 'https' ? 443 : 80)) : (byName ?? Number(port))
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw badRequest(`pod ${JSON.stringify(name)} has no port ${JSON.stringify(port)}`)
  const ip = pod.status?.podIP as string | undefined
  if (!ip) throw badRequest('address not allowed')
  return { scheme: scheme || 'http', ip, port: number, node: pod.spec.nodeName as string }
}

interface SliceEndpoint {
  addresses?: string[]
  conditions?: { ready?: boolean }
  nodeName?: string
}

interface SlicePort {
  name?: string
  port?: number
}

/** One of a service's ready endpoints, chosen by `choose`. */
export async function serviceLocation(
  backend: Backend,
  namespace: string,
  id: string,
  choose: (count: number) => number,
): Promise<Location> {
  const { scheme, name, port } = splitSchemeNamePort(id, 'service')
  const { object: service } = await backend.registry.get(backend.resources.must('', 'v1', 'services'), namespace, name)
  const portName = /^\d+$/.test(port) ? nameOfPort(service, Number(port)) : port
  const found = [...(await sliceEndpoints(backend, namespace, name)), ...(await ownEndpoints(backend, namespace, name))]
  const targets = found.flatMap(({ ports, endpoints }) =>
    ports
      .filter(p => (p.name ?? '') === portName && p.port)
      .flatMap(p => endpoints.map(e => ({ ip: e.addresses![0]!, port: p.port!, node: e.nodeName }))),
  )
  if (targets.length === 0) throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(name)}`)
  const { ip, port: number, node } = targets[choose(targets.length)]!
  return { scheme: scheme || 'http', ip, port: number, ...(node ? { node } : {}) }
}

function nameOfPort(service: KubeObject, number: number): string {
  const ports = (service.spec?.ports ?? []) as { name?: string; port: number }[]
  const found = ports.find(p => p.port === number)
  if (!found)
    throw serviceUnavailable(`no service port ${number} found for service ${JSON.stringify(service.metadata.name)}`)
  return found.name ?? ''
}

interface Found {
  ports: SlicePort[]
  endpoints: SliceEndpoint[]
}

async function sliceEndpoints(backend: Backend, namespace: string, service: string): Promise<Found[]> {
  const { prefix } = backend.resources.must('discovery.k8s.io', 'v1', 'endpointslices')
  const cache = await backend.feed.cache(prefix)
  return [...cache.values(`${prefix}${namespace}/`)]
    .filter(({ object }) => object.metadata.labels?.['kubernetes.io/service-name'] === service)
    .map(({ object }) => ({
      ports: (object.ports ?? []) as SlicePort[],
      endpoints: ((object.endpoints ?? []) as SliceEndpoint[]).filter(
        e => e.conditions?.ready !== false && e.addresses?.length,
      ),
    }))
}

/** Endpoints that somebody wrote by hand for a service without a selector, and that no slice mirrors. */
async function ownEndpoints(backend: Backend, namespace: string, service: string): Promise<Found[]> {
  const { prefix } = backend.resources.must('', 'v1', 'endpoints')
  const cache = await backend.feed.cache(prefix)
  const stored = cache.get(`${prefix}${namespace}/${service}`)
  if (!stored || stored.object.metadata.labels?.['endpointslice.kubernetes.io/skip-mirror'] === 'true') return []
  const subsets = (stored.object.subsets ?? []) as {
    ports?: SlicePort[]
    addresses?: { ip: string; nodeName?: string }[]
  }[]
  return subsets.map(({ ports = [], addresses = [] }) => ({
    ports,
    endpoints: addresses.map(a => ({ addresses: [a.ip], ...(a.nodeName ? { nodeName: a.nodeName } : {}) })),
  }))
}
