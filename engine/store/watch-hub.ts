import type { Clock, Timer } from '../base/clock.ts'
import type { Disposable } from '../base/disposable.ts'
import type { Logger } from '../base/log.ts'
import { inRange } from './bytes.ts'
import { CompactedError } from './kv.ts'
import type { StoreError, WatchEvent, WatchObserver, WatchRequest } from './kv.ts'
import type { Machine } from './mvcc/machine.ts'

/** Revisions that one step of catching up reads. */
const WINDOW = 256
const PROGRESS_MS = 100

/** An observer that can say that it has enough for now; `WatchHub.resume` goes on. */
export interface PacedObserver extends WatchObserver {
  congested?(): boolean
}

interface Watcher {
  request: WatchRequest
  observer: PacedObserver
  /** First revision that has not been delivered. */
  next: number
  /** Told by `onProgress` or `onEvents`; 0 until the watch is established. */
  reported: number
  synced: boolean
  ended: boolean
}

/**
 * Delivers events to watchers. A synced watcher gets each transaction's events as they are applied; one that starts
 * in the past, or does not keep up, reads the history in bounded steps until it has caught up. Nothing is buffered:
 * the history is the buffer.
 */
export class WatchHub {
  readonly #machine: () => Machine
  readonly #defer: (task: () => void) => void
  readonly #clock: Clock
  readonly #log: Logger
  readonly #watchers = new Set<Watcher>()
  #pumping = false
  #progressTimer: Timer | undefined

  constructor(machine: () => Machine, defer: (task: () => void) => void, clock: Clock, log: Logger) {
    this.#machine = machine
    this.#defer = defer
    this.#clock = clock
    this.#log = log
  }

  add(request: WatchRequest, observer: PacedObserver): Disposable {
    const next = request.startRevision || this.#machine().revision + 1
    const watcher: Watcher = { request, observer, next, reported: 0, synced: false, ended: false }
    this.#watchers.add(watcher)
    this.resume()
    return { dispose: () => this.#end(watcher) }
  }

  #end(watcher: Watcher): void {
    watcher.ended = true
    this.#watchers.delete(watcher)
  }

  /** Events that have just been committed, in order. */
  publish(events: WatchEvent[]): void {
    if (events.length === 0) return
    const { revision } = this.#machine()
    const first = events[0]!.kv.modRevision
    let idle = false
    for (const watcher of this.#watchers) {
      if (!watcher.synced) continue
      if (watcher.observer.congested?.()) {
        watcher.synced = false
        watcher.next = Math.max(watcher.next, first)
        continue
      }
      const { key, rangeEnd } = watcher.request
      const matching = events.filter(e => e.kv.modRevision >= watcher.next && inRange(e.kv.key, key, rangeEnd))
      if (revision >= watcher.next) watcher.next = revision + 1
      if (matching.length) this.#deliver(watcher, matching, revision)
      else idle ||= watcher.request.progress === true
    }
    if (idle) this.#progressTimer ??= this.#clock.after(PROGRESS_MS, () => this.#reportProgress())
  }

  /** Everything may have changed (a snapshot was installed), or an observer takes more again. */
  resume(lost = false): void {
    if (lost) for (const watcher of this.#watchers) watcher.synced = false
    if (this.#pumping) return
    this.#pumping = true
    this.#defer(() => this.#pump())
  }

  /** Ends all watches. */
  fail(error: StoreError): void {
    this.#progressTimer?.cancel()
    for (const watcher of [...this.#watchers]) this.#fail(watcher, error)
  }

  /** Ends all watches without a word. */
  dispose(): void {
    this.#progressTimer?.cancel()
    for (const watcher of [...this.#watchers]) this.#end(watcher)
  }

  #pump(): void {
    this.#pumping = false
    let more = false
    for (const watcher of this.#watchers) {
      if (watcher.synced || watcher.observer.congested?.()) continue
      this.#catchUp(watcher)
      more ||= !watcher.synced && !watcher.ended
    }
    if (more) this.resume()
  }

  #catchUp(watcher: Watcher): void {
    const machine = this.#machine()
    if (watcher.next < machine.compactRevision) return this.#fail(watcher, new CompactedError(machine.compactRevision))
    const { key, rangeEnd } = watcher.request
    if (watcher.next <= machine.revision) {
      const to = Math.min(machine.revision, watcher.next + WINDOW - 1)
      const events = machine.history.events(key, rangeEnd, watcher.next, to).events
      watcher.next = to + 1
      if (events.length) this.#deliver(watcher, events, to)
    }
    if (watcher.ended || watcher.next <= machine.revision) return
    watcher.synced = true
    if (watcher.reported === 0) this.#progress(watcher, machine.revision)
  }

  #deliver(watcher: Watcher, events: WatchEvent[], revision: number): void {
    // The watch is established before its first events.
    if (watcher.reported === 0) this.#progress(watcher, events[0]!.kv.modRevision - 1)
    if (watcher.ended) return
    const machine = this.#machine()
    const own = watcher.request.previous
      ? events.map(event => ({ ...event, previous: machine.before(event.kv.key, event.kv.modRevision) }))
      : events
    watcher.reported = revision
    this.#call(watcher, observer => observer.onEvents(own, revision))
  }

  #progress(watcher: Watcher, revision: number): void {
    watcher.reported = Math.max(revision, 1)
    this.#call(watcher, observer => observer.onProgress(revision))
  }

  #reportProgress(): void {
    this.#progressTimer = undefined
    const { revision } = this.#machine()
    for (const watcher of this.#watchers)
      if (watcher.synced && watcher.request.progress && watcher.reported < revision && watcher.next > revision)
        this.#progress(watcher, revision)
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
