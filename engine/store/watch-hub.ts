import type { Clock, Timer } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import { inRange } from './bytes.ts'
import { ALL_KEYS, CompactedError } from './kv.ts'
import type { KeyValue, PacedObserver, StoreError, Watch, WatchEvent, WatchObserver, WatchRequest } from './kv.ts'
import type { Machine } from './mvcc/machine.ts'

/** Revisions, events and bytes that one step of catching up reads at most (but always a whole revision). */
const WINDOW = 1000
const MAX_EVENTS = 500
const MAX_BYTES = 1024 * 1024
/** Watchers that share what one step reads. */
const MAX_SHARING = 64
/** Events times watchers in one turn, and what a step counts for itself: what else waits in this thread comes in between. */
const WORK = 32_000
const STEP = 4000
/** Ranges from where on watchers in the same place read all that was written together, and pick out their own. */
const SHARED_FROM = 8
const PROGRESS_MS = 100
const RETRY_MS = 50

interface Watcher {
  readonly request: WatchRequest
  readonly observer: PacedObserver
  /** The range as text: watchers of the same range share what is read. */
  readonly range: string
  /** First revision to deliver. While it lags: first that has not been delivered. */
  next: number
  /** Where it caught up: from there on it gets what is published. Undefined while it lags. */
  synced: number | undefined
  established: boolean
  /** The newest revision that it was told of. */
  told: number
  progressWanted: boolean
  /** Whether events came since the interval timer last ran. */
  busy: boolean
  timer: Timer | undefined
  ended: boolean
}

/**
 * Delivers events to watchers. A synced watcher gets each transaction's events as they are applied; one that starts
 * in the past, or does not keep up, reads the history in bounded steps until it has caught up, each in its turn. Nothing
 * is buffered: the history is the buffer.
 */
export class WatchHub {
  readonly #machine: () => Machine
  readonly #defer: (task: () => void) => void
  readonly #clock: Clock
  readonly #log: Logger
  /** Watchers that lag, the one that has waited longest first. */
  readonly #lagging = new Set<Watcher>()
  /** Synced watchers of one key, by that key, and those of ranges. */
  readonly #ofKey = new Map<string, Set<Watcher>>()
  readonly #ofRange = new Set<Watcher>()
  /** Synced watchers that want to hear of revisions that brought them nothing. */
  readonly #idle = new Set<Watcher>()
  /** The newest revision whose events were published. */
  #published = 0
  #pumping = false
  #progressTimer: Timer | undefined
  #retryTimer: Timer | undefined

  constructor(machine: () => Machine, defer: (task: () => void) => void, clock: Clock, log: Logger) {
    this.#machine = machine
    this.#defer = defer
    this.#clock = clock
    this.#log = log
  }

  add(request: WatchRequest, observer: PacedObserver): Watch {
    const now = Math.max(this.#machine().revision, this.#published)
    const watcher: Watcher = {
      request,
      observer,
      range: rangeText(request),
      next: request.startRevision && request.startRevision > 0 ? request.startRevision : now + 1,
      synced: undefined,
      established: false,
      told: 0,
      progressWanted: false,
      busy: false,
      timer: undefined,
      ended: false,
    }
    if (request.progress && request.progressIntervalMs)
      watcher.timer = this.#clock.every(request.progressIntervalMs, () => this.#onInterval(watcher))
    this.#lagging.add(watcher)
    this.resume()
    return { dispose: () => this.#end(watcher), requestProgress: () => this.#requestProgress(watcher) }
  }

  #end(watcher: Watcher): void {
    watcher.ended = true
    watcher.timer?.cancel()
    this.#lagging.delete(watcher)
    this.#unsync(watcher)
  }

  #sync(watcher: Watcher, revision: number): void {
    watcher.synced = revision
    this.#lagging.delete(watcher)
    if (watcher.request.rangeEnd) this.#ofRange.add(watcher)
    else {
      const others = this.#ofKey.get(watcher.range)
      if (others) others.add(watcher)
      else this.#ofKey.set(watcher.range, new Set([watcher]))
    }
    if (watcher.request.progress && !watcher.timer) this.#idle.add(watcher)
  }

  #unsync(watcher: Watcher): void {
    if (watcher.synced === undefined) return
    watcher.next = Math.max(watcher.next, this.#through(watcher) + 1)
    watcher.synced = undefined
    this.#idle.delete(watcher)
    if (watcher.request.rangeEnd) this.#ofRange.delete(watcher)
    else {
      const others = this.#ofKey.get(watcher.range)
      others?.delete(watcher)
      if (others?.size === 0) this.#ofKey.delete(watcher.range)
    }
    if (!watcher.ended) this.#lagging.add(watcher)
  }

