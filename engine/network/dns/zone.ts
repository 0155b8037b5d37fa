import { isIPv4 } from 'node:net'
import type { EndpointSlice } from '../../api/types.ts'
import { addressToNumber } from '../address/cidr.ts'
import type { ServiceTable } from '../services/service-table.ts'

export type RecordType = 'A' | 'AAAA' | 'SRV' | 'CNAME' | 'PTR' | 'TXT'

export interface DnsRecord {
  name: string
  type: RecordType
  /** Seconds. */
  ttl: number
  data: string | { priority: number; weight: number; port: number; name: string }
}

export interface DnsAnswer {
  status: 'NOERROR' | 'NXDOMAIN'
  records: DnsRecord[]
}

const TTL = 5
const SCHEMA_TTL = 28_800
const SCHEMA_VERSION = '1.1.0'
const MAX_ALIASES = 8

/**
 * Answers for the cluster's domain, after the DNS-based service discovery specification of Kubernetes: services, headless
 * services and their endpoints, named ports (SRV), aliases (ExternalName), pods by address, and addresses in reverse.
 */
export class ClusterZone {
  readonly #table: ServiceTable
  readonly #domain: string
  readonly #server: string | undefined

  /** `server` is the address of the DNS itself, as programs see it. */
  constructor(table: ServiceTable, domain: string, server?: string) {
    this.#table = table
    this.#domain = domain.toLowerCase().replace(/\.$/, '')
    this.#server = server
  }

  /** The domain that this zone speaks for, without a last dot. */
  get domain(): string {
    return this.#domain
  }

  /** What the cluster's DNS answers to a fully qualified name. */
  query(name: string, type: RecordType): DnsAnswer {
    const records: DnsRecord[] = []
    let current = normal(name)
    for (let i = 0; i < MAX_ALIASES; i++) {
      const found = this.#find(current, type)
      if (!found) return { status: records.length ? 'NOERROR' : 'NXDOMAIN', records }
      records.push(...found)
      const alias = found[0]
      if (type === 'CNAME' || found.length !== 1 || alias?.type !== 'CNAME') break
      current = normal(alias.data as string)
    }
    return { status: 'NOERROR', records }
  }

  /** The addresses of a name as a program in `namespace` means it: with the search list of its resolv.conf. */
  addresses(name: string, namespace: string): string[] {
    if (isIPv4(name)) return [name]
    for (const candidate of this.candidates(name, namespace)) {
      const answer = this.query(candidate, 'A')
      const ips = answer.records.filter(r => r.type === 'A').map(r => r.data as string)
      if (ips.length) return ips
      if (answer.status === 'NOERROR' && answer.records.length) return []
    }
    return []
  }

  /** The names that a resolver tries, in order (`ndots:5`, as the kubelet writes resolv.conf). */
  candidates(name: string, namespace: string): string[] {
    if (name.endsWith('.')) return [normal(name)]
    const plain = normal(name)
    const searched = [
      `${plain}.${namespace}.svc.${this.#domain}`,
      `${plain}.svc.${this.#domain}`,
      `${plain}.${this.#domain}`,
    ]
    return plain.split('.').length > 5 ? [plain, ...searched] : [...searched, plain]
  }

