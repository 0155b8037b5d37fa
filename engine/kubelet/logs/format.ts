/** RFC 3339 with nine digits, as in CRI logs. */
export function microStamp(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000000Z')
}

export interface LogLine {
  timeMs: number
  stamp: string
  stream: string
  /** False: the next line of the stream goes on with this one. */
  complete: boolean
  text: string
}

/** Reads one line of a CRI log; undefined if it is torn. */
export function parseLogLine(line: string): LogLine | undefined {
  const match = /^(\S+) (stdout|stderr) ([FP]) ?(.*)$/s.exec(line)
  if (!match) return undefined
  const [, stamp, stream, tag, text] = match
  return { timeMs: Date.parse(stamp), stamp, stream, complete: tag === 'F', text }
}
