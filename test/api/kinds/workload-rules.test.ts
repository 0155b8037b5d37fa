import { describe, expect, it } from 'vitest'
import { Subject } from './complaints.ts'

const pod = (more: object = {}) => ({ restartPolicy: 'Never', containers: [{ name: 'a', image: 'i' }], ...more })

describe('a stateful set', () => {
  const sets = new Subject('apps/v1', 'StatefulSet')
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'i' }] } }
  const body = (more: object = {}) => ({ spec: { selector: { matchLabels: { a: 'b' } }, template, ...more } })

  it('has a name that its pods can have as hosts', () => {
    expect(sets.create(body(), { name: 'a.b' })).toEqual(['metadata.name: Invalid value: "a.b": must not contain dots'])
  })

  it('begins at a partition only if that is spoken of', () => {
    const strategy = (updateStrategy?: object) => sets.made(body({ updateStrategy })).spec.updateStrategy
    expect(strategy()).toEqual({ type: 'RollingUpdate', rollingUpdate: { partition: 0 } })
    expect(strategy({ type: 'RollingUpdate' })).toEqual({ type: 'RollingUpdate' })
    expect(strategy({ type: 'RollingUpdate', rollingUpdate: {} })).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { partition: 0 },
    })
  })
})

describe('the template of a cron job', () => {
  const cronJobs = new Subject('batch/v1', 'CronJob')
  const made = (more: object) =>
    cronJobs.made({ spec: { schedule: '* * * * *', jobTemplate: { spec: { template: { spec: pod() }, ...more } } } })
      .spec.jobTemplate.spec

  it('stays as it was written, but for the pods', () => {
    expect(Object.keys(made({}))).toEqual(['template'])
    expect(made({ completionMode: 'NonIndexed', suspend: false, completions: 1 })).toMatchObject({
      completionMode: 'NonIndexed',
      suspend: false,
      completions: 1,
    })
  })
})

describe('a suspended job', () => {
  const jobs = new Subject('batch/v1', 'Job')
  const body = (more: object, status: object = {}) => ({
    spec: { suspend: true, manualSelector: true, selector: { matchLabels: { a: 'b' } }, ...template(more) },
    status,
  })
  const template = (more: object) => ({ template: { metadata: { labels: { a: 'b' } }, spec: pod(more) } })
  const change = (status: object) => jobs.update(body({}, status), body({ nodeSelector: { x: 'y' } }, status))
  const suspended = [{ type: 'Suspended', status: 'True' }]

  it.each<[string, object, boolean]>([
    ['before it has started', {}, true],
    ['after its pods have gone', { startTime: '2026-01-01T00:00:00Z', conditions: suspended }, true],
    ['not while it has pods', { startTime: '2026-01-01T00:00:00Z', conditions: suspended, active: 1 }, false],
    ['not before it knows that it is suspended', { startTime: '2026-01-01T00:00:00Z' }, false],
  ])('may go elsewhere %s', (_when, status, allowed) => {
    const complaints = change(status)
    if (allowed) expect(complaints).toEqual([])
    else expect(complaints).toEqual([expect.stringMatching(/^spec\.template: Invalid value: .*: field is immutable$/)])
  })
})

describe('the status of a disruption budget', () => {
  const budgets = new Subject('policy/v1', 'PodDisruptionBudget')
  it('has conditions of the usual form', () => {
    const conditions = [
      { type: 'A', status: 'Odd', reason: '1', lastTransitionTime: '2026-01-01T00:00:00Z', message: '' },
      { type: 'A', status: 'True', observedGeneration: -1 },
    ]
    const complaints = budgets.update({}, { status: { conditions, currentHealthy: -1 } }, { subresource: 'status' })
    expect(complaints).toEqual([
      'status.conditions[0].status: Unsupported value: "Odd": supported values: "False", "True", "Unknown"',
      "status.conditions[0].reason: Invalid value: \"1\": a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')",
      'status.conditions[1].type: Duplicate value: "A"',
      'status.conditions[1].observedGeneration: Invalid value: -1: must be greater than or equal to zero',
      'status.conditions[1].lastTransitionTime: Required value',
      'status.conditions[1].reason: Required value',
      'status.currentHealthy: Invalid value: -1: must be greater than or equal to 0',
    ])
  })
})

describe('remarks', () => {
  const pods = new Subject('v1', 'Pod')
  const services = new Subject('v1', 'Service')
  const slices = new Subject('discovery.k8s.io/v1', 'EndpointSlice')

  it('tell of files that take each other’s place', () => {
    const items = [
      { key: 'a', path: 'x' },
      { key: 'b', path: 'x/y' },
    ]
    const volumes = [
      { name: 'v', configMap: { name: 'c', items } },
      {
        name: 'w',
        projected: { sources: [{ secret: { name: 's', items } }, { serviceAccountToken: { path: 'x' } }, {}] },
      },
    ]
    expect(pods.warnings({ spec: pod({ volumes }) })).toEqual([
      'volume "v" (ConfigMap "c"): overlapping paths: "x/y" with "x"',
      'volume "w" (Projected) has no sources provided',
      'volume "w" (Projected): overlapping paths: "x/y" (Secret "s") with "x" (Secret "s")',
      'volume "w" (Projected): overlapping paths: "x" (ServiceAccountToken) with "x" (Secret "s")',
      'volume "w" (Projected): overlapping paths: "x" (ServiceAccountToken) with "x/y" (Secret "s")',
    ])
  })

  it('tell of ports of one name', () => {
    const containers = [
      { name: 'a', image: 'i', ports: [{ name: 'p', containerPort: 1 }] },
      { name: 'b', image: 'i', ports: [{ name: 'p', containerPort: 2 }] },
    ]
    expect(pods.warnings({ spec: { containers } })).toEqual([
      'spec.containers[1].ports[0]: duplicate port name "p" with spec.containers[0].ports[0], services and probes that select ports by name will use spec.containers[0].ports[0]',
    ])
  })

  it('tell of what a service does not use', () => {
    const ports = [{ port: 80 }]
    const headless = { ports, clusterIP: 'None', externalIPs: ['1.2.3.4'], sessionAffinity: 'ClientIP' }
    expect(services.warnings({ spec: headless })).toEqual([
      'spec.externalIPs is ignored for headless services',
      'spec.SessionAffinity is ignored for headless services',
    ])
    expect(services.warnings({ spec: { ports, externalName: 'x' } })).toEqual([
      'spec.externalName is ignored when spec.type is not "ExternalName"',
    ])
  })

  it('tell of names instead of addresses', () => {
    expect(slices.warnings({ addressType: 'FQDN', endpoints: [] })).toEqual([
      'spec.addressType: FQDN endpoints are deprecated',
    ])
  })
})
