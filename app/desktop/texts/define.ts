/** What a part of the shell says: sentences, and functions that put figures and names into them. */
type Texts = Readonly<Record<string, string | ((...values: never[]) => string)>>

export const LANGUAGES = ['en', 'ko'] as const
export type Language = (typeof LANGUAGES)[number]

/** The same texts in any language: a sentence stays one, a function keeps its arguments. */
type Said<T extends Texts> = { readonly [K in keyof T]: T[K] extends string ? string : T[K] }

/** The texts of the shell, in each language of the interface. The page and its `text.ts` files do the same; they share no code. */
export function defineTexts<const T extends Texts>(texts: { en: T; ko: Said<T> }): { en: T; ko: Said<T> } {
  return texts
}

/** What the user chose, or the first language of the system that there is. */
export function languageFor(chosen: Language | undefined, ofSystem: readonly string[]): Language {
  if (chosen) return chosen
  for (const tag of ofSystem) {
    const known = LANGUAGES.find(language => tag.toLowerCase().split(/[-_]/)[0] === language)
    if (known) return known
  }
  return 'en'
}
