import { describe, expect, it } from 'vitest'
import { Subject } from './complaints.ts'

const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
const selector = { matchLabels: { a: 'b' } }

describe.each(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'])('a %s', kind => {
  const subject = new Subject('apps/v1', kind)

  it('selects the pods of its own template', () => {
    expect(subject.create({ spec: { selector, template } })).toEqual([])
    const found = subject.create({ spec: { selector: { matchLabels: { a: 'x' } }, template } })
    expect(found).toEqual([
      'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
    ])
    const onFailure = { ...template, spec: { ...template.spec, restartPolicy: 'OnFailure' } }
    expect(subject.create({ spec: { selector, template: onFailure } })).toEqual([
      'spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"',
    ])
  })

  it('keeps its selector', () => {
    const other = { ...template, metadata: { labels: { a: 'b', c: 'd' } } }
    const found = subject.update(
      { spec: { selector, template } },
      { spec: { selector: { matchLabels: { c: 'd' } }, template: other } },
    )
    expect(found.at(-1)).toMatch(/selector.*immutable|updates to statefulset spec/)
  })
})

describe('a deployment', () => {
  it('shows numbers', () => {
    const row = new Subject('apps/v1', 'Deployment').row({
      spec: { selector, template, replicas: 3 },
      status: { readyReplicas: 2, updatedReplicas: 1, availableReplicas: 2 },
    })
    expect(row).toMatchObject({ Ready: '2/3', 'Up-to-date': 1, Available: 2 })
  })
})

describe('a job', () => {
  const jobs = new Subject('batch/v1', 'Job')
  const job = (more: object, pod: object = {}) => ({
    spec: { template: { spec: { ...template.spec, restartPolicy: 'Never', ...pod } }, ...more },
  })

  it.each<[string, object, string[]]>([
    ['is fine', job({}), []],
    [
      'that would never end',
      job({}, { restartPolicy: 'Always' }),
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
    [
      'with numbers below zero',
      job({ parallelism: -1, completions: -2, backoffLimit: -3 }),
      [
        'spec.parallelism: Invalid value: -1: must be greater than or equal to 0',
        'spec.completions: Invalid value: -2: must be greater than or equal to 0',
        'spec.backoffLimit: Invalid value: -3: must be greater than or equal to 0',
      ],
    ],
    [
      'with indexes but no number of them',
      job({ completionMode: 'Indexed', parallelism: 2 }),
      ['spec.completions: Required value: when completion mode is Indexed'],
    ],
  ])('%s', (_, body, expected) => expect(jobs.create(body)).toEqual(expected))
})

describe('a cron job', () => {
  const jobs = new Subject('batch/v1', 'CronJob')
  const jobTemplate = { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } }

  it('has a schedule', () => {
    expect(jobs.create({ spec: { schedule: '*/5 * * * *', jobTemplate } })).toEqual([])
    expect(jobs.create({ spec: { schedule: '', jobTemplate } })).toEqual(['spec.schedule: Required value'])
    expect(jobs.create({ spec: { schedule: '61 * * * *', jobTemplate } })).toEqual([
      'spec.schedule: Invalid value: "61 * * * *": end of range (61) above maximum (59): 61',
    ])
    expect(jobs.create({ spec: { schedule: '@daily', timeZone: 'Nowhere/Land', jobTemplate } })).toEqual([
      'spec.timeZone: Invalid value: "Nowhere/Land": unknown time zone Nowhere/Land',
    ])
  })
})
