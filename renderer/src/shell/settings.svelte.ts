export type Theme = 'system' | 'light' | 'dark'

const THEMES: readonly Theme[] = ['system', 'light', 'dark']

/** What the user chose, kept in this browser. */
class Settings {
  #theme: Theme = $state('system')
  #namespace = $state('')
  #systemDark = $state(false)

  constructor() {
    const saved = localStorage.getItem('theme') as Theme
    this.#theme = THEMES.includes(saved) ? saved : 'system'
    this.#namespace = sessionStorage.getItem('namespace') ?? ''
    const preference = matchMedia('(prefers-color-scheme: dark)')
    this.#systemDark = preference.matches
    preference.addEventListener('change', event => (this.#systemDark = event.matches))
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
    if (this.#theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = this.#theme
  }
}

export const settings = new Settings()
