import { settings } from '../shell/settings.svelte.ts'
import type { Said, Texts, Translated } from './define.ts'

/** The texts in the user's language. Whoever reads one in a template reads it anew when the language changes. */
export function say<T extends Texts>(texts: Translated<T>): Said<T> {
  return new Proxy(texts.en as Said<T>, {
    get: (_, name: string) => (texts[settings.language] as Said<T>)[name],
  })
}
