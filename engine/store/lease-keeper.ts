import type { Clock, Timer } from '../base/clock.ts'
import type { Lease } from './mvcc/machine.ts'

const RETRY_MS = 1000

interface Kept {
  lease: Lease
  deadline: number
  /** Its time is over and its end proposed: it is never prolonged again. */
  expired: boolean
}

/**
 * The leader's view of time: when each lease runs out. Only the leader has one; a new leader gives every lease its
 * full time again, since it cannot know when it was last kept alive. Expiry itself goes through the log.
 */
export class LeaseKeeper {
  readonly #clock: Clock
  readonly #expire: (lease: number) => void
  readonly #kept = new Map<number, Kept>()
  #timer: Timer | undefined
  #due = 0

  constructor(clock: Clock, leases: ReadonlyMap<number, Lease>, expire: (lease: number) => void) {
    this.#clock = clock
    this.#expire = expire
    this.sync(leases)
  }

  /** The lease lives its whole time from now on. False if that is over already: it only waits to be revoked. */
  renew(lease: Lease): boolean {
    const kept = this.#kept.get(lease.id)
    const now = this.#clock.monotonic()
    if (!kept || kept.expired || kept.deadline <= now) return false
    // The timer that was set for an earlier time finds nothing to do, and sets the next one.
    kept.deadline = now + lease.ttlSeconds * 1000
    return true
  }

  /** Milliseconds that the lease has left; undefined if it is not known. */
  remaining(id: number): number | undefined {
    const kept = this.#kept.get(id)
    if (!kept) return undefined
    return kept.expired ? 0 : Math.max(0, kept.deadline - this.#clock.monotonic())
  }

  /** Follows the state machine: leases may have come or gone. */
  sync(leases: ReadonlyMap<number, Lease>): void {
    for (const id of this.#kept.keys()) if (!leases.has(id)) this.#kept.delete(id)
    const now = this.#clock.monotonic()
    for (const lease of leases.values()) {
      // The same id may be granted anew in the same moment.
      if (this.#kept.get(lease.id)?.lease === lease) continue
      this.#kept.set(lease.id, { lease, deadline: now + lease.ttlSeconds * 1000, expired: false })
    }
    this.#arm()
  }

  #arm(): void {
    let first = Infinity
    for (const { deadline } of this.#kept.values()) first = Math.min(first, deadline)
    // A timer that fires too early finds nothing to do and sets the next one.
    if (this.#timer && this.#due <= first) return
    this.#timer?.cancel()
    this.#timer = undefined
    if (first === Infinity) return
    this.#due = first
    // Longer than a timer can be set for: it comes too early, and is set again.
    const delay = Math.min(Math.max(0, first - this.#clock.monotonic()), 2 ** 31 - 1)
    this.#timer = this.#clock.after(delay, () => this.#onTimer())
  }

  #onTimer(): void {
    this.#timer = undefined
    const now = this.#clock.monotonic()
    for (const [id, kept] of this.#kept) {
      if (kept.deadline > now) continue
      kept.expired = true
      // Tried again if the revocation is lost; `sync` takes it out when it was applied.
      kept.deadline = now + RETRY_MS
      this.#expire(id)
    }
    this.#arm()
  }

  dispose(): void {
    this.#timer?.cancel()
    this.#kept.clear()
  }
}
