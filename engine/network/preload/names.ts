import dns from 'node:dns'
import { isIP } from 'node:net'
import { callbackify } from 'node:util'
import type { Pod } from './pod.ts'
import { systemError } from './system-error.ts'

interface Found {
  address: string
  family: number
}

type Callback = (error: Error | null, ...values: unknown[]) => void

/** Leads `dns.lookup` and `dns.resolve*` to the cluster's DNS. */
export function overlayNames(pod: Pod): void {
  const realLookup = dns.promises.lookup

  async function find(hostname: string, family: number): Promise<Found[]> {
    if (!hostname || isIP(hostname) || hostname === 'localhost')
      return (await realLookup(hostname, { all: true, family: hostname === 'localhost' ? 4 : family })) as Found[]
    const own = pod.hosts.get(hostname)
    if (own !== undefined && family !== 6) return [{ address: own, family: 4 }]
    const { addresses = [] } = family === 6 ? {} : await pod.control.request({ op: 'lookup', name: hostname })
    if (addresses.length === 0) throw systemError('ENOTFOUND', 'getaddrinfo', { hostname })
    return addresses.map(address => ({ address, family: 4 }))
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

  async function query(name: string, type: string): Promise<{ type: string; ttl: number; data: unknown }[]> {
    const { answer } = await pod.control.request({ op: 'resolve', name, type })
    const records = (answer?.records ?? []).filter(r => r.type === type)
    if (records.length) return records
    const code = answer?.status === 'NXDOMAIN' ? 'ENOTFOUND' : 'ENODATA'
    throw Object.assign(
      new Error(`query${type === 'A' ? 'A' : type[0] + type.slice(1).toLowerCase()} ${code} ${name}`),
      {
        code,
        errno: undefined,
        syscall: `query${type === 'A' ? 'A' : type[0] + type.slice(1).toLowerCase()}`,
        hostname: name,
      },
    )
  }

  const typed = (type: string) => async (name: string, options?: { ttl?: boolean }) => {
    const records = await query(name, type)
    if (type === 'TXT') return records.map(r => [r.data])
    return options?.ttl ? records.map(r => ({ address: r.data, ttl: r.ttl })) : records.map(r => r.data)
  }
  const resolvers: Record<string, (name: string, options?: never) => Promise<unknown>> = {
    resolve4: typed('A'),
    resolve6: typed('AAAA'),
    resolveCname: typed('CNAME'),
    resolveSrv: typed('SRV'),
    resolvePtr: typed('PTR'),
    resolveTxt: typed('TXT'),
    reverse: async (ip: string) => typed('PTR')(`${ip.split('.').reverse().join('.')}.in-addr.arpa`),
  }
  const byType: Record<string, string> = {
    A: 'resolve4',
    AAAA: 'resolve6',
    CNAME: 'resolveCname',
    SRV: 'resolveSrv',
    PTR: 'resolvePtr',
    TXT: 'resolveTxt',
  }
  resolvers.resolve = ((name: string, type: string = 'A') => {
    const method = byType[type]
    return method ? resolvers[method]!(name) : query(name, type)
  }) as never

  const callbackTargets = [dns, dns.Resolver.prototype] as unknown as Record<string, unknown>[]
  const promiseTargets = [dns.promises, dns.promises.Resolver.prototype] as unknown as Record<string, unknown>[]
  for (const [name, resolver] of Object.entries(resolvers)) {
    for (const target of promiseTargets) target[name] = resolver
    const withCallback = callbackify(resolver as (...args: unknown[]) => Promise<unknown>) as (
      ...args: unknown[]
    ) => void
    for (const target of callbackTargets)
      target[name] = (...args: unknown[]) => {
        const at = args.findIndex(a => typeof a === 'function')
        withCallback(...args.slice(0, at), args[at])
      }
  }
  const getServers = () => [pod.dnsServer]
  for (const target of [...callbackTargets, ...promiseTargets]) target.getServers = getServers
  const main = dns as unknown as Record<string, unknown>
  main.lookup = lookup
  ;(dns.promises as unknown as Record<string, unknown>).lookup = lookupPromise
  pod.lookups.add(lookup)
}

function readOptions(options: unknown): { all: boolean; family: number } {
  if (typeof options === 'number') return { all: false, family: options }
  const { all = false, family = 0 } = (options ?? {}) as { all?: boolean; family?: number | string }
  return { all, family: family === 'IPv6' ? 6 : family === 'IPv4' ? 4 : Number(family) }
}
