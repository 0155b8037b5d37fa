import { describe, expect, it } from 'vitest'
import { scheme } from '../../../engine/api/scheme.ts'
import { Subject } from './complaints.ts'

const autoscalers = new Subject('autoscaling/v2', 'HorizontalPodAutoscaler')
const scaleTargetRef = { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' }
const spec = (more: object) => ({ spec: { scaleTargetRef, maxReplicas: 3, ...more } })
const metrics = (...list: object[]) => spec({ metrics: list })
const ratio = { type: 'Utilization', averageUtilization: 50 }
const cpu = { type: 'Resource', resource: { name: 'cpu', target: ratio } }

describe('an autoscaler', () => {
  it.each<[string, object, string[]]>([
    ['is fine', metrics(cpu), []],
    [
      'with every kind of figure is fine',
      metrics(
        { type: 'Pods', pods: { metric: { name: 'p' }, target: { type: 'AverageValue', averageValue: '1' } } },
        { type: 'External', external: { metric: { name: 'e' }, target: { type: 'Value', value: '1' } } },
        {
          type: 'Object',
          object: { metric: { name: 'o' }, describedObject: scaleTargetRef, target: { type: 'Value', value: '1' } },
        },
        { type: 'ContainerResource', containerResource: { name: 'memory', container: 'c', target: ratio } },
      ),
      [],
    ],
    [
      'with bounds that cross',
      { spec: { scaleTargetRef: { kind: 'a/b', name: '' }, minReplicas: 5, maxReplicas: 0 } },
      [
        'spec.maxReplicas: Invalid value: 0: must be greater than 0',
        'spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`',
        'spec.scaleTargetRef.kind: Invalid value: "a/b": may not contain \'/\'',
        'spec.scaleTargetRef.name: Required value',
      ],
    ],
    [
      'of an unknown figure',
      metrics({ type: 'Thing' }, {}),
      [
        'spec.metrics[0].type: Unsupported value: "Thing": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
        'spec.metrics[1].type: Required value: must specify a metric source type',
        'spec.metrics[1].type: Unsupported value: "": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
      ],
    ],
    [
      'that says one figure and gives another',
      metrics({ ...cpu, type: 'Pods' }),
      ['spec.metrics[0].pods: Required value: must populate information for the given metric source'],
    ],
    [
      'with two figures in one',
      metrics({ ...cpu, pods: { metric: {}, target: {} } }),
      [
        'spec.metrics[0].pods.metric.name: Required value: must specify a metric name',
        'spec.metrics[0].pods.target.type: Required value: must specify a metric target type',
        'spec.metrics[0].pods.target.type: Invalid value: "": must be either Utilization, Value, or AverageValue',
        'spec.metrics[0].pods.target.averageValue: Required value: must specify a positive target averageValue',
        'spec.metrics[0].pods: Forbidden: must populate the given metric source only',
      ],
    ],
    [
      'with targets that say too little or too much',
      metrics(
        { type: 'Resource', resource: { name: '', target: { type: 'Value', value: '0' } } },
        { type: 'Resource', resource: { name: 'cpu', target: { ...ratio, averageUtilization: 0, averageValue: '1' } } },
        {
          type: 'External',
          external: { metric: { name: 'a' }, target: { type: 'Value', value: '1', averageValue: '1' } },
        },
        { type: 'External', external: { metric: { name: 'a%' }, target: { type: 'Value' } } },
        { type: 'ContainerResource', containerResource: { name: 'pods', container: 'A', target: ratio } },
      ),
      [
        'spec.metrics[0].resource.name: Required value: must specify a resource name',
        'spec.metrics[0].resource.target.value: Invalid value: "0": must be positive',
        'spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization',
        'spec.metrics[1].resource.target.averageUtilization: Invalid value: 0: must be greater than 0',
        'spec.metrics[1].resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization',
        'spec.metrics[2].external.target.value: Forbidden: may not set both a target value for metric and a per-pod target',
        'spec.metrics[3].external.metric.name: Invalid value: "a%": may not contain \'%\'',
        'spec.metrics[3].external.target.averageValue: Required value: must set either a target value for metric or a per-pod target',
        'spec.metrics[4].containerResource.name: Invalid value: "pods": must be a standard resource for containers',
        "spec.metrics[4].containerResource.container: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
      ],
    ],
    [
      'whose haste makes no sense',
      spec({
        behavior: {
          scaleUp: { stabilizationWindowSeconds: 3601, selectPolicy: 'Best' },
          scaleDown: { policies: [{ type: 'Nodes', value: 0, periodSeconds: 1801 }], tolerance: '-1' },
        },
      }),
      [
        'spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600',
        'spec.behavior.scaleUp.selectPolicy: Unsupported value: "Best": supported values: "Disabled", "Max", "Min"',
        'spec.behavior.scaleDown.policies[0].type: Unsupported value: "Nodes": supported values: "Percent", "Pods"',
        'spec.behavior.scaleDown.policies[0].value: Invalid value: 0: must be greater than zero',
        'spec.behavior.scaleDown.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800',
        'spec.behavior.scaleDown.tolerance: Invalid value: "-1": must be greater than or equal to 0',
      ],
    ],
  ])('%s', (_, body, expected) => expect(autoscalers.create(body)).toEqual(expected))

  it('counts no fewer than no pods', () => {
    const after = { ...metrics(cpu), status: { currentReplicas: -1, desiredReplicas: -2 } }
    expect(autoscalers.update(metrics(cpu), after, { subresource: 'status' })).toEqual([
      'status.currentReplicas: Invalid value: -1: must be greater than or equal to 0',
      'status.desiredReplicas: Invalid value: -2: must be greater than or equal to 0',
    ])
  })

  it('aims for the CPU when it says nothing', () => {
    const read = autoscalers.read(spec({ behavior: { scaleUp: { selectPolicy: 'Min' } } }))
    expect(read.spec.metrics).toEqual([
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
    ])
    expect(read.spec.minReplicas).toBe(1)
    expect(read.spec.behavior.scaleUp).toMatchObject({ selectPolicy: 'Min', stabilizationWindowSeconds: 0 })
    expect(read.spec.behavior.scaleDown.policies).toEqual([{ type: 'Percent', value: 100, periodSeconds: 15 }])
  })

  it('shows what it aims for, and where it is', () => {
    const current = { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 12 } } }
    const external = {
      type: 'External',
      external: { metric: { name: 'e' }, target: { type: 'AverageValue', averageValue: '5' } },
    }
    const body = { ...metrics(cpu, external, cpu), status: { currentMetrics: [current], currentReplicas: 2 } }
    expect(autoscalers.row(body)).toMatchObject({
      Reference: 'Deployment/d',
      Targets: 'cpu: 12%/50%, <unknown>/5 (avg) + 1 more...',
      MinPods: '1',
      MaxPods: 3,
      Replicas: 2,
    })
  })
})

