import { MOST_SHOWN } from './pattern.ts'

/** Lines, and what to look for in them, as a worker is sent them. */
export interface MatchTask {
  pattern: RegExp
  texts: readonly string[]
}

/** What a worker says: whether it is there, which lines match, or one that takes the expression too long. */
export type MatchAnswer = { ready: true } | { isMatch: Uint8Array } | { slow: string }

/** Whoever takes longer over one line holds a page up that draws a screen of them. */
const LINE_MS = 10
/** After so long a worker says what it has until then. */
const TASK_MS = 250

/**
 * Whether lines match, from the first on: all of them, or as many as there was time for. An expression may take ages over a line, such as
 * `(a+)+$` over a row of letters: where one takes twice too long, that line is the answer.
 */
export function matchLines({ pattern, texts }: MatchTask, now = () => performance.now()): MatchAnswer {
  const isMatch = new Uint8Array(texts.length)
  const begun = now()
  let before = begun
  for (const [i, text] of texts.entries()) {
    isMatch[i] = matches(pattern, text)
    let after = now()
    if (after - before > LINE_MS) {
      // The processor may have had other things to do.
      matches(pattern, text)
      const again = now()
      if (again - after > LINE_MS) return { slow: text }
      after = again
    }
    before = after
    if (after - begun > TASK_MS) return { isMatch: isMatch.slice(0, i + 1) }
  }
  return { isMatch }
}

/** 1 if a text matches. Looks for as many matches as a page shows, so that what a page does then takes no longer. */
function matches(pattern: RegExp, text: string): 0 | 1 {
  pattern.lastIndex = 0
  if (!pattern.test(text)) return 0
  let count = 1
  for (const _ of text.matchAll(pattern)) if (++count > MOST_SHOWN) break
  return 1
}
