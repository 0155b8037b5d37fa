import { scheduleError } from '../../api/kinds/batch/schedule.ts'

/** When a cron job is due. */
export interface Schedule {
  /** The first time after `afterMs`; undefined if there is none within five years. */
  next(afterMs: number): number | undefined
}

const MINUTE_MS = 60_000
const FIVE_YEARS_MS = 5 * 366 * 24 * 60 * MINUTE_MS
const DESCRIPTORS: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}
const UNITS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
}
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const DAYS = 'sun mon tue wed thu fri sat'.split(' ')

/** Reads a schedule in cron form for a time zone. @throws Error with the parser's text for one that is none */
export function parseSchedule(text: string, timeZone = 'UTC'): Schedule {
  const [, zone = timeZone, rest] = /^(?:(?:CRON_)?TZ=(\S*)\s+)?(.*)$/s.exec(text)!
  const problem = scheduleError(text)
  if (problem) throw new Error(problem)
  const every = /^@every (.*)$/.exec(rest)
  if (every) {
    const ms = Math.max(1_000, Math.floor(durationMs(every[1]) / 1_000) * 1_000)
    return { next: afterMs => Math.floor(afterMs / 1_000) * 1_000 + ms }
  }
  return new CronSchedule((DESCRIPTORS[rest.trim()] ?? rest.trim()).split(/\s+/), zone)
}

interface Wall {
  minute: number
  hour: number
  day: number
  month: number
  weekday: number
}

class CronSchedule implements Schedule {
  readonly #minutes: Set<number>
  readonly #hours: Set<number>
  readonly #days: Set<number>
  readonly #months: Set<number>
  readonly #weekdays: Set<number>
  /** Of day of the month and day of the week both must agree if one of them is a star; else one suffices. */
  readonly #bothDays: boolean
  readonly #format: Intl.DateTimeFormat

  constructor(fields: string[], timeZone: string) {
    const [minutes, hours, days, months, weekdays] = fields
    this.#minutes = valuesOf(minutes, 0, 59)
    this.#hours = valuesOf(hours, 0, 23)
    this.#days = valuesOf(days, 1, 31)
    this.#months = valuesOf(months, 1, 12, MONTHS)
    this.#weekdays = valuesOf(weekdays, 0, 6, DAYS)
    this.#bothDays = isStar(days) || isStar(weekdays)
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: timeZone || 'UTC',
      hourCycle: 'h23',
      ...{ month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', weekday: 'short' },
    })
  }

  /** Goes forward in real time and looks at the clock on the wall: hours that a zone leaves out never come. */
  next(afterMs: number): number | undefined {
    const end = afterMs + FIVE_YEARS_MS
    let ms = (Math.floor(afterMs / MINUTE_MS) + 1) * MINUTE_MS
    while (ms < end) {
      const wall = this.#wall(ms)
      if (!this.#isDay(wall)) ms = this.#nextDay(ms, wall)
      else if (!this.#hours.has(wall.hour)) ms += (60 - wall.minute) * MINUTE_MS
      else if (!this.#minutes.has(wall.minute)) ms += MINUTE_MS
      else return ms
    }
    return undefined
  }

  #isDay({ day, month, weekday }: Wall): boolean {
    if (!this.#months.has(month)) return false
    const [ofMonth, ofWeek] = [this.#days.has(day), this.#weekdays.has(weekday)]
    return this.#bothDays ? ofMonth && ofWeek : ofMonth || ofWeek
  }

  /** The first minute of the next day: days are not all of 24 hours. */
  #nextDay(ms: number, { hour, minute, day }: Wall): number {
    let next = ms + (24 * 60 - (hour * 60 + minute)) * MINUTE_MS
    let wall = this.#wall(next)
    while (wall.day === day) {
      next += 30 * MINUTE_MS
      wall = this.#wall(next)
    }
    const back = next - (wall.hour * 60 + wall.minute) * MINUTE_MS
    return this.#wall(back).day === wall.day ? back : next
  }

  #wall(ms: number): Wall {
    const parts: Record<string, string> = {}
    for (const { type, value } of this.#format.formatToParts(ms)) parts[type] = value
    return {
      minute: Number(parts.minute),
      hour: Number(parts.hour),
      day: Number(parts.day),
      month: Number(parts.month),
      weekday: DAYS.indexOf(parts.weekday.toLowerCase()),
    }
  }
}

/** The values that a field of a sound schedule stands for. */
function valuesOf(field: string, low: number, high: number, names: string[] = []): Set<number> {
  const values = new Set<number>()
  const number = (text: string) => {
    const named = names.indexOf(text.toLowerCase())
    return named < 0 ? Number(text) : named + low
  }
  for (const part of field.split(',').filter(Boolean)) {
    const [range, step] = part.split('/')
    const [first, last] = range.split('-')
    const star = first === '*' || first === '?'
    const from = star ? low : number(first)
    const to = star || (last === undefined && step !== undefined) ? high : number(last ?? first)
    for (let value = from; value <= to; value += step === undefined ? 1 : Number(step)) values.add(value)
  }
  return values
}

function isStar(field: string): boolean {
  return field.split(',').some(part => /^[*?](-|$|\/1$)/.test(part))
}

function durationMs(text: string): number {
  let ms = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g))
    ms += Number(amount) * UNITS[unit]
  return text.startsWith('-') ? -ms : ms
}
