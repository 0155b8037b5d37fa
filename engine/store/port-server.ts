import { messageOf } from '../base/errors.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { StoreError } from './kv.ts'
import type { PacedObserver, Watch, WatchRequest } from './kv.ts'
import type { StoreMember } from './member.ts'
import { readCall, writeAnswer } from './port.ts'
import type { Answer, Call, FromWorker } from './port.ts'

/** Bytes on their way to the other thread beyond which watches pause and read the history later. */
const MAX_OUTSTANDING_BYTES = 8 * 1024 * 1024
const MIN_FRAME_BYTES = 1024

/** Serves a member to another thread. Answers of one turn travel together. */
export class PortServer {
  readonly #member: StoreMember
  readonly #post: (message: FromWorker, transfer: ArrayBuffer[]) => void
  readonly #watches = new Map<number, Watch>()
  #writer: ByteWriter | undefined
  /** What the last frame came to: the next one will be like it. */
  #frameBytes = MIN_FRAME_BYTES
  #outstanding = 0
  #congested = false

  constructor(member: StoreMember, post: (message: FromWorker, transfer: ArrayBuffer[]) => void) {
    this.#member = member
    this.#post = post
  }

  take(frame: Uint8Array): void {
    const r = new ByteReader(frame)
    while (!r.done) {
      const { id, call } = readCall(r)
      if (call.method === 'watch') this.#watch(id, call.request)
      else if (call.method === 'unwatch') {
        this.#watches.get(id)?.dispose()
        this.#watches.delete(id)
      } else if (call.method === 'requestProgress') this.#watches.get(id)?.requestProgress()
      else if (call.method === 'txn')
        this.#member.txn(call.request).then(
          response => this.#answer({ kind: 'txn', id, response }),
          (error: unknown) => this.#refuse(id, error),
        )
      else if (call.method === 'range')
        this.#member.range(call.request).then(
          response => this.#answer({ kind: 'range', id, response }),
          (error: unknown) => this.#refuse(id, error),
        )
      else
        this.#call(id, call).then(
          answer => this.#answer(answer),
          (error: unknown) => this.#refuse(id, error),
        )
    }
  }

  #refuse(id: number, error: unknown): void {
    this.#answer({ kind: 'error', id, error: asStoreError(error) })
  }

  /** The other thread has dealt with `bytes` more. */
  taken(bytes: number): void {
    this.#outstanding -= bytes
    if (!this.#congested || this.#outstanding > MAX_OUTSTANDING_BYTES / 2) return
    this.#congested = false
    this.#member.resumeWatches()
  }

  async #call(
    id: number,
    call: Exclude<Call, { method: 'txn' | 'range' | 'watch' | 'unwatch' | 'requestProgress' }>,
  ): Promise<Answer> {
    const member = this.#member
    switch (call.method) {
      case 'readRevision':
        return { kind: 'number', id, value: await member.readRevision() }
      case 'compact':
        await member.compact(call.revision)
        return { kind: 'json', id, value: null }
      case 'leaseGrant':
        return { kind: 'number', id, value: await member.leaseGrant(call.ttlSeconds) }
      case 'leaseKeepAlive':
        return { kind: 'number', id, value: await member.leaseKeepAlive(call.lease) }
      case 'leaseRevoke':
        await member.leaseRevoke(call.lease)
        return { kind: 'json', id, value: null }
      case 'status':
        return { kind: 'json', id, value: await member.status() }
      case 'transferLeader':
        member.transferLeader(call.to)
        return { kind: 'json', id, value: null }
    }
  }

  #watch(id: number, request: WatchRequest): void {
    const observer: PacedObserver = {
      onEvents: (events, revision) => this.#answer({ kind: 'events', id, events, revision }),
      onProgress: revision => this.#answer({ kind: 'progress', id, revision }),
      onError: error => {
        this.#watches.delete(id)
        this.#answer({ kind: 'watchError', id, error })
      },
      congested: () => this.#isCongested(),
    }
    try {
      this.#watches.set(id, this.#member.watch(request, observer))
    } catch (error) {
      this.#answer({ kind: 'watchError', id, error: asStoreError(error) })
    }
  }

  #isCongested(): boolean {
    if (this.#outstanding + (this.#writer?.length ?? 0) > MAX_OUTSTANDING_BYTES) this.#congested = true
    return this.#congested
  }

  #answer(answer: Answer): void {
    if (!this.#writer) {
      this.#writer = new ByteWriter(this.#frameBytes)
      queueMicrotask(() => this.#flush())
    }
    this.#writer.whole(w => writeAnswer(w, answer))
  }

  #flush(): void {
    const frame = this.#writer!.finishOwned()
    this.#writer = undefined
    this.#frameBytes = Math.max(MIN_FRAME_BYTES, frame.length + 64)
    this.#outstanding += frame.length
    this.#post({ frame }, [frame.buffer])
  }
}

function asStoreError(error: unknown): StoreError {
  return error instanceof StoreError ? error : new StoreError(messageOf(error))
}
