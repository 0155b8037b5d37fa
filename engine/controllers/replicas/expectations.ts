import type { Clock } from '../../base/clock.ts'

interface Expectation {
  creations: number
  /** Keys of pods whose deletion was asked for. */
  deletions: Set<string>
  atMs: number
}

/** After so long it is assumed that what was expected was lost, and the lister is trusted again. */
const TIMEOUT_MS = 5 * 60_000

/**
 * Remembers what a controller asked for and has not seen in its lister yet, so that it does not ask twice: the copy it
 * reads lags behind what it writes. As client-go's ControllerExpectations.
 */
export class Expectations {
  readonly #clock: Clock
  readonly #byOwner = new Map<string, Expectation>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether all that was asked for has been seen, so that the lister can be believed. */
  satisfied(owner: string): boolean {
    const e = this.#byOwner.get(owner)
    if (!e) return true
    return (e.creations <= 0 && e.deletions.size === 0) || this.#clock.monotonic() - e.atMs > TIMEOUT_MS
  }

  expectCreations(owner: string, count: number): void {
    this.#of(owner).creations += count
  }

  expectDeletions(owner: string, pods: string[]): void {
    const { deletions } = this.#of(owner)
    for (const pod of pods) deletions.add(pod)
  }

  /** A creation was seen, or has failed. */
  creationObserved(owner: string): void {
    const e = this.#byOwner.get(owner)
    if (e && e.creations > 0) e.creations--
  }

  deletionObserved(owner: string, pod: string): void {
    this.#byOwner.get(owner)?.deletions.delete(pod)
  }

  forget(owner: string): void {
    this.#byOwner.delete(owner)
  }

  #of(owner: string): Expectation {
    let e = this.#byOwner.get(owner)
    if (!e || this.satisfied(owner)) this.#byOwner.set(owner, (e = { creations: 0, deletions: new Set(), atMs: 0 }))
    e.atMs = this.#clock.monotonic()
    return e
  }
}
