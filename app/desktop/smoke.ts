import type { Clock } from '../../engine/base/clock.ts'
import { messageOf } from '../../engine/base/errors.ts'
import { mayStart, type LabLink } from './lab-link.ts'

/** A packaged app on a slow machine starts a whole lab within this time. */
const LIMIT_MS = 300_000

export const SMOKE_OPTION = '--smoke-test'

export interface SmokeOptions {
  link: LabLink
  clock: Clock
  exit(code: number): void
  say(line: string): void
}

/**
 * `--smoke-test`: the app starts as ever, with all its guards, and ends when its interface runs and has spoken to the shell, with
 * exit code 0; with 1 if the lab fails or nothing comes in time. It only ends the app: no check is different with it. The lab
 * stops too, if it was started for this.
 */
export class SmokeTest {
  readonly #options: SmokeOptions
  readonly #wasRunning: boolean
  #ended = false

  constructor(options: SmokeOptions) {
    this.#options = options
    this.#wasRunning = options.link.isRunning
    const limit = options.clock.after(LIMIT_MS, () => this.#end(1, 'nothing was shown in time'))
    options.link.onChange(state => {
      if (!mayStart(state) || this.#ended) return
      limit.cancel()
      this.#end(1, state.phase === 'failed' ? `${state.message} ${state.advice}` : `the lab is ${state.phase}`)
    })
  }

  /** The interface has loaded, and its first message has passed every check. */
  pageSpoke(): void {
    this.#end(0, 'the interface runs')
  }

  #end(code: number, what: string): void {
    if (this.#ended) return
    this.#ended = true
    const { link, exit, say } = this.#options
    say(`smoke test: ${what}`)
    const stopped = this.#wasRunning ? Promise.resolve() : link.stop()
    stopped.then(
      () => exit(code),
      (error: unknown) => {
        say(`smoke test: ${messageOf(error)}`)
        exit(1)
      },
    )
  }
}
