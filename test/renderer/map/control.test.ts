import { describe, expect, it } from 'vitest'
import type { Lease, Pod } from '../../../engine/api/types.ts'
import { NO_CHOICES } from '../../../renderer/src/map/graph/collapse.ts'
import { controlGraph, type Leases } from '../../../renderer/src/map/graph/control.ts'
import { COMFORTABLE } from '../../../renderer/src/map/graph/model.ts'
import { pulsesOfLeases, pulsesOfObjects, pulsesOfStatus } from '../../../renderer/src/map/graph/pulses.ts'
import { master, masters, pod, statusOf, words, workers } from './samples.ts'

const lease = (key: string, holderIdentity: string, renewTime = '1'): [string, Lease] => {
  const [namespace, name] = key.split('/')
  return [key, { metadata: { namespace, name }, spec: { holderIdentity, renewTime } } as Lease]
}
const leases: Leases = new Map([
  lease('kube-system/kube-scheduler', 'master-1_x'),
  lease('kube-system/kube-controller-manager', 'master-3_y'),
  lease('kube-node-lease/worker-1', 'worker-1'),
])
const graphOf = (machines = [...masters, ...workers(3)]) =>
  controlGraph({ status: statusOf(machines), leases, choices: NO_CHOICES, words })

describe('control plane', () => {
  it('shows who holds the Leases, and who leads the store', () => {
    const leaders = graphOf().nodes.filter(n => n.leader)
    expect(leaders.map(n => n.id)).toEqual(['scheduler/master-1', 'store/master-2', 'manager/master-3'])
  })

  it('believes no Lease of a machine that is down', () => {
    const { nodes } = graphOf([master('master-1', 'follower', { state: 'dead' }), ...masters.slice(1)])
    expect(nodes.find(n => n.id === 'scheduler/master-1')).toMatchObject({ leader: false, subtitle: 'Dead' })
  })

  it('says how far each log goes, and how much of the leader’s it lacks', () => {
    const behind = master('master-1', 'follower')
    const machines = [{ ...behind, store: { ...behind.store!, lastIndex: 93 } }, ...masters.slice(1)]
    const details = graphOf(machines)
      .nodes.filter(n => n.title === 'Store')
      .map(n => n.detail)
    expect(details).toEqual(['log 93, 7 behind', 'log 100', 'log 100'])
  })

  it('leads from kubelets and proxies over the load balancer to every API server, from there to its store member', () => {
    const edges = new Set(graphOf().edges.map(e => `${e.source} → ${e.target}`))
    for (const edge of [
      'kubelet/worker-1 → balancer',
      'proxy/worker-1 → balancer',
      'balancer → apiserver/master-3',
      'scheduler/master-1 → apiserver/master-1',
      'apiserver/master-1 → store/master-1',
      'store/master-2 → store/master-1',
    ])
      expect(edges).toContain(edge)
  })

  it('stays comfortable with 1,000 workers', () => {
    expect(graphOf([...masters, ...workers(1_000)]).nodes.length).toBeLessThanOrEqual(COMFORTABLE)
  })
})

describe('pulses', () => {
  const grown = (name: string, by: object) =>
    statusOf(masters.map(m => (m.name === name ? { ...m, store: { ...m.store!, ...by } } : m)))

  it('are shown for what figures betray, and for nothing else', () => {
    expect(pulsesOfStatus(undefined, statusOf(masters))).toEqual([])
    expect(pulsesOfStatus(statusOf(masters), statusOf(masters))).toEqual([])
    expect(pulsesOfStatus(statusOf(masters), grown('master-1', { lastIndex: 101 }))).toEqual([
      { source: 'store/master-2', target: 'store/master-1' },
    ])
    expect(pulsesOfStatus(statusOf(masters), grown('master-3', { revision: 41 }))).toEqual([
      { source: 'store/master-3', target: 'apiserver/master-3' },
    ])
  })

  it('are not shown for the log of a leader, which sends it, nor for a member that was restarted', () => {
    expect(pulsesOfStatus(statusOf(masters), grown('master-2', { lastIndex: 101 }))).toEqual([])
    const restarted = statusOf([master('master-1', 'follower', { pid: 8 }), ...masters.slice(1)])
    expect(pulsesOfStatus(grown('master-1', { lastIndex: 50 }), restarted)).toEqual([])
  })

  it('are shown for connections that the load balancer passed on', () => {
    const served = (n: number) => statusOf([master('master-1', 'follower', { connections: { open: 1, served: n } })])
    expect(pulsesOfStatus(served(1), served(2))).toEqual([{ source: 'balancer', target: 'apiserver/master-1' }])
  })

  it('are shown for renewed Leases, from their holders', () => {
    const renewed = new Map([
      ...leases,
      lease('kube-system/kube-scheduler', 'master-1_x', '2'),
      lease('kube-node-lease/worker-1', 'worker-1', '2'),
    ])
    expect(pulsesOfLeases(leases, leases)).toEqual([])
    expect(pulsesOfLeases(new Map(), renewed)).toEqual([])
    expect(pulsesOfLeases(leases, renewed)).toEqual([
      { source: 'scheduler/master-1', target: 'apiserver/master-1' },
      { source: 'kubelet/worker-1', target: 'balancer' },
    ])
  })

  it('are shown for changed objects, from who wrote them last', () => {
    const version = (resourceVersion: string, manager: string): ReadonlyMap<string, Pod> => {
      const one = pod('a', 'worker-2')
      const managedFields = [
        { manager: 'kubectl', time: '2026-01-01T00:00:00Z' },
        { manager, time: '2026-01-01T00:00:01Z' },
      ]
      return new Map([['a', { ...one, metadata: { ...one.metadata, resourceVersion, managedFields } }]])
    }
    const from = (manager: string) => pulsesOfObjects(version('1', 'x'), version('2', manager), leases)
    expect(from('kubelet')).toEqual([{ source: 'kubelet/worker-2', target: 'balancer' }])
    expect(from('kube-scheduler')).toEqual([{ source: 'scheduler/master-1', target: 'apiserver/master-1' }])
    expect(from('kube-controller-manager')).toEqual([{ source: 'manager/master-3', target: 'apiserver/master-3' }])
    expect(from('curl')).toEqual([{ source: 'clients', target: 'balancer' }])
    expect(pulsesOfObjects(version('1', 'x'), version('1', 'kubelet'), leases)).toEqual([])
    expect(pulsesOfObjects(new Map(), version('1', 'kubelet'), leases)).toEqual([])
  })
})
