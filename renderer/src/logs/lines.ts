/** A line of a log as it came, with the time that the kubelet noted. */
export interface LogLine {
  id: number
  time: string
  text: string
}

// eslint-disable-next-line no-control-regex -- what it removes are control characters
const ESCAPES = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])|\r/g
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?/

/** Takes the time stamp off a line, and escape sequences out of it. */
export function parseLine(raw: string, id: number): LogLine {
  const time = STAMP.exec(raw)
  const text = raw.slice(time?.[0].length ?? 0).replace(ESCAPES, '')
  return { id, time: time?.[1] ?? '', text }
}

/** Appends to the newest lines and forgets the oldest beyond the limit. */
export function appendLines(lines: readonly LogLine[], added: readonly LogLine[], most: number): readonly LogLine[] {
  const all = [...lines, ...added]
  return all.length > most ? all.slice(all.length - most) : all
}

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

/** The text cut at the matches. Matches of nothing are no matches. */
export function pieces(text: string, pattern: RegExp | undefined): Piece[] {
  if (!pattern) return [{ text, match: false }]
  const found: Piece[] = []
  let end = 0
  for (const match of text.matchAll(pattern)) {
    if (!match[0]) continue
    if (match.index > end) found.push({ text: text.slice(end, match.index), match: false })
    found.push({ text: match[0], match: true })
    end = match.index + match[0].length
  }
  if (end < text.length || found.length === 0) found.push({ text: text.slice(end), match: false })
  return found
}

/** Indexes of the lines that match. */
export function matchingLines(lines: readonly LogLine[], pattern: RegExp | undefined): number[] {
  if (!pattern) return []
  const once = new RegExp(pattern.source, pattern.flags.replace('g', ''))
  return lines.flatMap((line, i) => (once.test(line.text) ? [i] : []))
}

/** A row on the screen: a line, or a part of one that is wider than the screen. */
export interface LogRow {
  line: LogLine
  /** Index of the line. */
  index: number
  text: string
  first: boolean
}

/** Rows of equal height: long lines are cut at `columns` characters; 0 does not cut. */
export function toRows(lines: readonly LogLine[], columns: number): LogRow[] {
  const rows: LogRow[] = []
  lines.forEach((line, index) => {
    if (!columns || line.text.length <= columns) rows.push({ line, index, text: line.text, first: true })
    else
      for (let at = 0; at < line.text.length; at += columns)
        rows.push({ line, index, text: line.text.slice(at, at + columns), first: at === 0 })
  })
  return rows
}
