/** What is looked for. */
export interface Search {
  pattern: RegExp | undefined
  /** Why the text is no regular expression. */
  error: string | undefined
}

/** What to look for. Case counts only if the text has capital letters. */
export function compileSearch(text: string, regex: boolean): Search {
  if (!text) return { pattern: undefined, error: undefined }
  const source = regex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  try {
    return { pattern: new RegExp(source, /[A-Z]/.test(text) ? 'g' : 'gi'), error: undefined }
  } catch (error) {
    return { pattern: undefined, error: error instanceof Error ? error.message : String(error) }
  }
}

export interface Piece {
  text: string
  match: boolean
}

/** Further into a line matches are not shown. */
export const MOST_SHOWN = 1_000

/** A part of a text, cut at the matches of the whole. Matches of nothing are no matches. */
export function piecesOf(text: string, pattern: RegExp | undefined, from = 0, to = text.length): Piece[] {
  if (!pattern) return [{ text: text.slice(from, to), match: false }]
  const found: Piece[] = []
  let end = from
  let count = 0
  for (const match of text.matchAll(pattern)) {
    const [start, stop] = [Math.max(match.index, from), Math.min(match.index + match[0].length, to)]
    if (match.index >= to || ++count > MOST_SHOWN) break
    if (stop <= start) continue
    if (start > end) found.push({ text: text.slice(end, start), match: false })
    found.push({ text: text.slice(start, stop), match: true })
    end = stop
  }
  if (end < to || found.length === 0) found.push({ text: text.slice(end, to), match: false })
  return found
}
