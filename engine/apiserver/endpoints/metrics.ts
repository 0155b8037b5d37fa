import type { Backend } from '../backend.ts'
import type { RequestContext } from '../request/context.ts'
import { isLongRunning } from '../request/in-flight.ts'
import { sendBytes } from '../request/respond.ts'

/** Upper bounds in seconds, as kube-apiserver has them. */
const BUCKETS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60]
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'
const MUTATING = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])

interface Histogram {
  counts: number[]
  sum: number
  total: number
}

/** What /metrics tells, under the names of kube-apiserver where they mean the same. */
export class Metrics {
  readonly #backend: Backend
  readonly #startedAt: number
  readonly #requests = new Map<string, number>()
  readonly #durations = new Map<string, Histogram>()
  readonly #inFlight = { mutating: 0, readOnly: 0 }
  #longRunning = 0

  constructor(backend: Backend) {
    this.#backend = backend
    this.#startedAt = backend.clock.now()
  }

  /** A request has come in. Returns what to call when it has been answered. */
  begin(ctx: RequestContext): () => void {
    const long = isLongRunning(ctx)
    const kind = MUTATING.has(ctx.info.verb) ? 'mutating' : 'readOnly'
    if (long) this.#longRunning++
    else this.#inFlight[kind]++
    return () => {
      if (long) this.#longRunning--
      else this.#inFlight[kind]--
      this.#finished(ctx, long)
    }
  }

  #finished(ctx: RequestContext, long: boolean): void {
    const labels = this.#labels(ctx)
    const counted = `${labels},code="${ctx.response.statusCode}"`
    this.#requests.set(counted, (this.#requests.get(counted) ?? 0) + 1)
    if (long) return
    let histogram = this.#durations.get(labels)
    if (!histogram) this.#durations.set(labels, (histogram = { counts: BUCKETS.map(() => 0), sum: 0, total: 0 }))
    const seconds = Math.max(0, this.#backend.clock.now() - ctx.startedAt) / 1000
    const bucket = BUCKETS.findIndex(bound => seconds <= bound)
    if (bucket >= 0) histogram.counts[bucket]!++
    histogram.sum += seconds
    histogram.total++
  }

  /** Only what is served has labels of its own: who asks for anything at all must not fill the memory. */
  #labels({ info }: RequestContext): string {
    const resource = info.isResource ? this.#backend.resources.find(info.group, info.version, info.resource) : undefined
    if (!resource)
      return `verb="${info.isResource ? 'other' : 'GET'}",group="",version="",resource="",subresource="",scope=""`
    const known = resource.strategy.subresources?.some(s => s.name === info.subresource)
    const scope = info.name ? 'resource' : info.namespace ? 'namespace' : 'cluster'
    return `verb="${info.verb.toUpperCase()}",group="${resource.group}",version="${resource.version}",resource="${resource.resource}",subresource="${known ? info.subresource : ''}",scope="${scope}"`
  }

  serve(ctx: RequestContext): Promise<void> {
    const lines: string[] = []
    const metric = (name: string, type: string, help: string, samples: Iterable<string>) => {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`)
      for (const sample of samples) lines.push(name + sample)
    }
    metric(
      'apiserver_request_total',
      'counter',
      'Requests that were answered.',
      [...this.#requests].map(([labels, n]) => `{${labels}} ${n}`),
    )
    metric(
      'apiserver_request_duration_seconds',
      'histogram',
      'Time until the answer, watches and streams aside.',
      [...this.#durations].flatMap(([labels, histogram]) => [...samplesOf(labels, histogram)]),
    )
    metric(
      'apiserver_current_inflight_requests',
      'gauge',
      'Requests under way, watches and streams aside.',
      Object.entries(this.#inFlight).map(([kind, n]) => `{request_kind="${kind}"} ${n}`),
    )
    metric('apiserver_longrunning_requests', 'gauge', 'Watches and streams that are open.', [` ${this.#longRunning}`])
    metric(
      'apiserver_resource_objects',
      'gauge',
      'Objects in the watch caches.',
      this.#backend.feed
        .sizes()
        .map(([prefix, n]) => `{resource="${prefix.split('/').at(-2)}",prefix="${prefix}"} ${n}`),
    )
    metric('apiserver_storage_revision', 'gauge', 'Revision up to which the watch caches are filled.', [
      ` ${this.#backend.feed.revision}`,
    ])
    const { user, system } = process.cpuUsage()
    metric('process_cpu_seconds_total', 'counter', 'CPU time of the process, all of its threads.', [
      ` ${(user + system) / 1e6}`,
    ])
    metric('process_resident_memory_bytes', 'gauge', 'Memory of the process that is resident.', [
      ` ${process.memoryUsage().rss}`,
    ])
    metric('process_start_time_seconds', 'gauge', 'Start of the server, in seconds since the epoch.', [
      ` ${this.#startedAt / 1000}`,
    ])
    return sendBytes(ctx, 200, Buffer.from(lines.join('\n') + '\n'), CONTENT_TYPE)
  }
}

function* samplesOf(labels: string, { counts, sum, total }: Histogram): Generator<string> {
  let below = 0
  for (const [i, bound] of BUCKETS.entries()) yield `_bucket{${labels},le="${bound}"} ${(below += counts[i]!)}`
  yield `_bucket{${labels},le="+Inf"} ${total}`
  yield `_sum{${labels}} ${sum}`
  yield `_count{${labels}} ${total}`
}
