import type { Client, ClientDuplexStream, ServiceError } from '@grpc/grpc-js'
import { Metadata } from '@grpc/grpc-js'
import type { Clock, Timer } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { FILTERS } from '../etcd/messages.ts'
import type { WatchRequest as WireRequest, WatchResponse } from '../etcd/messages.ts'
import { SERVICES } from '../etcd/services.ts'
import type { Draft, TypeOf } from '../etcd/wire.ts'
import { CompactedError, StoreError, UnavailableError } from '../kv.ts'
import type { Watch, WatchObserver, WatchRequest } from '../kv.ts'
import { startOf, watchEvent } from './convert.ts'
import type { Endpoints } from './endpoints.ts'

/** How long the servers may be silent before those who wait for progress have it asked for. */
const PROGRESS_MS = 100
/** A request for progress that is not answered by then was lost. */
const ANSWER_MS = 2_000
const CONNECT_MS = 5_000
const MAX_BACKOFF_MS = 1_000
/** The watch id of answers that concern all of a stream. */
const ALL = -1

type Request = Draft<TypeOf<typeof WireRequest>>
type Response = TypeOf<typeof WatchResponse>
type Stream = ClientDuplexStream<Request, Response>

interface Running {
  id: number
  request: WatchRequest
  observer: WatchObserver
  /** First revision that has not been delivered; 0 until the server has said from where on it counts. */
  next: number
  established: boolean
  /** On the stream that is open now: the store's revision when the watch was made, or undefined until it is. */
  madeAt: number | undefined
  /** How many requests for progress had been sent when it was made. */
  madeAfter: number
  /** Somebody waits for `onProgress`. */
  wanted: boolean
}

/**
 * All watches of a store, on one stream. When the stream breaks, each goes on, with this endpoint or another, from the
 * first revision that it has not delivered: nothing is missed and nothing comes twice.
 */
export class Watches {
  progressCanBeTrusted = false
  readonly #endpoints: Endpoints
  readonly #clock: Clock
  readonly #log: Logger
  readonly #watches = new Map<number, Running>()
  #lastId = 0
  #stream: Stream | undefined
  #connecting = false
  #failures = 0
  #disposed = false
  #seen = 0
  #progressTimer: Timer | undefined
  /** Requests for progress sent on this stream, and the timer of the one that waits for its answer. */
  #asked = 0
  #asking: Timer | undefined

  constructor(endpoints: Endpoints, clock: Clock, log: Logger) {
    this.#endpoints = endpoints
    this.#clock = clock
    this.#log = log
  }

  add(request: WatchRequest, observer: WatchObserver): Watch {
    const id = ++this.#lastId
    const next = request.startRevision ?? 0
    const running: Running = {
      id,
      request,
      observer,
      next,
      established: false,
      madeAt: undefined,
      madeAfter: 0,
      wanted: false,
    }
    this.#watches.set(id, running)
    if (this.#stream) this.#create(running)
    else this.#connect()
    return {
      dispose: () => this.#remove(id),
      requestProgress: () => {
        running.wanted = true
        this.#askForProgress()
      },
    }
  }

  /** The store is known to have this revision. `waited`: somebody waits for those behind it to come so far. */
  seen(revision: number, waited = false): void {
    this.#seen = Math.max(this.#seen, revision)
    if (![...this.#watches.values()].some(w => this.#isBehind(w))) return
    if (waited) this.#askForProgress()
    else this.#progressTimer ??= this.#clock.after(PROGRESS_MS, () => this.#askForProgress())
  }

  dispose(): void {
    this.#disposed = true
    this.#watches.clear()
    this.#closeStream()
  }

  #isBehind(w: Running): boolean {
    if (w.madeAt === undefined) return false
    return w.wanted || (w.request.progress === true && w.next <= this.#seen)
  }

  #remove(id: number): void {
    const running = this.#watches.get(id)
    if (!running) return
    this.#watches.delete(id)
    if (this.#watches.size === 0) this.#closeStream()
    else this.#stream?.write({ cancelRequest: { watchId: id } })
  }

  #closeStream(): void {
    const stream = this.#stream
    this.#forgetStream()
    stream?.cancel()
  }

  #forgetStream(): void {
    this.#stream = undefined
    this.#progressTimer?.cancel()
    this.#asking?.cancel()
    this.#progressTimer = this.#asking = undefined
    this.#asked = 0
    for (const running of this.#watches.values()) running.madeAt = undefined
  }

  #connect(): void {
    if (this.#connecting || this.#disposed) return
    this.#connecting = true
    this.#endpoints.ready(this.#clock.monotonic() + CONNECT_MS).then(
      client => {
        this.#connecting = false
        if (!this.#disposed && this.#watches.size) this.#open(client)
      },
      (error: unknown) => {
        this.#connecting = false
        this.#log.warn('etcd cannot be reached, trying again', { error })
        this.#again()
      },
    )
  }

  #again(): void {
    if (this.#disposed || this.#watches.size === 0) return
    const backoff = Math.min(MAX_BACKOFF_MS, 25 * 2 ** Math.min(this.#failures++, 10))
    this.#clock.after(backoff, () => {
      if (!this.#stream && this.#watches.size) this.#connect()
    })
  }

  #open(client: Client): void {
    const { path, request, response } = SERVICES.Watch.watch
    const metadata = new Metadata()
    metadata.set('hasleader', 'true')
    const stream: Stream = client.makeBidiStreamRequest(
      path,
      value => request.encode(value),
      data => response.decode(data),
      metadata,
    )
    this.#stream = stream
    stream.on('data', answer => {
      if (stream === this.#stream) this.#takeSafely(stream, answer)
    })
    const ended = (error?: ServiceError) => {
      if (stream !== this.#stream) return
      this.#forgetStream()
      this.#endpoints.failed(client)
      this.#log.info('the stream of watches ended, going on', { reason: error?.details })
      this.#again()
    }
    stream.on('error', ended)
    stream.on('end', () => ended())
    for (const running of this.#watches.values()) this.#create(running)
  }

  #create({ id, request, next }: Running): void {
    const { key, rangeEnd, previous, progress, filters } = request
    this.#stream!.write({
      createRequest: {
        key: startOf(key, rangeEnd),
        rangeEnd,
        startRevision: next,
        prevKv: previous,
        progressNotify: progress,
        filters: filters?.map(filter => FILTERS.indexOf(filter)),
        watchId: id,
      },
    })
  }

  /** What cannot be understood ends the stream; the next one begins where this one was understood last. */
  #takeSafely(stream: Stream, answer: Response): void {
    try {
      this.#take(answer)
    } catch (error) {
      this.#log.error('etcd sent what cannot be understood', { error })
      stream.cancel()
    }
  }

  #take(answer: Response): void {
    const revision = answer.header?.revision ?? 0
    if (answer.watchId === ALL && !answer.created) this.#takeProgress(revision)
    else {
      const running = this.#watches.get(answer.watchId)
      if (running) this.#takeFor(running, answer, revision)
      // An id is only given back in a refusal if it was understood; ours always are, so this ends the stream.
      else if (answer.created && answer.canceled) this.#refused(answer.cancelReason)
    }
    this.seen(revision)
  }

