/** What is said in English, and how it is said in another language: `{0}`, `{1}` … stand for what varies. */
export type Pair = readonly [english: string, said: string]

/** Says sentences that were made in English in another language. */
export class Sentences {
  readonly #known: readonly { pattern: RegExp; said: string }[]

  constructor(pairs: readonly Pair[]) {
    // What has fewer words that vary is meant before what has more: `{0} failed` would take every machine's failure too.
    this.#known = pairs
      .toSorted(([a], [b]) => fixedLength(b) - fixedLength(a))
      .map(([english, said]) => ({ pattern: patternOf(english), said }))
  }

  /** A sentence in the other language, and so what is put into it; as it is if it is not known. */
  say(text: string): string {
    for (const { pattern, said } of this.#known) {
      const found = pattern.exec(text)
      if (found) return said.replace(/\{(\d)\}/g, (_, n: string) => this.say(found[Number(n) + 1] ?? ''))
    }
    return text
  }
}

function patternOf(english: string): RegExp {
  const parts = english.split(/\{\d\}/).map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('(.*)')}$`, 's')
}

function fixedLength(english: string): number {
  return english.replace(/\{\d\}/g, '').length
}
