import { vi } from 'vitest'

/** Waits for a condition as long as a busy machine may take: it only ends what would never come. */
export const until = <T>(condition: () => T | Promise<T>) => vi.waitUntil(condition, { timeout: 60_000, interval: 20 })

/** Waits as long for a check that throws until it passes. */
export const untilPasses = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 60_000, interval: 20 })
