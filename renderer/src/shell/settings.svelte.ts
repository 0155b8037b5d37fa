import { LANGUAGES, type Language } from '../text/define.ts'
import { onChangedElsewhere } from './elsewhere.ts'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]
export const CONTRASTS = ['system', 'normal', 'more'] as const
export type Contrast = (typeof CONTRASTS)[number]

/** What the user chose, kept in this browser, and the same in all of its windows. */
class Settings {
  #theme: Theme = $state(kept('theme', THEMES) ?? 'system')
  #contrast: Contrast = $state(kept('contrast', CONTRASTS) ?? 'system')
  #language: Language = $state(kept('language', LANGUAGES) ?? languageOfBrowser())
  #namespace = $state(sessionStorage.getItem('namespace') ?? '')
  #systemDark = $state(false)

  constructor() {
    const preference = matchMedia('(prefers-color-scheme: dark)')
    this.#systemDark = preference.matches
    preference.addEventListener('change', event => (this.#systemDark = event.matches))
    onChangedElsewhere(name => {
      if (name !== undefined && !['theme', 'contrast', 'language'].includes(name)) return
      this.#theme = kept('theme', THEMES) ?? 'system'
      this.#contrast = kept('contrast', CONTRASTS) ?? 'system'
      this.#language = kept('language', LANGUAGES) ?? languageOfBrowser()
      this.#show()
    })
    this.#show()
  }

  get theme(): Theme {
    return this.#theme
  }

  set theme(theme: Theme) {
    this.#theme = theme
    localStorage.setItem('theme', theme)
    this.#show()
  }

  get contrast(): Contrast {
    return this.#contrast
  }

  set contrast(contrast: Contrast) {
    this.#contrast = contrast
    localStorage.setItem('contrast', contrast)
    this.#show()
  }

  get language(): Language {
    return this.#language
  }

  set language(language: Language) {
    this.#language = language
    localStorage.setItem('language', language)
    this.#show()
  }

  /** What is on the screen, whoever chose it. */
  get dark(): boolean {
    return this.#theme === 'system' ? this.#systemDark : this.#theme === 'dark'
  }

  /** The namespace that views are narrowed to; empty for all. */
  get namespace(): string {
    return this.#namespace
  }

  set namespace(namespace: string) {
    this.#namespace = namespace
    sessionStorage.setItem('namespace', namespace)
  }

  nextTheme(): void {
    this.theme = THEMES[(THEMES.indexOf(this.#theme) + 1) % THEMES.length]!
  }

  #show(): void {
    const { dataset } = document.documentElement
    document.documentElement.lang = this.#language
    if (this.#theme === 'system') delete dataset.theme
    else dataset.theme = this.#theme
    if (this.#contrast === 'system') delete dataset.contrast
    else dataset.contrast = this.#contrast
  }
}

function kept<T extends string>(name: string, values: readonly T[]): T | undefined {
  const value = localStorage.getItem(name) as T | null
  return value !== null && values.includes(value) ? value : undefined
}

function languageOfBrowser(): Language {
  return navigator.languages.some(language => /^ko\b/i.test(language)) ? 'ko' : 'en'
}

export const settings = new Settings()
