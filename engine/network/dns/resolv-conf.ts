import { parseIP } from '../../api/validation/ip.ts'

/** What `/etc/resolv.conf` says to a resolver. */
export interface ResolverSettings {
  servers: string[]
  search: string[]
  ndots: number
}

/** Reads resolv.conf; what it does not say is as C libraries have it. */
export function readResolver(text: string): ResolverSettings {
  const settings: ResolverSettings = { servers: [], search: [], ndots: 1 }
  for (const line of text.split('\n')) {
    const [keyword, ...values] = line.trim().split(/\s+/)
    if (keyword === 'nameserver' && values[0]) settings.servers.push(values[0])
    else if (keyword === 'search' || keyword === 'domain') settings.search = values
    else if (keyword === 'options')
      for (const option of values) {
        const dots = /^ndots:(\d+)$/.exec(option)?.[1]
        if (dots !== undefined) settings.ndots = Math.min(Number(dots), 15)
      }
  }
  return settings
}

/** The full names that are tried for a name, in order. */
export function candidates(name: string, { search, ndots }: ResolverSettings): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)]
  const searched = search.map(domain => `${name}.${domain.replace(/\.$/, '')}`)
  return name.split('.').length - 1 >= ndots ? [name, ...searched] : [...searched, name]
}

/** The name under which an address is asked for in reverse, or undefined for what is no address. */
export function reverseName(address: string): string | undefined {
  const ip = parseIP(address)
  if (ip?.family === 'IPv4') return `${[...ip.bytes].reverse().join('.')}.in-addr.arpa`
  if (!ip) return undefined
  const digits = ip.bytes.map(byte => byte.toString(16).padStart(2, '0')).join('')
  return `${[...digits].reverse().join('.')}.ip6.arpa`
}
