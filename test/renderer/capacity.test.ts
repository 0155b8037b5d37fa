import { describe, expect, it } from 'vitest'
import type { Node, Pod } from '../../engine/api/types.ts'
import { formatCores, packingOf } from '../../renderer/src/machines/capacity.ts'

const node = { metadata: { name: 'n' }, status: { allocatable: { cpu: '4', memory: '1Gi' } } } as unknown as Node
const pod = (name: string, requests: object, limits: object | undefined, more: object = {}) =>
  ({
    metadata: { namespace: 'a', name },
    spec: { nodeName: 'n', containers: [{ name: 'c', resources: { requests, limits } }] },
    status: { phase: 'Running' },
    ...more,
  }) as unknown as Pod
const usage = { node: { cpu: 900, memory: 5 }, pods: new Map([['a/big', { cpu: 700, memory: 3 }]]) }

describe('how a node is packed', () => {
  const pods = [
    pod('small', { cpu: '250m' }, { cpu: '500m' }),
    pod('big', { cpu: '1500m' }, undefined),
    pod('over', { cpu: '3' }, undefined, { status: { phase: 'Succeeded' } }),
    { ...pod('elsewhere', { cpu: '1' }, undefined), spec: { nodeName: 'm' } } as unknown as Pod,
  ]
  const packing = packingOf('cpu', node, pods, usage)

  it('counts the pods of the node that run, the greatest first', () => {
    expect(packing.shares.map(s => [s.pod.metadata.name, s.request, s.limit, s.used])).toEqual([
      ['big', 1500, undefined, 700],
      ['small', 250, 500, undefined],
    ])
  })

  it('sums up what is asked for, what may be taken and what is used', () => {
    expect(packing).toMatchObject({ allocatable: 4000, requested: 1750, limited: 500, used: 900 })
  })

  it('reads memory in bytes', () => {
    expect(packingOf('memory', node, [pod('m', { memory: '64Mi' }, undefined)], usage)).toMatchObject({
      allocatable: 2 ** 30,
      requested: 64 * 2 ** 20,
    })
  })
})

it('cores are written with the digits that tell something', () => {
  expect([5, 250, 1500, 12_000].map(formatCores)).toEqual(['0.005', '0.25', '1.5', '12'])
})
