import type { KubeObject } from '../../api/object.ts'
import type { Disposable } from '../../base/disposable.ts'
import type { Resource } from '../resource-client.ts'
import { Indexer, keyOf, type IndexFunction, type Lister } from './indexer.ts'
import { runReflector, type ReflectorDependencies, type ReflectorOptions } from './reflector.ts'

export interface InformerHandler<T> {
  onAdd?(object: T): void
  onUpdate?(old: T, object: T): void
  onDelete?(object: T): void
}

/**
 * A local, always current copy of a collection, shared by everyone in the process who needs it. Objects in it must not
 * be changed. Handlers run synchronously after the copy has changed, so that a lister never knows less than they do.
 */
export class Informer<T extends KubeObject> {
  readonly resource: Resource<T>
  readonly #indexer = new Indexer<T>()
  readonly #handlers = new Set<InformerHandler<T>>()
  readonly #options: ReflectorOptions
  readonly #dependencies: ReflectorDependencies
  readonly #synced = Promise.withResolvers<void>()
  #hasSynced = false
  #running = false

  constructor(resource: Resource<T>, options: ReflectorOptions, dependencies: ReflectorDependencies) {
    this.resource = resource
    this.#options = options
    this.#dependencies = dependencies
  }

  get lister(): Lister<T> {
    return this.#indexer
  }

  get hasSynced(): boolean {
    return this.#hasSynced
  }

  /** Resolves when the first list has arrived. */
  whenSynced(): Promise<void> {
    return this.#synced.promise
  }

  /** Adds a secondary index; may be called while running. */
  addIndex(name: string, fn: IndexFunction<T>): void {
    this.#indexer.addIndex(name, fn)
  }

  /** The handler is told of what is there already as additions, at once. */
  addHandler(handler: InformerHandler<T>): Disposable {
    this.#handlers.add(handler)
    for (const object of this.#indexer.list()) handler.onAdd?.(object)
    return { dispose: () => void this.#handlers.delete(handler) }
  }

  /** Starts to follow the collection until the signal aborts. Later calls do nothing. */
  start(signal: AbortSignal): void {
    if (this.#running) return
    this.#running = true
    const sink = {
      replace: (objects: T[]) => this.#replace(objects),
      upsert: (object: T) => this.#upsert(object),
      remove: (object: T) => this.#remove(object),
    }
    void runReflector(this.resource, sink, this.#options, this.#dependencies, signal).catch(error =>
      this.#dependencies.log.error('informer failed', { resource: this.resource.resource, error }),
    )
  }

  #replace(objects: T[]): void {
    const gone = new Map(this.#indexer.list().map(o => [keyOf(o), o]))
    for (const object of objects) {
      gone.delete(keyOf(object))
      this.#upsert(object)
    }
    for (const object of gone.values()) this.#remove(object)
    this.#hasSynced = true
    this.#synced.resolve()
  }

  #upsert(object: T): void {
    const old = this.#indexer.set(object)
    if (old && old.metadata.resourceVersion === object.metadata.resourceVersion) return
    for (const handler of this.#handlers) {
      if (!old) handler.onAdd?.(object)
      else if (old.metadata.uid !== object.metadata.uid) {
        handler.onDelete?.(old)
        handler.onAdd?.(object)
      } else handler.onUpdate?.(old, object)
    }
  }

  #remove(object: T): void {
    if (!this.#indexer.delete(keyOf(object))) return
    for (const handler of this.#handlers) handler.onDelete?.(object)
  }
}

/** Hands out one informer per collection and starts them together. */
export class InformerFactory {
  readonly #dependencies: ReflectorDependencies
  readonly #informers = new Map<string, Informer<KubeObject>>()
  #signal: AbortSignal | undefined

  constructor(dependencies: ReflectorDependencies) {
    this.#dependencies = dependencies
  }

  informer<T extends KubeObject>(resource: Resource<T>, options: ReflectorOptions = {}): Informer<T> {
    const key = JSON.stringify([resource.apiVersion, resource.resource, options])
    let informer = this.#informers.get(key)
    if (!informer) {
      informer = new Informer<KubeObject>(resource, options, this.#dependencies)
      this.#informers.set(key, informer)
      if (this.#signal) informer.start(this.#signal)
    }
    return informer as unknown as Informer<T>
  }

  /** Starts every informer, those made later too. */
  start(signal: AbortSignal): void {
    this.#signal = signal
    for (const informer of this.#informers.values()) informer.start(signal)
  }

  /** Resolves when all informers that exist now hold their first list. */
  async whenSynced(): Promise<void> {
    await Promise.all(Array.from(this.#informers.values(), i => i.whenSynced()))
  }
}
