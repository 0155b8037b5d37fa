/** As much of xterm's buffer as is read here. */
export interface ScreenBuffer {
  readonly length: number
  getLine(y: number): ScreenLine | undefined
}
export interface ScreenLine {
  readonly isWrapped: boolean
  readonly length: number
  translateToString(trimRight?: boolean): string
  getCell(x: number): { getChars(): string; getWidth(): number } | undefined
}

/** A place on the screen, from 0. */
export interface Place {
  x: number
  y: number
}

/** What a program wrote as one line, over however many rows it goes. */
export interface LogicalLine {
  text: string
  /** The row in which it begins, and the one after its last. */
  from: number
  to: number
}

export interface Found {
  start: Place
  /** The last cell. */
  end: Place
}

/** The line to which a row belongs. */
export function logicalLine(buffer: ScreenBuffer, y: number): LogicalLine {
  let from = y
  while (from > 0 && buffer.getLine(from)?.isWrapped) from--
  let to = y + 1
  while (to < buffer.length && buffer.getLine(to)?.isWrapped) to++
  const rows = Array.from({ length: to - from }, (_, i) =>
    buffer.getLine(from + i)!.translateToString(i === to - from - 1),
  )
  return { text: rows.join(''), from, to }
}

/** Every match in all that is on the screen and above it, the first first; no more than `most`, the last ones. */
export function findAll(buffer: ScreenBuffer, pattern: RegExp, most = 1_000): Found[] {
  const found: Found[] = []
  for (let y = buffer.length - 1; y >= 0 && found.length < most;) {
    const line = logicalLine(buffer, y)
    found.push(...findInLine(buffer, line, pattern).reverse())
    y = line.from - 1
  }
  return found.reverse().slice(-most)
}

/** The matches in one line. `pattern` is global. */
export function findInLine(buffer: ScreenBuffer, line: LogicalLine, pattern: RegExp): Found[] {
  const matches = [...line.text.matchAll(pattern)].filter(match => match[0] !== '')
  if (matches.length === 0) return []
  const places = placesOf(buffer, line)
  return matches.flatMap(match => {
    const start = places[match.index]
    const end = places[match.index + match[0].length - 1]
    return start && end ? [{ start, end }] : []
  })
}

/** Where each character of a line is: wide ones take two cells, and some cells hold several characters. */
function placesOf(buffer: ScreenBuffer, { from, to }: LogicalLine): Place[] {
  const places: Place[] = []
  for (let y = from; y < to; y++) {
    const line = buffer.getLine(y)!
    for (let x = 0; x < line.length; x++) {
      const cell = line.getCell(x)
      if (!cell || cell.getWidth() === 0) continue
      const count = cell.getChars().length || 1
      for (let i = 0; i < count; i++) places.push({ x, y })
    }
  }
  return places
}
