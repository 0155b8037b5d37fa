import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Deployment, ReplicaSet } from '../../engine/api/types.ts'
import { maxSurge, maxUnavailable, proportionalShares } from '../../engine/controllers/deployment/budget.ts'
import { formatIndexes, parseIndexes } from '../../engine/controllers/job/pods.ts'
import { subnets } from '../../engine/controllers/node-ipam/node-ipam.ts'

const deployment = (replicas: number, rollingUpdate: object = {}) =>
  ({ spec: { replicas, strategy: { type: 'RollingUpdate', rollingUpdate } } }) as Deployment
const set = (name: string, replicas: number, max: number) =>
  ({
    metadata: { name, annotations: { 'deployment.kubernetes.io/max-replicas': String(max) }, creationTimestamp: name },
    spec: { replicas },
  }) as unknown as ReplicaSet

describe('limits of a rolling update', () => {
  test('surge rounds up, unavailability rounds down', () => {
    expect(maxSurge(deployment(10, { maxSurge: '25%' }))).toBe(3)
    expect(maxUnavailable(deployment(10, { maxUnavailable: '25%' }))).toBe(2)
  })

  test('zero and zero would never move: one pod may be missing', () => {
    expect(maxUnavailable(deployment(3, { maxSurge: 0, maxUnavailable: '10%' }))).toBe(1)
  })
})

test('proportional shares add up to what is allowed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 5 }),
      fc.integer({ min: 1, max: 200 }),
      (sizes, allowed) => {
        const total = sizes.reduce((a, b) => a + b, 0)
        const shares = proportionalShares(
          sizes.map((n, i) => set(`s${i}`, n, total)),
          allowed,
        )
        expect(shares.reduce((sum, [, n]) => sum + n, 0)).toBe(allowed)
        expect(shares.every(([, n]) => n >= 0)).toBe(true)
      },
    ),
  )
})

test('indexes of a Job survive being written down', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(40)), indexes => {
      expect([...parseIndexes(formatIndexes(indexes))].sort((a, b) => a - b)).toEqual(indexes.sort((a, b) => a - b))
    }),
  )
  expect(formatIndexes([0, 1, 3, 4, 5, 9])).toBe('0,1,3-5,9')
})

test('the ranges of nodes do not overlap and fill the cluster range', () => {
  const all = [...subnets('10.244.0.0/16', 24)]
  expect(all.length).toBe(256)
  expect(new Set(all).size).toBe(256)
  expect(all[1]).toBe('10.244.1.0/24')
  expect(all[255]).toBe('10.244.255.0/24')
})
