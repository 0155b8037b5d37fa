import { describe, expect, test } from 'vitest'
import { dueOf } from '../../../engine/controllers/cronjob/due.ts'
import { parseSchedule } from '../../../engine/controllers/cronjob/schedule.ts'

const at = (text: string) => Date.parse(text)
const next = (schedule: string, after: string, zone?: string) => {
  const ms = parseSchedule(schedule, zone).next(at(after))
  return ms === undefined ? undefined : new Date(ms).toISOString().replace(':00.000Z', 'Z')
}

describe('the next time of a schedule', () => {
  test.each([
    ['* * * * *', '2026-03-01T10:00:00Z', '2026-03-01T10:01Z'],
    ['*/15 * * * *', '2026-03-01T10:15:00Z', '2026-03-01T10:30Z'],
    ['30 4 * * *', '2026-03-01T10:00:00Z', '2026-03-02T04:30Z'],
    ['0 0 1 jan *', '2026-03-01T10:00:00Z', '2027-01-01T00:00Z'],
    ['0 9 * * mon-fri', '2026-03-06T10:00:00Z', '2026-03-09T09:00Z'],
    ['0 0 29 2 *', '2026-03-01T00:00:00Z', '2028-02-29T00:00Z'],
    ['5/20 * * * *', '2026-03-01T10:05:00Z', '2026-03-01T10:25Z'],
    ['@hourly', '2026-03-01T10:00:00Z', '2026-03-01T11:00Z'],
    ['@weekly', '2026-03-03T10:00:00Z', '2026-03-08T00:00Z'],
    ['@every 90m', '2026-03-01T10:00:00Z', '2026-03-01T11:30Z'],
    ['0 0 30 2 *', '2026-03-01T00:00:00Z', undefined],
  ])('%s after %s is %s', (schedule, after, wanted) => expect(next(schedule, after)).toBe(wanted))

  test('a day of the month and one of the week are alternatives, unless one is a star', () => {
    expect(next('0 0 13 * 5', '2026-03-01T00:00:00Z')).toBe('2026-03-06T00:00Z')
    expect(next('0 0 13 * *', '2026-03-01T00:00:00Z')).toBe('2026-03-13T00:00Z')
    expect(next('0 0 * * 5', '2026-03-02T00:00:00Z')).toBe('2026-03-06T00:00Z')
  })

  test('is that of a time zone, with the hours that it leaves out or has twice', () => {
    expect(next('0 9 * * *', '2026-01-10T00:00:00Z', 'Asia/Seoul')).toBe('2026-01-11T00:00Z')
    expect(next('0 9 * * *', '2026-01-10T00:00:00Z', 'America/New_York')).toBe('2026-01-10T14:00Z')
    // On 29 March 2026 clocks in Berlin go from 2 to 3.
    expect(next('30 2 * * *', '2026-03-28T12:00:00Z', 'Europe/Berlin')).toBe('2026-03-30T00:30Z')
    expect(next('0 12 * * *', '2026-03-29T00:00:00Z', 'Europe/Berlin')).toBe('2026-03-29T10:00Z')
    expect(next('0 0 26 10 *', '2026-10-24T12:00:00Z', 'Europe/Berlin')).toBe('2026-10-25T23:00Z')
  })
})

describe('what is due', () => {
  const schedule = parseSchedule('0 * * * *')
  const due = (since: string, now: string, deadline?: number) => {
    const { scheduledMs, tooMany } = dueOf(schedule, at(since), at(now), deadline)
    return [scheduledMs === undefined ? undefined : new Date(scheduledMs).toISOString().slice(11, 16), tooMany]
  }

  test('is the latest time that was missed, once', () => {
    expect(due('2026-03-01T10:00:00Z', '2026-03-01T10:59:00Z')).toEqual([undefined, false])
    expect(due('2026-03-01T10:00:00Z', '2026-03-01T11:00:01Z')).toEqual(['11:00', false])
    expect(due('2026-03-01T10:00:00Z', '2026-03-01T15:30:00Z')).toEqual(['15:00', false])
  })

  test('after very many missed times still is the latest, and is told; with a deadline it is no matter', () => {
    expect(due('2026-01-01T10:00:00Z', '2026-03-01T15:30:00Z')).toEqual(['15:00', true])
    expect(due('2026-01-01T10:00:00Z', '2026-03-01T15:30:00Z', 3600)).toEqual(['15:00', false])
  })

  test('is nothing when the deadline for starting is over', () => {
    expect(due('2026-03-01T10:00:00Z', '2026-03-01T15:30:00Z', 60)).toEqual([undefined, false])
  })
})
