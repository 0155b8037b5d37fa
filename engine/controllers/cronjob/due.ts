import type { Schedule } from './schedule.ts'

/** Beyond so many missed starts something is wrong with a clock, or a job slept for long. */
const MANY_MISSED = 100

export interface Due {
  /** The latest time that was due and has not been met; undefined if there is none. */
  scheduledMs: number | undefined
  /** The next time after now. */
  nextMs: number | undefined
  /** So many were missed that the user is to hear of it. */
  tooMany: boolean
}

/** What is due of a cron job whose last start, or creation, was at `sinceMs`. */
export function dueOf(schedule: Schedule, sinceMs: number, nowMs: number, deadlineSeconds: number | undefined): Due {
  const earliest = deadlineSeconds === undefined ? sinceMs : Math.max(sinceMs, nowMs - deadlineSeconds * 1_000)
  let scheduledMs: number | undefined
  let missed = 0
  for (let ms = schedule.next(earliest); ms !== undefined && ms <= nowMs; ms = schedule.next(ms)) {
    missed++
    scheduledMs = ms
    if (missed > MANY_MISSED) {
      // Not one by one: the latest is within the last few.
      scheduledMs = latestBefore(schedule, ms, nowMs)
      break
    }
  }
  const tooMany = missed > MANY_MISSED && deadlineSeconds === undefined
  return { scheduledMs, nextMs: schedule.next(nowMs), tooMany }
}

/** The latest time up to now, found by halving the stretch in which it may lie. */
function latestBefore(schedule: Schedule, fromMs: number, nowMs: number): number {
  let [known, open] = [fromMs, nowMs]
  while (open - known > 1_000) {
    const middle = Math.floor((known + open) / 2)
    const found = schedule.next(middle)
    if (found !== undefined && found <= nowMs) known = found
    else open = middle
  }
  return known
}
