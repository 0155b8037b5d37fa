import { describe, expect, it } from 'vitest'
import type { HorizontalPodAutoscaler } from '../../../engine/api/types/autoscaling-v2.ts'
import type { Pod } from '../../../engine/api/types.ts'
import { controlCharts, known } from '../../../renderer/src/metrics/charts.ts'
import { decisionOf, figuresOf, verdictOf } from '../../../renderer/src/metrics/hpa.ts'
import { hpaTexts } from '../../../renderer/src/metrics/hpa-text.ts'
import { nearest, strokeOf, tableOf, windowOf, MOST_LINES } from '../../../renderer/src/metrics/lines.ts'
import { decimate, History } from '../../../renderer/src/metrics/series.ts'
import { metricsTexts } from '../../../renderer/src/metrics/text.ts'
import { formatFigure, scaleOf, stepsOf, topOf } from '../../../renderer/src/metrics/units.ts'
import { linesOf, podsOf, ranked, workloadOf, workloadsOf } from '../../../renderer/src/metrics/workloads.ts'

const T0 = 1_800_000_000_000

function historyOf(series: Record<string, (number | null)[]>, points = 4): History {
  const history = new History()
  history.take({ type: 'bank', bank: 'slow', stepMs: 1_000, points, at: T0 })
  for (const [key, values] of Object.entries(series)) history.take({ type: 'series', bank: 'slow', key, values })
  history.take({ type: 'ready' })
  return history
}

describe('the history', () => {
  it('ends its series with the newest step, and moves on with each', () => {
    const history = historyOf({ a: [1, null, 3] })
    expect(history.window(['a'], 0, T0)).toEqual({
      times: [T0 - 3_000, T0 - 2_000, T0 - 1_000, T0],
      values: [[null, 1, null, 3]],
    })
    history.take({ type: 'point', bank: 'slow', at: T0 + 2_000, values: { a: 5, b: 1 } })
    expect(history.window(['a', 'b'], T0, Infinity)).toEqual({
      times: [T0, T0 + 1_000, T0 + 2_000],
      values: [
        [3, null, 5],
        [null, null, 1],
      ],
    })
    expect(history.at).toBe(T0 + 2_000)
    expect(history.since).toBe(T0 - 2_000)
  })

  it('forgets a series when nothing of it is left, and knows no last figure of one that has fallen silent', () => {
    const history = historyOf({ a: [1] })
    history.take({ type: 'point', bank: 'slow', at: T0 + 1_000, values: { b: 1 } })
    expect(history.last('a')).toBe(1)
    history.take({ type: 'point', bank: 'slow', at: T0 + 2_000, values: { b: 1 } })
    expect(history.last('a')).toBeUndefined()
    history.take({ type: 'point', bank: 'slow', at: T0 + 9_000, values: { b: 2 } })
    expect(history.keys('')).toEqual(['b'])
  })

  it('begins with a lab that has told nothing yet', () => {
    const history = new History()
    history.take({ type: 'bank', bank: 'fast', stepMs: 5_000, points: 720, at: null })
    history.take({ type: 'point', bank: 'fast', at: T0, values: { a: 1 } })
    expect(history.window(['a'], T0, T0)).toEqual({ times: [T0], values: [[1]] })
  })
})

describe('decimation', () => {
  it('keeps the peaks of every stretch, in their order, and gaps as gaps', () => {
    const values = Array.from({ length: 100 }, (_, i): number | null => (i === 37 ? 99 : i >= 80 ? null : 1))
    const made = decimate({ times: values.map((_, i) => i), values: [values] }, 10)
    expect(made.times).toHaveLength(20)
    expect([...made.times].sort((a, b) => a - b)).toEqual(made.times)
    expect(Math.max(...made.values[0]!.map(v => v ?? 0))).toBe(99)
    expect(made.values[0]!.slice(-4)).toEqual([null, null, null, null])
  })

  it('leaves alone what is little', () => {
    const few = { times: [1, 2, 3], values: [[1, null, 3]] }
    expect(decimate(few, 10)).toEqual(few)
  })
})

