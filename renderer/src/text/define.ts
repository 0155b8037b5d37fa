/** What a part of the interface says: sentences, and functions that put figures and names into them. */
export type Texts = Readonly<Record<string, string | ((...values: never[]) => string)>>

export const LANGUAGES = ['en', 'ko'] as const
export type Language = (typeof LANGUAGES)[number]
/** What each language calls itself. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', ko: '한국어' }

/** The same texts in any language: a sentence stays one, a function keeps its arguments. */
export type Said<T extends Texts> = { readonly [K in keyof T]: T[K] extends string ? string : T[K] }

export interface Translated<T extends Texts> {
  en: T
  ko: Said<T>
}

/**
 * The texts of one part of the interface in every language. They stand in a file `text.ts` beside what shows them; a test holds that
 * none is missing, and that no component has a sentence of its own. Names of Kubernetes (kinds, fields, states) are not translated.
 */
export function defineTexts<const T extends Texts>(texts: Translated<T>): Translated<T> {
  return texts
}
