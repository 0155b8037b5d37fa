import type { Logger } from '../../base/log.ts'
import { CompactedError } from '../kv.ts'
import type { MemberStore, PacedObserver, StoreError, Watch, WatchEvent } from '../kv.ts'
import { MAX_REQUEST_BYTES } from '../tuning.ts'
import type { Stream } from './call.ts'
import { endOf, event } from './convert.ts'
import { refusalOf } from './errors.ts'
import { FILTERS, WatchResponse } from './messages.ts'
import type { WatchCreateRequest, WatchRequest } from './messages.ts'
import type { Draft, TypeOf } from './wire.ts'

/** What may wait for a client that does not read; beyond it the history of the store is the buffer. */
const MAX_WAITING_BYTES = 512 * 1024
const MAX_WAITING_ANSWERS = 64
/** Answers larger than this come in parts, for clients that ask for it. */
const FRAGMENT_BYTES = MAX_REQUEST_BYTES + 512 * 1024
/** The watch id of answers that concern all of a stream, or none of its watches. */
const NO_WATCH = -1

export interface WatchStreamOptions {
  call: Stream
  member: MemberStore
  log: Logger
  progressIntervalMs: number
}

interface Running {
  watch: Watch
  established: boolean
  fragment: boolean
  progressNotify: boolean
}

type Create = TypeOf<typeof WatchCreateRequest>

/** One stream of a client with any number of watches on it. */
export class WatchStream {
  readonly #options: WatchStreamOptions
  readonly #watches = new Map<number, Running>()
  readonly #ended = Promise.withResolvers<void>()
  #nextId = 0
  #waitingBytes = 0
  #waitingAnswers = 0
  #congested = false
  /** Watches that still owe their word for a progress report of the whole stream, and what the others said. */
  #progress: { owing: Set<number>; revision: number } | undefined

  constructor(options: WatchStreamOptions) {
    this.#options = options
  }

  /** Resolves when the client has ended the stream, rejects when the store ends it. */
  async run(): Promise<void> {
    const { call } = this.#options
    if (call.cancelled) return
    call.on('data', (request: TypeOf<typeof WatchRequest>) => this.#take(request))
    call.on('end', () => this.#ended.resolve())
    call.on('cancelled', () => this.#ended.resolve())
    call.on('error', (error: unknown) => this.#ended.reject(error))
    try {
      await this.#ended.promise
    } finally {
      for (const { watch } of this.#watches.values()) watch.dispose()
      this.#watches.clear()
    }
  }

  #take({ createRequest, cancelRequest, progressRequest }: TypeOf<typeof WatchRequest>): void {
    if (createRequest) this.#create(createRequest)
    else if (cancelRequest) this.#cancel(cancelRequest.watchId)
    else if (progressRequest) this.#requestProgress()
  }

  #create(request: Create): void {
    const key = request.key.length ? request.key : new Uint8Array([0])
    const rangeEnd = endOf(request.rangeEnd)
    const refused = this.#refusal(request, key, rangeEnd)
    if (refused !== undefined) return this.#refuse(refused)
    const id = request.watchId || this.#freeId()
    const header = this.#options.member.header()
    try {
      const watch = this.#options.member.watch(
        {
          key,
          rangeEnd,
          // The answer names the revision that the client counts from, so the watch begins right behind it.
          startRevision: request.startRevision || header.revision + 1,
          previous: request.prevKv,
          progress: request.progressNotify,
          progressIntervalMs: request.progressNotify ? this.#options.progressIntervalMs : undefined,
          filters: request.filters.flatMap(filter => FILTERS[filter] ?? []),
        },
        this.#observer(id),
      )
      const { fragment, progressNotify } = request
      this.#watches.set(id, { watch, established: false, fragment, progressNotify })
    } catch (error) {
      return this.#refuse(refusalOf(error).details)
    }
    this.#send({ header, watchId: id, created: true })
    // A report that is being gathered must hold for this watch too.
    if (this.#progress) this.#ask(id)
  }

  #refusal({ startRevision, watchId }: Create, key: Uint8Array, end: Uint8Array | undefined): string | undefined {
    if (startRevision < 0) return 'etcdserver: mvcc: required revision has been compacted'
    if (this.#watches.has(watchId) && watchId !== 0) return 'mvcc: duplicate watch ID provided on the WatchStream'
    const isOpen = end?.length === 1 && end[0] === 0
    if (end && !isOpen && Buffer.compare(key, end) >= 0) return 'mvcc: watcher range is empty'
    return undefined
  }

  #refuse(cancelReason: string): void {
    const header = this.#options.member.header()
    this.#send({ header, watchId: NO_WATCH, created: true, canceled: true, cancelReason })
  }

  #freeId(): number {
    while (this.#watches.has(this.#nextId)) this.#nextId++
    return this.#nextId++
  }

  #cancel(id: number): void {
    const running = this.#watches.get(id)
    if (!running) return
    this.#forget(id)
    running.watch.dispose()
    this.#send({ header: this.#options.member.header(), watchId: id, canceled: true })
  }

  #forget(id: number): void {
    this.#watches.delete(id)
    this.#answerProgress(id, Infinity)
  }

