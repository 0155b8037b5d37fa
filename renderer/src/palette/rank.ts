/** Something that the palette can find and do. */
export interface Command {
  id: string
  title: string
  /** What kind of thing it is, or where it is. */
  hint?: string
  /** Further words that find it. */
  words?: string
  /** Key or keys that do it without the palette. */
  keys?: string
  run(): void
}

export interface Ranked<C extends Command = Command> {
  command: C
  /** Places of the title that match, for emphasis: start and end, ascending. */
  spans: readonly (readonly [number, number])[]
}

const START = 100
const WORD_START = 60
const INSIDE = 25
const ELSEWHERE = 5

/**
 * The commands that a text finds, the best first: every word of it must be found, at the start of the title before the start of one
 * of its words, before the middle of one, before hint and other words. Without a text all, as they come.
 */
export function rank<C extends Command>(commands: readonly C[], text: string, most = 60): Ranked<C>[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return commands.slice(0, most).map(command => ({ command, spans: [] }))
  const found: (Ranked<C> & { score: number; index: number })[] = []
  commands.forEach((command, index) => {
    const title = command.title.toLowerCase()
    const other = `${command.hint ?? ''} ${command.words ?? ''}`.toLowerCase()
    let score = 0
    const spans: [number, number][] = []
    for (const word of words) {
      const at = bestPlace(title, word)
      if (at >= 0) {
        score += at === 0 ? START : isWordStart(title, at) ? WORD_START : INSIDE
        spans.push([at, at + word.length])
      } else if (other.includes(word)) score += ELSEWHERE
      else return
    }
    // Of two that match alike the shorter title says more of what was meant.
    found.push({ command, spans: merged(spans), score: score - title.length / 100, index })
  })
  return found.sort((a, b) => b.score - a.score || a.index - b.index).slice(0, most)
}

function bestPlace(title: string, word: string): number {
  let first = -1
  for (let at = title.indexOf(word); at >= 0; at = title.indexOf(word, at + 1)) {
    if (isWordStart(title, at)) return at
    if (first < 0) first = at
  }
  return first
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || /[^\p{L}\p{N}]/u.test(text[at - 1]!)
}

function merged(spans: [number, number][]): [number, number][] {
  const all: [number, number][] = []
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    const last = all.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else all.push([from, to])
  }
  return all
}
