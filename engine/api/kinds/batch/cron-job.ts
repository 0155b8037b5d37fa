import type { FieldError } from '../../strategy.ts'
import { invalid, notSupported, required } from '../../validation/field.ts'
import { nonNegative } from '../../validation/names.ts'
import { age, ageColumn, column, nameColumn, templateColumns } from '../columns.ts'
import { defaultPodSpec } from '../core/pod/defaults.ts'
import { defineKind } from '../define.ts'
import { validateJobSpec } from './job-rules.ts'
import { isTimeZone, scheduleError } from './schedule.ts'
import { workloadWarnings } from '../apps/workload.ts'

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
  setDefaults: object => defaultPodSpec(object.spec?.jobTemplate?.spec?.template?.spec),
  validate(object) {
    const spec = object.spec ?? {}
    const errors: FieldError[] = []
    if (!spec.schedule) errors.push(required('spec.schedule'))
    else {
      const text = scheduleError(spec.schedule)
      if (text) errors.push(invalid('spec.schedule', spec.schedule, text))
      if (spec.schedule.includes('TZ'))
        errors.push(
          invalid('spec.schedule', spec.schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'),
        )
    }
    errors.push(...nonNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'))
    if (spec.timeZone !== undefined) errors.push(...validateTimeZone(spec.timeZone))
    if (!spec.concurrencyPolicy) errors.push(required('spec.concurrencyPolicy'))
    else if (!CONCURRENCY.includes(spec.concurrencyPolicy))
      errors.push(notSupported('spec.concurrencyPolicy', spec.concurrencyPolicy, CONCURRENCY))
    const template = spec.jobTemplate?.spec ?? {}
    errors.push(...validateJobSpec(template, 'spec.jobTemplate.spec'))
    if (template.selector)
      errors.push(invalid('spec.jobTemplate.spec.selector', template.selector, '`selector` will be auto-generated'))
    if (template.manualSelector)
      errors.push(notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false']))
    errors.push(
      ...nonNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
      ...nonNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
    )
    return errors
  },
  validateNew: object =>
    (object.metadata.name ?? '').length > MAX_NAME
      ? [invalid('metadata.name', object.metadata.name, `must be no more than ${MAX_NAME} characters`)]
      : [],
  warnings: (object, old) =>
    workloadWarnings(object, old, {
      named: true,
      template: object.spec?.jobTemplate?.spec?.template,
      at: 'spec.jobTemplate.spec.template',
    }),
})

const CONCURRENCY = ['Allow', 'Forbid', 'Replace']

function validateTimeZone(zone: string): FieldError[] {
  const at = 'spec.timeZone'
  if (!zone) return [invalid(at, zone, 'timeZone must be nil or non-empty string')]
  const unknown = invalid(at, zone, `unknown time zone ${zone}`)
  const odd = (part: string) =>
    part === '.' || part === '..' || part.startsWith('-') || !/^[A-Za-z.\-_0-9+]{1,14}$/.test(part)
  if (zone.split('/').some(odd)) return [unknown]
  const errors: FieldError[] = []
  if (zone.toLowerCase() === 'local')
    errors.push(
      invalid(at, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'),
    )
  if (!isTimeZone(zone)) errors.push(unknown)
  return errors
}
