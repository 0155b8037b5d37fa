import { ExpositionReader } from './exposition.ts'
import { quantileOf, Rates, type Bucket } from './rates.ts'

const COMMIT = 'etcd_disk_wal_fsync_duration_seconds_bucket'
/** What is kept of a member's gauges, and under which name. */
const GAUGES: Record<string, string> = {
  etcd_mvcc_db_total_size_in_bytes: 'size',
  etcd_mvcc_db_total_size_in_use_in_bytes: 'used',
  etcd_server_proposals_pending: 'pending',
  etcd_server_is_leader: 'leads',
  etcd_debugging_mvcc_watcher_total: 'watches',
}
/** Those that only grow: kept as rates. */
const COUNTERS: Record<string, string> = {
  etcd_server_proposals_committed_total: 'commits',
  etcd_debugging_mvcc_current_revision: 'revisions',
  etcd_server_proposals_failed_total: 'failures',
}
const APPLIED = 'etcd_server_proposals_applied_total'
const COMMITTED = 'etcd_server_proposals_committed_total'

export interface StoreLook {
  figures: Map<string, number>
  /** Indexes in the log. */
  committed: number
  applied: number
}

/** Reads one store member's /metrics, look by look. */
export class StoreMemberFigures {
  readonly #reader = new ExpositionReader([COMMIT, APPLIED, ...Object.keys(GAUGES), ...Object.keys(COUNTERS)])
  readonly #rates = new Rates()

  /** `at`: monotonic milliseconds. */
  look(text: string, at: number): StoreLook {
    const figures = new Map<string, number>()
    const buckets: Bucket[] = []
    const indexes: Record<string, number> = {}
    const { grown, perSecond } = this.#rates.look(at)
    for (const { name, labels, value } of this.#reader.read(text)) {
      const gauge = GAUGES[name]
      const counter = COUNTERS[name]
      if (gauge) figures.set(gauge, value)
      if (counter) figures.set(counter, perSecond(grown(name, value)) ?? NaN)
      if (name === APPLIED || name === COMMITTED) indexes[name] = value
      if (name === COMMIT) {
        const bound = Number(labels.le!.replace('+Inf', 'Infinity'))
        buckets.push({ bound, count: grown(`${name} ${bound}`, value) ?? 0 })
      }
    }
    figures.set('fsync-p50', quantileOf(buckets, 0.5) ?? NaN)
    figures.set('fsync-p99', quantileOf(buckets, 0.99) ?? NaN)
    return { figures, committed: indexes[COMMITTED] ?? NaN, applied: indexes[APPLIED] ?? NaN }
  }
}

/** The figures of all members by the names of their series, and how far each is behind the one that knows most. */
export function storeSeries(looks: ReadonlyMap<string, StoreLook>): Map<string, number> {
  const series = new Map<string, number>()
  const newest = Math.max(...[...looks.values()].map(look => look.committed))
  for (const [name, { figures, applied }] of looks) {
    for (const [figure, value] of figures) series.set(`store/${name}/${figure}`, value)
    series.set(`store/${name}/behind`, Math.max(0, newest - applied))
  }
  return series
}
