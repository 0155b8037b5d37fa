import type { Ingress, Service } from '../../../../engine/api/types.ts'
import type { ExposureResult } from '../../../../engine/lab/contract.ts'
import { openablePorts } from '../../objects/actions/service-ports.ts'

/** A way to a Service from this computer. */
export interface Way {
  kind: 'NodePort' | 'LoadBalancer' | 'Ingress'
  /** What it is in the cluster: a port of the nodes, an address, a host and path. */
  what: string
  /** Opens it in a browser; absent where none can: the other fields say why. */
  url?: string
  /** What reaches it where a browser would not find the host. */
  command?: string
  /** Not HTTP: where a program connects. */
  address?: string
  /** Why it is not open, or not where it was to be. */
  error?: string
  /** The Ingress that leads here. */
  ingress?: string
}

/** NodePorts and load balancers as the lab has opened them, and the rules of Ingresses that lead to the Service. */
export function waysTo(
  service: Pick<Service, 'metadata' | 'spec'>,
  exposed: readonly ExposureResult[],
  ingresses: readonly Ingress[],
): Way[] {
  const { namespace, name } = service.metadata
  const openable = openablePorts(service)
  const direct = exposed
    .filter(e => e.namespace === namespace && e.service === name && e.kind !== 'Ingress')
    .map(({ kind, port, protocol, boundPort, error }): Way => {
      const own = service.spec?.ports?.find(p => (kind === 'NodePort' ? p.nodePort : p.port) === port)
      const scheme = protocol === 'TCP' ? openable.find(p => p.port === own?.port)?.scheme : undefined
      const address = boundPort ? `127.0.0.1:${boundPort}` : undefined
      return {
        ...{ kind, what: `${port}/${protocol}` },
        ...(address && (scheme ? { url: `${scheme}://${address}/` } : { address })),
        ...(error && { error }),
      }
    })
  return [
    ...direct,
    ...ingresses.filter(i => i.metadata.namespace === namespace).flatMap(i => rulesOf(i, name!, exposed)),
  ]
}

function rulesOf({ metadata, spec }: Ingress, service: string, exposed: readonly ExposureResult[]): Way[] {
  const bound = (port: number) => exposed.find(e => e.kind === 'Ingress' && e.port === port)?.boundPort
  const way = (host: string | undefined, path: string): Way => {
    const secure = spec?.tls?.some(t => !t.hosts?.length || (host !== undefined && t.hosts.includes(host))) ?? false
    const port = bound(secure ? 443 : 80)
    const what = `${host ?? '*'}${path}`
    const common = { kind: 'Ingress' as const, what, ingress: metadata.name! }
    if (!port) return common
    const scheme = secure ? 'https' : 'http'
    const shown = host?.replace(/^\*/, 'any')
    const url = `${scheme}://${shown ?? '127.0.0.1'}:${port}${path}`
    // Browsers lead every name below localhost to this computer; of others only the user knows.
    if (!shown || /(^|\.)localhost$/.test(shown)) return { ...common, url }
    return { ...common, command: `curl ${secure ? '-k ' : ''}--resolve ${shown}:${port}:127.0.0.1 ${url}` }
  }
  const ways = (spec?.rules ?? []).flatMap(({ host, http }) =>
    (http?.paths ?? []).filter(p => p.backend?.service?.name === service).map(p => way(host, p.path ?? '/')),
  )
  return spec?.defaultBackend?.service?.name === service ? [...ways, way(undefined, '/')] : ways
}
