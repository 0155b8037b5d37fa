import type { EndpointSlice, Service } from '../../../engine/api/types.ts'
import type { Tone } from '../ui/tone.ts'
import { endpointsOf, readiness, slicesByService } from './overview/endpoints.ts'

export interface ServiceRow {
  key: string
  namespace: string
  name: string
  type: string
  clusterIP: string
  ports: string
  ready: number
  total: number
  tone: Tone
}

export interface Narrowing {
  text: string
  /** Empty for all. */
  namespace: string
}

/** The Services of a list, by namespace and name. */
export function serviceRows(
  services: Iterable<Service>,
  slices: Iterable<EndpointSlice>,
  { text, namespace }: Narrowing,
): ServiceRow[] {
  const of = slicesByService(slices)
  const wanted = text.trim().toLowerCase()
  const rows: ServiceRow[] = []
  for (const { metadata, spec } of services) {
    const { namespace: ns = '', name = '' } = metadata
    if (namespace && ns !== namespace) continue
    const key = `${ns}/${name}`
    const { type = 'ClusterIP', clusterIP = '', externalName } = spec ?? {}
    const { ready, total } = readiness(endpointsOf(of.get(key) ?? []))
    const row = {
      ...{ key, namespace: ns, name, type, ready, total },
      clusterIP: type === 'ExternalName' ? (externalName ?? '') : clusterIP,
      ports: (spec?.ports ?? []).map(portText).join(', '),
      tone: toneOf(type, ready, total),
    }
    if (`${key} ${row.type} ${row.clusterIP} ${row.ports}`.toLowerCase().includes(wanted)) rows.push(row)
  }
  return rows.sort((a, b) =>
    a.namespace === b.namespace ? (a.name < b.name ? -1 : 1) : a.namespace < b.namespace ? -1 : 1,
  )
}

/** As kubectl prints it: 80:30080/TCP. */
export function portText({
  port,
  nodePort,
  protocol = 'TCP',
}: {
  port?: number
  nodePort?: number
  protocol?: string
}) {
  return `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`
}

function toneOf(type: string, ready: number, total: number): Tone {
  if (type === 'ExternalName') return 'idle'
  return ready === 0 ? 'bad' : ready < total ? 'warn' : 'ok'
}

/** Address of a Service in this view, with one of its tabs. */
export function serviceAddress(namespace: string, name: string, tab?: 'try' | 'rules'): string {
  return `/services/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}${tab ? `?tab=${tab}` : ''}`
}
