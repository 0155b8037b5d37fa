/** How far an action on one of many objects is. */
export type Outcome =
  | { state: 'waiting' }
  | { state: 'running'; progress?: string }
  | { state: 'done' }
  | { state: 'failed'; error: unknown }

export type Perform<T> = (target: T, report: (progress: string) => void, signal: AbortSignal) => Promise<void>

const PARALLEL = 4

/**
 * Performs an action on each of many, a few at a time, and tells of each how it is. One that fails does not keep the others back.
 * Once the signal aborts, no further one is begun.
 */
export async function runAll<T>(
  targets: readonly T[],
  perform: Perform<T>,
  onOutcome: (index: number, outcome: Outcome) => void,
  signal: AbortSignal,
): Promise<void> {
  let next = 0
  const work = async () => {
    while (next < targets.length && !signal.aborted) {
      const index = next++
      onOutcome(index, { state: 'running' })
      try {
        await perform(targets[index]!, progress => onOutcome(index, { state: 'running', progress }), signal)
        onOutcome(index, { state: 'done' })
      } catch (error) {
        onOutcome(index, signal.aborted ? { state: 'waiting' } : { state: 'failed', error })
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(PARALLEL, targets.length) }, work))
}
