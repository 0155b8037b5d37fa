/** What the user may choose, as it crosses between page and shell. Free of Node: the preload has it too. */

import { LANGUAGES, type Language } from './texts/define.ts'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]
/** What becomes of the lab when the app quits. */
export const QUIT_CHOICES = ['ask', 'keep', 'stop'] as const
export type QuitChoice = (typeof QUIT_CHOICES)[number]

/** What the shell keeps for the user, as the settings of the interface show it. */
export interface Preferences {
  onQuit: QuitChoice
  tray: boolean
  notifications: boolean
  updates: boolean
  /** Whether this build knows where its releases are. Without, `updates` does nothing. */
  canUpdate: boolean
  /** The newer version that was found. */
  release?: Release
}

export interface Release {
  version: string
  /** Its page, to be opened in the browser. */
  address: string
}

/** What a page may change. Theme and language are the page's own; the shell follows them. */
export type PreferenceChange = Partial<
  Pick<Preferences, 'onQuit' | 'tray' | 'notifications' | 'updates'> & { theme: Theme; language: Language }
>

const isOneOf = (values: readonly unknown[]) => (value: unknown) => values.includes(value)
const isSwitch = isOneOf([true, false])
const CHECKS: Record<keyof PreferenceChange, (value: unknown) => boolean> = {
  onQuit: isOneOf(QUIT_CHOICES),
  theme: isOneOf(THEMES),
  language: isOneOf(LANGUAGES),
  tray: isSwitch,
  notifications: isSwitch,
  updates: isSwitch,
}

/** Nothing but known preferences, each with a value that it can have. */
export function isPreferenceChange(payload: unknown): payload is PreferenceChange {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return false
  return Object.entries(payload).every(
    ([name, value]) => Object.hasOwn(CHECKS, name) && CHECKS[name as keyof PreferenceChange](value),
  )
}
