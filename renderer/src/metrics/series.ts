import type { MetricsBank, MetricsLine } from '../../../engine/lab/contract.ts'

/** Figures of one time axis: rings as the lab host keeps them, in the order of time. */
interface Bank {
  stepMs: number
  points: number
  /** The newest step, in milliseconds since the epoch. */
  at: number
  series: Map<string, number[]>
}

/** A piece of a series: what a chart draws. */
export interface Window {
  /** Milliseconds since the epoch, ascending. */
  times: number[]
  /** One list for each wanted series; null where there is no figure. */
  values: (number | null)[][]
}

/** The hour as the page knows it, fed with the lines of `/lab/v1/metrics`. */
export class History {
  readonly #banks = new Map<MetricsBank, Bank>()
  readonly #bankOf = new Map<string, Bank>()
  /** The oldest step of which anything is known. */
  #since = Infinity

  /** Takes a line over. Says whether what is shown may differ. */
  take(line: MetricsLine): boolean {
    switch (line.type) {
      case 'bank': {
        const { bank, stepMs, points, at } = line
        this.#banks.set(bank, { stepMs, points, at: at ?? 0, series: new Map() })
        return false
      }
      case 'series': {
        const bank = this.#banks.get(line.bank)
        if (!bank) return false
        const values = line.values.map(value => value ?? NaN)
        bank.series.set(line.key, [...new Array<number>(bank.points - values.length).fill(NaN), ...values])
        this.#bankOf.set(line.key, bank)
        this.#since = Math.min(this.#since, bank.at - (values.length - 1) * bank.stepMs)
        return false
      }
      case 'point':
        this.#add(line)
        return true
      case 'ready':
        return true
    }
  }

  keys(prefix: string): string[] {
    const found: string[] = []
    for (const { series } of this.#banks.values())
      for (const key of series.keys()) if (key.startsWith(prefix)) found.push(key)
    return found.sort()
  }

  /** The newest step of all. */
  get at(): number {
    return Math.max(0, ...[...this.#banks.values()].map(bank => bank.at))
  }

  /** When the figures begin: a lab that is young has no hour yet. */
  get since(): number {
    return Math.min(this.#since, this.at)
  }

  /** The last figure of a series, if it is of the newest step or the one before. */
  last(key: string): number | undefined {
    const values = this.#bankOf.get(key)?.series.get(key)
    const value = values && (Number.isNaN(values.at(-1)!) ? values.at(-2) : values.at(-1))
    return value === undefined || Number.isNaN(value) ? undefined : value
  }

  /** The steps from `from` to `to` of series that share a bank; what is not known of a series is null. */
  window(keys: readonly string[], from: number, to: number): Window {
    const bank = keys.map(key => this.#bankOf.get(key)).find(found => found !== undefined)
    if (!bank) return { times: [], values: keys.map(() => []) }
    const first = bank.at - (bank.points - 1) * bank.stepMs
    const begin = Math.max(0, Math.ceil((from - first) / bank.stepMs))
    const end = Math.min(bank.points - 1, Math.floor((to - first) / bank.stepMs))
    const places = Array.from({ length: Math.max(0, end - begin + 1) }, (_, i) => begin + i)
    return {
      times: places.map(i => first + i * bank.stepMs),
      values: keys.map(key => {
        const values = bank.series.get(key)
        return places.map(i => (values && !Number.isNaN(values[i]!) ? values[i]! : null))
      }),
    }
  }

  #add({ bank: name, at, values }: Extract<MetricsLine, { type: 'point' }>): void {
    const bank = this.#banks.get(name)
    if (!bank) return
    if (bank.at === 0) bank.at = at - bank.stepMs
    const steps = Math.min(bank.points, Math.max(0, Math.round((at - bank.at) / bank.stepMs)))
    for (const [key, list] of bank.series) {
      for (let i = 0; i < steps; i++) list.push(NaN)
      list.splice(0, steps)
      if (list.every(Number.isNaN)) {
        bank.series.delete(key)
        this.#bankOf.delete(key)
      }
    }
    bank.at = Math.max(bank.at, at)
    this.#since = Math.min(this.#since, at)
    for (const [key, value] of Object.entries(values)) {
      let list = bank.series.get(key)
      if (!list) bank.series.set(key, (list = new Array<number>(bank.points).fill(NaN)))
      list[bank.points - 1] = value
      this.#bankOf.set(key, bank)
    }
  }
}

/**
 * At most two points for each of `buckets` stretches of time, the least and the greatest of each series in it: a peak of one step stays
 * seen where a pixel stands for many.
 */
export function decimate({ times, values }: Window, buckets: number): Window {
  if (times.length <= buckets * 2) return { times, values }
  const size = times.length / buckets
  const result: Window = { times: [], values: values.map(() => []) }
  for (let b = 0; b < buckets; b++) {
    const from = Math.floor(b * size)
    const to = Math.max(from + 1, Math.floor((b + 1) * size))
    result.times.push(times[from]!, times[Math.min(to - 1, from + Math.max(1, (to - from) >> 1))]!)
    for (const [s, list] of values.entries()) {
      let least = -1
      let most = -1
      for (let i = from; i < to; i++) {
        if (list[i] === null) continue
        if (least < 0 || list[i]! < list[least]!) least = i
        if (most < 0 || list[i]! > list[most]!) most = i
      }
      const [one, two] = least <= most ? [least, most] : [most, least]
      result.values[s]!.push(one < 0 ? null : list[one]!, two < 0 ? null : list[two]!)
    }
  }
  return result
}

/** The values of the sum of series, step by step; null where none has a figure. */
export function sumOf(values: readonly (readonly (number | null)[])[]): (number | null)[] {
  return (values[0] ?? []).map((_, i) => {
    const known = values.map(list => list[i] ?? null).filter(value => value !== null)
    return known.length ? known.reduce((a, b) => a + b, 0) : null
  })
}
