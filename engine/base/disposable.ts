/** Whoever starts something owns a disposable that stops it. */
export interface Disposable {
  dispose(): void
}

/** Collects disposables and ends them together, last first. Adding to a disposed store ends the newcomer at once. */
export class DisposableStore implements Disposable {
  #items: Disposable[] = []
  #disposed = false

  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose()
    else this.#items.push(item)
    return item
  }

  /** Registers a function to run at the end. */
  defer(fn: () => void): void {
    this.add({ dispose: fn })
  }

  get disposed(): boolean {
    return this.#disposed
  }

  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    const errors: unknown[] = []
    for (const item of this.#items.reverse()) {
      try {
        item.dispose()
      } catch (error) {
        errors.push(error)
      }
    }
    this.#items = []
    if (errors.length === 1) throw errors[0]
    if (errors.length > 1) throw new AggregateError(errors, 'several things failed to stop')
  }
}
