import type { Ingress } from '../../api/types.ts'
import { readSettings, type IngressSettings } from './settings.ts'

/** A port of a Service of the Ingress's namespace. */
export interface ServiceBackend {
  namespace: string
  name: string
  port: { name?: string; number?: number }
}

/** Where a request goes. */
export interface IngressRoute {
  ingress: Ingress
  /** Absent where the Ingress names no Service, but some other object, which nothing here serves. */
  backend: ServiceBackend | undefined
  settings: IngressSettings
  /** The Ingress has TLS for this host. */
  secure: boolean
}

interface PathRule {
  path: string
  elements: string[]
  exact: boolean
  route: IngressRoute
}

interface HostRules {
  paths: PathRule[]
  fallback?: IngressRoute
}

type Backend = NonNullable<NonNullable<Ingress['spec']>['defaultBackend']>

const ANY_HOST = ''

/**
 * The rules of all Ingresses, as one table. A request belongs to the most specific host that has rules: the very name, then a
 * wildcard for its first label, then the rules without a host. There the longest path that fits wins, Exact before Prefix,
 * then the default backend of an Ingress of that host, then the one of an Ingress that has no rules. Of Ingresses that claim the same
 * the oldest has it.
 */
export class RouteTable {
  readonly #hosts = new Map<string, HostRules>()
  #fallback: IngressRoute | undefined

  constructor(ingresses: Ingress[]) {
    for (const ingress of [...ingresses].sort(byAge)) this.#add(ingress)
    for (const { paths } of this.#hosts.values()) paths.sort(bySpecificity)
  }

  /** The route of a request; `host` without its port, `target` as the request line has it. */
  match(host: string, target: string): IngressRoute | undefined {
    const rules = this.#rulesOf(normaliseHost(host))
    const elements = elementsOf(normalisePath(target))
    for (const rule of rules?.paths ?? []) if (fits(rule, elements)) return rule.route
    return rules?.fallback ?? this.#fallback
  }

  #rulesOf(host: string): HostRules | undefined {
    const dot = host.indexOf('.')
    return (
      this.#hosts.get(host) ??
      (dot > 0 ? this.#hosts.get(`*${host.slice(dot)}`) : undefined) ??
      this.#hosts.get(ANY_HOST)
    )
  }

  #add(ingress: Ingress): void {
    const { spec = {}, metadata } = ingress
    const { settings } = readSettings(ingress)
    const secured = new Set((spec.tls ?? []).flatMap(t => t.hosts ?? []))
    const everywhere = (spec.tls ?? []).some(t => !t.hosts?.length)
    const route = (host: string, backend: Backend): IngressRoute => ({
      ingress,
      settings,
      secure: everywhere || secured.has(host),
      backend: backend.service && {
        namespace: metadata.namespace!,
        name: backend.service.name,
        port: backend.service.port ?? {},
      },
    })
    const fallback = spec.defaultBackend && route(ANY_HOST, spec.defaultBackend)
    for (const rule of spec.rules ?? []) {
      const host = normaliseHost(rule.host ?? ANY_HOST)
      const rules = this.#hosts.get(host) ?? { paths: [] }
      this.#hosts.set(host, rules)
      if (spec.defaultBackend) rules.fallback ??= route(host, spec.defaultBackend)
      for (const { path = '/', pathType, backend } of rule.http?.paths ?? []) {
        const exact = pathType === 'Exact'
        const elements = elementsOf(path)
        const known = rules.paths.some(p => p.exact === exact && same(p.elements, elements))
        if (!known) rules.paths.push({ path, elements, exact, route: route(host, backend) })
      }
    }
    if (fallback && !spec.rules?.length) this.#fallback ??= fallback
  }
}

/** A host in the form in which rules are looked up: lower case, without a dot at the end. */
export function normaliseHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '')
}

/** The path of a request target without `.`, `..` and query: what a rule must not be walked around by. */
function normalisePath(target: string): string {
  const absolute = target.startsWith('/') ? `http://x${target}` : target
  const path = URL.canParse(absolute) ? new URL(absolute).pathname : '/'
  return path.replace(/\/{2,}/g, '/')
}

/** Elements between slashes; Prefix does not look at a slash at the end, Exact does. */
function elementsOf(path: string): string[] {
  return path.split('/').slice(1).map(decode)
}

function decode(element: string): string {
  try {
    return decodeURIComponent(element)
  } catch {
    // Not UTF-8 in percent signs: it is compared as it stands.
    return element
  }
}

function fits({ exact, elements }: PathRule, asked: string[]): boolean {
  if (exact) return same(elements, asked)
  const wanted = elements.at(-1) === '' ? elements.slice(0, -1) : elements
  return wanted.length <= asked.length && wanted.every((element, i) => element === asked[i])
}

function same(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((element, i) => element === b[i])
}

function bySpecificity(a: PathRule, b: PathRule): number {
  return b.path.length - a.path.length || Number(b.exact) - Number(a.exact)
}

function byAge(a: Ingress, b: Ingress): number {
  const id = ({ metadata }: Ingress) =>
    `${metadata.creationTimestamp ?? ''} ${metadata.namespace ?? ''}/${metadata.name ?? ''}`
  return id(a) < id(b) ? -1 : 1
}
