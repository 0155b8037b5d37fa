/** A step's worth of figures, by the name of their series. */
export type Figures = ReadonlyMap<string, number>

interface Series {
  values: Float32Array
  /** Step of the last value. */
  last: number
}

/**
 * The last figures of many series on one time axis: step by step, in rings of fixed size, 4 bytes a figure. A series of which nothing
 * was heard for as long as the rings reach back is forgotten; at most `mostSeries` are kept, and if there are more, those that had
 * fallen silent give way before a new one is refused.
 */
export class SeriesBank {
  readonly stepMs: number
  readonly points: number
  readonly #mostSeries: number
  readonly #series = new Map<string, Series>()
  /** The newest step, counted from the epoch. */
  #step: number | undefined

  constructor(stepMs: number, points: number, mostSeries: number) {
    this.stepMs = stepMs
    this.points = points
    this.#mostSeries = mostSeries
  }

  /** When the newest step was, in milliseconds since the epoch; undefined before the first. */
  get at(): number | undefined {
    return this.#step === undefined ? undefined : this.#step * this.stepMs
  }

  get keys(): string[] {
    return [...this.#series.keys()]
  }

  /** Bytes that all rings hold. */
  get bytes(): number {
    return this.#series.size * this.points * Float32Array.BYTES_PER_ELEMENT
  }

  /**
   * Takes the figures of the step that is nearest to `now`. Steps that were left out stay empty: the laptop slept, or something took
   * long. When the clock went back by more than a step, what was kept has wrong times, and is dropped. Says what was taken, and whether
   * something was dropped.
   */
  add(now: number, figures: Figures): { taken: Map<string, number>; dropped: boolean } {
    const step = Math.round(now / this.stepMs)
    const dropped = this.#step !== undefined && step < this.#step - 1
    if (dropped) {
      this.#series.clear()
      this.#step = undefined
    }
    this.#moveTo(Math.max(step, this.#step ?? step))
    const taken = new Map<string, number>()
    for (const [key, value] of figures) {
      const series = Number.isFinite(value) ? this.#seriesOf(key) : undefined
      if (!series) continue
      series.values[this.#step! % this.points] = value
      series.last = this.#step!
      taken.set(key, value)
    }
    return { taken, dropped }
  }

  /** The figures of a series, oldest first, up to the newest step; NaN where there is none. */
  values(key: string): number[] {
    const series = this.#series.get(key)
    if (!series || this.#step === undefined) return []
    return Array.from({ length: this.points }, (_, i) => series.values[(this.#step! + 1 + i) % this.points]!)
  }

  #moveTo(step: number): void {
    const from = Math.max((this.#step ?? step - 1) + 1, step - this.points + 1)
    this.#step = step
    for (const [key, { values, last }] of this.#series) {
      for (let s = from; s <= step; s++) values[s % this.points] = NaN
      if (last <= step - this.points) this.#series.delete(key)
    }
  }

  #seriesOf(key: string): Series | undefined {
    const known = this.#series.get(key)
    if (known) return known
    if (this.#series.size >= this.#mostSeries && !this.#makeRoom()) return undefined
    const series = { values: new Float32Array(this.points).fill(NaN), last: this.#step! }
    this.#series.set(key, series)
    return series
  }

  /** Forgets the series that has been silent for longest; false if all are alive. */
  #makeRoom(): boolean {
    let oldest: string | undefined
    let last = this.#step! - 1
    for (const [key, series] of this.#series)
      if (series.last < last) {
        oldest = key
        last = series.last
      }
    return oldest !== undefined && this.#series.delete(oldest)
  }
}
