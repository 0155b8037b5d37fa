import type { Clock, Timer } from '../base/clock.ts'
import type { Lease } from './mvcc/machine.ts'

/**
 * The leader's view of time: when each lease runs out. Only the leader has one; a new leader gives every lease its
 * full time again, since it cannot know when it was last kept alive. Expiry itself goes through the log.
 */
export class LeaseKeeper {
  readonly #clock: Clock
  readonly #expire: (lease: number) => void
  readonly #deadlines = new Map<number, number>()
  #timer: Timer | undefined
  #due = 0

  constructor(clock: Clock, leases: Iterable<Lease>, expire: (lease: number) => void) {
    this.#clock = clock
    this.#expire = expire
    for (const lease of leases) this.renew(lease, false)
    this.#arm()
  }

  /** The lease lives its whole time from now on. */
  renew(lease: Lease, arm = true): void {
    this.#deadlines.set(lease.id, this.#clock.monotonic() + lease.ttlSeconds * 1000)
    if (arm) this.#arm()
  }

  /** Follows the state machine: leases may have come or gone. */
  sync(leases: ReadonlyMap<number, Lease>): void {
    for (const id of this.#deadlines.keys()) if (!leases.has(id)) this.#deadlines.delete(id)
    for (const lease of leases.values()) if (!this.#deadlines.has(lease.id)) this.renew(lease, false)
    this.#arm()
  }

  #arm(): void {
    let first = Infinity
    for (const deadline of this.#deadlines.values()) first = Math.min(first, deadline)
    // A timer that fires too early finds nothing to do and sets the next one.
    if (this.#timer && this.#due <= first) return
    this.#timer?.cancel()
    this.#timer = undefined
    if (first === Infinity) return
    this.#due = first
    this.#timer = this.#clock.after(Math.max(0, first - this.#clock.monotonic()), () => this.#onTimer())
  }

  #onTimer(): void {
    this.#timer = undefined
    const now = this.#clock.monotonic()
    for (const [id, deadline] of this.#deadlines) {
      if (deadline > now) continue
      // Tried again if the revocation is lost; `sync` takes it out when it was applied.
      this.#deadlines.set(id, now + 1000)
      this.#expire(id)
    }
    this.#arm()
  }

  dispose(): void {
    this.#timer?.cancel()
    this.#deadlines.clear()
  }
}