describe('units', () => {
  it.each([
    ['cores', 0.0425, '42.5m'],
    ['cores', 1.5, '1.5'],
    ['cores', 0, '0'],
    ['bytes', 64 * 2 ** 20, '64 MiB'],
    ['bytes', 1_536, '1.5 KiB'],
    ['seconds', 0.0025, '2.5 ms'],
    ['seconds', 0.00042, '420 µs'],
    ['rate', 12.345, '12.3/s'],
    ['percent', 57, '57 %'],
    ['count', 1_200, '1200'],
    ['count', null, '–'],
  ] as const)('%s: %s is %s', (unit, value, text) => expect(formatFigure(unit, value)).toBe(text))

  it('an axis has one of them, with marks where people expect them', () => {
    expect(scaleOf('bytes', 200 * 2 ** 20).suffix).toBe('MiB')
    expect(formatFigure('seconds', 0.5, scaleOf('seconds', 2))).toBe('0.5 s')
    expect(stepsOf('bytes', 200 * 2 ** 20)).toContain(64 * 2 ** 20)
    expect(Math.min(...stepsOf('count', 3))).toBe(1)
    expect(topOf('count', 0)).toBe(2)
    expect(topOf('rate', 10)).toBeCloseTo(11)
  })
})

describe('lines', () => {
  it('are told apart by colour, dash and shape each', () => {
    const strokes = Array.from({ length: MOST_LINES }, (_, i) => strokeOf(i))
    for (const of of ['colour', 'shape'] as const) expect(new Set(strokes.map(s => s[of])).size).toBe(MOST_LINES)
    expect(new Set(strokes.map(s => s.dash.join())).size).toBe(MOST_LINES)
  })

  it('of several series are their sum, where anything is known', () => {
    const history = historyOf({ a: [1, 2, null], b: [10, null, null] })
    const { values } = windowOf(history, [{ keys: ['a', 'b'], label: 'both' }], T0 - 2_000, T0)
    expect(values).toEqual([[11, 2, null]])
  })

  it('keep their stroke when others are not known, and a chart without any is left out', () => {
    const charts = known(controlCharts(['m1'], metricsTexts.en), key => key === 'api/verb/PATCH')
    expect(charts.map(c => c.id)).toEqual(['api-verbs'])
    expect(charts[0]!.lines).toMatchObject([{ label: 'PATCH', number: 5 }])
  })

  it('are a table too, the newest row first, and not too many', () => {
    const times = Array.from({ length: 100 }, (_, i) => i)
    const rows = tableOf({ times, values: [times] }, 30)
    expect(rows.length).toBeLessThanOrEqual(30)
    expect(rows[0]).toEqual({ time: 99, values: [99] })
    expect(nearest([10, 20, 30], 24)).toBe(1)
    expect(nearest([], 24)).toBe(-1)
  })
})

describe('workloads', () => {
  const history = historyOf({
    'pod/shop/web-abc-1/cpu': [0.2],
    'pod/shop/web-abc-1/memory': [100],
    'pod/shop/web-abc-2/cpu': [0.3],
    'pod/shop/web-abc-2/memory': [50],
    'pod/batch/job/cpu': [0.4],
    'pod/batch/job/memory': [10],
  })
  const pod = (name: string): Pod =>
    ({
      metadata: {
        ...{ namespace: 'shop', name, labels: { 'pod-template-hash': 'abc' } },
        ownerReferences: [{ kind: 'ReplicaSet', name: 'web-abc', controller: true }],
      },
    }) as unknown as Pod

  it('are pods, or what these belong to, the greatest first', () => {
    const pods = podsOf(history, '')
    expect(ranked(pods, 'cpu', '').map(c => c.id)).toEqual(['batch/job', 'shop/web-abc-2', 'shop/web-abc-1'])
    expect(ranked(pods, 'memory', 'WEB').map(c => c.name)).toEqual(['web-abc-1', 'web-abc-2'])
    const grouped = workloadsOf(pods, [pod('web-abc-1'), pod('web-abc-2')])
    expect(ranked(grouped, 'cpu', '')).toMatchObject([
      { id: 'shop/Deployment/web', kind: 'Deployment', cpu: 0.5, memory: 150 },
      { id: 'batch/Pod/job', cpu: 0.4 },
    ])
    expect(linesOf(['shop/Deployment/web'], grouped, 'cpu')[0]!.keys).toHaveLength(2)
    expect(podsOf(history, 'batch')).toHaveLength(1)
  })

  it('a pod that is gone keeps its line', () => {
    expect(linesOf(['shop/gone'], [], 'memory')).toEqual([{ keys: ['pod/shop/gone/memory'], label: 'gone', number: 0 }])
  })

  it('a pod without a controller belongs to nothing', () => {
    expect(workloadOf({ metadata: { name: 'x' } } as Pod)).toBeUndefined()
  })
})

