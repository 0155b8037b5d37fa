import type { KubeObject } from '../api/object.ts'
import type { Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import type { Logger } from '../base/log.ts'
import { keyOf } from './cache/indexer.ts'
import type { Informer } from './cache/informer.ts'
import { withCause } from './cause.ts'
import { isConflict, isNamespaceTerminating, isNotFound, TransportError } from './errors.ts'
import type { QueueMetrics } from './workqueue/metrics.ts'
import { RateLimitedQueue, type BackoffOptions } from './workqueue/rate-limited.ts'

export interface ReconcilerOptions {
  name: string
  clock: Clock
  log: Logger
  /** Keys that are worked on at the same time; one key never by two workers. Default 5. */
  workers?: number
  backoff?: BackoffOptions
  /** Counts what becomes of its keys. */
  queues?: QueueMetrics
  /**
   * Brings the world closer to what the object of `key` asks for. Level-triggered: reads listers only and may be called
   * at any time. A number asks to be called again after so many milliseconds. A conflict or an error means a retry.
   */
  reconcile(key: string): Promise<number | void>
}

/** A queue, its workers, and one function that they call: the frame of every controller. */
export class Reconciler {
  readonly queue: RateLimitedQueue
  readonly #options: ReconcilerOptions
  readonly #causes = new Map<string, string>()

  constructor(options: ReconcilerOptions) {
    this.#options = options
    this.queue = new RateLimitedQueue(options.clock, options.backoff, options.queues?.observe(options.name))
  }

  /** Asks for `key` to be reconciled, because of `cause`, the object that changed. */
  enqueue(key: string, cause?: KubeObject): void {
    if (cause) this.#causes.set(key, causeOf(cause))
    this.queue.add(key)
  }

  /** Enqueues the objects of an informer themselves, whenever they change. */
  watch<T extends KubeObject>(informer: Informer<T>): void {
    informer.addHandler({
      onAdd: object => this.enqueue(keyOf(object), object),
      onUpdate: (_, object) => this.enqueue(keyOf(object), object),
      onDelete: object => this.enqueue(keyOf(object), object),
    })
  }

  /** Works until the signal aborts and every worker has come to rest. */
  async run(signal: AbortSignal): Promise<void> {
    const close = () => this.queue.close()
    if (signal.aborted) close()
    signal.addEventListener('abort', close, { once: true })
    await Promise.all(Array.from({ length: this.#options.workers ?? 5 }, () => this.#work()))
    signal.removeEventListener('abort', close)
  }

  async #work(): Promise<void> {
    for (let key = await this.queue.take(); key !== undefined; key = await this.queue.take()) {
      await this.#once(key)
      this.queue.done(key)
    }
  }

  async #once(key: string): Promise<void> {
    const { name, log, reconcile } = this.#options
    const cause = this.#causes.get(key) ?? `${name}/${key}`
    this.#causes.delete(key)
    try {
      const again = await withCause(cause, () => reconcile(key))
      this.queue.forget(key)
      if (typeof again === 'number') this.queue.addAfter(key, again)
    } catch (error) {
      const expected =
        isConflict(error) || isNotFound(error) || isNamespaceTerminating(error) || error instanceof TransportError
      if (!this.queue.closed) log[expected ? 'debug' : 'warn'](`${name}: will retry`, { key, error: messageOf(error) })
      this.queue.addRateLimited(key)
    }
  }
}

/** `kind/namespace/name@resourceVersion`. */
function causeOf(object: KubeObject): string {
  return `${object.kind}/${keyOf(object)}@${object.metadata.resourceVersion ?? ''}`
}
