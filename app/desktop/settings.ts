import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf } from '../../engine/base/errors.ts'
import type { Logger } from '../../engine/base/log.ts'
import { makeFolder, writeFileAtomically } from '../../engine/lab/config.ts'
import { QUIT_CHOICES, THEMES, type QuitChoice, type Theme } from './preferences.ts'
import { LANGUAGES, type Language } from './texts/define.ts'

export interface Bounds {
  x: number
  y: number
  width: number
  height: number
  maximized: boolean
  fullScreen?: boolean
}

export interface Settings {
  theme: Theme
  onQuit: QuitChoice
  /** Absent until the page says one: then that of the system. */
  language?: Language
  /** Whether the tray shows the lab. */
  tray: boolean
  /** Whether the system's own notifications are shown. */
  notifications: boolean
  /** Whether to ask once a day for a newer version. The only request that ever leaves the machine; off unless turned on. */
  updates: boolean
  /** When that was last done, in milliseconds since the epoch. */
  updatesAskedAt?: number
  /** Where the last window was; absent before the first. */
  window?: Bounds
}

/** What the shell remembers between runs, in one small file. A file that cannot be understood counts as none. */
export class SettingsFile {
  readonly #folder: string
  readonly #log: Logger
  #settings: Settings

  constructor(folder: string, log: Logger) {
    this.#folder = folder
    this.#log = log
    this.#settings = this.#read()
  }

  get current(): Readonly<Settings> {
    return this.#settings
  }

  change(some: Partial<Settings>): void {
    this.#settings = { ...this.#settings, ...some }
    try {
      makeFolder(this.#folder)
      writeFileAtomically(this.#path, JSON.stringify(this.#settings, null, 2) + '\n')
    } catch (error) {
      this.#log.warn('the settings could not be saved', { error }) // they hold for this run
    }
  }

  get #path(): string {
    return join(this.#folder, 'settings.json')
  }

  #read(): Settings {
    try {
      return understand(JSON.parse(readFileSync(this.#path, 'utf8')))
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.#log.warn('the settings could not be read; defaults hold', { error })
      return understand({})
    }
  }
}

function understand(raw: unknown): Settings {
  const saved = (typeof raw === 'object' && raw !== null ? raw : {}) as Partial<Settings>
  return {
    theme: THEMES.includes(saved.theme as Theme) ? saved.theme! : 'system',
    onQuit: QUIT_CHOICES.includes(saved.onQuit as QuitChoice) ? saved.onQuit! : 'ask',
    ...(LANGUAGES.includes(saved.language as Language) && { language: saved.language }),
    tray: saved.tray !== false,
    notifications: saved.notifications === true,
    updates: saved.updates === true,
    ...(Number.isFinite(saved.updatesAskedAt) && { updatesAskedAt: saved.updatesAskedAt }),
    ...(isBounds(saved.window) && { window: saved.window }),
  }
}

function isBounds(value: Bounds | undefined): value is Bounds {
  return (
    !!value &&
    [value.x, value.y, value.width, value.height].every(Number.isFinite) &&
    typeof value.maximized === 'boolean'
  )
}
