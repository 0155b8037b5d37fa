import type { Clock, Timer } from '../../base/clock.ts'
import type { Disposable } from '../../base/disposable.ts'
import type { ContainerProcess } from '../runtime/contract.ts'

/** However short the grace period is, a program gets so long between its stop signal and SIGKILL. */
const MIN_GRACE_MS = 2_000

/**
 * The end of one run of a container, in two steps: what must happen before the stop signal, and from the signal to
 * SIGKILL. Both share one grace period, which can be shortened on the way.
 */
export class Stop implements Disposable {
  readonly #clock: Clock
  readonly #process: ContainerProcess
  readonly done: Promise<void>
  #endAt: number
  #leastAt = 0
  #timer: Timer | undefined
  /** What happens when the grace period is over. */
  #late: () => void = () => undefined

  constructor(clock: Clock, endAt: number, process: ContainerProcess) {
    this.#clock = clock
    this.#endAt = endAt
    this.#process = process
    this.done = process.exited.then(() => undefined)
  }

  /** Waits for all of these, or until the grace period or the run is over. */
  async before(steps: (Promise<unknown> | undefined)[]): Promise<void> {
    if (steps.every(step => step === undefined)) return
    const late = Promise.withResolvers<void>()
    this.#late = () => late.resolve()
    this.#arm()
    await Promise.race([Promise.all(steps), this.done, late.promise])
    this.#timer?.cancel()
  }

  signal(signal: NodeJS.Signals): void {
    this.#leastAt = this.#clock.monotonic() + MIN_GRACE_MS
    this.#late = () => this.#process.signal('SIGKILL')
    this.#arm()
    this.#process.signal(signal)
  }

  /** Moves the end of the grace period, if that is sooner. */
  hurry(endAt: number): void {
    if (endAt >= this.#endAt) return
    this.#endAt = endAt
    if (this.#timer) this.#arm()
  }

  dispose(): void {
    this.#timer?.cancel()
  }

  #arm(): void {
    this.#timer?.cancel()
    const at = Math.max(this.#endAt, this.#leastAt)
    this.#timer = this.#clock.after(Math.max(0, at - this.#clock.monotonic()), () => this.#late())
  }
}
