import type { EndpointSlice, Event, Pod, Service } from '../../../../engine/api/types.ts'
import { podState } from '../../cluster/pod-state.ts'
import type { Tone } from '../../ui/tone.ts'

/** ready: takes connections · draining: ends, and serves what comes if no other is ready · ending: ends and serves no more */
export type Health = 'ready' | 'draining' | 'ending' | 'notReady'

export const HEALTH_TONE: Record<Health, Tone> = { ready: 'ok', draining: 'warn', ending: 'idle', notReady: 'bad' }

/** One address behind a Service. */
export interface EndpointRow {
  ip: string
  /** Of its ports those of the slice: named as in the Service. */
  ports: { name: string; port: number; protocol: string }[]
  health: Health
  ready: boolean
  serving: boolean
  terminating: boolean
  node?: string
  zone?: string
  /** Zones or nodes whose clients should use it. */
  hints: string[]
  pod?: { namespace: string; name: string }
  /** Why it takes no connections, in the words of the kubelet. */
  why?: string
}

const SERVICE_LABEL = 'kubernetes.io/service-name'

/** The slices of each Service, as `namespace/name`. */
export function slicesByService(slices: Iterable<EndpointSlice>): Map<string, EndpointSlice[]> {
  return Map.groupBy(slices, ({ metadata }) => `${metadata.namespace}/${metadata.labels?.[SERVICE_LABEL] ?? ''}`)
}

/** The endpoints of a Service: those that take connections first, then by address. An address in several slices is one. */
export function endpointsOf(
  slices: readonly EndpointSlice[],
  pods: ReadonlyMap<string, Pod> = new Map(),
  events: readonly Event[] = [],
): EndpointRow[] {
  const rows = new Map<string, EndpointRow>()
  for (const slice of slices) {
    const ports = (slice.ports ?? []).flatMap(({ name = '', port, protocol = 'TCP' }) =>
      port ? [{ name, port, protocol }] : [],
    )
    for (const endpoint of slice.endpoints ?? []) {
      const ip = endpoint.addresses?.[0]
      if (!ip) continue
      const known = rows.get(ip)
      if (known) {
        known.ports = [...known.ports, ...ports.filter(p => !known.ports.some(k => samePort(k, p)))]
        continue
      }
      const { ready = true, serving = ready, terminating = false } = endpoint.conditions ?? {}
      const { targetRef, hints } = endpoint
      const pod =
        targetRef?.kind === 'Pod' && targetRef.name
          ? { namespace: targetRef.namespace ?? slice.metadata.namespace ?? '', name: targetRef.name }
          : undefined
      const health = ready ? 'ready' : terminating ? (serving ? 'draining' : 'ending') : 'notReady'
      rows.set(ip, {
        ...{ ip, ports, health, ready, serving, terminating, pod },
        ...(endpoint.nodeName && { node: endpoint.nodeName }),
        ...(endpoint.zone && { zone: endpoint.zone }),
        hints: [...(hints?.forZones ?? []), ...(hints?.forNodes ?? [])].flatMap(h => (h.name ? [h.name] : [])),
        ...(!ready && pod && { why: reasonOf(pods.get(`${pod.namespace}/${pod.name}`), events) }),
      })
    }
  }
  const place = (row: EndpointRow) => ['ready', 'draining', 'notReady', 'ending'].indexOf(row.health)
  return [...rows.values()].sort((a, b) => place(a) - place(b) || byAddress(a.ip, b.ip))
}

/** How many of a Service's endpoints take connections. */
export function readiness(rows: readonly EndpointRow[]): { ready: number; total: number } {
  return { ready: rows.filter(r => r.ready).length, total: rows.length }
}

/** The endpoint that an answer named as `ip:port`. */
export function endpointAt(rows: readonly EndpointRow[], address: string | undefined): EndpointRow | undefined {
  return rows.find(r => r.ip === address?.replace(/:\d+$/, ''))
}

/** What the kubelet said last of a probe that fails, or else why the pod's containers do not run, or why it is not ready. */
function reasonOf(pod: Pod | undefined, events: readonly Event[]): string | undefined {
  if (!pod) return undefined
  const { namespace, name } = pod.metadata
  const failed = events
    .filter(e => e.reason === 'Unhealthy' && e.involvedObject?.name === name && e.metadata.namespace === namespace)
    .sort((a, b) => timeOf(b) - timeOf(a))[0]
  if (failed?.message) return failed.message
  const state = podState(pod)
  if (state.tone === 'bad') return state.text
  return pod.status?.conditions?.find(c => c.type === 'Ready' && c.status !== 'True')?.message || undefined
}

function timeOf(event: Event): number {
  return Date.parse(event.lastTimestamp ?? event.metadata.creationTimestamp ?? '') || 0
}

function samePort(a: EndpointRow['ports'][number], b: EndpointRow['ports'][number]): boolean {
  return a.name === b.name && a.port === b.port && a.protocol === b.protocol
}

function byAddress(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}

/** The port of an endpoint to which a Service's port leads; undefined if it has none. */
export function targetPortOf(
  { name = '', protocol = 'TCP' }: { name?: string; protocol?: string },
  rows: readonly EndpointRow[],
): number | undefined {
  for (const row of rows) {
    const port = row.ports.find(p => p.name === name && p.protocol === protocol)
    if (port) return port.port
  }
  return undefined
}

/** Whether its name leads to its pods themselves, with no address between. */
export function isHeadless({ spec }: Pick<Service, 'spec'>): boolean {
  return spec?.clusterIP === 'None'
}
