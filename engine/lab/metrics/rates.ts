/**
 * How fast the counters of one process grow. A counter that is smaller than before, and all of them after a restart, began anew at
 * nothing: what they have is what came since.
 */
export class Rates {
  #seen = new Map<string, number>()
  /** When all of them were last looked at, in milliseconds. */
  #at: number | undefined
  #start: number | undefined

  /**
   * Takes a look: gives a function that tells how much a counter grew since the last one, and how fast. `at`: monotonic milliseconds.
   * `start` says which run of the process it is.
   */
  look(at: number, start?: number): Look {
    const restarted = this.#start !== undefined && start !== undefined && start !== this.#start
    const before = this.#at
    this.#at = at
    this.#start = start ?? this.#start
    const old = this.#seen
    const seen = (this.#seen = new Map<string, number>())
    const grown = (key: string, value: number): number | undefined => {
      seen.set(key, value)
      if (before === undefined) return undefined
      // One that was not there before had counted nothing.
      const last = restarted ? 0 : (old.get(key) ?? 0)
      return value < last ? value : value - last
    }
    const seconds = before === undefined ? 0 : (at - before) / 1_000
    return { grown, perSecond: growth => (growth === undefined || seconds <= 0 ? undefined : growth / seconds) }
  }
}

export interface Look {
  /** How much a counter grew; undefined at the first look, which says nothing. */
  grown(key: string, value: number): number | undefined
  perSecond(growth: number | undefined): number | undefined
}

/** A bucket of a histogram: how many were at most so large, counted like Prometheus' `le`. */
export interface Bucket {
  bound: number
  count: number
}

/**
 * The value below which a share `q` of what was counted lies, taken to be spread evenly within its bucket, as Prometheus' histogram_quantile
 * does. What is beyond the last bound counts as that bound. Undefined if nothing was counted.
 */
export function quantileOf(buckets: readonly Bucket[], q: number): number | undefined {
  const sorted = [...buckets].sort((a, b) => a.bound - b.bound)
  const total = sorted.at(-1)?.count ?? 0
  if (total <= 0) return undefined
  const rank = q * total
  let below = { bound: 0, count: 0 }
  for (const bucket of sorted) {
    if (bucket.count >= rank && bucket.count > below.count) {
      if (bucket.bound === Infinity) return below.bound
      return below.bound + ((bucket.bound - below.bound) * (rank - below.count)) / (bucket.count - below.count)
    }
    if (bucket.bound !== Infinity) below = bucket
  }
  return below.bound
}
