import type { Clock } from '../../base/clock.ts'

/** What a step should take at most, in milliseconds: that long everybody else waits. */
const MOST_MS = 8
const ENOUGH_MS = 4

/** How much one step does of what is done in steps: as much as goes into a few milliseconds, going by the last one. */
export class Pace {
  readonly #clock: Clock
  #least: number
  readonly #most: number
  #amount: number

  /** The first step does `least`; none does less, however long it takes, or more than `most`, however fast it goes. */
  constructor(clock: Clock, least: number, most: number) {
    this.#clock = clock
    this.#amount = this.#least = least
    this.#most = most
  }

  /** No step does less, from now on. */
  set least(least: number) {
    this.#least = least
    this.#amount = Math.max(this.#amount, least)
  }

  /** What the next step does. */
  get amount(): number {
    return this.#amount
  }

  step<T>(run: (amount: number) => T): T {
    const start = this.#clock.monotonic()
    const result = run(this.#amount)
    const took = this.#clock.monotonic() - start
    if (took > MOST_MS) this.#amount = Math.max(this.#least, Math.floor((this.#amount * MOST_MS) / (2 * took)))
    else if (took < ENOUGH_MS) this.#amount = Math.min(this.#most, this.#amount * 2)
    return result
  }
}
