/** Schedules of cron jobs, with the texts of the parser that Kubernetes uses (robfig/cron, standard form). */

interface Field {
  low: number
  high: number
  names: string[]
}

const none: string[] = []
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const DAYS = 'sun mon tue wed thu fri sat'.split(' ')
const FIELDS: Field[] = [
  { low: 0, high: 59, names: none },
  { low: 0, high: 23, names: none },
  { low: 1, high: 31, names: none },
  { low: 1, high: 12, names: MONTHS },
  { low: 0, high: 6, names: DAYS },
]
const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']
const DURATION = /^[+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))*$/

/** What is wrong with a schedule; undefined if nothing is. */
export function scheduleError(schedule: string): string | undefined {
  let text = schedule
  const zone = /^(?:CRON_)?TZ=([^ ]*)( ?)/.exec(text)
  if (zone) {
    if (!zone[2]) return 'provided bad location: missing a schedule after the time zone'
    if (!isTimeZone(zone[1]!)) return `provided bad location ${zone[1]}: unknown time zone ${zone[1]}`
    text = text.slice(zone[0].length).trim()
  }
  if (!text) return 'empty spec string'
  if (text.startsWith('@')) return descriptorError(text)
  const fields = text.split(/\s+/).filter(Boolean)
  if (fields.length !== 5) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`
  for (const [i, field] of fields.entries())
    for (const part of field.split(',').filter(Boolean)) {
      const error = rangeError(part, FIELDS[i]!)
      if (error) return error
    }
  return undefined
}

/** Whether the zone is one of the time zone database, or UTC. */
export function isTimeZone(zone: string): boolean {
  if (zone === '' || zone === 'Local') return true
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    // An offset is no zone of the database.
    return !/^[+-]\d/.test(zone)
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function descriptorError(text: string): string | undefined {
  if (DESCRIPTORS.includes(text)) return undefined
  if (!text.startsWith('@every ')) return `unrecognized descriptor: ${text}`
  const duration = text.slice('@every '.length)
  return duration === '0' || DURATION.test(duration)
    ? undefined
    : `failed to parse duration ${text}: time: invalid duration ${JSON.stringify(duration)}`
}

function rangeError(part: string, field: Field): string | undefined {
  const [range, step, ...more] = part.split('/') as [string, string?, ...string[]]
  const [first, last, ...rest] = range.split('-') as [string, string?, ...string[]]
  let [low, high] = [field.low, field.high]
  if (first === '*' || first === '?') {
    // A star stands for the whole range, whatever follows it.
  } else {
    const start = numberOrName(first, field.names, field.low)
    if (typeof start === 'string') return start
    low = high = start
    if (last !== undefined) {
      const end = numberOrName(last, field.names, field.low)
      if (typeof end === 'string') return end
      high = end
    }
    if (rest.length) return `too many hyphens: ${part}`
  }
  if (more.length) return `too many slashes: ${part}`
  if (step !== undefined) {
    const size = numberOrName(step, none, 0)
    if (typeof size === 'string') return size
    // A lone number with a step means: from there on.
    if (last === undefined && first !== '*' && first !== '?') high = field.high
    if (size === 0) return `step of range should be a positive number: ${part}`
  }
  if (low < field.low) return `beginning of range (${low}) below minimum (${field.low}): ${part}`
  if (high > field.high) return `end of range (${high}) above maximum (${field.high}): ${part}`
  if (low > high) return `beginning of range (${low}) beyond end of range (${high}): ${part}`
  return undefined
}

function numberOrName(text: string, names: string[], low: number): number | string {
  const named = names.indexOf(text.toLowerCase())
  if (named >= 0) return named + low
  if (/^-\d+$/.test(text)) return `negative number (${text}) not allowed: ${text}`
  return /^\+?\d+$/.test(text)
    ? Number(text)
    : `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`
}
