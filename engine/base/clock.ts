/**
 * Time as a dependency. Everything in the engine takes a `Clock`, so that a whole cluster can run on virtual time.
 */

export interface Timer {
  /** Stops the timer; calling it again, or after it fired, does nothing. */
  cancel(): void
}

export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch. May jump. */
  now(): number
  /** Milliseconds since an arbitrary start; never goes back. Use it for durations and timeouts. */
  monotonic(): number
  /** Runs `task` once after `delayMs` milliseconds. */
  after(delayMs: number, task: () => void): Timer
  /** Runs `task` every `periodMs` milliseconds, first after one period. */
  every(periodMs: number, task: () => void): Timer
}

/** The operating system's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, task) {
    const handle = setTimeout(task, delayMs)
    return { cancel: () => clearTimeout(handle) }
  },
  every(periodMs, task) {
    const handle = setInterval(task, periodMs)
    return { cancel: () => clearInterval(handle) }
  },
}

/** Resolves after `ms` milliseconds of `clock`, or rejects with the signal's reason as soon as it aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      timer.cancel()
      reject(signal!.reason)
    }
    const timer = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** Resolves after `ms` milliseconds of `clock`, or as soon as the signal aborts: for loops that look at it themselves. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve()
    const done = () => {
      timer.cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = clock.after(ms, done)
    signal.addEventListener('abort', done, { once: true })
  })
}

interface Pending {
  due: number
  order: number
  period: number | undefined
  task: () => void
}

/**
 * Virtual time for tests and simulation.
 *
 * Invariants: (1) time moves only in `advance`; (2) tasks run in order of their due time, ties in order of creation;
 * (3) a task sees `now()` equal to its own due time; (4) a task created while advancing runs in the same call if due.
 */
export class FakeClock implements Clock {
  #now: number
  #elapsed = 0
  #order = 0
  #pending = new Set<Pending>()

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#now = startMs
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#elapsed
  }

  after(delayMs: number, task: () => void): Timer {
    return this.#add(Math.max(0, delayMs), undefined, task)
  }

  every(periodMs: number, task: () => void): Timer {
    if (!(periodMs > 0)) throw new RangeError(`period must be positive, got ${periodMs}`)
    return this.#add(periodMs, periodMs, task)
  }

  /** Moves time forward by `ms` and runs everything that falls due on the way. */
  advance(ms: number): void {
    const end = this.#elapsed + ms
    for (let next = this.#next(); next && next.due <= end; next = this.#next()) {
      this.#moveTo(next.due)
      if (next.period === undefined) this.#pending.delete(next)
      else next.due += next.period
      next.task()
    }
    this.#moveTo(end)
  }

  /** How many timers wait. A test that ends with some left has found a leak. */
  get pending(): number {
    return this.#pending.size
  }

  #add(delayMs: number, period: number | undefined, task: () => void): Timer {
    const entry: Pending = { due: this.#elapsed + delayMs, order: this.#order++, period, task }
    this.#pending.add(entry)
    return { cancel: () => void this.#pending.delete(entry) }
  }

  #next(): Pending | undefined {
    let first: Pending | undefined
    for (const p of this.#pending)
      if (!first || p.due < first.due || (p.due === first.due && p.order < first.order)) first = p
    return first
  }

  #moveTo(elapsed: number): void {
    this.#now += elapsed - this.#elapsed
    this.#elapsed = elapsed
  }
}