describe('an autoscaler in words', () => {
  const t = hpaTexts.en
  const scaler = (status: object, spec: object = {}) =>
    ({
      metadata: { namespace: 'shop', name: 'web' },
      spec: { minReplicas: 2, maxReplicas: 10, ...spec },
      status: { currentReplicas: 3, desiredReplicas: 3, ...status },
    }) as unknown as HorizontalPodAutoscaler
  const condition = (type: string, status: string, reason: string, message = '') => ({ type, status, reason, message })
  const able = condition('AbleToScale', 'True', 'ReadyForNewScale')
  const active = condition('ScalingActive', 'True', 'ValidMetricFound')

  it.each([
    ['nothing yet', {}, 'info', /not looked yet/],
    [
      'no target',
      { conditions: [condition('AbleToScale', 'False', 'FailedGetScale', 'gone')] },
      'bad',
      /cannot read.*gone/,
    ],
    [
      'no figures',
      { conditions: [able, condition('ScalingActive', 'False', 'FailedGetResourceMetric', 'none')] },
      'bad',
      /no figures.*none/,
    ],
    ['off', { conditions: [able, condition('ScalingActive', 'False', 'ScalingDisabled')] }, 'idle', /is off/],
    [
      'at the most',
      { conditions: [able, active, condition('ScalingLimited', 'True', 'TooManyReplicas')] },
      'warn',
      /10 is the most/,
    ],
    [
      'at the least',
      { conditions: [able, active, condition('ScalingLimited', 'True', 'TooFewReplicas')] },
      'ok',
      /2 is the least/,
    ],
    ['growing', { conditions: [able, active], desiredReplicas: 5 }, 'info', /3 → 5/],
    ['shrinking', { conditions: [able, active], desiredReplicas: 2 }, 'info', /3 → 2/],
    ['waiting', { conditions: [condition('AbleToScale', 'True', 'ScaleDownStabilized'), active] }, 'ok', /keeps 3/],
    ['steady', { conditions: [able, active] }, 'ok', /3 are right/],
  ])('%s', (_, status, tone, text) => {
    const verdict = verdictOf(scaler(status), t)
    expect(verdict.tone).toBe(tone)
    expect(verdict.text).toMatch(text)
  })

  it('tells each figure against its target', () => {
    const metrics = [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
      { type: 'Pods', pods: { metric: { name: 'rps' }, target: { type: 'AverageValue', averageValue: '20' } } },
    ]
    const currentMetrics = [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 90 } } }]
    expect(figuresOf(scaler({ currentMetrics }, { metrics }), Number, t)).toEqual([
      { name: 'cpu', current: '90 %', target: '60 % of requests', share: 1.5 },
      { name: 'rps', current: 'not known', target: '20 a pod', share: undefined },
    ])
  })

  it.each([
    ['New size: 5; reason: cpu resource utilization (percentage of request) above target', /^Grew to 5: cpu/],
    ['New size: 2; reason: All metrics below target', /^Shrank to 2/],
    ['New size: 2; reason: Current number of replicas below Spec.MinReplicas', /^Changed to 2: Current/],
  ])('tells the decision "%s"', (message, text) =>
    expect(decisionOf({ reason: 'SuccessfulRescale', message }, t)).toMatch(text),
  )

  it('tells what it does not know as it came', () => {
    expect(decisionOf({ reason: 'FailedGetScale', message: 'no scale' }, t)).toBe('no scale')
  })
})
