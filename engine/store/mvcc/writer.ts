import type { KeyValue, PutOperation, WatchEvent } from '../kv.ts'
import { MAX_EVENTS, deletion, firstId } from './history.ts'
import type { History } from './history.ts'

/** Writes the events of one revision. */
export class Writer {
  readonly #history: History
  /** Revision before the first write. */
  readonly #before: number
  readonly events: WatchEvent[] = []

  constructor(history: History, before: number) {
    this.#history = history
    this.#before = before
  }

  /** The newest revision as this writer's transaction sees it: a new one, once it has written something. */
  get current(): number {
    return this.events.length > 0 ? this.#before + 1 : this.#before
  }

  #nextId(): number {
    if (this.events.length >= MAX_EVENTS) throw new Error('more events in one revision than the history can number')
    return firstId(this.#before + 1) + this.events.length
  }

  /** Gives what the key held before, if that is wanted. */
  put(operation: PutOperation, wanted: boolean): KeyValue | undefined {
    const { key, ignoreValue, ignoreLease } = operation
    const live = this.#history.live(key)
    const previous = live && (wanted || ignoreValue) ? this.#history.at(live.id) : undefined
    const value = ignoreValue && previous ? previous.value : operation.value
    const modRevision = this.#before + 1
    const next = {
      createRevision: live?.createRevision ?? modRevision,
      version: (live?.version ?? 0) + 1,
      lease: ignoreLease && live ? live.lease : (operation.lease ?? 0),
    }
    this.#history.put(this.#nextId(), key, value, next, live)
    this.events.push({ type: 'put', kv: { key, value, modRevision, ...next } })
    return wanted ? previous : undefined
  }

  removeRange(
    key: Uint8Array,
    rangeEnd: Uint8Array | undefined,
    wanted: boolean,
  ): { deleted: number; previous: KeyValue[] } {
    const keys = this.#history.liveKeys(key, rangeEnd)
    const previous = wanted ? keys.map(key => this.#history.at(this.#history.live(key)!.id)) : []
    this.remove(keys)
    return { deleted: keys.length, previous }
  }

  /** Removes keys that exist. */
  remove(keys: Uint8Array[]): void {
    for (const key of keys) {
      this.#history.remove(this.#nextId(), key)
      this.events.push(deletion(key, this.#before + 1))
    }
  }
}
