import type { Clock, Timer } from '../../base/clock.ts'
import type { QueueObserver } from './metrics.ts'
import { WorkQueue } from './queue.ts'

export interface BackoffOptions {
  /** Milliseconds before the first retry of a key; doubles with each further one. */
  baseMs: number
  maxMs: number
}

export const DEFAULT_BACKOFF: BackoffOptions = { baseMs: 5, maxMs: 30_000 }

/** A work queue whose keys can be added later, or after a back-off of their own. */
export class RateLimitedQueue extends WorkQueue {
  readonly #clock: Clock
  readonly #backoff: BackoffOptions
  readonly #observer: QueueObserver | undefined
  readonly #failures = new Map<string, number>()
  readonly #timers = new Map<string, { due: number; timer: Timer }>()

  constructor(clock: Clock, backoff: BackoffOptions = DEFAULT_BACKOFF, observer?: QueueObserver) {
    super(observer)
    this.#observer = observer
    this.#clock = clock
    this.#backoff = backoff
  }

  /** Adds the key after `delayMs`; if it waits already, the earlier time holds. */
  addAfter(key: string, delayMs: number): void {
    if (this.closed) return
    if (delayMs <= 0) return this.add(key)
    const due = this.#clock.monotonic() + delayMs
    const waiting = this.#timers.get(key)
    if (waiting && waiting.due <= due) return
    waiting?.timer.cancel()
    const timer = this.#clock.after(delayMs, () => {
      this.#timers.delete(key)
      this.add(key)
    })
    this.#timers.set(key, { due, timer })
  }

  /** Adds the key after its back-off, which grows with each call until `forget`. */
  addRateLimited(key: string): void {
    const failures = this.#failures.get(key) ?? 0
    this.#failures.set(key, failures + 1)
    this.#observer?.retried()
    this.addAfter(key, Math.min(this.#backoff.baseMs * 2 ** failures, this.#backoff.maxMs))
  }

  forget(key: string): void {
    this.#failures.delete(key)
  }

  retries(key: string): number {
    return this.#failures.get(key) ?? 0
  }

  override close(): void {
    for (const { timer } of this.#timers.values()) timer.cancel()
    this.#timers.clear()
    super.close()
  }
}
