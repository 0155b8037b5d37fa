import { encodeBatch } from './command.ts'
import { StoreError, UnavailableError, UnknownOutcomeError } from './kv.ts'
import type { Outcome } from './mvcc/machine.ts'
import { MAX_BATCHES_IN_FLIGHT, MAX_BATCH_BYTES } from './tuning.ts'

interface Waiting {
  command: Uint8Array
  since: number
  resolve(outcome: Outcome): void
  reject(error: StoreError): void
}

interface InFlight {
  commands: Waiting[]
  leadership: string
}

export interface ProposalOptions {
  member: string
  timeoutMs: number
  maxQueuedBytes: number
}

/**
 * Commands on their way into the log. What was proposed and lost its leader has an unknown outcome and is never
 * proposed again; what was not proposed yet waits for a leader.
 */
export class Proposals {
  readonly #options: ProposalOptions
  boot: number
  #sequence = 0
  #queue: Waiting[] = []
  #queuedBytes = 0
  readonly #inFlight = new Map<number, InFlight>()

  constructor(options: ProposalOptions, boot: number) {
    this.#options = options
    this.boot = boot
  }

  get size(): number {
    return this.#queue.length + this.#inFlight.size
  }

  get hasQueued(): boolean {
    return this.#queue.length > 0
  }

  add(command: Uint8Array, now: number): Promise<Outcome> {
    if (this.#queuedBytes + command.length > this.#options.maxQueuedBytes)
      return Promise.reject(new UnavailableError('etcdserver: too many requests'))
    return new Promise((resolve, reject) => {
      this.#queuedBytes += command.length
      this.#queue.push({ command, since: now, resolve, reject })
    })
  }

  /** Proposes what waits, as few log entries as possible. `leadership` names the leader and its term. */
  flush(leadership: string, propose: (data: Uint8Array[]) => boolean): void {
    while (this.#queue.length && this.#inFlight.size < MAX_BATCHES_IN_FLIGHT) {
      let n = 0
      let bytes = 0
      while (n < this.#queue.length) {
        bytes += this.#queue[n]!.command.length
        if (n > 0 && bytes > MAX_BATCH_BYTES) break
        n++
      }
      const commands = this.#queue.slice(0, n)
      const sequence = this.#sequence + 1
      const settledBelow = this.#inFlight.keys().next().value ?? sequence
      const name = { member: this.#options.member, boot: this.boot, sequence, settledBelow }
      const data = encodeBatch(
        name,
        commands.map(w => w.command),
      )
      if (!propose([data])) return
      this.#sequence = sequence
      this.#queue.splice(0, n)
      for (const w of commands) this.#queuedBytes -= w.command.length
      this.#inFlight.set(sequence, { commands, leadership })
    }
  }

  /** Whether somebody here waits for the batch. */
  awaits(boot: number, sequence: number): boolean {
    return boot === this.boot && this.#inFlight.has(sequence)
  }

  /** The batch was applied; undefined: it was refused as one of an earlier life. */
  settle(sequence: number, outcomes: Outcome[] | undefined): void {
    const batch = this.#inFlight.get(sequence)
    if (!batch) return
    this.#inFlight.delete(sequence)
    batch.commands.forEach((w, i) => {
      if (!outcomes) return w.reject(new UnavailableError('etcdserver: the member has just restarted, try again'))
      const outcome = outcomes[i]
      if (outcome instanceof StoreError) w.reject(outcome)
      else w.resolve(outcome)
    })
  }

  /** A snapshot brought the effects of some batches, but not their outcomes. */
  stateReplaced(wasApplied: (boot: number, sequence: number) => boolean): void {
    for (const [sequence, batch] of this.#inFlight) {
      if (!wasApplied(this.boot, sequence)) continue
      this.#inFlight.delete(sequence)
      for (const w of batch.commands) w.reject(lost())
    }
  }

  /** Ends the wait for what was proposed under another leader or term. */
  leaderChanged(leadership: string): void {
    for (const [sequence, batch] of this.#inFlight) {
      if (batch.leadership === leadership) continue
      this.#inFlight.delete(sequence)
      for (const w of batch.commands) w.reject(lost())
    }
  }

  expire(now: number): void {
    const { timeoutMs } = this.#options
    const late = (w: Waiting) => now - w.since >= timeoutMs
    while (this.#queue.length && late(this.#queue[0]!)) {
      const w = this.#queue.shift()!
      this.#queuedBytes -= w.command.length
      w.reject(new UnavailableError('etcdserver: no leader'))
    }
    for (const [sequence, batch] of this.#inFlight) {
      if (!batch.commands.some(late)) continue
      this.#inFlight.delete(sequence)
      for (const w of batch.commands) w.reject(new UnknownOutcomeError('etcdserver: request timed out'))
    }
  }

  /** The member stops serving. What only waited was certainly not done. */
  fail(error: StoreError): void {
    for (const w of this.#queue.splice(0)) w.reject(error)
    this.#queuedBytes = 0
    for (const [sequence, batch] of this.#inFlight) {
      this.#inFlight.delete(sequence)
      for (const w of batch.commands) w.reject(new UnknownOutcomeError(`outcome unknown: ${error.message}`))
    }
  }
}

function lost(): UnknownOutcomeError {
  return new UnknownOutcomeError('etcdserver: request timed out, possibly due to previous leader failure')
}
