import type { Pod, Service } from '../../../../engine/api/types.ts'
import type { TrialPlace } from '../../../../engine/lab/contract.ts'
import { openablePorts } from '../../objects/actions/service-ports.ts'
import type { Said } from '../../text/define.ts'
import { isHeadless, targetPortOf, type EndpointRow } from '../overview/endpoints.ts'
import type { trialTexts } from './trial-text.ts'

/** Somewhere to send requests from. */
export interface PlaceOption {
  value: string
  label: string
  hint: string
  place: TrialPlace
}

/** The laptop, the nodes of workers that run, and their pods with an address of their own. */
export function placesOf(
  workers: readonly string[],
  pods: Iterable<Pod>,
  namespace: string,
  t: Said<typeof trialTexts.en>,
): PlaceOption[] {
  const option = (value: string, label: string, hint: string, place: TrialPlace) => ({ value, label, hint, place })
  const own = [...pods].flatMap(({ metadata, spec, status }) => {
    const { nodeName: worker, hostNetwork } = spec ?? {}
    const ip = status?.podIP
    if (status?.phase !== 'Running' || hostNetwork || !ip || !worker || !workers.includes(worker)) return []
    const name = metadata.namespace === namespace ? metadata.name! : `${metadata.namespace}/${metadata.name}`
    const place: TrialPlace = { kind: 'pod', worker, ip }
    return [
      {
        ...option(`pod/${metadata.namespace}/${metadata.name}`, t.fromPod(name), t.podHint(worker), place),
        near: metadata.namespace === namespace ? 0 : 1,
      },
    ]
  })
  own.sort((a, b) => a.near - b.near || (a.value < b.value ? -1 : 1))
  return [
    option('outside', t.fromOutside, t.outsideHint, { kind: 'outside' }),
    ...workers.map(worker =>
      option(`outside/${worker}`, t.fromOutsideBy(worker), t.outsideHint, { kind: 'outside', worker }),
    ),
    ...workers.map(worker => option(`node/${worker}`, t.fromNode(worker), t.nodeHint, { kind: 'node', worker })),
    ...own,
  ]
}

/** A port of a Service that can be tried, and what is dialled for it: of headless ones the port of the pods. */
export interface TrialPort {
  value: string
  label: string
  port: number
  /** Of the endpoints. */
  target: number | undefined
  scheme: 'http' | 'https'
}

export function trialPorts(service: Pick<Service, 'spec'>, rows: readonly EndpointRow[]): TrialPort[] {
  return openablePorts(service).map(({ port, name, scheme }) => {
    const target = targetPortOf({ name }, rows)
    const label = name ? `${port} (${name})` : String(port)
    return { value: String(port), label, port: isHeadless(service) ? (target ?? port) : port, target, scheme }
  })
}

/** Headers as they are typed: one in a line. Gives the first line that is none. */
export function headersOf(text: string): { headers: [string, string][]; wrong?: string } {
  const headers: [string, string][] = []
  for (const line of text.split('\n')) {
    if (!line.trim()) continue
    const [, name, value] = /^\s*([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)\s*$/.exec(line) ?? []
    if (name === undefined) return { headers, wrong: line.trim() }
    headers.push([name, value!])
  }
  return { headers }
}
