import { ExpositionReader } from './exposition.ts'
import { quantileOf, Rates, type Bucket } from './rates.ts'

const START = 'process_start_time_seconds'
const LEADS = 'leader_election_master_status'
const ATTEMPTS = 'scheduler_schedule_attempts_total'
const PENDING = 'scheduler_pending_pods'
const DURATION = 'scheduler_scheduling_attempt_duration_seconds_bucket'
const DEPTH = 'workqueue_depth'
const ADDS = 'workqueue_adds_total'
const RETRIES = 'workqueue_retries_total'
const WAIT = 'workqueue_queue_duration_seconds_bucket'
const WORK = 'workqueue_work_duration_seconds_bucket'
const WANTED = [START, LEADS, ATTEMPTS, PENDING, DURATION, DEPTH, ADDS, RETRIES, WAIT, WORK]

/** What one scheduler or controller manager did since the last look. */
export interface ComponentLook {
  leads: number
  /** By the ends of their series' names; those of all masters are summed. */
  sums: Map<string, number>
  /** How long something took, for what is counted: growth of the buckets. */
  buckets: Map<string, Map<number, number>>
}

/** Reads the /metrics of one scheduler or controller manager, look by look. */
export class ComponentFigures {
  readonly #reader = new ExpositionReader(WANTED)
  readonly #rates = new Rates()

  /** `at`: monotonic milliseconds. */
  look(text: string, at: number): ComponentLook {
    const samples = [...this.#reader.read(text)]
    const { grown, perSecond } = this.#rates.look(at, samples.find(({ name }) => name === START)?.value)
    const look: ComponentLook = { leads: 0, sums: new Map(), buckets: new Map() }
    const rate = (key: string, value: number) => {
      const growth = perSecond(grown(key, value))
      if (growth !== undefined) look.sums.set(key, growth)
    }
    const bucket = (kind: string, labels: Readonly<Record<string, string>>, value: number) => {
      const bound = Number(labels.le!.replace('+Inf', 'Infinity'))
      const count = grown(`${kind} ${JSON.stringify(labels)}`, value) ?? 0
      const buckets = look.buckets.get(kind) ?? new Map<number, number>()
      look.buckets.set(kind, buckets.set(bound, (buckets.get(bound) ?? 0) + count))
    }
    for (const { name, labels, value } of samples) {
      if (name === LEADS) look.leads = value
      else if (name === ATTEMPTS) rate(`scheduler/attempts/${labels.result}`, value)
      else if (name === PENDING) look.sums.set(`scheduler/pending/${labels.queue}`, value)
      else if (name === DURATION) bucket('scheduler/attempt', labels, value)
      else if (name === DEPTH) look.sums.set(`queue/${labels.name}/depth`, value)
      else if (name === ADDS) rate(`queue/${labels.name}/adds`, value)
      else if (name === RETRIES) rate(`queue/${labels.name}/retries`, value)
      else if (name === WAIT) bucket('controllers/wait', labels, value)
      else if (name === WORK) bucket('controllers/work', labels, value)
    }
    return look
  }
}

/** The figures of all of a kind by the names of their series: only one of them leads and works. */
export function componentSeries(kind: string, looks: ReadonlyMap<string, ComponentLook>): Map<string, number> {
  const series = new Map<string, number>()
  const durations = new Map<string, Map<number, number>>()
  for (const [master, { leads, sums, buckets }] of looks) {
    series.set(`${kind}/${master}/leads`, leads)
    for (const [key, value] of sums) series.set(key, (series.get(key) ?? 0) + value)
    for (const [name, counts] of buckets)
      for (const [bound, count] of counts) {
        const all = durations.get(name) ?? new Map<number, number>()
        durations.set(name, all.set(bound, (all.get(bound) ?? 0) + count))
      }
  }
  for (const [name, counts] of durations) {
    const all = [...counts].map(([bound, count]): Bucket => ({ bound, count }))
    for (const [part, q] of [
      ['p50', 0.5],
      ['p99', 0.99],
    ] as const) {
      const value = quantileOf(all, q)
      if (value !== undefined) series.set(`${name}/${part}`, value)
    }
  }
  return series
}
