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

const INT32_MIN = -(2 ** 31)
const INT32_MAX = 2 ** 31 - 1
const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n

/** Whether a number is an integer of the type. As it is written it must have neither point nor exponent, as in Go. */
export function isInteger(value: number, literal: string | undefined, type: 'int32' | 'int64'): boolean {
  if (literal !== undefined && !/^-?\d+$/.test(literal)) return false
  if (!Number.isInteger(value)) return false
  if (type === 'int32') return value >= INT32_MIN && value <= INT32_MAX
  if (literal === undefined) return Math.abs(value) < 2 ** 63
  const exact = BigInt(literal)
  return exact >= INT64_MIN && exact <= INT64_MAX
}

/** What is said of a whole number that JavaScript cannot tell from its neighbours. */
export function beyondExact(number: string | number | bigint): string {
  return `the number ${number} is beyond ±(2^53-1), the largest that is kept exactly here`
}