describe('the two versions of an autoscaler', () => {
  const convert = scheme.byKind('autoscaling', 'v2', 'HorizontalPodAutoscaler')!.convert!
  const external = {
    type: 'External',
    external: { metric: { name: 'e', selector: { matchLabels: { a: 'b' } } }, target: { type: 'Value', value: '5' } },
  }
  const behavior = { scaleUp: { selectPolicy: 'Max', policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }] } }
  const whole = () =>
    autoscalers.read({
      ...spec({ metrics: [external, cpu], behavior }),
      status: {
        desiredReplicas: 1,
        currentReplicas: 1,
        currentMetrics: [
          { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 7, averageValue: '7m' } } },
        ],
        conditions: [{ type: 'AbleToScale', status: 'True' }],
      },
    })

  it('say the same: what v1 has no field for is in its annotations', () => {
    const v1 = convert(whole(), 'v1')
    expect(v1.spec).toEqual({ scaleTargetRef, minReplicas: 1, maxReplicas: 3, targetCPUUtilizationPercentage: 50 })
    expect(v1.status).toEqual({ desiredReplicas: 1, currentReplicas: 1, currentCPUUtilizationPercentage: 7 })
    const notes = Object.fromEntries(
      Object.entries(v1.metadata.annotations!).map(([k, v]) => [k.split('/')[1], JSON.parse(v)]),
    )
    expect(notes).toMatchObject({
      metrics: [
        {
          type: 'External',
          external: { metricName: 'e', metricSelector: { matchLabels: { a: 'b' } }, targetValue: '5' },
        },
      ],
      'current-metrics': [
        { type: 'Resource', resource: { name: 'cpu', currentAverageUtilization: 7, currentAverageValue: '7m' } },
      ],
      conditions: [{ type: 'AbleToScale', status: 'True' }],
      behavior: { ScaleUp: { SelectPolicy: 'Max', Policies: [{ Type: 'Pods', Value: 4, PeriodSeconds: 15 }] } },
    })
    expect(convert(v1, 'v2')).toEqual(whole())
  })

  it('say the same of every kind of figure', () => {
    const value = { type: 'AverageValue', averageValue: '2' }
    const object = autoscalers.read(
      metrics(
        { type: 'Pods', pods: { metric: { name: 'p' }, target: value } },
        { type: 'Object', object: { metric: { name: 'o' }, describedObject: scaleTargetRef, target: value } },
        { type: 'Resource', resource: { name: 'memory', target: value } },
        { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'c', target: ratio } },
        external,
        cpu,
      ),
    )
    expect(convert(convert(object, 'v1'), 'v2').spec).toEqual(object.spec)
  })

  it('aim for the CPU when v1 says nothing, and read over annotations of somebody else', () => {
    const v1 = new Subject('autoscaling/v1', 'HorizontalPodAutoscaler')
    const annotations = {
      'autoscaling.alpha.kubernetes.io/metrics': 'x',
      'autoscaling.alpha.kubernetes.io/behavior': '1',
    }
    const read = v1.read(spec({}), { annotations })
    expect(convert(read, 'v2').spec).toEqual({
      scaleTargetRef,
      minReplicas: 1,
      maxReplicas: 3,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
      ],
    })
  })
})
