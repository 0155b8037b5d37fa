import type { EndpointSlice } from '../../api/types.ts'

/** One address and port that a connection can go to. */
export interface ServiceEndpoint {
  ip: string
  port: number
  nodeName?: string
  /** It shuts down, and is used because no other is there. */
  terminating: boolean
}

type SliceEndpoint = NonNullable<EndpointSlice['endpoints']>[number]

/**
 * Which endpoints take connections to a port: those that are ready; if there are none, those that shut down but still
 * serve. On this node alone the same holds for the node's own. Topology hints are followed as kube-proxy does: only if every
 * ready endpoint has one, and at least one is for this zone or node.
 */
export function eligibleEndpoints(
  slices: EndpointSlice[],
  port: { name: string; protocol: string },
  nodeName: string,
  zone?: string,
): { cluster: ServiceEndpoint[]; local: ServiceEndpoint[] } {
  const ready: { from: SliceEndpoint; to: ServiceEndpoint }[] = []
  const ending: { from: SliceEndpoint; to: ServiceEndpoint }[] = []
  const seen = new Set<string>()
  for (const slice of slices) {
    const number = slice.ports?.find(p => (p.name ?? '') === port.name && (p.protocol ?? 'TCP') === port.protocol)?.port
    if (!number) continue
    for (const endpoint of slice.endpoints ?? []) {
      const ip = endpoint.addresses?.[0]
      if (!ip) continue
      const { ready: isReady = true, serving = isReady, terminating = false } = endpoint.conditions ?? {}
      const list = isReady ? ready : serving && terminating ? ending : undefined
      if (!list || seen.has(`${ip}:${number}`)) continue
      seen.add(`${ip}:${number}`)
      list.push({ from: endpoint, to: { ip, port: number, nodeName: endpoint.nodeName, terminating } })
    }
  }
  const pick = (list: typeof ready) => list.map(e => e.to).sort(byAddress)
  const own = (list: typeof ready) => list.filter(e => e.from.nodeName === nodeName)
  const near = hinted(ready, nodeName, zone) ?? ready
  return {
    cluster: pick(near.length ? near : ending),
    local: pick(own(ready).length ? own(ready) : own(ending)),
  }
}

function hinted<T extends { from: SliceEndpoint }>(
  endpoints: T[],
  nodeName: string,
  zone: string | undefined,
): T[] | undefined {
  if (endpoints.length && endpoints.every(e => e.from.hints?.forNodes?.length)) {
    const here = endpoints.filter(e => e.from.hints!.forNodes!.some(n => n.name === nodeName))
    if (here.length) return here
  }
  if (!zone || !endpoints.every(e => e.from.hints?.forZones?.length)) return undefined
  const here = endpoints.filter(e => e.from.hints!.forZones!.some(z => z.name === zone))
  return here.length ? here : undefined
}

function byAddress(a: ServiceEndpoint, b: ServiceEndpoint): number {
  return a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : a.port - b.port
}
