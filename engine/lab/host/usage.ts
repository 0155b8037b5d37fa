import type { Clock } from '../../base/clock.ts'
import type { Platform, ProcessUsage } from '../../base/platform/platform.ts'

/** Usage is measured only while somebody asks for it, and at most so often. */
const FRESH_MS = 2_000

export interface Usage {
  /** Bytes. */
  memory: number
  /** Cores, on average since it was measured before. */
  cpu: number
}

/** What processes use, measured when somebody asks. */
export class UsageMeter {
  readonly #platform: Platform
  readonly #clock: Clock
  #last = new Map<number, { usage: ProcessUsage; cpu: number }>()
  #at = 0

  constructor(platform: Platform, clock: Clock) {
    this.#platform = platform
    this.#clock = clock
  }

  /** Measures anew if that is due. */
  measure(pids: number[]): void {
    const now = this.#clock.monotonic()
    const sinceMs = now - this.#at
    if (sinceMs < FRESH_MS) return
    const next = new Map<number, { usage: ProcessUsage; cpu: number }>()
    for (const [pid, usage] of this.#platform.usage(pids)) {
      const before = this.#last.get(pid)
      next.set(pid, { usage, cpu: before ? (usage.cpuSeconds - before.usage.cpuSeconds) / (sinceMs / 1000) : 0 })
    }
    this.#last = next
    this.#at = now
  }

  of(pid: number | undefined): Usage | undefined {
    const measured = pid === undefined ? undefined : this.#last.get(pid)
    return measured && { memory: measured.usage.memory, cpu: measured.cpu }
  }
}