  #takeFor(running: Running, answer: Response, revision: number): void {
    if (answer.canceled) return this.#canceled(running, answer)
    if (answer.created) return this.#made(running, revision)
    if (answer.events.length) return this.#deliver(running, answer)
    this.#progress(running, revision)
  }

  #made(running: Running, revision: number): void {
    this.#failures = 0
    running.madeAt = revision
    running.madeAfter = this.#asked
    running.next ||= revision + 1
    if (running.established) return
    running.established = true
    const delivered = Math.min(running.next - 1, revision)
    this.#tell(running, observer => observer.onProgress(delivered))
  }

  #deliver(running: Running, answer: Response): void {
    const events = answer.events.map(watchEvent).filter(e => e.kv.modRevision >= running.next)
    if (events.length === 0) return
    const last = events.at(-1)!.kv.modRevision
    running.next = last + 1
    this.#tell(running, observer => observer.onEvents(events, last))
  }

  #progress(running: Running, revision: number): void {
    const moved = revision >= running.next
    if (moved) running.next = revision + 1
    if (!moved && !running.wanted) return
    running.wanted = false
    this.#tell(running, observer => observer.onProgress(Math.max(revision, running.next - 1)))
  }

  /** Progress of all watches, if the server knew of them all when it said so. */
  #takeProgress(revision: number): void {
    const answered = this.#asked
    const inTime = this.#asking !== undefined
    this.#asking?.cancel()
    this.#asking = undefined
    for (const running of this.#watches.values()) {
      if (running.madeAt === undefined) continue
      // Up to the revision at which the watch was made, the answer may be older than the watch.
      const knownThen = revision > running.madeAt || running.next > revision || (inTime && running.madeAfter < answered)
      if (knownThen) this.#progress(running, revision)
    }
  }

  #askForProgress(): void {
    this.#progressTimer?.cancel()
    this.#progressTimer = undefined
    if (!this.progressCanBeTrusted || this.#asking || !this.#stream) return
    this.#asked++
    this.#asking = this.#clock.after(ANSWER_MS, () => {
      this.#asking = undefined
      this.seen(0)
    })
    this.#stream.write({ progressRequest: {} })
  }

  #canceled(running: Running, answer: Response): void {
    const { compactRevision, cancelReason } = answer
    this.#end(
      running,
      compactRevision
        ? new CompactedError(compactRevision)
        : new UnavailableError(cancelReason || 'etcd ended the watch'),
    )
  }

  #refused(reason: string): void {
    const waiting = [...this.#watches.values()].find(w => w.madeAt === undefined)
    if (waiting) this.#end(waiting, new StoreError(reason))
  }

  #end(running: Running, error: StoreError): void {
    this.#watches.delete(running.id)
    this.#tell(running, observer => observer.onError(error))
    if (this.#watches.size === 0) this.#closeStream()
  }

  #tell({ observer }: Running, tell: (observer: WatchObserver) => void): void {
    try {
      tell(observer)
    } catch (error) {
      this.#log.error('a watch observer failed', { error })
    }
  }
}
