import type { Clock } from '../../base/clock.ts'
import type { Disposable } from '../../base/disposable.ts'
import type { Logger } from '../../base/log.ts'
import { ALL_KEYS, CompactedError } from '../../store/kv.ts'
import type { KeyValue, Store, StoreError, WatchEvent } from '../../store/kv.ts'
import { ResourceCache } from './cache.ts'
import type { Codec } from './codec.ts'
import { endOf } from './keys.ts'

const LIST_PAGE = 2000
const RETRY_MS = 100

interface Slot {
  cache: ResourceCache
  /** Revision of the list the cache began with; undefined while it loads. */
  loadedAt: number | undefined
  /** Events that came in while the list was under way. */
  pending: { key: string; event: WatchEvent }[]
  ready: Promise<void>
}

/**
 * Feeds the caches of all resources from one watch of the store, so that an API server costs the store one watcher and
 * every cache stands at the same revision. A resource's cache is filled at its first use.
 */
export class Feed implements Disposable {
  readonly #store: Store
  readonly #codec: Codec
  readonly #clock: Clock
  readonly #log: Logger
  readonly #history: number
  /** By prefix. */
  readonly #slots = new Map<string, Slot>()
  #revision = 0
  #watch: Disposable | undefined
  #disposed = false
  #waiters: { revision: number; resolve: () => void }[] = []
  #nextRead: Promise<number> | undefined
  #reading = false

  constructor(deps: { store: Store; codec: Codec; clock: Clock; log: Logger; history: number }) {
    this.#store = deps.store
    this.#codec = deps.codec
    this.#clock = deps.clock
    this.#log = deps.log
    this.#history = deps.history
  }

  /** Begins to follow the store. Resolves when the watch stands. */
  async start(): Promise<void> {
    this.#revision = await this.#store.readRevision()
    this.#follow(this.#revision + 1)
  }

  /** Every change up to this revision has been applied to the loaded caches. */
  get revision(): number {
    return this.#revision
  }

  /** The cache of the resource below `prefix`, filled. */
  async cache(prefix: string): Promise<ResourceCache> {
    const slot = this.#slot(prefix)
    await slot.ready
    return slot.cache
  }

  /** The cache if it has been filled already. */
  loaded(prefix: string): ResourceCache | undefined {
    const slot = this.#slots.get(prefix)
    return slot?.loadedAt === undefined ? undefined : slot.cache
  }

