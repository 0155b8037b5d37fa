/**
 * Something that is settled once: it comes, or it is known why it will not. Who waits is told, at once or later; where
 * nobody waits, nothing is missed (a promise would count as one whose failure was overlooked).
 */
export class Eventual<T> {
  #outcome: { value: T } | { reason: unknown } | undefined
  #waiting: PromiseWithResolvers<T>[] = []

  /** Only the first of these two counts. */
  resolve(value: T): void {
    this.#settle({ value })
  }

  reject(reason: unknown): void {
    this.#settle({ reason })
  }

  #settle(outcome: { value: T } | { reason: unknown }): void {
    if (this.#outcome) return
    this.#outcome = outcome
    for (const { resolve, reject } of this.#waiting.splice(0))
      if ('value' in outcome) resolve(outcome.value)
      else reject(outcome.reason)
  }

  wait(): Promise<T> {
    const outcome = this.#outcome
    if (!outcome) {
      const waiting = Promise.withResolvers<T>()
      this.#waiting.push(waiting)
      return waiting.promise
    }
    return 'value' in outcome ? Promise.resolve(outcome.value) : Promise.reject(outcome.reason)
  }
}
