import type { Severity } from './severity.ts'

/** A line that is a JSON document, as its reader may open it. */
export function parseRecord(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{') || !text.trimEnd().endsWith('}')) return undefined
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined // it only looked like one
  }
}

/** More than this of one document is not opened. */
const MOST_LINES = 500

/** The document in lines, indented; undefined if the text is none. */
export function prettyLines(text: string): string[] | undefined {
  const record = parseRecord(text)
  if (!record) return undefined
  const lines = JSON.stringify(record, null, 2).split('\n')
  return lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), '…'] : lines
}

/** A line of the lab's own processes, as `engine/base/log.ts` writes them. */
export interface LabRecord {
  time: string
  severity: Severity
  /** What it says, for people: component, message and fields. */
  text: string
}

/** Reads a line of a machine's or the host's log; undefined for what is not written by the logger, such as a stack. */
export function parseLabRecord(line: string): LabRecord | undefined {
  const record = parseRecord(line)
  if (typeof record?.time !== 'string' || typeof record.message !== 'string') return undefined
  const { time, level, component, message, ...fields } = record
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${sayValue(value)}`)
  const said = [component === '' || component === undefined ? '' : `[${String(component)}]`, String(message), ...rest]
  const severity = level === 'error' || level === 'warn' || level === 'debug' ? level : 'info'
  return { time: String(time), severity, text: said.filter(Boolean).join(' ') }
}

function sayValue(value: unknown): string {
  if (typeof value === 'string' && /^[^\s"=]+$/.test(value)) return value
  return JSON.stringify(value)
}
