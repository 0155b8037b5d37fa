import { describe, expect, test } from 'vitest'
import type { Node, Pod } from '../../engine/api/types.ts'
import { seededRandom } from '../../engine/base/random.ts'
import { decide, explain } from '../../engine/scheduler/decide.ts'
import type { Snapshot } from '../../engine/scheduler/framework.ts'
import { NodeInfo } from '../../engine/scheduler/node-info.ts'
import { FILTERS, SCORES } from '../../engine/scheduler/plugins/registry.ts'
import { findPreemption } from '../../engine/scheduler/preemption.ts'

let uid = 0
const node = (name: string, more: object = {}, cpu = '4'): Node =>
  ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
    status: { allocatable: { cpu, memory: '8Gi', pods: '110' } },
    ...more,
  }) as Node
const pod = (spec: object = {}, metadata: object = {}): Pod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `p${++uid}`, namespace: 'default', uid: `u${uid}`, ...metadata },
    spec: { containers: [{ name: 'c' }], ...spec },
  }) as Pod
const asking = (cpu: string, more: object = {}) =>
  pod({ containers: [{ name: 'c', resources: { requests: { cpu } } }], ...more })

function snapshot(nodes: Node[], placed: Record<string, Pod[]> = {}): Snapshot {
  const infos = nodes.map(n => {
    const info = new NodeInfo(n)
    for (const p of placed[info.name] ?? []) info.add({ ...p, spec: { ...p.spec!, nodeName: info.name } })
    return info
  })
  return { nodes: infos, byName: new Map(infos.map(i => [i.name, i])), namespaceLabels: () => ({}) }
}

const run = (p: Pod, s: Snapshot) => decide(p, s, FILTERS, SCORES, seededRandom(1))

describe('filters', () => {
  test('what a pod asks for must be left on the node', () => {
    const s = snapshot([node('a'), node('b')], { a: [asking('3')] })
    expect(run(asking('2'), s).node).toBe('b')
    expect(run(asking('5'), s).node).toBeUndefined()
  })

  test('taints keep pods away unless they are tolerated', () => {
    const s = snapshot([node('a', { spec: { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] } })])
    expect(run(pod(), s).node).toBeUndefined()
    expect(run(pod({ tolerations: [{ key: 'k', operator: 'Equal', value: 'v', effect: 'NoSchedule' }] }), s).node).toBe(
      'a',
    )
    expect(run(pod({ tolerations: [{ operator: 'Exists' }] }), s).node).toBe('a')
  })

  test('host ports exclude each other on one node, by address and protocol', () => {
    const withPort = (hostIP?: string, protocol = 'TCP') =>
      pod({ containers: [{ name: 'c', ports: [{ containerPort: 1, hostPort: 80, hostIP, protocol }] }] })
    const s = snapshot([node('a')], { a: [withPort('10.0.0.1')] })
    expect(run(withPort('10.0.0.2'), s).node).toBe('a')
    expect(run(withPort(undefined), s).node).toBeUndefined()
    expect(run(withPort('10.0.0.1', 'UDP'), s).node).toBe('a')
  })

  test('pods that must be apart are, from both sides', () => {
    const apart = (labels: object) =>
      pod(
        {
          affinity: {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'x' } } },
              ],
            },
          },
        },
        { labels },
      )
    const s = snapshot([node('a'), node('b')], { a: [pod({}, { labels: { app: 'x' } })] })
    expect(run(apart({ app: 'x' }), s).node).toBe('b')
    const repelled = snapshot([node('a'), node('b')], { a: [apart({ app: 'y' })] })
    expect(run(pod({}, { labels: { app: 'x' } }), repelled).node).toBe('b')
  })
})

describe('scores', () => {
  test('replicas of one owner spread over the nodes', () => {
    const replica = () =>
      pod(
        {},
        {
          labels: { app: 'w' },
          ownerReferences: [{ controller: true, kind: 'ReplicaSet', name: 'w', uid: 'r', apiVersion: 'apps/v1' }],
        },
      )
    const nodes = [node('a'), node('b'), node('c')]
    const placed: Record<string, Pod[]> = {}
    for (let i = 0; i < 9; i++) {
      const p = replica()
      const chosen = run(p, snapshot(nodes, placed)).node!
      placed[chosen] = [...(placed[chosen] ?? []), p]
    }
    expect(Object.values(placed).map(p => p.length)).toEqual([3, 3, 3])
  })

  test('the emptier node is preferred', () => {
    expect(run(asking('1'), snapshot([node('a'), node('b')], { a: [asking('2')] })).node).toBe('b')
  })
})

describe('explanations', () => {
  test('reasons are counted per node, in the words of kube-scheduler', () => {
    const s = snapshot([node('a', {}, '1'), node('b', { spec: { unschedulable: true } }), node('c', {}, '4')], {
      c: [asking('3')],
    })
    const p = asking('2')
    const { rejections } = run(p, s)
    const { message } = findPreemption(p, s, rejections, FILTERS)
    expect(explain(rejections.values(), 3, message)).toBe(
      '0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu. no new claims to deallocate, preemption: ' +
        '0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
    )
  })
})

describe('preemption', () => {
  test('the lowest victims go, as few as are needed', () => {
    const low = asking('2', { priority: 1 })
    const lower = asking('2', { priority: 0 })
    const s = snapshot([node('a')], { a: [low, lower] })
    const p = asking('2', { priority: 10 })
    const { rejections } = run(p, s)
    const { choice } = findPreemption(p, s, rejections, FILTERS)
    expect(choice?.node).toBe('a')
    expect(choice?.victims.map(v => v.metadata.name)).toEqual([lower.metadata.name])
  })
})
