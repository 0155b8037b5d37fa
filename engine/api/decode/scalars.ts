import { wrongType } from './wrong-type.ts'
import type { State } from './wrong-type.ts'

export function normaliseTime(value: unknown, micro: boolean, struct: string, state: State): unknown {
  if (typeof value !== 'string') return wrongType(value, 'string', struct, state)
  const m = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(value)
  const ms = m ? Date.parse(`${value.slice(0, 19)}${m[8]}`) : NaN
  if (!m || Number.isNaN(ms)) {
    const layout = micro ? '2006-01-02T15:04:05.000000Z07:00' : '2006-01-02T15:04:05Z07:00'
    state.errors.push(
      `parsing time ${JSON.stringify(value)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(value)} as "2006"`,
    )
    return value
  }
  if (micro && m[7]?.length !== 6) {
    state.errors.push(
      `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05.000000Z07:00": cannot parse ${JSON.stringify(value.slice(19))} as ".000000"`,
    )
    return value
  }
  const seconds = new Date(ms).toISOString().slice(0, 19)
  return micro ? `${seconds}.${m[7]}Z` : `${seconds}Z`
}

/** Index of the first byte that is no base64, or -1. */
export function badBase64(text: string): number {
  const clean = text.replace(/[\r\n]/g, '')
  const m = /^[A-Za-z0-9+/]*/.exec(clean)!
  const rest = clean.slice(m[0].length)
  if ((rest === '' && clean.length % 4 === 0) || (/^==?$/.test(rest) && clean.length % 4 === 0)) return -1
  return rest && !/^==?$/.test(rest) ? m[0].length : clean.length
}
