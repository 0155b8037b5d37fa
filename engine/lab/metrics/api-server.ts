import { ExpositionReader } from './exposition.ts'
import { quantileOf, Rates, type Bucket } from './rates.ts'

/** What the API servers did since the last look. */
export interface ApiLook {
  /** Requests a second for objects, by verb. */
  verbs: Map<string, number>
  /** Of these, those that were refused (4xx), and those that failed (5xx). */
  refused: number
  failed: number
  /** Pods that were given a node, a second. */
  bound: number
  /** How long answers took, for what is counted: growth of the buckets. */
  buckets: { read: Map<number, number>; write: Map<number, number> }
  inFlight: number
  /** Watches and streams that are open. */
  streams: number
}

const TOTAL = 'apiserver_request_total'
const BUCKET = 'apiserver_request_duration_seconds_bucket'
const IN_FLIGHT = 'apiserver_current_inflight_requests'
const STREAMS = 'apiserver_longrunning_requests'
const START = 'process_start_time_seconds'
const READS = new Set(['GET', 'LIST'])

/** Reads one API server's /metrics, look by look. */
export class ApiServerFigures {
  readonly #reader = new ExpositionReader([TOTAL, BUCKET, IN_FLIGHT, STREAMS, START])
  readonly #rates = new Rates()

  /** `at`: monotonic milliseconds. Undefined at the first look, which has nothing to compare with. */
  look(text: string, at: number): ApiLook | undefined {
    const sums = new Map<string, number>()
    let start: number | undefined
    const found = { inFlight: 0, streams: 0 }
    const count = (key: string, value: number) => sums.set(key, (sums.get(key) ?? 0) + value)
    for (const { name, labels, value } of this.#reader.read(text)) {
      if (name === START) start = value
      else if (name === STREAMS) found.streams = value
      else if (name === IN_FLIGHT) found.inFlight += value
      // Discovery, health and the like, such as this very question, are no requests for objects.
      else if (!labels.resource || labels.verb === undefined) continue
      else if (name === BUCKET)
        count(`${READS.has(labels.verb) ? 'read' : 'write'} ${labels.le!.replace('+Inf', 'Infinity')}`, value)
      else {
        count(`verb ${labels.verb}`, value)
        if (labels.code?.startsWith('4')) count('refused', value)
        if (labels.code?.startsWith('5')) count('failed', value)
        if (labels.subresource === 'binding' && labels.code?.startsWith('2')) count('bound', value)
      }
    }
    const { grown, perSecond } = this.#rates.look(at, start)
    const growth = new Map([...sums].map(([key, value]) => [key, grown(key, value)]))
    if ([...growth.values()].includes(undefined) || sums.size === 0) return undefined
    const rate = (key: string) => perSecond(growth.get(key) ?? 0) ?? 0
    const of = (prefix: string) => [...growth.keys()].filter(key => key.startsWith(prefix))
    const buckets = (kind: string) => new Map(of(`${kind} `).map(key => [Number(key.split(' ')[1]), growth.get(key)!]))
    return {
      verbs: new Map(of('verb ').map(key => [key.slice(5), rate(key)])),
      refused: rate('refused'),
      failed: rate('failed'),
      bound: rate('bound'),
      buckets: { read: buckets('read'), write: buckets('write') },
      ...found,
    }
  }
}

/** The figures of all API servers together, and of each, by the names of their series. */
export function apiSeries(looks: ReadonlyMap<string, ApiLook>): Map<string, number> {
  const series = new Map<string, number>()
  const add = (key: string, value: number) => series.set(key, (series.get(key) ?? 0) + value)
  const buckets = { read: new Map<number, number>(), write: new Map<number, number>() }
  for (const [name, look] of looks) {
    for (const [verb, rate] of look.verbs) {
      add(`api/verb/${verb}`, rate)
      add(`api/${name}/requests`, rate)
    }
    add('api/errors/4xx', look.refused)
    add('api/errors/5xx', look.failed)
    add('scheduler/bound', look.bound)
    add(`api/${name}/inflight`, look.inFlight)
    add(`api/${name}/streams`, look.streams)
    for (const kind of ['read', 'write'] as const)
      for (const [bound, n] of look.buckets[kind]) buckets[kind].set(bound, (buckets[kind].get(bound) ?? 0) + n)
  }
  for (const kind of ['read', 'write'] as const) {
    const all = [...buckets[kind]].map(([bound, count]): Bucket => ({ bound, count }))
    for (const [name, q] of [
      ['p50', 0.5],
      ['p99', 0.99],
    ] as const) {
      const value = quantileOf(all, q)
      if (value !== undefined) series.set(`api/${kind}/${name}`, value)
    }
  }
  return series
}
