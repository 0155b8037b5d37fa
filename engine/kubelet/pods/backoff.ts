import type { Clock } from '../../base/clock.ts'

export interface BackoffLimits {
  baseMs: number
  maxMs: number
  /** After so long without a failure the next one counts as the first. */
  resetMs: number
}

/** Kubernetes' limits for restarts of containers and for pulls of images. */
export const RESTART_LIMITS: BackoffLimits = { baseMs: 10_000, maxMs: 300_000, resetMs: 600_000 }
/** Those for another try to mount volumes. */
export const MOUNT_LIMITS: BackoffLimits = { baseMs: 500, maxMs: 122_000, resetMs: 244_000 }

/**
 * Waits that double. The first failure is followed by a try at once, the second by one after `baseMs`, and so on: a wait
 * is begun by `next()` with the try that follows it, and counts from the failure of that try, as client-go's Backoff does.
 */
export class Backoff {
  readonly #clock: Clock
  readonly #limits: BackoffLimits
  #waitMs = 0
  #triedAt = 0
  #failedAt = -Infinity

  constructor(clock: Clock, limits: BackoffLimits) {
    this.#clock = clock
    this.#limits = limits
  }

  /** How long the present wait is in all; 0 before the second try. */
  get waitMs(): number {
    return this.#waitMs
  }

  /** Milliseconds until the next try may be made. */
  get leftMs(): number {
    return this.#waitMs === 0 ? 0 : Math.max(0, this.#failedAt + this.#waitMs - this.#clock.monotonic())
  }

  failed(): void {
    this.#failedAt = this.#clock.monotonic()
    if (this.#failedAt - this.#triedAt > this.#limits.resetMs) this.#waitMs = 0
  }

  /** A try is made now that follows a failure. */
  next(): void {
    const { baseMs, maxMs } = this.#limits
    this.#waitMs = this.#waitMs === 0 ? baseMs : Math.min(this.#waitMs * 2, maxMs)
    this.#triedAt = this.#clock.monotonic()
  }
}

/** A duration of whole seconds as Go prints it: "10s", "1m20s", "5m0s". */
export function goSeconds(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
