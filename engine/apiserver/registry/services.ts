import type { KubeObject } from '../../api/object.ts'
import { invalid } from '../../api/status.ts'
import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import { intBelow } from '../../base/random.ts'
import type { APIServerConfig } from '../config.ts'
import { failure } from '../errors.ts'
import type { Codec } from '../storage/codec.ts'
import type { Feed } from '../storage/feed.ts'
import type { Attached } from '../storage/objects.ts'
import { dynamicOffset, formatAddress, isUsable, parseAddress, parseRange, type AddressRange } from './addresses.ts'
import { initFamilies } from './ip-families.ts'
import { timestamp } from './registry.ts'
import type { WriteHook } from './registry.ts'
import { readyRanges } from './service-ranges.ts'

interface ServicePort {
  name?: string
  port: number
  protocol?: string
  nodePort?: number
}

export const SERVICES = '/registry/services/specs/'
const ADDRESSES = '/registry/ipaddresses/'
const CIDRS = '/registry/servicecidrs/'
/** Keys by which node ports are taken. */
export const NODE_PORTS = '/registry/ranges/nodeports/'
/** For so long an address that was picked is not picked again, until the cache shows it. */
const PICKED_MS = 2_000

interface Deps {
  config: Pick<APIServerConfig, 'serviceClusterIPRange' | 'nodePortRange'>
  feed: Feed
  codec: Codec
  random: Random
  clock: Clock
}

/**
 * Gives Services their cluster IPs and node ports. Every address and port is a key of its own that is written and
 * removed in the Service's transaction, so that API servers cannot hand out the same one twice and none leaks.
 */
