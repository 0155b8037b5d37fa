import type { RangeResponse } from '../../../engine/store/kv.ts'
import type { Answer, Request, State } from '../../sim/check/model.ts'
import type { SeenItem, Session, Subscription } from '../../sim/check/watch.ts'
import { ask, seen } from '../../sim/run/ask.ts'
import { bytes, text } from '../cluster.ts'
import type { AskedStore } from './process.ts'

export interface Call {
  number: number
  /** Client and way to the store, for messages. */
  where: string
  request: Request
  called: number
  /** `Infinity` while (or for ever) unknown. */
  returned: number
  answer: Answer | undefined
  /** The store said that nothing was done. */
  refused: boolean
  /** Why, or why nobody knows. */
  reason: string
}

/** All keys of these tests lie between the two. */
export const FIRST_KEY = 'a'
export const LAST_KEY = 'z'

/** What clients asked and were told. All share the clock of this process. */
export class History {
  calls: Call[] = []
  /** Errors that are no part of the store's contract. */
  readonly surprises: string[] = []
  #numbers = 0

  /** Asks, and writes down what comes of it; never rejects. */
  async ask(store: AskedStore, where: string, request: Request): Promise<Call> {
    const call: Call = {
      number: ++this.#numbers,
      where,
      request,
      called: performance.now(),
      returned: Infinity,
      answer: undefined,
      refused: false,
      reason: '',
    }
    this.calls.push(call)
    try {
      const answer = await ask(store, request)
      call.returned = performance.now()
      call.answer = answer
    } catch (error) {
      const { name, message } = error as Error
      call.reason = `${name}: ${message}`
      if (name === 'UnavailableError' || name === 'NoSpaceError') {
        call.refused = true
        call.returned = performance.now()
      } else if (name !== 'UnknownOutcomeError') this.surprises.push(`#${call.number} ${where}: ${call.reason}`)
    }
    return call
  }
}

/** The state that a list of everything shows. */
export function stateOf({ revision, kvs }: RangeResponse): State {
  const keys = new Map(
    kvs.map(({ key, value, createRevision: create, modRevision: mod, version, lease }) => [
      text(key),
      { value: text(value), create, mod, version, lease },
    ]),
  )
  return { revision, compacted: 0, keys, leases: new Set(), events: [] }
}

/** A watch that goes on elsewhere when the store it runs on is gone. */
export class Watcher {
  readonly name: string
  readonly #key: string
  readonly #end: string | undefined
  readonly #store: () => AskedStore | undefined
  #sessions: Session[] = []
  #watch: ReturnType<AskedStore['watch']> | undefined
  #retry: ReturnType<typeof setTimeout> | undefined
  #next = 1
  #closed = false
  /** How often it had to go on. */
  resumed = 0

  constructor(name: string, key: string, end: string | undefined, store: () => AskedStore | undefined) {
    this.name = name
    this.#key = key
    this.#end = end
    this.#store = store
    this.#open()
  }

  /** Up to where everything was told. */
  get told(): number {
    return this.#next - 1
  }

  requestProgress(): void {
    this.#watch?.requestProgress?.()
  }

  /** What was told since the last time, as a watch that began where that one ended. */
  take(): Subscription {
    const sessions = this.#sessions
    this.#sessions = [{ member: this.name, start: this.#next, made: 0, items: [] }]
    return { name: this.name, key: this.#key, end: this.#end, previous: true, sessions }
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#retry)
    this.#watch?.dispose()
  }

  #open(): void {
    const store = this.#store()
    if (this.#closed) return
    if (!store) return this.#later()
    this.#sessions.push({ member: this.name, start: this.#next, made: 0, items: [] })
    let over = false
    const take = (item: SeenItem) => {
      if (this.#closed || over) return
      this.#sessions.at(-1)!.items.push(item)
      if (item.type !== 'compacted') this.#next = Math.max(this.#next, item.revision + 1)
    }
    const broken = (error: Error) => {
      if (over) return
      const { compactRevision } = error as { compactRevision?: number }
      if (error.name === 'CompactedError') take({ type: 'compacted', revision: compactRevision! })
      over = true
      this.resumed++
      this.#later()
    }
    const request = {
      key: bytes(this.#key),
      rangeEnd: this.#end === undefined ? undefined : bytes(this.#end),
      startRevision: this.#next,
      previous: true,
      progress: true,
    }
    try {
      this.#watch = store.watch(request, {
        onEvents: (events, revision) => take({ type: 'events', events: events.map(seen), revision }),
        onProgress: revision => take({ type: 'progress', revision }),
        onError: broken,
      })
    } catch (error) {
      broken(error as Error)
    }
  }

  #later(): void {
    this.#watch = undefined
    this.#retry = setTimeout(() => this.#open(), 20)
  }
}
