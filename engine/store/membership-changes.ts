import type { Clock } from '../base/clock.ts'
import type { Configuration } from '../raft/message.ts'
import { UnknownOutcomeError } from './kv.ts'
import type { StoreError } from './kv.ts'

interface Waiting {
  resolve(configuration: Configuration): void
  reject(error: StoreError): void
}

/** Changes of the members that this member has proposed, on their way into the log. */
export class MembershipChanges {
  readonly #prefix: string
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #waiting = new Map<string, Waiting>()
  #last = 0

  /** `prefix` names this life of this member. */
  constructor(prefix: string, clock: Clock, timeoutMs: number) {
    this.#prefix = prefix
    this.#clock = clock
    this.#timeoutMs = timeoutMs
  }

  /** A name for a proposal, and what becomes of it. */
  add(): { name: string; applied: Promise<Configuration> } {
    const name = `${this.#prefix}/${++this.#last}`
    const applied = new Promise<Configuration>((resolve, reject) => {
      const timer = this.#clock.after(this.#timeoutMs, () =>
        this.refuse(name, new UnknownOutcomeError('etcdserver: request timed out')),
      )
      const end = () => {
        timer.cancel()
        this.#waiting.delete(name)
      }
      this.#waiting.set(name, {
        resolve: configuration => (end(), resolve(configuration)),
        reject: error => (end(), reject(error)),
      })
    })
    return { name, applied }
  }

  settle(name: string | undefined, configuration: Configuration): void {
    if (name !== undefined) this.#waiting.get(name)?.resolve(configuration)
  }

  refuse(name: string | undefined, error: StoreError): void {
    if (name !== undefined) this.#waiting.get(name)?.reject(error)
  }

  /** The member stops serving. */
  fail(error: StoreError): void {
    for (const { reject } of [...this.#waiting.values()])
      reject(new UnknownOutcomeError(`outcome unknown: ${error.message}`))
  }
}
