const FIRST_MS = 500
const MOST_MS = 15_000

/** Milliseconds to wait before attempt number `attempt` (from 1): doubling, with up to half of it taken off by chance. */
export function backoff(attempt: number, random: number = Math.random()): number {
  const whole = Math.min(MOST_MS, FIRST_MS * 2 ** (attempt - 1))
  return whole * (1 - random / 2)
}
