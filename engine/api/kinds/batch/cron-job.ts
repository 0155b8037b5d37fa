import type { FieldError } from '../../strategy.ts'
import { invalid, notSupported, required } from '../../validation/field.ts'
import { nonNegative } from '../../validation/names.ts'
import { age, ageColumn, column, nameColumn, templateColumns } from '../columns.ts'
import { defineKind } from '../define.ts'
import { defaultJobSpec } from './job.ts'
import { validateJobSpec } from './job-rules.ts'

/** A cron job's name plus the suffix of its jobs has to fit into a label. */
const MAX_NAME = 52

export const strategy = defineKind({
  group: 'batch',
  kind: 'CronJob',
  resource: 'cronjobs',
  namespaced: true,
  shortNames: ['cj'],
  categories: ['all'],
  hasStatus: true,
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Schedule', 'string', 'When it runs, in cron form.', o => o.spec?.schedule ?? ''),
    column('Timezone', 'string', 'Time zone of the schedule.', o => o.spec?.timeZone ?? '<none>'),
    column('Suspend', 'boolean', 'Whether it is put on hold.', o =>
      o.spec?.suspend === undefined ? '<unset>' : o.spec.suspend ? 'True' : 'False',
    ),
    column('Active', 'integer', 'Jobs that run now.', o => (o.status?.active ?? []).length),
    column('Last Schedule', 'string', 'Time since it last ran.', (o, now) =>
      o.status?.lastScheduleTime ? age(o.status.lastScheduleTime, now) : '<none>',
    ),
    ageColumn,
    ...templateColumns(
      o => o.spec?.jobTemplate?.spec?.template?.spec,
      o => o.spec?.jobTemplate?.spec?.selector,
    ),
  ],
  setDefaults(object) {
    const spec = object.spec
    if (!spec) return
    const job = spec.jobTemplate?.spec
    if (!job) return
    const { completions, parallelism, backoffLimit } = job
    defaultJobSpec(job)
    // The numbers stay open in a template: they are filled in when a job is made of it.
    for (const [key, value] of Object.entries({ completions, parallelism, backoffLimit }))
      if (value === undefined) delete job[key]
    for (const key of ['completionMode', 'suspend'])
      if (job[key] === (key === 'suspend' ? false : 'NonIndexed')) delete job[key]
  },
  validate(object) {
    const spec = object.spec ?? {}
    const errors: FieldError[] = []
    if ((object.metadata.name ?? '').length > MAX_NAME)
      errors.push(invalid('metadata.name', object.metadata.name, `must be no more than ${MAX_NAME} characters`))
    if (!spec.schedule) errors.push(required('spec.schedule'))
    else errors.push(...validateSchedule(spec.schedule))
    errors.push(...nonNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'))
    if (spec.timeZone !== undefined) errors.push(...validateTimeZone(spec.timeZone))
    if (!['Allow', 'Forbid', 'Replace'].includes(spec.concurrencyPolicy))
      errors.push(
        spec.concurrencyPolicy
          ? notSupported('spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'])
          : required('spec.concurrencyPolicy'),
      )
    const template = spec.jobTemplate?.spec ?? {}
    if (template.manualSelector)
      errors.push(notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false']))
    errors.push(...validateJobSpec(template, 'spec.jobTemplate.spec'))
    errors.push(
      ...nonNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
      ...nonNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
    )
    return errors
  },
})

const MACROS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']
const RANGES: [string, number, number][] = [
  ['minute', 0, 59],
  ['hour', 0, 23],
  ['day of month', 1, 31],
  ['month', 1, 12],
  ['day of week', 0, 6],
]
const NAMES = ['', '', '', 'jan feb mar apr may jun jul aug sep oct nov dec', 'sun mon tue wed thu fri sat'].map(s =>
  s.split(' '),
)

function validateSchedule(schedule: string): FieldError[] {
  const bad = (text: string) => [invalid('spec.schedule', schedule, text)]
  if (/TZ=/.test(schedule)) return bad('cannot use TZ or CRON_TZ in schedule, use timeZone field instead')
  if (schedule.startsWith('@')) {
    if (MACROS.includes(schedule) || /^@every \d/.test(schedule)) return []
    return bad(`unrecognized descriptor: ${schedule}`)
  }
  const fields = schedule.trim().split(/\s+/)
  if (fields.length !== 5) return bad(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`)
  for (const [i, field] of fields.entries()) {
    const [, low, high] = RANGES[i]!
    for (const part of field.split(',')) {
      const m = /^(\*|\?|[A-Za-z0-9]+)(?:-([A-Za-z0-9]+))?(?:\/(\d+))?$/.exec(part)
      if (!m)
        return bad(`failed to parse int from ${part}: strconv.Atoi: parsing ${JSON.stringify(part)}: invalid syntax`)
      if (m[3] === '0') return bad(`step of range should be a positive number: ${part}`)
      if (m[1] === '*' || m[1] === '?') continue
      const bounds: number[] = []
      for (const text of [m[1]!, m[2]]) {
        if (text === undefined) continue
        const named = NAMES[i]!.indexOf(text.toLowerCase())
        const value = named >= 0 ? named + low : /^\d+$/.test(text) ? Number(text) : NaN
        if (Number.isNaN(value))
          return bad(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`)
        bounds.push(value)
      }
      if (bounds[0]! < low) return bad(`beginning of range (${bounds[0]}) below minimum (${low}): ${part}`)
      const end = bounds[1] ?? bounds[0]!
      if (end > high) return bad(`end of range (${end}) above maximum (${high}): ${part}`)
      if (bounds[0]! > end) return bad(`beginning of range (${bounds[0]}) beyond end of range (${end}): ${part}`)
    }
  }
  return []
}

function validateTimeZone(zone: string): FieldError[] {
  if (!zone) return [invalid('spec.timeZone', zone, 'timeZone must be nil or non-empty string')]
  if (zone.toLowerCase() === 'local')
    return [
      invalid(
        'spec.timeZone',
        zone,
        'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
      ),
    ]
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return []
  } catch (error) {
    if (error instanceof RangeError) return [invalid('spec.timeZone', zone, `unknown time zone ${zone}`)]
    throw error
  }
}