export function serviceHook(deps: Deps): WriteHook {
  const configured = parseRange(deps.config.serviceClusterIPRange)
  const picked = new Map<string, number>()
  const { from: low, to: high } = deps.config.nodePortRange

  const usedPorts = async (): Promise<Set<number>> => {
    const used = new Set<number>()
    for (const { object } of (await deps.feed.cache(SERVICES)).values())
      for (const port of portsOf(object)) used.add(port)
    return used
  }

  const ranges = async (): Promise<AddressRange[]> => {
    const cidrs = await deps.feed.cache(CIDRS)
    return readyRanges(
      Array.from(cidrs.values(), stored => stored.object),
      configured,
    )
  }

  /** Of the first range that has one: services that are made at once get different ones. */
  const pickAddress = async (): Promise<string> => {
    const [known, cache] = [await ranges(), await deps.feed.cache(ADDRESSES)]
    const now = deps.clock.monotonic()
    for (const [address, at] of picked) if (now - at > PICKED_MS) picked.delete(address)
    const isFree = (address: string) => !cache.get(ADDRESSES + address)
    for (const wanted of [(address: string) => isFree(address) && !picked.has(address), isFree])
      for (const range of known)
        for (const address of candidates(range, deps.random)) {
          if (!wanted(address)) continue
          picked.set(address, now)
          return address
        }
    throw failure(500, 'InternalError', `Internal error occurred: failed to allocate a serviceIP: range is full`)
  }

  const refuse = (service: KubeObject, field: string, message: string) =>
    invalid({ group: '', kind: 'Service' }, service.metadata.name ?? '', [
      { reason: 'FieldValueInvalid', field, message },
    ])

  const claimAddress = (attached: Attached, service: KubeObject, address: string) => {
    const key = ADDRESSES + address
    const { name, namespace } = service.metadata
    const object: KubeObject = {
      kind: 'IPAddress',
      apiVersion: 'networking.k8s.io/v1',
      metadata: {
        name: address,
        uid: deps.random.uuid(),
        creationTimestamp: timestamp(deps.clock.now()),
        labels: {
          'ipaddress.kubernetes.io/ip-family': 'IPv4',
          'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
        },
      },
      spec: { parentRef: { group: '', resource: 'services', namespace, name } },
    }
    attached.compare.push({ key: Buffer.from(key), target: 'createRevision', result: 'equal', operand: 0 })
    attached.operations.push({ type: 'put', key: Buffer.from(key), value: deps.codec.encode(key, object) })
  }

  const claimPort = (attached: Attached, service: KubeObject, port: number) => {
    const key = Buffer.from(NODE_PORTS + port)
    attached.compare.push({ key, target: 'createRevision', result: 'equal', operand: 0 })
    attached.operations.push({
      type: 'put',
      key,
      value: Buffer.from(`${service.metadata.namespace}/${service.metadata.name}`),
    })
  }

  const release = (attached: Attached, addresses: Iterable<string>, ports: Iterable<number>) => {
    for (const address of addresses) {
      picked.delete(address)
      attached.operations.push({ type: 'delete', key: Buffer.from(ADDRESSES + address) })
    }
    for (const port of ports) attached.operations.push({ type: 'delete', key: Buffer.from(NODE_PORTS + port) })
  }

  /** Brings a Service's addresses and ports in line with its type; `old` is what it had. */
  const allocate = async (service: KubeObject, old: KubeObject | undefined): Promise<Attached | undefined> => {
    const attached: Attached = { compare: [], operations: [] }
    const { spec } = service
    const hadAddresses = old ? addressesOf(old) : new Set<string>()
    const hadPorts = old ? portsOf(old) : new Set<number>()
    if (spec.type === 'ExternalName') {
      // What an update carries along from its former type goes; what the writer asks for anew is refused by validation.
      for (const port of (spec.ports ?? []) as ServicePort[]) delete port.nodePort
    } else {
      if (old && old.spec.type !== 'ExternalName' && !spec.clusterIP && old.spec.clusterIP) {
        spec.clusterIP = old.spec.clusterIP
        spec.clusterIPs = old.spec.clusterIPs
      }
      initFamilies(service)
      spec.clusterIP ||= await pickAddress()
      spec.clusterIPs = spec.clusterIPs?.length ? spec.clusterIPs : [spec.clusterIP]
    }
    const addresses = addressesOf(service)
    for (const address of addresses) {
      if (hadAddresses.has(address)) continue
      const value = parseAddress(address)
      const shown = `Invalid value: ["${[...addresses].join('","')}"]`
      if (value === undefined) continue // validation complains
      if (!(await ranges()).some(range => isUsable(range, value)))
        throw refuse(
          service,
          'spec.clusterIPs',
          `${shown}: failed to allocate IP ${address}: the provided network does not match the current range`,
        )
      if ((await deps.feed.cache(ADDRESSES)).get(ADDRESSES + address))
        throw refuse(
          service,
          'spec.clusterIPs',
          `${shown}: failed to allocate IP ${address}: provided IP is already allocated`,
        )
      claimAddress(attached, service, address)
    }
    await allocatePorts(service, old, attached, hadPorts)
    if (spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local') {
      if (!spec.healthCheckNodePort)
        spec.healthCheckNodePort = pickPort(new Set([...(await usedPorts()), ...portsOf(service)]))
      if (!hadPorts.has(spec.healthCheckNodePort)) claimPort(attached, service, spec.healthCheckNodePort)
    }
    const ports = portsOf(service)
    release(
      attached,
      [...hadAddresses].filter(address => !addresses.has(address)),
      [...hadPorts].filter(port => !ports.has(port)),
    )
    return attached.operations.length > 0 ? attached : undefined
  }

  const allocatePorts = async (
    service: KubeObject,
    old: KubeObject | undefined,
    attached: Attached,
    had: Set<number>,
  ) => {
    const { spec } = service
    const wantsPorts =
      spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false)
    const previous = (old?.spec.ports ?? []) as ServicePort[]
    const ports = (spec.ports ?? []) as ServicePort[]
    let used: Set<number> | undefined
    const claimed = new Map<number, string>()
    for (const [i, port] of ports.entries()) {
      if (!wantsPorts && port.nodePort && had.has(port.nodePort)) {
        delete port.nodePort // the type no longer has them
        continue
      }
      if (wantsPorts && !port.nodePort) {
        const before = previous.find(p => p.port === port.port && (p.protocol ?? 'TCP') === (port.protocol ?? 'TCP'))
        // One number may serve TCP and UDP alike.
        const twin = ports.find(p => p !== port && p.port === port.port && p.nodePort && p.protocol !== port.protocol)
        if (before?.nodePort) port.nodePort = before.nodePort
        else if (twin?.nodePort) port.nodePort = twin.nodePort
        else {
          used ??= await usedPorts()
          for (const own of claimed.keys()) used.add(own)
          port.nodePort = pickPort(used)
        }
      }
      const { nodePort } = port
      if (!nodePort || had.has(nodePort)) continue
      if (claimed.has(nodePort)) {
        if (claimed.get(nodePort) !== port.protocol) continue
      }
      if (nodePort < low || nodePort > high)
        throw refuse(
          service,
          `spec.ports[${i}].nodePort`,
          `Invalid value: ${nodePort}: provided port is not in the valid range. The range of valid ports is ${low}-${high}`,
        )
      used ??= await usedPorts()
      if (used.has(nodePort) || claimed.has(nodePort))
        throw refuse(
          service,
          `spec.ports[${i}].nodePort`,
          `Invalid value: ${nodePort}: provided port is already allocated`,
        )
      claimed.set(nodePort, port.protocol ?? 'TCP')
      claimPort(attached, service, nodePort)
    }
  }

  const pickPort = (used: Set<number>): number => {
    const count = high - low + 1
    const start = intBelow(deps.random, count)
    for (let i = 0; i < count; i++) {
      const port = low + ((start + i) % count)
      if (!used.has(port)) return port
    }
    throw failure(500, 'InternalError', 'Internal error occurred: failed to allocate a nodePort: range is full')
  }

  return {
    onCreate: service => allocate(service, undefined),
    onUpdate: (service, old) => allocate(service, old),
    onDelete(service) {
      const attached: Attached = { compare: [], operations: [] }
      release(attached, addressesOf(service), portsOf(service))
      return attached
    },
  }
}

/** All addresses of a range: first the upper part from a random place on, then what is left for people to ask for. */
function* candidates(range: AddressRange, random: Random): Generator<string> {
  const usable = range.size - 2
  const offset = dynamicOffset(range)
  const upper = usable - offset
  const start = intBelow(random, upper)
  for (let i = 0; i < usable; i++)
    yield formatAddress(range.base + (i < upper ? offset + 1 + ((start + i) % upper) : 1 + (i - upper)))
}

function addressesOf(service: KubeObject): Set<string> {
  if (service.spec?.type === 'ExternalName') return new Set()
  const list = (service.spec?.clusterIPs ?? (service.spec?.clusterIP ? [service.spec.clusterIP] : [])) as string[]
  return new Set(list.filter(address => address && address !== 'None'))
}

/** The node ports of a Service, that of health checks among them. */
export function portsOf(service: KubeObject): Set<number> {
  const ports = ((service.spec?.ports ?? []) as ServicePort[]).map(port => port.nodePort ?? 0)
  if (service.spec?.healthCheckNodePort) ports.push(service.spec.healthCheckNodePort)
  return new Set(ports.filter(port => port > 0))
}
