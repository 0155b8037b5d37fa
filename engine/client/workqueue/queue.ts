import type { QueueObserver } from './metrics.ts'

/**
 * A set of keys that wait for work, after client-go's workqueue. Its promises:
 * a key that is added several times before it is taken is taken once; a key is never worked on by two workers at the
 * same time; a key that is added while it is worked on is taken again afterwards; order is that of first addition.
 */
export class WorkQueue {
  readonly #queue: string[] = []
  readonly #dirty = new Set<string>()
  readonly #processing = new Set<string>()
  readonly #waiting: ((key: string | undefined) => void)[] = []
  readonly #observer: QueueObserver | undefined
  #closed = false

  constructor(observer?: QueueObserver) {
    this.#observer = observer
  }

  get length(): number {
    return this.#queue.length
  }

  get closed(): boolean {
    return this.#closed
  }

  add(key: string): void {
    if (this.#closed || this.#dirty.has(key)) return
    this.#dirty.add(key)
    this.#observer?.added(key)
    if (!this.#processing.has(key)) this.#offer(key)
  }

  /** The next key, or undefined once the queue is closed. The taker must call `done`. */
  take(): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined)
    const key = this.#queue.shift()
    if (key === undefined) return new Promise(resolve => this.#waiting.push(resolve))
    this.#begin(key)
    return Promise.resolve(key)
  }

  done(key: string): void {
    this.#processing.delete(key)
    this.#observer?.done(key)
    if (this.#dirty.has(key) && !this.#closed) this.#offer(key)
  }

  /** Lets all takers go with undefined and refuses further keys. */
  close(): void {
    this.#closed = true
    for (const resolve of this.#waiting.splice(0)) resolve(undefined)
  }

  #offer(key: string): void {
    const taker = this.#waiting.shift()
    if (!taker) return void this.#queue.push(key)
    this.#begin(key)
    taker(key)
  }

  #begin(key: string): void {
    this.#dirty.delete(key)
    this.#processing.add(key)
    this.#observer?.taken(key)
  }
}