  /** The newest revision up to which a synced watcher has got everything. */
  #through(watcher: Watcher): number {
    return Math.max(watcher.synced!, this.#published)
  }

  /** Watches, and those among them that lag. */
  get counts(): { all: number; slow: number } {
    let all = this.#lagging.size + this.#ofRange.size
    for (const watchers of this.#ofKey.values()) all += watchers.size
    return { all, slow: this.#lagging.size }
  }

  /** Events that have just been committed, in order. */
  publish(all: WatchEvent[]): void {
    // After a write that failed for lack of space, what was told already is applied once more.
    const events = all.length > 0 && all[0]!.kv.modRevision > this.#published ? all : all.filter(e => this.#isNew(e))
    if (events.length === 0) return
    const matches = this.#match(events)
    for (const watcher of matches.keys()) {
      if (!watcher.observer.congested?.()) continue
      matches.delete(watcher)
      this.#unsync(watcher)
    }
    this.#published = events.at(-1)!.kv.modRevision
    const previous = new Map<WatchEvent, WatchEvent>()
    for (const [watcher, own] of matches) this.#deliver(watcher, own, this.#published, previous)
    if (this.#idle.size > 0) this.#progressTimer ??= this.#clock.after(PROGRESS_MS, () => this.#reportProgress())
  }

  #isNew(event: WatchEvent): boolean {
    return event.kv.modRevision > this.#published
  }

  #match(events: WatchEvent[]): Map<Watcher, WatchEvent[]> {
    const matches = new Map<Watcher, WatchEvent[]>()
    const add = (watcher: Watcher, event: WatchEvent) => {
      if (event.kv.modRevision < watcher.next || isFiltered(event, watcher.request)) return
      const own = matches.get(watcher)
      if (own) own.push(event)
      else matches.set(watcher, [event])
    }
    for (const event of events) {
      const { key } = event.kv
      if (this.#ofKey.size > 0) for (const watcher of this.#ofKey.get(textOf(key)) ?? []) add(watcher, event)
      for (const watcher of this.#ofRange)
        if (inRange(key, watcher.request.key, watcher.request.rangeEnd)) add(watcher, event)
    }
    return matches
  }

  /** Everything may have changed (a snapshot was installed), or an observer takes more again. */
  resume(lost = false): void {
    if (lost) {
      for (const watcher of [...this.#ofRange, ...[...this.#ofKey.values()].flatMap(set => [...set])])
        this.#unsync(watcher)
    }
    if (this.#pumping || this.#lagging.size === 0) return
    this.#pumping = true
    this.#defer(() => {
      this.#pumping = false
      if (this.#lagging.size > 0) this.#pump()
    })
  }

  /** Ends all watches. */
  fail(error: StoreError): void {
    this.#stop()
    for (const watcher of this.#all()) this.#fail(watcher, error)
  }

  /** Ends all watches without a word. */
  dispose(): void {
    this.#stop()
    for (const watcher of this.#all()) this.#end(watcher)
  }

  #all(): Watcher[] {
    return [...this.#lagging, ...this.#ofRange, ...[...this.#ofKey.values()].flatMap(set => [...set])]
  }

  #stop(): void {
    this.#progressTimer?.cancel()
    this.#progressTimer = undefined
    this.#retryTimer?.cancel()
    this.#retryTimer = undefined
  }

  #pump(): void {
    const machine = this.#machine()
    // What was told already is not applied again yet: there would be a gap.
    if (machine.revision < this.#published) {
      this.#retryTimer ??= this.#clock.after(RETRY_MS, () => {
        this.#retryTimer = undefined
        this.resume()
      })
      return
    }
    const ready = [...this.#lagging].filter(watcher => !watcher.observer.congested?.())
    const places = Map.groupBy(ready, watcher => watcher.next)
    let work = 0
    for (const [next, watchers] of places) {
      const ranges = Map.groupBy(watchers, watcher => watcher.range)
      const shared = ranges.size >= SHARED_FROM
      for (const together of shared ? [watchers] : ranges.values()) {
        if (work >= WORK) break
        work += STEP + this.#catchUp(machine, next, together.slice(0, MAX_SHARING), shared)
      }
    }
    if ([...this.#lagging].some(watcher => !watcher.observer.congested?.())) this.resume()
  }

  /**
   * One step for watchers that are in the same place: of the same range, or `shared` by all kinds of ranges. Gives the
   * work that this was.
   */
  #catchUp(machine: Machine, from: number, watchers: Watcher[], shared: boolean): number {
    if (from < machine.compactRevision) {
      for (const watcher of watchers) this.#fail(watcher, new CompactedError(machine.compactRevision))
      return 0
    }
    const { revision } = machine
    let work = 0
    if (from <= revision) {
      const [key, rangeEnd] = shared ? [EMPTY, ALL_KEYS] : [watchers[0]!.request.key, watchers[0]!.request.rangeEnd]
      const until = Math.min(revision, from + WINDOW - 1)
      const { events, to } = machine.history.events(key, rangeEnd, from, until, MAX_EVENTS, MAX_BYTES)
      const previous = new Map<WatchEvent, WatchEvent>()
      work = events.length * watchers.length
      for (const watcher of watchers) {
        if (watcher.ended) continue
        const { request } = watcher
        const own = events.filter(
          event => (!shared || inRange(event.kv.key, request.key, request.rangeEnd)) && !isFiltered(event, request),
        )
        watcher.next = to + 1
        if (own.length > 0) this.#deliver(watcher, own, own.at(-1)!.kv.modRevision, previous)
        // The others come first now.
        if (this.#lagging.delete(watcher)) this.#lagging.add(watcher)
      }
    }
    for (const watcher of watchers) {
      if (watcher.ended || watcher.next <= revision) continue
      this.#sync(watcher, revision)
      const { progress } = watcher.request
      if (watcher.established && !watcher.progressWanted && !(progress && watcher.told < revision)) continue
      watcher.progressWanted = false
      this.#progress(watcher, revision)
    }
    return work
  }

  /** `previous`: events with the value before them, as far as somebody has asked for it. */
  #deliver(watcher: Watcher, events: WatchEvent[], revision: number, previous: Map<WatchEvent, WatchEvent>): void {
    if (watcher.ended) return
    // The watch is established before its first events.
    if (!watcher.established) this.#progress(watcher, events[0]!.kv.modRevision - 1)
    if (watcher.ended) return
    const own = watcher.request.previous ? events.map(event => this.#withPrevious(event, previous)) : events
    watcher.told = revision
    watcher.busy = true
    this.#call(watcher, observer => observer.onEvents(own, revision))
  }

  #withPrevious(event: WatchEvent, known: Map<WatchEvent, WatchEvent>): WatchEvent {
    let result = known.get(event)
    if (!result) {
      const { key, createRevision, modRevision } = event.kv
      const previous: KeyValue | undefined =
        createRevision === modRevision ? undefined : this.#machine().before(key, modRevision)
      known.set(event, (result = previous ? { ...event, previous } : event))
    }
    return result
  }

  #progress(watcher: Watcher, revision: number): void {
    watcher.established = true
    watcher.told = revision
    this.#call(watcher, observer => observer.onProgress(revision))
  }

  #requestProgress(watcher: Watcher): void {
    watcher.progressWanted = true
    this.#defer(() => {
      if (watcher.ended || !watcher.progressWanted || watcher.synced === undefined) return
      watcher.progressWanted = false
      this.#progress(watcher, this.#through(watcher))
    })
  }

  #onInterval(watcher: Watcher): void {
    const { busy } = watcher
    watcher.busy = false
    if (!busy && watcher.synced !== undefined) this.#progress(watcher, this.#through(watcher))
  }

  #reportProgress(): void {
    this.#progressTimer = undefined
    for (const watcher of [...this.#idle])
      if (watcher.synced !== undefined && watcher.told < this.#through(watcher))
        this.#progress(watcher, this.#through(watcher))
  }

  #fail(watcher: Watcher, error: StoreError): void {
    if (watcher.ended) return
    this.#end(watcher)
    this.#call(watcher, observer => observer.onError(error))
  }

  #call(watcher: Watcher, tell: (observer: WatchObserver) => void): void {
    try {
      tell(watcher.observer)
    } catch (error) {
      this.#log.error('a watch observer failed', { error })
    }
  }
}

const EMPTY = new Uint8Array(0)

function isFiltered({ type }: WatchEvent, { filters }: WatchRequest): boolean {
  return filters?.includes(type === 'put' ? 'noPut' : 'noDelete') ?? false
}

/** Different for all ranges; of one key, the key. */
function rangeText({ key, rangeEnd }: WatchRequest): string {
  return rangeEnd ? `${key.length} ${textOf(key)}${textOf(rangeEnd)}` : textOf(key)
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
