import { existsSync } from 'node:fs'
import { sleep, type Clock } from '../../engine/base/clock.ts'
import { messageOf, UserError } from '../../engine/base/errors.ts'
import type { Logger } from '../../engine/base/log.ts'
import type { Platform } from '../../engine/base/platform/platform.ts'
import { findLab, LabClient, type LabEntry } from '../../engine/lab/client.ts'
import { labPaths } from '../../engine/lab/config.ts'
import type { HostRecord } from '../../engine/lab/contract.ts'
import { upInBackground } from '../cli/lab/up.ts'
import { STEPS } from './steps.ts'

/** How the lab's process is, as pages show it. */
export type LabState =
  | { phase: 'down'; lab: string }
  /** Its process ended without being asked to. */
  | { phase: 'ended'; lab: string }
  | { phase: 'starting'; lab: string; step: string; elapsedMs: number }
  | { phase: 'up'; lab: string }
  | { phase: 'stopping'; lab: string }
  | { phase: 'failed'; lab: string; message: string; advice: string }

/** Whether there is anything to start. */
export function mayStart({ phase }: LabState): boolean {
  return phase === 'down' || phase === 'ended' || phase === 'failed'
}

/** Where the lab server is, and what opens it. Stays in the main process. */
export interface Connection {
  url: string
  token: string
}

export interface LabLinkOptions {
  name: string
  dataDir: string
  platform: Platform
  clock: Clock
  log: Logger
  /** Node program and folder of the bundles that a lab is started with. */
  node: string
  bundles: string
}

/** What a lab is made of that does not exist yet. */
const NEW_LAB = { masters: 3, workers: 2, bare: false }
const POLL_MS = 200
/** Stopping writes everything out; a laptop under load takes its time. */
const STOP_LIMIT_MS = 60_000

/** The shell's view of one lab: finds it, starts and stops it, and knows how to reach it. Holds no state of the cluster. */
export class LabLink {
  readonly #options: LabLinkOptions
  readonly #listeners = new Set<(state: LabState) => void>()
  #state: LabState
  #connection: Connection | undefined
  #starting: Promise<void> | undefined

  constructor(options: LabLinkOptions) {
    this.#options = options
    this.#state = { phase: 'down', lab: options.name }
  }

  get state(): LabState {
    return this.#state
  }

  /** Undefined while the lab is not up. */
  get connection(): Connection | undefined {
    return this.#connection
  }

  /** `ws://127.0.0.1:PORT`, or empty while the lab is not up. */
  get socketBase(): string {
    return this.#connection?.url.replace(/^http/, 'ws') ?? ''
  }

  /** Calls `listener` after each change. Gives the function that ends it. */
  onChange(listener: (state: LabState) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Connects to the lab, bringing it up if it is not. Failure becomes the state, with the way out. */
  start(): Promise<void> {
    this.#starting ??= this.#bringUp()
      .catch((error: unknown) => {
        this.#options.log.error('the lab did not come up', { error })
        const advice = error instanceof UserError ? error.advice : 'The log of the lab tells more.'
        this.#set({ phase: 'failed', lab: this.#options.name, message: messageOf(error), advice })
      })
      .finally(() => (this.#starting = undefined))
    return this.#starting
  }

  /** Asks the lab to stop. Resolves when its process is gone. */
  async stop(): Promise<void> {
    const lab = this.#find()
    if (lab?.host) {
      this.#set({ phase: 'stopping', lab: this.#options.name })
      try {
        await new LabClient(lab).down()
        await this.#untilGone()
      } catch (error) {
        this.#set({ phase: 'up', lab: this.#options.name }) // as far as is known: its process is there
        throw error
      }
    }
    this.#set({ phase: 'down', lab: this.#options.name })
  }

  /** Looks whether the process that was reached is still there: it may have ended, or another may have taken over. */
  refresh(): void {
    if (this.#starting || this.#state.phase === 'stopping') return
    const host = this.#find()?.host
    if (host?.url) this.#connected(host)
    // Who stops a lab removes its record; one that a dead process left says that nobody did.
    else if (this.#state.phase === 'up') {
      const { name, dataDir } = this.#options
      this.#set({ phase: !host && existsSync(labPaths(dataDir, name).host) ? 'ended' : 'down', lab: name })
    }
  }

  /** Whether a process has the lab, be it up or on its way. */
  get isRunning(): boolean {
    return this.#find()?.host !== undefined
  }

  async #bringUp(): Promise<void> {
    const { name, dataDir, platform, node, bundles } = this.#options
    this.#set({ phase: 'starting', lab: name, step: STEPS.looking, elapsedMs: 0 })
    const existing = this.#find()
    if (existing?.host) await this.#untilReady()
    else
      await upInBackground(
        { name, ...NEW_LAB },
        { dataDir, platform, node, bundles },
        { show: ({ phase, elapsedMs }) => this.#set({ phase: 'starting', lab: name, step: phase, elapsedMs }) },
      )
    const host = this.#find()?.host
    if (!host?.url) throw new UserError('The lab came up and ended again.', 'The log of the lab tells why.')
    this.#connected(host)
  }

  /** Waits for a start that somebody else began. */
  async #untilReady(): Promise<void> {
    const { clock, name } = this.#options
    const began = clock.monotonic()
    for (;;) {
      const lab = this.#find()
      if (!lab?.host) throw new UserError('The start of the lab was given up.', 'Start it again.')
      if (lab.host.url && (await new LabClient(lab).status()).state !== 'starting') return
      this.#set({ phase: 'starting', lab: name, step: STEPS.coming, elapsedMs: clock.monotonic() - began })
      await sleep(clock, POLL_MS)
    }
  }

  async #untilGone(): Promise<void> {
    const { clock } = this.#options
    const deadline = clock.monotonic() + STOP_LIMIT_MS
    while (this.isRunning) {
      if (clock.monotonic() > deadline)
        throw new UserError('The lab does not end.', '`kubarium lab down` ends what is left of it.')
      await sleep(clock, POLL_MS)
    }
  }

  #find(): LabEntry | undefined {
    return findLab(this.#options.dataDir, this.#options.name, this.#options.platform)
  }

  #connected({ url, token }: HostRecord): void {
    this.#connection = { url: url!, token }
    if (this.#state.phase !== 'up') this.#set({ phase: 'up', lab: this.#options.name })
  }

  #set(state: LabState): void {
    this.#state = state
    if (state.phase !== 'up' && state.phase !== 'stopping') this.#connection = undefined
    for (const listener of this.#listeners) listener(state)
  }
}
