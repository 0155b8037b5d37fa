import { UserError } from '../../base/errors.ts'
import { isIP } from 'node:net'
import { TRIAL_LIMITS, TRIAL_METHODS, type ServiceTrial, type TrialPlace } from '../contract.ts'

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** What a value of a header may hold: visible characters, blanks and tabs. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
const PATH = /^\/[\x21-\x7e]*$/
const MAX_HEADER_CHARS = 4_096
/** Headers that say where a message ends or whom a proxy serves: those are not the user's to set. */
const RESERVED =
  /^(connection|content-length|expect|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-.*|kubarium-.*)$/i

/** What a page asked for, if it can be done. @throws UserError that says what is wrong */
export function trialOf(body: unknown): ServiceTrial {
  const { from, scheme, method, path, headers, count, intervalMs, reuse } = objectOf(body)
  if (scheme !== 'http' && scheme !== 'https' && scheme !== 'tcp') throw wrong('scheme', 'http, https or tcp')
  if (!TRIAL_METHODS.includes(method as never)) throw wrong('method', `one of ${TRIAL_METHODS.join(', ')}`)
  if (typeof path !== 'string' || path.length > TRIAL_LIMITS.path || !PATH.test(path))
    throw wrong('path', `a path from / on without blanks, of ${TRIAL_LIMITS.path} characters at most`)
  return {
    from: placeOf(from),
    scheme,
    method: method as string,
    path,
    headers: headersOf(headers),
    count: numberOf('count', count, 1, TRIAL_LIMITS.count),
    intervalMs: numberOf('intervalMs', intervalMs, 0, TRIAL_LIMITS.intervalMs),
    reuse: reuse === true,
  }
}

function placeOf(from: unknown): TrialPlace {
  const { kind, worker, ip } = objectOf(from)
  const named = typeof worker === 'string'
  if (kind === 'outside' && (worker === undefined || named)) return { kind, ...(named && { worker }) }
  if (kind === 'node' && named) return { kind, worker }
  if (kind === 'pod' && named && typeof ip === 'string' && isIP(ip) === 4) return { kind, worker, ip }
  throw wrong('from', 'outside, a node, or a pod by its node and IPv4 address')
}

function headersOf(headers: unknown): [string, string][] {
  if (!Array.isArray(headers) || headers.length > TRIAL_LIMITS.headers)
    throw wrong('headers', `a list of ${TRIAL_LIMITS.headers} at most`)
  let size = 0
  return headers.map((header: unknown) => {
    const [name, value] = Array.isArray(header) ? (header as unknown[]) : []
    if (typeof name !== 'string' || !TOKEN.test(name) || typeof value !== 'string' || !FIELD_VALUE.test(value))
      throw wrong('headers', 'names and values as HTTP has them')
    if (RESERVED.test(name)) throw wrong('headers', `without ${name}, which the client sets itself`)
    size += name.length + value.length
    if (size > MAX_HEADER_CHARS) throw wrong('headers', `${MAX_HEADER_CHARS} characters at most`)
    return [name, value]
  })
}

function numberOf(name: string, value: unknown, least: number, most: number): number {
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
    throw wrong(name, `a whole number from ${least} to ${most}`)
  return value as number
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function wrong(field: string, wanted: string): UserError {
  return new UserError(`"${field}" of the trial is not what it must be.`, `It must be ${wanted}.`)
}
