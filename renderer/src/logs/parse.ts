import { parseLabRecord } from './record.ts'
import { severityOf, type Severity } from './severity.ts'

/** A line of a log as it is kept. */
export interface Entry {
  /** Milliseconds since the epoch, with fractions: what lines of several sources are merged by. */
  time: number
  /** Number of the source that wrote it. */
  source: number
  severity: Severity
  /** What is shown and searched. */
  text: string
  /** The line as it came, where that is not the text. */
  raw?: string
}

/** Longer lines are cut: nobody reads them here, and the file has them whole. */
export const MOST_CHARACTERS = 64 << 10
// eslint-disable-next-line no-control-regex -- what it removes are control characters
const ESCAPES = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])|\r/g
// eslint-disable-next-line no-control-regex -- the same
const MAY_ESCAPE = /[\u001b\r]/
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d) ?/

/** Makes entries of the lines of one source, in the order in which they came. */
export class LineParser {
  readonly #source: number
  readonly #isLab: boolean
  #time = 0
  #severity: Severity = 'none'

  constructor(source: number, isLab: boolean) {
    this.#source = source
    this.#isLab = isLab
  }

  /** When the last line was written; 0 before the first. */
  get lastTime(): number {
    return this.#time
  }

  /**
   * Clocks may go back, and some lines have no time: within a source the order is that of writing all the same. What is indented
   * belongs to the line before, as the lines of a stack do.
   */
  parse(line: string): Entry {
    const { time, text, severity, raw } = this.#isLab ? readLabLine(line) : readStamped(line)
    this.#time = Math.max(this.#time, time ?? this.#time)
    if (severity !== 'none' || !/^\s/.test(text)) this.#severity = severity
    return { time: this.#time, source: this.#source, severity: this.#severity, text, ...(raw !== undefined && { raw }) }
  }
}

interface Read {
  time: number | undefined
  text: string
  severity: Severity
  raw?: string
}

function readStamped(line: string): Read {
  const stamp = STAMP.exec(line)
  const text = plain(stamp ? line.slice(stamp[0].length) : line)
  return { time: stamp ? timeOf(stamp) : undefined, text, severity: severityOf(text) }
}

function readLabLine(line: string): Read {
  const record = parseLabRecord(line)
  if (!record) return { time: undefined, text: plain(line), severity: severityOf(line) }
  const time = Date.parse(record.time)
  const raw = plain(line)
  return { time: Number.isNaN(time) ? undefined : time, text: plain(record.text), severity: record.severity, raw }
}

/** Finer than milliseconds: lines of one millisecond are common. */
function timeOf([, seconds, fraction = '', zone]: RegExpExecArray): number {
  return Date.parse(`${seconds}${zone}`) + Number(`0.${fraction || 0}`) * 1000
}

function plain(text: string): string {
  const whole = MAY_ESCAPE.test(text) ? text.replace(ESCAPES, '') : text
  return whole.length > MOST_CHARACTERS ? `${whole.slice(0, MOST_CHARACTERS)}…` : whole
}

/** Splits text that comes in pieces into lines. A line without end is cut, so that it cannot fill the memory. */
export async function* boundedLines(pieces: AsyncIterable<string>): AsyncGenerator<string[]> {
  let rest = ''
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop()!
    if (rest.length > 2 * MOST_CHARACTERS) {
      lines.push(rest)
      rest = ''
    }
    if (lines.length) yield lines
  }
  if (rest) yield [rest]
}
