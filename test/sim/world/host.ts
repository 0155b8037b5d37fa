import type { Clock, Timer } from '../../../engine/base/clock.ts'
import type { Random } from '../../../engine/base/random.ts'
import type { Scheduler } from './scheduler.ts'

const EPOCH = Date.UTC(2026, 0, 1)

/**
 * A machine with one process on it: it may die, freeze, wait for its disk, and its clock is its own. A life is one run
 * of the process; whatever an ended life left behind (timers, answers, frames) has no effect any more.
 */
export class Host {
  readonly name: string
  readonly scheduler: Scheduler
  readonly #random: Random
  /** When what a source has sent is read at the earliest. */
  readonly #floors = new Map<string, number>()
  /** Seconds that its clock counts in a true second. */
  rate = 1
  /** What the wall clock is ahead of true time, in milliseconds. */
  wallOffset = 0
  /** Number of the life that goes on; 0 while there is none. */
  life = 0
  #lives = 0
  #frozenUntil = 0
  #busyUntil = 0
  #timers = 0

  constructor(name: string, scheduler: Scheduler, random: Random) {
    this.name = name
    this.#random = random
    this.scheduler = scheduler
  }

  get alive(): boolean {
    return this.life !== 0
  }

  begin(): number {
    this.life = ++this.#lives
    this.#frozenUntil = 0
    this.#busyUntil = 0
    this.#timers = 0
    this.#floors.clear()
    return this.life
  }

  end(): void {
    this.life = 0
  }

  /**
   * The process does nothing for a while, then goes on as if nothing had been. What has come in meanwhile it reads source
   * by source, in no order that anybody promises.
   */
  freeze(ms: number): void {
    this.#frozenUntil = Math.max(this.#frozenUntil, this.scheduler.now + ms)
    this.#floors.clear()
  }

  #floor(source: string): number {
    if (this.#frozenUntil === 0) return 0
    let floor = this.#floors.get(source)
    if (floor === undefined) this.#floors.set(source, (floor = this.#frozenUntil + this.#random.next() * 40))
    return floor
  }

  /** The thread waits (for its disk): what it does next in this turn happens later. */
  wait(ms: number): void {
    this.#busyUntil = this.present + ms
  }

  /** True time at which what the process does in this turn takes effect. */
  get present(): number {
    return Math.max(this.scheduler.now, this.#busyUntil)
  }

  get frozen(): boolean {
    return this.#frozenUntil > this.scheduler.now
  }

  /** Timers of the current life that wait. */
  get timers(): number {
    return this.#timers
  }

  /** Runs `task` in `life` at `time`, or as soon as the process can. What comes from one source keeps its order. */
  run(time: number, life: number, task: () => void, source = ''): Timer {
    let cancelled = false
    const attempt = () => {
      if (cancelled || this.life !== life) return
      const floor = source === '' ? this.#frozenUntil : this.#floor(source)
      const free = Math.max(floor, this.#busyUntil)
      if (free > this.scheduler.now) this.scheduler.at(free, attempt)
      else task()
    }
    this.scheduler.at(time, attempt)
    return { cancel: () => void (cancelled = true) }
  }

  /** The clock of the life that has just begun. */
  clock(): Clock {
    const { life, rate } = this
    const began = this.scheduler.now
    const elapsed = () => (this.present - began) * rate
    const timer = (delayMs: number, task: () => void, again: boolean): Timer => {
      let cancelled = false
      let running: Timer
      if (this.life === life) this.#timers++
      const forget = () => {
        if (cancelled) return
        cancelled = true
        if (this.life === life) this.#timers--
      }
      // As Node: no timer is shorter than a millisecond.
      const arm = () => {
        running = this.run(this.present + Math.max(1, delayMs) / rate, life, () => {
          if (again) arm()
          else forget()
          task()
        })
      }
      arm()
      return {
        cancel: () => {
          forget()
          running.cancel()
        },
      }
    }
    return {
      now: () => Math.floor(EPOCH + this.wallOffset + this.present * rate),
      monotonic: elapsed,
      after: (delayMs, task) => timer(delayMs, task, false),
      every: (periodMs, task) => timer(periodMs, task, true),
    }
  }
}
