import type { Configuration, Location, ServerBlock } from './configuration.ts'

/** The server of a port that a Host header means: by its name, a name with a star, else the default. */
export function serverFor(servers: ServerBlock[], host: string): ServerBlock {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  const fits = (pattern: string) =>
    pattern.startsWith('*.')
      ? name.endsWith(pattern.slice(1))
      : pattern.startsWith('~') && matches(pattern.slice(1), name)
  return (
    servers.find(server => server.names.includes(name)) ??
    servers.find(server => server.names.some(fits)) ??
    servers.find(server => server.isDefault) ??
    servers[0]
  )
}

/** The location of a path: the very one, else the first pattern that fits, else the longest beginning. */
export function locationFor({ locations }: ServerBlock, path: string): Location | undefined {
  const exact = locations.find(l => l.match === '=' && l.path === path)
  if (exact) return exact
  const [longest] = locations
    .filter(l => (l.match === '' || l.match === '^~') && path.startsWith(l.path))
    .sort((a, b) => b.path.length - a.path.length)
  if (longest?.match === '^~') return longest
  const pattern = locations.find(
    l => (l.match === '~' && matches(l.path, path)) || (l.match === '~*' && matches(l.path, path, 'i')),
  )
  return pattern ?? longest
}

function matches(pattern: string, text: string, flags = ''): boolean {
  return new RegExp(pattern, flags).test(text)
}

/** Replaces $uri and the like. What is not known stays. */
export function withVariables(text: string, values: Record<string, string>): string {
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, plain?: string) => {
    const name = (braced ?? plain)!
    return values[name] ?? whole
  })
}

/** The addresses that a proxied one stands for, in turn: an upstream's servers, or itself. */
export class Upstreams {
  readonly #servers: Configuration['upstreams']
  readonly #turns = new Map<string, number>()

  constructor(servers: Configuration['upstreams']) {
    this.#servers = servers
  }

  /** All addresses to try for a URL, beginning with the one whose turn it is. */
  addresses(url: string): string[] {
    const [, scheme, host, rest] = /^(https?:\/\/)([^/]+)(.*)$/.exec(url) ?? []
    const servers = host === undefined ? undefined : this.#servers.get(host)
    if (!servers?.length) return [url]
    const turn = this.#turns.get(host!) ?? 0
    this.#turns.set(host!, turn + 1)
    return servers.map((_, i) => scheme + servers[(turn + i) % servers.length] + rest)
  }
}
