import dns from 'node:dns'
import { isIP } from 'node:net'
import os from 'node:os'
import { callbackify } from 'node:util'
import { reverseName } from '../dns/resolv-conf.ts'
import type { Pod } from './pod.ts'
import { isServer, type Answer } from './resolver.ts'
import { systemError } from './system-error.ts'

interface Found {
  address: string
  family: number
}

type Callback = (error: Error | null, ...values: unknown[]) => void
type Method = (this: unknown, ...args: never[]) => Promise<unknown>

/** The few that `getnameinfo` is asked about in practice; other ports are called by their number. */
const PORT_NAMES: Record<number, string> = { 22: 'ssh', 53: 'domain', 80: 'http', 443: 'https' }

/** Leads all of `dns` to the DNS of this pod: what its resolv.conf says, over the cluster's network. */
export function overlayNames(pod: Pod): void {
  const realLookup = dns.promises.lookup
  const { resolver } = pod
  /** What `setServers` was told: of the module, or of one Resolver. */
  const chosen = new WeakMap<object, string[]>()
  const modules: unknown[] = [dns, dns.promises]
  const serversOf = (on: unknown): string[] | undefined => {
    const key = on === undefined || modules.includes(on) ? dns : on
    return typeof key === 'object' && key !== null ? chosen.get(key) : undefined
  }

  async function find(hostname: string, family: number): Promise<Found[]> {
    if (!hostname || isIP(hostname)) return (await realLookup(hostname, { all: true, family })) as Found[]
    const version = family === 6 ? 6 : 4
    if (/^(.+\.)?localhost\.?$/i.test(hostname))
      return [{ address: version === 6 ? '::1' : '127.0.0.1', family: version }]
    const own = pod.hosts.get(hostname) ?? (hostname === os.hostname() ? pod.ip : undefined)
    if (own !== undefined && version === 4) return [{ address: own, family: 4 }]
    const { addresses, code } = await resolver.addresses(hostname, version)
    if (addresses.length === 0) throw systemError(code, 'getaddrinfo', { hostname })
    return addresses.map(address => ({ address, family: version }))
  }

  function lookup(hostname: string, options: unknown, callback?: Callback): void {
    const done = (callback ?? options) as Callback
    const { all, family } = readOptions(callback ? options : undefined)
    find(hostname, family).then(
      found => (all ? done(null, found) : done(null, found[0]!.address, found[0]!.family)),
      error => done(error as Error),
    )
  }

  async function lookupPromise(hostname: string, options?: unknown): Promise<Found | Found[]> {
    const { all, family } = readOptions(options)
    const found = await find(hostname, family)
    return all ? found : found[0]!
  }

  async function query(on: unknown, name: string, type: string, syscall = syscallOf(type), shown = name) {
    const { code, records } = await resolver.query(name, type, serversOf(on))
    if (!code) return records
    throw Object.assign(new Error(`${syscall} ${code} ${shown}`), { code, errno: undefined, syscall, hostname: shown })
  }

  const typed = (type: string): Method =>
    async function (this: unknown, name: string, options?: { ttl?: boolean }) {
      const records = await query(this, name, type)
      if (type === 'SOA') return records[0]!.data
      return options?.ttl ? records.map(r => ({ address: r.data, ttl: r.ttl })) : records.map(r => r.data)
    }
  const byType: Record<string, string> = { A: 'resolve4', AAAA: 'resolve6' }
  for (const type of ['CNAME', 'SRV', 'PTR', 'TXT', 'MX', 'NS', 'SOA', 'NAPTR', 'CAA', 'TLSA', 'ANY'])
    byType[type] = `resolve${type[0]}${type.slice(1).toLowerCase()}`
  const methods: Record<string, Method> = Object.fromEntries(
    Object.entries(byType).map(([type, method]) => [method, typed(type)]),
  )
  methods.resolveAny = async function (name: string) {
    const records = await query(this, name, 'ANY').catch((error: NodeJS.ErrnoException) => {
      // Servers may leave it at that (RFC 8482).
      if (error.code !== 'ENODATA' && error.code !== 'ENOTIMP') throw error
      return query(this, name, 'A', syscallOf('ANY'))
    })
    return records.map(anyRecord)
  }
  methods.reverse = async function (ip: string) {
    const name = reverseName(ip)
    if (!name)
      throw Object.assign(new Error(`getHostByAddr EINVAL ${ip}`), { code: 'EINVAL', syscall: 'getHostByAddr' })
    return (await query(this, name, 'PTR', 'getHostByAddr', ip)).map(r => r.data)
  }
  methods.resolve = async function (name: string, type = 'A') {
    const method = methods[byType[type] ?? '']
    if (!method)
      throw Object.assign(new TypeError(`The argument 'rrtype' is invalid. Received '${type}'`), {
        code: 'ERR_INVALID_ARG_VALUE',
      })
    return method.call(this, name as never)
  }

  const callbackTargets = [dns, dns.Resolver.prototype] as unknown as Record<string, unknown>[]
  const promiseTargets = [dns.promises, dns.promises.Resolver.prototype] as unknown as Record<string, unknown>[]
  for (const [name, method] of Object.entries(methods)) {
    for (const target of promiseTargets) target[name] = method
    for (const target of callbackTargets)
      target[name] = function (this: unknown, ...args: unknown[]) {
        const at = args.findIndex(a => typeof a === 'function')
        const bound = (...rest: unknown[]) => method.apply(this, rest as never[])
        ;(callbackify(bound) as (...all: unknown[]) => void)(...args.slice(0, at), args[at])
      }
  }
  const getServers = function (this: unknown) {
    return [...(serversOf(this) ?? resolver.settings.servers)]
  }
  const setServers = function (this: unknown, servers: string[]) {
    const wrong = servers.find(server => !isServer(server))
    if (wrong !== undefined)
      throw Object.assign(new TypeError(`Invalid IP address: ${wrong}`), { code: 'ERR_INVALID_IP_ADDRESS' })
    chosen.set(this === undefined || modules.includes(this) ? dns : (this as object), [...servers])
  }
  for (const target of [...callbackTargets, ...promiseTargets]) Object.assign(target, { getServers, setServers })

  const lookupService = async (address: string, port: number) => {
    const name = reverseName(address)
    const found = name ? (await resolver.query(name, 'PTR')).records[0]?.data : undefined
    return { hostname: String(found ?? address), service: PORT_NAMES[port] ?? String(port) }
  }
  Object.assign(dns, {
    lookup,
    lookupService(address: string, port: number, done: Callback) {
      lookupService(address, port).then(
        ({ hostname, service }) => done(null, hostname, service),
        error => done(error as Error),
      )
    },
  })
  Object.assign(dns.promises, { lookup: lookupPromise, lookupService })
  pod.lookups.add(lookup)
}

function syscallOf(type: string): string {
  return `query${type[0]}${type.slice(1).toLowerCase()}`
}

/** A record as `resolveAny` gives it: with its type. */
function anyRecord({ type, ttl, data }: Answer): object {
  if (type === 'A' || type === 'AAAA') return { address: data, ttl, type }
  if (type === 'TXT') return { entries: data, type }
  return typeof data === 'string' ? { value: data, type } : { ...(data as object), type }
}

function readOptions(options: unknown): { all: boolean; family: number } {
  if (typeof options === 'number') return { all: false, family: options }
  const { all = false, family = 0 } = (options ?? {}) as { all?: boolean; family?: number | string }
  return { all, family: family === 'IPv6' ? 6 : family === 'IPv4' ? 4 : Number(family) }
}
