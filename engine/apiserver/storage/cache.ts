import type { Disposable } from '../../base/disposable.ts'
import type { KeyValue, WatchEvent } from '../../store/kv.ts'
import type { Codec, Stored } from './codec.ts'

/** One change of one object. `previous` is what a selector needs to tell leaving from staying. */
export interface CacheEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  revision: number
  /** The object after the change; for DELETED the last state, at the revision of the deletion. */
  current: Stored
  previous: Stored | undefined
}

export interface CacheObserver {
  /** Called in order of revision, on the turn on which the cache learns of it. */
  onEvent(event: CacheEvent): void
  /** Everything up to `revision` has been delivered. */
  onProgress?(revision: number): void
  /** The cache starts anew and events may be missing: whoever watches must list again. */
  onReset(): void
}

/**
 * All objects of one resource, as of one revision.
 *
 * Invariants: (1) `keys` is sorted and holds the keys of `entries`; (2) events are applied in order of revision, each
 * once; (3) `history` holds every event after `historyStart`, in order.
 */
export class ResourceCache {
  readonly prefix: string
  readonly #codec: Codec
  readonly #limit: number
  readonly #entries = new Map<string, Stored>()
  #keys: string[] = []
  #history: CacheEvent[] = []
  #historyStart = 0
  #revision = 0
  #lastChange = 0
  #observers = new Set<CacheObserver>()

  constructor(prefix: string, codec: Codec, historyLimit: number) {
    this.prefix = prefix
    this.#codec = codec
    this.#limit = historyLimit
  }

  /** Every change up to this revision is in the cache. */
  get revision(): number {
    return this.#revision
  }

  /** Revision of the last change of this resource that the cache has seen. */
  get lastChange(): number {
    return this.#lastChange
  }

  get size(): number {
    return this.#keys.length
  }

  get(key: string): Stored | undefined {
    return this.#entries.get(key)
  }

  /** The sorted keys that begin with `prefix`, from `start` (inclusive) on. Do not keep across turns. */
  range(prefix: string, start = prefix): { keys: readonly string[]; from: number; to: number } {
    if (prefix === this.prefix && start === prefix) return { keys: this.#keys, from: 0, to: this.#keys.length }
    return { keys: this.#keys, from: lowerBound(this.#keys, start), to: lowerBound(this.#keys, prefix + '\uffff') }
  }

  *values(prefix = this.prefix): Generator<Stored> {
    const { keys, from, to } = this.range(prefix)
    for (let i = from; i < to; i++) yield this.#entries.get(keys[i]!)!
  }

  /** Events after `revision`, or undefined if the cache no longer remembers them all. */
  eventsSince(revision: number): CacheEvent[] | undefined {
    if (revision < this.#historyStart) return undefined
    let low = 0
    let high = this.#history.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#history[middle]!.revision <= revision) low = middle + 1
      else high = middle
    }
    return this.#history.slice(low)
  }

  /**
   * What was under each key that has changed after `revision`, as of then; undefined where nothing was. Undefined as a whole if the
   * cache no longer remembers all of that, or has not come so far itself.
   */
  changedSince(revision: number): ReadonlyMap<string, Stored | undefined> | undefined {
    const events = this.#revision < revision ? undefined : this.eventsSince(revision)
    if (!events) return undefined
    const then = new Map<string, Stored | undefined>()
    for (const { current, previous } of events) if (!then.has(current.key)) then.set(current.key, previous)
    return then
  }

  observe(observer: CacheObserver): Disposable {
    this.#observers.add(observer)
    return { dispose: () => void this.#observers.delete(observer) }
  }

  /** Takes the state at `revision` as the truth. Observers are told to start over. */
  replace(kvs: KeyValue[], revision: number): void {
    this.#entries.clear()
    const keys: string[] = []
    for (const kv of kvs) {
      const key = Buffer.from(kv.key).toString()
      this.#entries.set(key, this.#codec.decode(key, kv.value, kv.modRevision))
      if (kv.modRevision > this.#lastChange) this.#lastChange = kv.modRevision
      keys.push(key)
    }
    this.#keys = keys.sort(compareKeys)
    this.#history = []
    this.#historyStart = this.#revision = revision
    for (const observer of [...this.#observers]) observer.onReset()
  }

  /** Applies one event of the store. Events at or below the cache's revision at load time are known already. */
  apply(key: string, event: WatchEvent, loadedAt: number): void {
    const revision = event.kv.modRevision
    if (revision <= loadedAt) return
    const previous = this.#entries.get(key)
    let change: CacheEvent
    if (event.type === 'delete') {
      if (!previous) return
      this.#entries.delete(key)
      this.#keys.splice(lowerBound(this.#keys, key), 1)
      change = { type: 'DELETED', revision, current: withRevision(previous, revision), previous }
    } else {
      const current = this.#codec.decode(key, event.kv.value, revision)
      this.#entries.set(key, current)
      if (!previous) this.#keys.splice(lowerBound(this.#keys, key), 0, key)
      change = { type: previous ? 'MODIFIED' : 'ADDED', revision, current, previous }
    }
    this.#lastChange = revision
    this.#history.push(change)
    if (this.#history.length > this.#limit * 2) {
      const dropped = this.#history.splice(0, this.#history.length - this.#limit)
      this.#historyStart = dropped[dropped.length - 1]!.revision
    }
    for (const observer of this.#observers) observer.onEvent(change)
  }

  /** Everything up to `revision` has been applied. */
  advance(revision: number): void {
    if (revision <= this.#revision) return
    this.#revision = revision
    for (const observer of this.#observers) observer.onProgress?.(revision)
  }
}

/** The same object as of a later revision: what a DELETED event carries. */
export function withRevision(stored: Stored, revision: number): Stored {
  const object = {
    ...stored.object,
    metadata: { ...stored.object.metadata, resourceVersion: String(revision) },
  }
  let bytes: Buffer | undefined
  return {
    key: stored.key,
    revision,
    apiVersion: stored.apiVersion,
    object,
    itemOffset: stored.itemOffset,
    get bytes() {
      return (bytes ??= Buffer.from(JSON.stringify(object)))
    },
  }
}

/** The order of keys in a cache. */
export function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function lowerBound(keys: readonly string[], key: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (keys[middle]! < key) low = middle + 1
    else high = middle
  }
  return low
}
