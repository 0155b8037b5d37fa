import type { Random } from '../base/random.ts'
import { UnavailableError } from './kv.ts'
import type { StoreError } from './kv.ts'

interface Read {
  since: number
  resolve(): void
  reject(error: StoreError): void
}

/** Beyond those that mean something of their own. */
const FIRST_CONTEXT = 2 ** 16
const RETRY_MS = 500
const MAX_ROUNDS = 4

/** Linearizable reads on their way: all that arrive in one turn share one ReadIndex round. Repeating one is harmless. */
export class Reads {
  readonly #timeoutMs: number
  #context: number
  #waiting: Read[] = []
  readonly #asked = new Map<number, { reads: Read[]; at: number; leadership: string }>()
  #confirmed: { index: number; reads: Read[] }[] = []

  /** `random`: an answer to an earlier life of this member must not be taken for one to this. */
  constructor(timeoutMs: number, random: Random) {
    this.#timeoutMs = timeoutMs
    this.#context = FIRST_CONTEXT + Math.floor(random.next() * 2 ** 48)
  }

  get size(): number {
    return this.#waiting.length + this.#asked.size + this.#confirmed.length
  }

  get hasQueued(): boolean {
    return this.#waiting.length > 0
  }

  /** Resolves once this member has applied everything that was acknowledged anywhere before the call. */
  add(now: number): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.push({ since: now, resolve, reject }))
  }

  flush(now: number, leadership: string, ask: (context: number) => boolean): void {
    if (this.#waiting.length === 0 || this.#asked.size >= MAX_ROUNDS) return
    const context = this.#context + 1
    if (!ask(context)) return
    this.#context = context
    this.#asked.set(context, { reads: this.#waiting, at: now, leadership })
    this.#waiting = []
  }

  /** The leader has confirmed round `context` at log index `index`. */
  confirm(context: number, index: number): void {
    const round = this.#asked.get(context)
    if (!round) return
    this.#asked.delete(context)
    this.#confirmed.push({ index, reads: round.reads })
  }

  /** Lets everything go that waited for an index up to `applied`. */
  release(applied: number): void {
    if (this.#confirmed.length === 0) return
    const waiting = this.#confirmed
    this.#confirmed = []
    for (const entry of waiting) {
      if (entry.index > applied) this.#confirmed.push(entry)
      else for (const read of entry.reads) read.resolve()
    }
  }

  /** Asks again where the leader changed. */
  leaderChanged(leadership: string): void {
    for (const [context, round] of this.#asked) if (round.leadership !== leadership) this.#again(context)
  }

  /** `stuck`: this member cannot write, and so cannot get any newer. */
  expire(now: number, stuck: boolean): void {
    for (const [context, round] of this.#asked) if (now - round.at >= RETRY_MS) this.#again(context)
    const inTime = (read: Read) => {
      if (now - read.since < this.#timeoutMs) return true
      read.reject(new UnavailableError('etcdserver: request timed out'))
      return false
    }
    const hasHope = (read: Read) => {
      if (!stuck || now - read.since < RETRY_MS) return inTime(read)
      read.reject(
        new UnavailableError('the member lags behind because its disk is full: free some space, or ask another'),
      )
      return false
    }
    this.#waiting = this.#waiting.filter(inTime)
    for (const entry of this.#confirmed) entry.reads = entry.reads.filter(hasHope)
    this.#confirmed = this.#confirmed.filter(({ reads }) => reads.length > 0)
  }

  #again(context: number): void {
    this.#waiting.push(...this.#asked.get(context)!.reads)
    this.#asked.delete(context)
  }

  fail(error: StoreError): void {
    const all = [this.#waiting, ...[...this.#asked.values()].map(r => r.reads), ...this.#confirmed.map(c => c.reads)]
    this.#waiting = []
    this.#asked.clear()
    this.#confirmed = []
    for (const reads of all) for (const read of reads) read.reject(error)
  }
}
