import type { Socket } from 'node:net'
import type { Clock, Timer } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import type { Address } from '../datagrams/flows.ts'
import { NamespaceHelper, type HelperEvents } from './helper-process.ts'

export interface KeeperOptions {
  /** The helper's program: a file. */
  program: string
  /** Processes of the pods that there are, whose namespaces are gone on with. */
  processes(): number[]
  clock: Clock
  log: Logger
}

/** Who hears what helpers tell. */
export interface HelperListener extends Omit<HelperEvents, 'lost'> {
  /** A new helper has taken the place of one that was lost: it knows of no pod yet. */
  replaced(helper: NamespaceHelper): void
}

const FIRST_WAIT_MS = 100
const LAST_WAIT_MS = 5_000

/** Keeps a helper running: another one is started when it is lost. */
export class HelperKeeper {
  /** Hears of everything from now on. */
  listener: HelperListener | undefined
  readonly #options: KeeperOptions
  #helper: NamespaceHelper | undefined
  #again: Timer | undefined
  #waitMs = FIRST_WAIT_MS
  #stopped = false

  /** @throws Error if namespaces cannot be made here */
  static async start(options: KeeperOptions): Promise<HelperKeeper> {
    const keeper = new HelperKeeper(options)
    await keeper.#start()
    return keeper
  }

  private constructor(options: KeeperOptions) {
    this.#options = options
  }

  /** The one that runs; undefined while another one is being started. */
  get helper(): NamespaceHelper | undefined {
    return this.#helper
  }

  stop(): void {
    this.#stopped = true
    this.#again?.cancel()
    this.#helper?.stop()
    this.#helper = undefined
  }

  async #start(): Promise<void> {
    const { program, processes, log } = this.#options
    let lost: Error | undefined
    let started: NamespaceHelper | undefined
    const helper = await NamespaceHelper.start(
      { program, processes: processes(), log },
      {
        captured: (id, packet) => this.listener?.captured(id, packet),
        datagram: (id, source, destination, payload) => this.listener?.datagram(id, source, destination, payload),
        accepted: (id: number, source: Address, destination: Address, socket: Socket) => {
          if (this.listener) this.listener.accepted(id, source, destination, socket)
          else socket.destroy()
        },
        lost: why => {
          lost = why
          if (!started || this.#helper !== started) return
          log.error('the pods are without a network for a moment', { error: messageOf(why) })
          this.#restart()
        },
      },
    )
    if (lost) throw lost
    if (this.#stopped) return helper.stop()
    this.#helper = started = helper
  }

  #restart(): void {
    this.#helper = undefined
    if (this.#stopped) return
    this.#again = this.#options.clock.after(this.#waitMs, () => {
      this.#waitMs = Math.min(this.#waitMs * 2, LAST_WAIT_MS)
      this.#start().then(
        () => {
          if (!this.#helper) return
          this.#waitMs = FIRST_WAIT_MS
          this.listener?.replaced(this.#helper)
        },
        (error: unknown) => {
          this.#options.log.error('the helper for network namespaces does not start', { error: messageOf(error) })
          this.#restart()
        },
      )
    })
  }
}
