/** Saved-up time is worth so many seconds of the limit: a start, or a short burst, is not slowed down. */
const MOST_SAVED_SECONDS = 0.5
/** Debts beyond this are forgiven: nothing is stopped for longer at a time, so that probes get their answers. */
const MOST_OWED_SECONDS = 0.5

/** Processor time that a container may use: it flows in at the rate of its limit, and is drawn by use. */
export class CpuAccount {
  #limit: number
  #balance: number
  #at: number
  /** Share of the limit that was used between the last two looks. */
  #share = 0

  /** `limit` in processors, times in milliseconds of a monotonic clock. */
  constructor(limit: number, nowMs: number) {
    this.#limit = limit
    this.#balance = limit * MOST_SAVED_SECONDS
    this.#at = nowMs
  }

  /** Another limit holds from now on; what was saved or is owed stays worth the same time. */
  changeLimit(limit: number, nowMs: number): void {
    this.use(0, nowMs)
    this.#balance *= limit / this.#limit
    this.#limit = limit
  }

  use(seconds: number, nowMs: number): void {
    const elapsed = (nowMs - this.#at) / 1000
    this.#at = nowMs
    // What flowed in since the last look was there to be drawn in that time, however little can be saved.
    const balance = Math.min(this.#limit * MOST_SAVED_SECONDS, this.#balance + elapsed * this.#limit - seconds)
    this.#balance = Math.max(-this.#limit * MOST_OWED_SECONDS, balance)
    this.#share = elapsed > 0 ? seconds / (elapsed * this.#limit) : 1
  }

  get overdrawn(): boolean {
    return this.#balance < 0
  }

  /** Whether it is used so much that it may soon be overdrawn. */
  get busy(): boolean {
    return this.#balance < (this.#limit * MOST_SAVED_SECONDS) / 2 || this.#share > 0.5
  }
}
