import { Worker } from 'node:worker_threads'
import type { Disposable } from '../base/disposable.ts'
import type { Logger } from '../base/log.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import type { StoreMemberConfig } from './config.ts'
import { StoreError, UnavailableError, UnknownOutcomeError } from './kv.ts'
import type {
  MemberStatus,
  RangeRequest,
  RangeResponse,
  Store,
  TxnRequest,
  TxnResponse,
  Watch,
  WatchObserver,
  WatchRequest,
} from './kv.ts'
import { readAnswer, writeCall } from './port.ts'
import type { Answer, Call, FromWorker, ToWorker } from './port.ts'

export type { StoreMemberConfig } from './config.ts'

export interface StoreWorkerOptions {
  /** The worker's script: `worker.ts` or its bundle. */
  entry: URL
  log: Logger
}

/** A store in a worker thread of its own, so that waiting for the disk never holds up the caller's thread. */
export interface StoreWorker extends Store {
  watch(request: WatchRequest, observer: WatchObserver): Watch
  /** Ends member and thread; what waits is refused. */
  stop(): Promise<void>
  /** Tells every change of role, term, leader and problem; first, at once, what is known already. */
  onStatus(listener: (status: MemberStatus) => void): Disposable
  /** Hands leadership to another member, if this one has it. */
  transferLeader(to: string): Promise<void>
}

/**
 * Starts a member in a worker thread. Resolves once it listens for its peers, with or without a leader. A member whose
 * file cannot be trusted resolves too: its status tells the problem, and every request is refused with it.
 */
export async function startStoreWorker(config: StoreMemberConfig, options: StoreWorkerOptions): Promise<StoreWorker> {
  const store = new RemoteStore(config, options)
  await store.started
  return store
}

/** Bytes that were dealt with before the other thread is told: it waits for nothing below some megabytes. */
const ACKNOWLEDGE_BYTES = 64 * 1024
const MIN_FRAME_BYTES = 1024

interface Waiting {
  resolve(answer: Answer): void
  reject(error: StoreError): void
  /** Whether the request may have changed something. */
  writes: boolean
}

class RemoteStore implements StoreWorker {
  readonly started: Promise<void>
  readonly #worker: Worker
  readonly #log: Logger
  readonly #waiting = new Map<number, Waiting>()
  readonly #watches = new Map<number, WatchObserver>()
  readonly #listeners = new Set<(status: MemberStatus) => void>()
  readonly #exited: Promise<void>
  #writer: ByteWriter | undefined
  /** What the last frame came to: the next one will be like it. */
  #frameBytes = MIN_FRAME_BYTES
  #taken = 0
  #lastId = 0
  #status: MemberStatus | undefined
  #gone: UnavailableError | undefined
  #stopping = false

