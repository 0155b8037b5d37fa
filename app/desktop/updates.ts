import { session, type Session } from 'electron'
import type { Clock, Timer } from '../../engine/base/clock.ts'
import type { Logger } from '../../engine/base/log.ts'
import type { Release } from './preferences.ts'
import { newerRelease } from './release.ts'
import type { SettingsFile } from './settings.ts'

const DAY_MS = 86_400_000
const LIMIT_MS = 15_000
/** What a release says of itself is a few kilobytes. */
const LARGEST_BYTES = 1024 * 1024

export interface UpdatesOptions {
  /** Undefined if this build names none: then nothing is ever asked. */
  address: string | undefined
  version: string
  settings: SettingsFile
  clock: Clock
  log: Logger
  found(release: Release): void
}

/**
 * Asks one address, at most once a day, whether there is a newer version, if the user turned that on. It tells and never
 * fetches: there is nothing here that could install. The request is made by the main process in a session of its own, which
 * lets through that address alone; the session of the pages stays as closed as it is.
 */
export class Updates {
  readonly #options: UpdatesOptions
  #session: Session | undefined
  #timer: Timer | undefined

  constructor(options: UpdatesOptions) {
    this.#options = options
  }

  /** Begins, or ends, as the setting says. To be called when it changed. */
  follow(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    const { address, settings, clock, log } = this.#options
    if (!address || !settings.current.updates) return
    const asked = settings.current.updatesAskedAt ?? 0
    const wait = Math.max(0, Math.min(DAY_MS, asked + DAY_MS - clock.now()))
    this.#timer = clock.after(wait, () => {
      settings.change({ updatesAskedAt: clock.now() })
      this.#ask(address).catch((error: unknown) => log.warn('no answer about a newer version', { error }))
      this.follow()
    })
  }

  async #ask(address: string): Promise<void> {
    this.#session ??= sessionFor(address)
    const response = await this.#session.fetch(address, {
      headers: { accept: 'application/json' },
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
      signal: AbortSignal.timeout(LIMIT_MS),
    })
    if (!response.ok) throw new Error(`the address of releases answered ${response.status}`)
    const release = newerRelease(JSON.parse(await textOf(response)), this.#options.version, address)
    if (release && this.#options.settings.current.updates) this.#options.found(release)
  }
}

/** In memory, without cache, and closed but for the one address; a redirect elsewhere is a request elsewhere. */
function sessionFor(address: string): Session {
  const own = session.fromPartition('updates', { cache: false })
  own.webRequest.onBeforeRequest((details, answer) => answer({ cancel: details.url !== address }))
  return own
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true })
    if (text.length > LARGEST_BYTES) throw new Error('the answer about releases is too large')
  }
  return text + decoder.decode()
}
