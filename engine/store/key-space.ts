import { encodeCommand } from './command.ts'
import type { Command } from './command.ts'
import type { RangeRequest, RangeResponse, TxnRequest, TxnResponse } from './kv.ts'
import type { MemberMetrics } from './metrics-member.ts'
import { spaceExceeded } from './mvcc/machine.ts'
import type { Machine, Outcome } from './mvcc/machine.ts'
import type { Replica } from './replica.ts'
import { checkRange, checkSize, checkTxn, isReadOnly, writesValues } from './requests.ts'

export interface KeySpaceOptions {
  metrics: MemberMetrics
  /** @throws UnavailableError while the member does not serve */
  replica(): Replica
  /** Reads what is stored, and sees to what follows if that is damaged. */
  read<T>(read: (machine: Machine) => T): T
  /** Whether a command of so many bytes fits into the quota. */
  admit(bytes: number): boolean
}

/** Reads and writes of a member: what is written goes through the log, what is read waits until it is linearizable. */
export class KeySpace {
  readonly #options: KeySpaceOptions

  constructor(options: KeySpaceOptions) {
    this.#options = options
  }

  async range(request: RangeRequest): Promise<RangeResponse> {
    checkRange(request)
    if (!request.serializable) await this.#linearize()
    return this.#read(machine => machine.range(request))
  }

  async txn(request: TxnRequest): Promise<TxnResponse> {
    const { replica, admit } = this.#options
    checkTxn(request)
    if (isReadOnly(request)) {
      await this.#linearize()
      return this.#read(machine => machine.read(request))
    }
    const command = encodeCommand({ type: 'txn', request })
    checkSize(command)
    const serving = replica()
    // Here and not in the log: that would grow by what is refused.
    if (writesValues(request) && !admit(command.length)) throw spaceExceeded()
    return (await this.#decide(serving, command)) as TxnResponse
  }

  async readRevision(): Promise<number> {
    await this.#linearize()
    return this.#read(machine => machine.revision)
  }

  /** Nobody shall see this member go back in time, however little a read asks for. */
  #read<T>(read: (machine: Machine) => T): T {
    this.#options.replica().checkCurrent()
    return this.#options.read(read)
  }

  async propose(command: Command): Promise<Outcome> {
    return this.#decide(this.#options.replica(), encodeCommand(command))
  }

  async #decide(replica: Replica, command: Uint8Array): Promise<Outcome> {
    const { metrics } = this.#options
    metrics.pendingProposals++
    try {
      return await replica.propose(command)
    } catch (error) {
      metrics.failed('proposal', error)
      throw error
    } finally {
      metrics.pendingProposals--
    }
  }

  /** Resolves when a read of this member is linearizable. */
  async #linearize(): Promise<void> {
    try {
      await this.#options.replica().readIndex()
    } catch (error) {
      this.#options.metrics.failed('read', error)
      throw error
    }
  }
}
