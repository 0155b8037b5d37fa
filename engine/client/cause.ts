import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * Which object's change led to the work being done. Writes carry it in the `Kubarium-Cause` header, so that the journey
 * of a manifest can be followed across components.
 */
const causes = new AsyncLocalStorage<string>()

/** Runs `work`, and everything that it starts, on behalf of `cause` (`resource/namespace/name@resourceVersion`). */
export function withCause<T>(cause: string, work: () => T): T {
  return causes.run(cause, work)
}

export function currentCause(): string | undefined {
  return causes.getStore()
}