  constructor(config: StoreMemberConfig, options: StoreWorkerOptions) {
    this.#log = options.log
    const worker = (this.#worker = new Worker(options.entry, { workerData: config, name: `store ${config.name}` }))
    this.started = new Promise((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if ('frame' in message) this.#take(message.frame)
        else if ('status' in message) this.#tell(message.status)
        else if ('log' in message) this.#log[message.log.level](message.log.message, message.log.fields)
        else if ('started' in message) resolve()
        else reject(new UnavailableError(message.failed.message))
      })
      worker.on('error', error => {
        this.#log.error('the store worker failed', { error })
        reject(error)
        this.#end(`the store worker failed: ${error.message}. Restart the machine.`)
      })
      worker.on('exit', () => reject(new UnavailableError('the store worker ended before it had started')))
    })
    this.#exited = new Promise(resolve => {
      worker.on('exit', () => {
        this.#end(this.#stopping ? 'etcdserver: server stopped' : 'the store worker ended. Restart the machine.')
        resolve()
      })
    })
  }

  async range(request: RangeRequest): Promise<RangeResponse> {
    const answer = await this.#call({ method: 'range', request })
    return expect(answer, 'range').response
  }

  async txn(request: TxnRequest): Promise<TxnResponse> {
    const answer = await this.#call({ method: 'txn', request }, true)
    return expect(answer, 'txn').response
  }

  async readRevision(): Promise<number> {
    return expect(await this.#call({ method: 'readRevision' }), 'number').value
  }

  async compact(revision: number): Promise<void> {
    await this.#call({ method: 'compact', revision }, true)
  }

  async leaseGrant(ttlSeconds: number): Promise<number> {
    return expect(await this.#call({ method: 'leaseGrant', ttlSeconds }, true), 'number').value
  }

  async leaseKeepAlive(lease: number): Promise<number> {
    return expect(await this.#call({ method: 'leaseKeepAlive', lease }), 'number').value
  }

  async leaseRevoke(lease: number): Promise<void> {
    await this.#call({ method: 'leaseRevoke', lease }, true)
  }

  async transferLeader(to: string): Promise<void> {
    await this.#call({ method: 'transferLeader', to })
  }

  async status(): Promise<MemberStatus> {
    if (this.#gone && this.#status) return this.#status
    return expect(await this.#call({ method: 'status' }), 'json').value as MemberStatus
  }

  watch(request: WatchRequest, observer: WatchObserver): Watch {
    if (this.#gone) throw this.#gone
    const id = ++this.#lastId
    this.#watches.set(id, observer)
    this.#write(id, { method: 'watch', request })
    return {
      dispose: () => {
        if (this.#watches.delete(id) && !this.#gone) this.#write(id, { method: 'unwatch' })
      },
      requestProgress: () => {
        if (this.#watches.has(id) && !this.#gone) this.#write(id, { method: 'requestProgress' })
      },
    }
  }

  onStatus(listener: (status: MemberStatus) => void): Disposable {
    this.#listeners.add(listener)
    if (this.#status) listener(this.#status)
    return { dispose: () => void this.#listeners.delete(listener) }
  }

  #tell(status: MemberStatus): void {
    this.#status = status
    for (const listener of this.#listeners) listener(status)
  }

  #call(call: Call, writes = false): Promise<Answer> {
    if (this.#gone) return Promise.reject(this.#gone)
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId
      this.#write(id, call)
      this.#waiting.set(id, { resolve, reject, writes })
    })
  }

  #write(id: number, call: Call): void {
    if (!this.#writer) {
      this.#writer = new ByteWriter(this.#frameBytes)
      setImmediate(() => this.#flush())
    }
    this.#writer.whole(w => writeCall(w, id, call))
  }

  #flush(): void {
    const frame = this.#writer!.finishOwned()
    this.#writer = undefined
    this.#frameBytes = Math.max(MIN_FRAME_BYTES, frame.length + 64)
    if (!this.#gone) this.#post({ frame }, [frame.buffer])
  }

  #post(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer)
  }

  #take(frame: Uint8Array): void {
    const r = new ByteReader(frame)
    while (!r.done) this.#answer(readAnswer(r))
    this.#taken += frame.length
    if (this.#taken < ACKNOWLEDGE_BYTES || this.#gone) return
    this.#post({ taken: this.#taken })
    this.#taken = 0
  }

  #answer(answer: Answer): void {
    if (answer.kind === 'events' || answer.kind === 'progress' || answer.kind === 'watchError') {
      const observer = this.#watches.get(answer.id)
      if (!observer) return
      if (answer.kind === 'watchError') this.#watches.delete(answer.id)
      return this.#observe(() => {
        if (answer.kind === 'events') observer.onEvents(answer.events, answer.revision)
        else if (answer.kind === 'progress') observer.onProgress(answer.revision)
        else observer.onError(answer.error)
      })
    }
    const waiting = this.#waiting.get(answer.id)
    if (!waiting) return
    this.#waiting.delete(answer.id)
    if (answer.kind === 'error') waiting.reject(answer.error)
    else waiting.resolve(answer)
  }

  #observe(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#log.error('a watch observer failed', { error })
    }
  }

  #end(reason: string): void {
    if (this.#gone) return
    const error = (this.#gone = new UnavailableError(reason))
    for (const waiting of this.#waiting.values())
      waiting.reject(waiting.writes ? new UnknownOutcomeError(`outcome unknown: ${reason}`) : error)
    this.#waiting.clear()
    const watches = [...this.#watches.values()]
    this.#watches.clear()
    for (const observer of watches) this.#observe(() => observer.onError(error))
    if (this.#status && !this.#stopping)
      this.#tell({ ...this.#status, role: 'follower', leader: undefined, problem: reason })
  }

  async stop(): Promise<void> {
    if (!this.#stopping) {
      this.#stopping = true
      if (!this.#gone) this.#post({ stop: true })
    }
    await this.#exited
  }

  dispose(): void {
    this.stop().catch((error: unknown) => this.#log.error('the store worker did not stop', { error }))
  }
}

function expect<K extends Answer['kind']>(answer: Answer, kind: K): Answer & { kind: K } {
  if (answer.kind !== kind) throw new StoreError(`expected an answer of kind ${kind}, got ${answer.kind}`)
  return answer as Answer & { kind: K }
}