  /** How many objects each filled cache holds, by its prefix. */
  sizes(): [prefix: string, objects: number][] {
    return [...this.#slots]
      .filter(([, slot]) => slot.loadedAt !== undefined)
      .map(([prefix, { cache }]) => [prefix, cache.size])
  }

  /** Waits until everything acknowledged before the call is in the caches; linearizable reads begin with this. */
  async catchUp(timeoutMs = 3000): Promise<void> {
    await this.waitFor(await this.#readRevision(), timeoutMs)
  }

  /** @returns whether the feed got to `revision` within `timeoutMs`. */
  async waitFor(revision: number, timeoutMs = 3000): Promise<boolean> {
    if (revision <= this.#revision) return true
    return new Promise(resolve => {
      const waiter = {
        revision,
        resolve: () => {
          timer.cancel()
          resolve(true)
        },
      }
      const timer = this.#clock.after(timeoutMs, () => {
        this.#waiters = this.#waiters.filter(w => w !== waiter)
        resolve(false)
      })
      this.#waiters.push(waiter)
    })
  }

  dispose(): void {
    this.#disposed = true
    this.#watch?.dispose()
  }

  /** Concurrent readers share one round to the quorum, but only one that begins after they came. */
  #readRevision(): Promise<number> {
    if (!this.#reading) {
      this.#reading = true
      return this.#store.readRevision().finally(() => (this.#reading = false))
    }
    this.#nextRead ??= new Promise<void>(resolve => setImmediate(resolve)).then(() => {
      this.#nextRead = undefined
      return this.#store.readRevision()
    })
    return this.#nextRead
  }

  #slot(prefix: string): Slot {
    let slot = this.#slots.get(prefix)
    if (!slot) {
      const fresh: Slot = {
        cache: new ResourceCache(prefix, this.#codec, this.#history),
        loadedAt: undefined,
        pending: [],
        ready: Promise.resolve(),
      }
      slot = fresh
      this.#slots.set(prefix, fresh)
      fresh.ready = this.#load(fresh).catch(error => {
        this.#slots.delete(prefix) // the next user tries again
        throw error
      })
    }
    return slot
  }

  async #load(slot: Slot): Promise<void> {
    const prefix = Buffer.from(slot.cache.prefix)
    const end = endOf(slot.cache.prefix)
    const kvs: KeyValue[] = []
    let revision = 0
    for (let key: Uint8Array = prefix; ;) {
      const page = await this.#store.range({ key, rangeEnd: end, limit: LIST_PAGE, revision })
      revision ||= page.revision
      for (const kv of page.kvs) kvs.push(kv)
      const last = page.kvs.at(-1)
      if (!page.more || !last) break
      key = Buffer.concat([last.key, Buffer.from([0])])
    }
    slot.cache.replace(kvs, revision)
    slot.loadedAt = revision
    for (const { key, event } of slot.pending) slot.cache.apply(key, event, revision)
    slot.pending = []
    slot.cache.advance(this.#revision)
    await this.waitFor(revision)
  }

  #follow(from: number): void {
    this.#watch = this.#store.watch(
      { key: new Uint8Array(0), rangeEnd: ALL_KEYS, startRevision: from, progress: true },
      {
        onEvents: (events, revision) => {
          for (const event of events) this.#route(event)
          this.#advance(revision)
        },
        onProgress: revision => this.#advance(revision),
        onError: error => this.#recover(error),
      },
    )
  }

  #route(event: WatchEvent): void {
    const key = Buffer.from(event.kv.key.buffer, event.kv.key.byteOffset, event.kv.key.byteLength).toString()
    const slot = this.#slotOf(key)
    if (!slot) return
    if (slot.loadedAt === undefined) slot.pending.push({ key, event })
    else slot.cache.apply(key, event, slot.loadedAt)
  }

  /** "/registry/pods/ns/name" belongs to "/registry/pods/", "/registry/services/specs/…" to the longer prefix. */
  #slotOf(key: string): Slot | undefined {
    const second = key.indexOf('/', 10)
    if (second < 0) return undefined
    const slot = this.#slots.get(key.slice(0, second + 1))
    if (slot) return slot
    const third = key.indexOf('/', second + 1)
    return third < 0 ? undefined : this.#slots.get(key.slice(0, third + 1))
  }

  #advance(revision: number): void {
    if (revision <= this.#revision) return
    this.#revision = revision
    for (const slot of this.#slots.values()) if (slot.loadedAt !== undefined) slot.cache.advance(revision)
    if (this.#waiters.length === 0) return
    const due = this.#waiters.filter(w => w.revision <= revision)
    if (due.length === 0) return
    this.#waiters = this.#waiters.filter(w => w.revision > revision)
    for (const waiter of due) waiter.resolve()
  }

  #recover(error: StoreError): void {
    this.#watch?.dispose()
    if (this.#disposed) return
    this.#log.warn('the watch of the store ended', { error: error.message })
    this.#clock.after(RETRY_MS, () => {
      if (this.#disposed) return
      if (error instanceof CompactedError) void this.#restart()
      else this.#follow(this.#revision + 1)
    })
  }

  /** The history between is gone: every cache starts over. */
  async #restart(): Promise<void> {
    try {
      const revision = await this.#store.readRevision()
      const slots = [...this.#slots.values()]
      for (const slot of slots) slot.loadedAt = undefined
      this.#follow(revision + 1)
      for (const slot of slots) await this.#load(slot)
    } catch (error) {
      this.#log.warn('the caches could not be filled again yet', { error })
      this.#watch?.dispose()
      this.#clock.after(RETRY_MS * 10, () => void (this.#disposed || this.#restart()))
    }
  }
}
