import { describe, expect, test } from 'vitest'
import type { Pod, StatefulSet } from '../../../engine/api/types.ts'
import { ordinalOf } from '../../../engine/controllers/statefulset/identity.ts'
import { nextSteps } from '../../../engine/controllers/statefulset/steps.ts'

const NOW = Date.parse('2026-01-01T00:01:00Z')

const setOf = (spec: object = {}) =>
  ({ metadata: { name: 'web', namespace: 'ns' }, spec: { replicas: 3, ...spec } }) as unknown as StatefulSet
interface Look {
  revision?: string
  ready?: boolean
  going?: boolean
  phase?: string
}
const pod = (ordinal: number, { revision = 'new', ready = true, going = false, phase = 'Running' }: Look = {}) =>
  ({
    metadata: {
      name: `web-${ordinal}`,
      labels: { 'controller-revision-hash': revision },
      ...(going ? { deletionTimestamp: 'now' } : {}),
    },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: '2026-01-01T00:00:00Z' }],
    },
  }) as unknown as Pod
const steps = (set: StatefulSet, ...pods: Pod[]) =>
  nextSteps({ set, pods, updateRevision: 'new', nowMs: NOW }).map(step =>
    step.kind === 'create' ? `+${step.ordinal}` : `-${step.pod.metadata.name!.slice(4)}`,
  )

describe('pods in order', () => {
  test('are made one after the other, each when those before it are available', () => {
    expect(steps(setOf())).toEqual(['+0'])
    expect(steps(setOf(), pod(0, { ready: false }))).toEqual([])
    expect(steps(setOf(), pod(0))).toEqual(['+1'])
    expect(steps(setOf({ minReadySeconds: 120 }), pod(0))).toEqual([])
    expect(steps(setOf({ ordinals: { start: 5 } }))).toEqual(['+5'])
  })

  test('go one after the other, the last one first, and only while those before are sound', () => {
    const small = setOf({ replicas: 1 })
    expect(steps(small, pod(0), pod(1), pod(2))).toEqual(['-2'])
    expect(steps(small, pod(0), pod(1), pod(2, { going: true }))).toEqual([])
    expect(steps(small, pod(0, { ready: false }), pod(1), pod(2))).toEqual([])
    expect(steps(small, pod(0), pod(1, { ready: false }))).toEqual(['-1'])
  })

  test('one that has ended is made anew before anything else happens', () => {
    expect(steps(setOf(), pod(0, { phase: 'Failed', ready: false }), pod(2))).toEqual(['-0'])
  })
})

test('in parallel all are made and removed at once', () => {
  const parallel = (replicas: number) => setOf({ replicas, podManagementPolicy: 'Parallel' })
  expect(steps(parallel(3))).toEqual(['+0', '+1', '+2'])
  expect(steps(parallel(1), pod(0, { ready: false }), pod(1), pod(2))).toEqual(['-2', '-1'])
})

describe('an update', () => {
  const old = { revision: 'old' }
  test('goes from the last pod to the first, and waits for each', () => {
    expect(steps(setOf(), pod(0, old), pod(1, old), pod(2, old))).toEqual(['-2'])
    expect(steps(setOf(), pod(0, old), pod(1, old), pod(2))).toEqual(['-1'])
    const waiting = setOf({ podManagementPolicy: 'Parallel' })
    expect(steps(waiting, pod(0, old), pod(1, old), pod(2, { ready: false }))).toEqual([])
  })

  test('stops at the partition, and does nothing by itself where pods are deleted by hand', () => {
    const partition = setOf({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } })
    expect(steps(partition, pod(0, old), pod(1, old), pod(2, old))).toEqual(['-2'])
    expect(steps(partition, pod(0, old), pod(1, old), pod(2))).toEqual([])
    expect(steps(setOf({ updateStrategy: { type: 'OnDelete' } }), pod(0, old), pod(1, old), pod(2, old))).toEqual([])
  })

  test('takes as many pods at once as may be unavailable', () => {
    const two = setOf({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } } })
    expect(steps(two, pod(0, old), pod(1, old), pod(2, old))).toEqual(['-2', '-1'])
  })
})

test('only names with a plain number are names of its pods', () => {
  expect(['web-0', 'web-12', 'web-01', 'web-x', 'other-1'].map(name => ordinalOf(setOf(), name))).toEqual([
    0,
    12,
    undefined,
    undefined,
    undefined,
  ])
})