  /** The records of a name; undefined if there is no such name. */
  #find(name: string, type: RecordType): DnsRecord[] | undefined {
    if (name.endsWith('.in-addr.arpa')) return this.#reverse(name, type)
    if (name !== this.#domain && !name.endsWith(`.${this.#domain}`)) return undefined
    if (name === this.#domain) return []
    if (name === `dns-version.${this.#domain}`)
      return type === 'TXT' ? [{ ...record(name, 'TXT', SCHEMA_VERSION), ttl: SCHEMA_TTL }] : []
    if (name === `ns.dns.${this.#domain}` && this.#server) return type === 'A' ? [record(name, 'A', this.#server)] : []
    const labels = name.slice(0, -this.#domain.length - 1).split('.')
    const kind = labels.at(-1)
    if (kind !== 'svc' && kind !== 'pod') return undefined
    // Between the domain and its names there are names without records of their own.
    if (labels.length === 1) return []
    // Of namespaces only those are known that have a Service.
    if (labels.length === 2)
      return this.#table.services().some(s => s.metadata.namespace === labels[0]) ? [] : undefined
    if (kind === 'pod') return labels.length === 3 ? podRecords(name, labels[0]!, type) : undefined
    const namespace = labels.at(-2)
    const service = labels.at(-3)
    if (!namespace || !service) return undefined
    return this.#service(name, labels.slice(0, -3), service, namespace, type)
  }

  #service(
    name: string,
    front: string[],
    serviceName: string,
    namespace: string,
    type: RecordType,
  ): DnsRecord[] | undefined {
    const service = this.#table.service(namespace, serviceName)
    if (!service) return undefined
    const { spec } = service
    if (spec?.type === 'ExternalName')
      return front.length ? undefined : [record(name, 'CNAME', normal(spec.externalName ?? ''))]
    const base = `${serviceName}.${namespace}.svc.${this.#domain}`
    const headless = spec?.clusterIP === 'None'
    const endpoints = readyEndpoints(this.#table.slices(namespace, serviceName))
    if (front.length === 0) {
      if (headless && endpoints.length === 0) return undefined
      if (type === 'SRV') return this.#ports(name, base, service.spec?.ports ?? [], headless, endpoints)
      if (type !== 'A') return []
      return headless
        ? unique(endpoints.map(e => e.ip)).map(ip => record(name, 'A', ip))
        : [record(name, 'A', spec!.clusterIP!)]
    }
    if (front.length === 2 && front[0]!.startsWith('_') && front[1]!.startsWith('_')) {
      const [port, protocol] = front.map(label => label.slice(1))
      const ports = (spec?.ports ?? []).filter(
        p => (p.name ?? '') === port && (p.protocol ?? 'TCP').toLowerCase() === protocol,
      )
      if (ports.length === 0) return undefined
      return type === 'SRV' ? this.#ports(name, base, ports, headless, endpoints) : []
    }
    if (front.length !== 1) return undefined
    const named = endpoints.filter(e => hostLabel(e) === front[0])
    if (named.length === 0) return undefined
    return type === 'A' ? unique(named.map(e => e.ip)).map(ip => record(name, 'A', ip)) : []
  }

  #ports(
    name: string,
    base: string,
    ports: { name?: string; port: number; protocol?: string }[],
    headless: boolean,
    endpoints: ReadyEndpoint[],
  ): DnsRecord[] {
    return ports.flatMap(port => {
      if (!headless) return [srv(name, port.port, base)]
      return endpoints.flatMap(endpoint => {
        const real = endpoint.ports.find(p => p.name === (port.name ?? '') && p.protocol === (port.protocol ?? 'TCP'))
        return real ? [srv(name, real.port, `${hostLabel(endpoint)}.${base}`)] : []
      })
    })
  }

  #reverse(name: string, type: RecordType): DnsRecord[] | undefined {
    const ip = name.slice(0, -'.in-addr.arpa'.length).split('.').reverse().join('.')
    const pointer = (target: string) => (type === 'PTR' ? [record(name, 'PTR', target)] : [])
    const service = this.#table.serviceAt(ip)
    if (service) return pointer(`${service.metadata.name}.${service.metadata.namespace}.svc.${this.#domain}`)
    for (const { metadata } of this.#table.services())
      for (const endpoint of readyEndpoints(this.#table.slices(metadata.namespace!, metadata.name!)))
        if (endpoint.ip === ip)
          return pointer(`${hostLabel(endpoint)}.${metadata.name}.${metadata.namespace}.svc.${this.#domain}`)
    return undefined
  }
}

interface ReadyEndpoint {
  ip: string
  hostname?: string
  ports: { name: string; protocol: string; port: number }[]
}

function readyEndpoints(slices: EndpointSlice[]): ReadyEndpoint[] {
  return slices.flatMap(slice => {
    const ports = (slice.ports ?? []).flatMap(p =>
      p.port ? [{ name: p.name ?? '', protocol: p.protocol ?? 'TCP', port: p.port }] : [],
    )
    return (slice.endpoints ?? [])
      .filter(e => e.conditions?.ready !== false)
      .flatMap(e => (e.addresses ?? []).map(ip => ({ ip, hostname: e.hostname, ports })))
  })
}

/** Endpoints without a host name are called by their address. */
function hostLabel(endpoint: ReadyEndpoint): string {
  return endpoint.hostname ?? endpoint.ip.replaceAll('.', '-')
}

function podRecords(name: string, label: string, type: RecordType): DnsRecord[] | undefined {
  const ip = label.replaceAll('-', '.')
  if (addressToNumber(ip) === undefined) return undefined
  return type === 'A' ? [record(name, 'A', ip)] : []
}

function record(name: string, type: RecordType, data: string): DnsRecord {
  return { name, type, ttl: TTL, data }
}

function srv(name: string, port: number, target: string): DnsRecord {
  return { name, type: 'SRV', ttl: TTL, data: { priority: 0, weight: 100, port, name: target } }
}

function normal(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}

function unique(values: string[]): string[] {
  return [...new Set(values)]
}
