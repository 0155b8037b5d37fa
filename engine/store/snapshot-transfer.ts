import type { Clock, Timer } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Message } from '../raft/message.ts'
import type { Disk, Sqlite } from './disk.ts'
import { snapshotChunks } from './mvcc/snapshot.ts'
import type { PeerFrame } from './peer/frame.ts'

interface Sending {
  transfer: number
  reader: Sqlite
  chunks: Generator<Uint8Array>
  ahead: IteratorResult<Uint8Array>
  sequence: number
  install: Message
  timer: Timer
}

const TIMEOUT_MS = 5000

export interface SnapshotSenderOptions {
  disk: Disk
  db: Sqlite
  clock: Clock
  log: Logger
  send(to: string, frame: PeerFrame): boolean
  /** The follower has everything, or the transfer failed. */
  finished(to: string, delivered: boolean): void
}

/** Sends the state machine to followers that lag behind the log: one chunk after the other, each confirmed. */
export class SnapshotSender {
  readonly #options: SnapshotSenderOptions
  readonly #sending = new Map<string, Sending>()
  #lastTransfer = 0

  constructor(options: SnapshotSenderOptions) {
    this.#options = options
  }

  /** Sends the last committed state, which `install` must describe. */
  start(to: string, install: Message): void {
    this.#drop(to)
    const { disk, db, log, clock } = this.#options
    log.info('sending a snapshot', { to, index: install.snapshot?.index })
    const reader = disk.openReader(db)
    const chunks = snapshotChunks(reader)
    let ahead: IteratorResult<Uint8Array>
    try {
      ahead = chunks.next()
    } catch (error) {
      reader.close()
      throw error
    }
    const transfer = Math.max(this.#lastTransfer + 1, Math.floor(clock.now()))
    this.#lastTransfer = transfer
    const sending: Sending = { transfer, reader, chunks, ahead, sequence: 0, install, timer: NO_TIMER }
    this.#sending.set(to, sending)
    this.#send(to, sending)
  }

  #send(to: string, sending: Sending): void {
    const { send, clock } = this.#options
    sending.timer.cancel()
    sending.timer = clock.after(TIMEOUT_MS, () => this.#finish(to, false))
    const data = (sending.ahead.value as Uint8Array | undefined) ?? new Uint8Array(0)
    sending.ahead = sending.chunks.next()
    const { transfer, sequence } = sending
    const install = sending.ahead.done ? sending.install : undefined
    if (!send(to, { type: 'chunk', transfer, sequence, data, install })) this.#finish(to, false)
  }

  taken(from: string, transfer: number, sequence: number): void {
    const sending = this.#sending.get(from)
    if (!sending || sending.transfer !== transfer || sending.sequence !== sequence) return
    if (sending.ahead.done) return this.#finish(from, true)
    sending.sequence++
    this.#send(from, sending)
  }

  peerDown(peer: string): void {
    if (this.#sending.has(peer)) this.#finish(peer, false)
  }

  #finish(to: string, delivered: boolean): void {
    this.#drop(to)
    this.#options.log.info(delivered ? 'snapshot delivered' : 'snapshot transfer failed', { to })
    this.#options.finished(to, delivered)
  }

  #drop(to: string): void {
    const sending = this.#sending.get(to)
    if (!sending) return
    this.#sending.delete(to)
    sending.timer.cancel()
    sending.chunks.return(undefined)
    sending.reader.close()
  }

  dispose(): void {
    for (const to of [...this.#sending.keys()]) this.#drop(to)
  }
}

const NO_TIMER: Timer = { cancel() {} }

/** The receiving end: chunks wait in a table of their own until the last has come. */
export class SnapshotStage {
  readonly #db: Sqlite
  #transfer = 0
  #next = 0

  constructor(db: Sqlite) {
    this.#db = db
    this.clear()
  }

  /** True if the chunk was the next one of its transfer. */
  take(transfer: number, sequence: number, data: Uint8Array): boolean {
    if (sequence === 0) {
      this.clear()
      this.#transfer = transfer
    }
    if (transfer !== this.#transfer || sequence !== this.#next) return false
    this.#db.prepare('INSERT INTO snapshot_chunk VALUES (?, ?)').run(sequence, data)
    this.#next++
    return true
  }

  *chunks(): Generator<Uint8Array> {
    const get = this.#db.prepare('SELECT data FROM snapshot_chunk WHERE sequence = ?').pluck()
    for (let i = 0; i < this.#next; i++) yield get.get(i) as Buffer
  }

  clear(): void {
    this.empty()
    this.forget()
  }

  /** Removes the chunks; once that is committed, `forget` them. */
  empty(): void {
    this.#db.exec('DELETE FROM snapshot_chunk')
  }

  /** No chunk is there: the next one that is taken is the first of a transfer. */
  forget(): void {
    this.#transfer = 0
    this.#next = 0
  }
}