  #requestProgress(): void {
    if (this.#progress) return
    if (this.#watches.size === 0) return this.#send({ header: this.#options.member.header(), watchId: NO_WATCH })
    this.#progress = { owing: new Set(), revision: Infinity }
    for (const id of this.#watches.keys()) this.#ask(id)
  }

  #ask(id: number): void {
    this.#progress!.owing.add(id)
    this.#watches.get(id)!.watch.requestProgress()
  }

  #answerProgress(id: number, revision: number): boolean {
    const progress = this.#progress
    if (!progress?.owing.delete(id)) return false
    progress.revision = Math.min(progress.revision, revision)
    if (progress.owing.size) return true
    this.#progress = undefined
    if (Number.isFinite(progress.revision)) this.#sendProgress(NO_WATCH, progress.revision)
    return true
  }

  #sendProgress(watchId: number, revision: number): void {
    this.#send({ header: { ...this.#options.member.header(), revision }, watchId })
  }

  #observer(id: number): PacedObserver {
    return {
      onEvents: (events, revision) => this.#sendEvents(id, events, revision),
      onProgress: revision => {
        const running = this.#watches.get(id)
        if (!running) return
        const first = !running.established
        running.established = true
        if (!this.#answerProgress(id, revision) && !first && running.progressNotify) this.#sendProgress(id, revision)
      },
      onError: error => this.#onError(id, error),
      congested: () => this.#congested,
    }
  }

  #onError(id: number, error: StoreError): void {
    if (!(error instanceof CompactedError)) return this.#ended.reject(error)
    this.#forget(id)
    const { compactRevision } = error
    // As in etcd, without the store's own revision.
    const header = { ...this.#options.member.header(), revision: 0 }
    this.#send({ header, watchId: id, canceled: true, compactRevision })
  }

  #sendEvents(watchId: number, events: WatchEvent[], revision: number): void {
    const running = this.#watches.get(watchId)
    if (!running) return
    const header = { ...this.#options.member.header(), revision }
    const encoded = events.map(encodeEvent)
    const head = WatchResponse.encode({ header, watchId })
    if (!running.fragment) return this.#write(Buffer.concat([head, ...encoded]))
    for (const part of parts(encoded)) {
      const start = part.last ? head : WatchResponse.encode({ header, watchId, fragment: true })
      this.#write(Buffer.concat([start, ...part.events]))
    }
  }

  #send(response: Draft<TypeOf<typeof WatchResponse>>): void {
    this.#write(WatchResponse.encode(response))
  }

  #write(data: Buffer): void {
    const { call } = this.#options
    if (call.cancelled || call.writableEnded) return
    this.#waitingBytes += data.length
    this.#waitingAnswers++
    call.write(data, () => this.#written(data.length))
    if (this.#congested || !this.#isFull(1)) return
    this.#congested = true
    call.pause()
  }

  #written(bytes: number): void {
    this.#waitingBytes -= bytes
    this.#waitingAnswers--
    if (!this.#congested || this.#isFull(2)) return
    this.#congested = false
    this.#options.call.resume()
    this.#options.member.resumeWatches()
  }

  #isFull(share: number): boolean {
    return this.#waitingBytes > MAX_WAITING_BYTES / share || this.#waitingAnswers > MAX_WAITING_ANSWERS / share
  }
}

/** Many watchers are told of the same event: it is written down once. */
const ENCODED = new WeakMap<WatchEvent, Buffer>()

/** An event as field 11 of a WatchResponse, which is its last. */
function encodeEvent(e: WatchEvent): Buffer {
  let encoded = ENCODED.get(e)
  if (!encoded) {
    encoded = WatchResponse.encode({ events: [event(e)] })
    ENCODED.set(e, encoded)
  }
  return encoded
}

/** Events in answers that are not too large, each with at least one. */
function* parts(events: Buffer[]): Generator<{ events: Buffer[]; last: boolean }> {
  let from = 0
  let bytes = 0
  for (const [i, { length }] of events.entries()) {
    if (i > from && bytes + length >= FRAGMENT_BYTES) {
      yield { events: events.slice(from, i), last: false }
      from = i
      bytes = 0
    }
    bytes += length
  }
  yield { events: events.slice(from), last: true }
}
