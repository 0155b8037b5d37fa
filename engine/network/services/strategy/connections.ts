import type { Clock } from '../../../base/clock.ts'
import type { Load } from './strategy.ts'

/** IPVS keeps a closed TCP connection for two minutes. */
const INACTIVE_SECONDS = 120

interface Counted {
  active: number
  /** Closed ones, by the second in which they closed, the oldest first. */
  closed: Map<number, number>
}

/** Counts the connections to endpoints: those that are open, and those that were a short while ago. */
export class Connections {
  readonly #clock: Clock
  readonly #counted = new Map<string, Counted>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A connection is open, until the function that this gives is called. */
  opened(key: string): () => void {
    let counted = this.#counted.get(key)
    if (!counted) this.#counted.set(key, (counted = { active: 0, closed: new Map() }))
    const { closed } = counted
    counted.active++
    return () => {
      counted.active--
      const second = this.#second()
      closed.set(second, (closed.get(second) ?? 0) + 1)
      this.#removeOld(closed)
    }
  }

  load(key: string): Load {
    const counted = this.#counted.get(key)
    if (!counted) return { active: 0, inactive: 0 }
    this.#removeOld(counted.closed)
    let inactive = 0
    for (const count of counted.closed.values()) inactive += count
    if (counted.active === 0 && inactive === 0) this.#counted.delete(key)
    return { active: counted.active, inactive }
  }

  /** Endpoints that fit are gone, but for those with open connections. */
  forget(fits: (key: string) => boolean): void {
    for (const [key, { active }] of this.#counted) if (active === 0 && fits(key)) this.#counted.delete(key)
  }

  #removeOld(closed: Map<number, number>): void {
    const oldest = this.#second() - INACTIVE_SECONDS
    for (const second of closed.keys()) {
      if (second >= oldest) break
      closed.delete(second)
    }
  }

  #second(): number {
    return Math.floor(this.#clock.monotonic() / 1000)
  }
}
