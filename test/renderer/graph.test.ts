import { describe, expect, it } from 'vitest'
import type { EndpointSlice, Pod, Service } from '../../engine/api/types.ts'
import type { LabStatus, MachineStatus } from '../../engine/lab/contract.ts'
import { assignSlots, layout } from '../../renderer/src/map/layout.ts'
import { buildGraph, MOST_NODES, shortPodName, type Cluster } from '../../renderer/src/map/model.ts'

const master = (name: string, role: 'leader' | 'follower', state: MachineStatus['state'] = 'running') =>
  ({ name, role: 'control-plane', address: '10.0.0.1', state, store: { name, role, term: 3 } }) as MachineStatus
const worker = (name: string) => ({ name, role: 'worker', address: '10.0.0.2', state: 'running' }) as MachineStatus
const pod = (name: string, node: string | undefined, owner = 'web') =>
  ({
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      ownerReferences: [{ kind: 'ReplicaSet', name: owner, controller: true }],
    },
    spec: { nodeName: node, containers: [{ name: 'c' }] },
    status: { phase: 'Running', containerStatuses: [{ name: 'c', ready: true }] },
  }) as unknown as Pod
const cluster = (
  machines: MachineStatus[],
  pods: Pod[],
  services: Service[] = [],
  slices: EndpointSlice[] = [],
): Cluster => ({
  status: { name: 'x', apiServer: 'https://127.0.0.1:1', machines } as unknown as LabStatus,
  ...{ pods, services, slices },
})
const three = [master('master-1', 'follower'), master('master-2', 'leader'), master('master-3', 'follower')]

describe('graph of a cluster', () => {
  it('marks the leader alone, and draws replication from it to each follower', () => {
    const { nodes, edges } = buildGraph(cluster(three, []))
    expect(nodes.filter(n => n.leader).map(n => n.name)).toEqual(['master-2'])
    expect(edges.filter(e => e.type === 'replicates').map(e => [e.source, e.target])).toEqual([
      ['machine/master-2', 'machine/master-1'],
      ['machine/master-2', 'machine/master-3'],
    ])
  })

  it('does not believe what a dead master last said of its role', () => {
    const { nodes } = buildGraph(cluster([master('master-1', 'leader', 'dead'), ...three.slice(1)], []))
    expect(nodes.filter(n => n.leader).map(n => n.name)).toEqual(['master-2'])
  })

  it('puts pods into the box of their worker and unscheduled ones into a box of their own', () => {
    const { nodes } = buildGraph(cluster([worker('w')], [pod('a', 'w'), pod('b', undefined)]))
    expect(nodes.find(n => n.name === 'a')?.box).toBe('machine/w')
    expect(nodes.find(n => n.name === 'b')?.box).toBe('waiting')
    expect(nodes.some(n => n.type === 'waiting')).toBe(true)
  })

  it('stays within its limit at 5,000 pods and loses none of them', () => {
    const machines = Array.from({ length: 100 }, (_, i) => worker(`w${i}`))
    const pods = Array.from({ length: 5_000 }, (_, i) => pod(`p${i}`, `w${i % 100}`, `set-${i % 37}`))
    const { nodes } = buildGraph(cluster(machines, pods))
    expect(nodes.length).toBeLessThanOrEqual(MOST_NODES + machines.length + 10)
    expect(nodes.flatMap(n => n.pods ?? [])).toHaveLength(5_000)
  })

  it('links a service to the pods of its slices, dashed where they are not ready, and to a group once', () => {
    const service = { metadata: { name: 'web', namespace: 'shop' }, spec: { type: 'ClusterIP' } } as unknown as Service
    const pods = Array.from({ length: 40 }, (_, i) => pod(`p${i}`, 'w'))
    const slice = {
      metadata: { name: 's', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
      endpoints: pods.map((p, i) => ({
        conditions: { ready: i > 0 },
        targetRef: { kind: 'Pod', namespace: 'shop', name: p.metadata.name },
      })),
    } as unknown as EndpointSlice
    const links = buildGraph(cluster([worker('w')], pods, [service], [slice])).edges.filter(e => e.type === 'serves')
    expect(links).toEqual([
      expect.objectContaining({ source: 'service/shop/web', target: 'group/machine/w/shop/web', live: true }),
    ])
    const few = buildGraph(cluster([worker('w')], pods.slice(0, 1), [service], [slice])).edges.filter(
      e => e.type === 'serves',
    )
    expect(few.map(e => e.live)).toEqual([false])
  })

  it('shortens a pod name by the hash of its template', () => {
    expect(
      shortPodName({
        metadata: { name: 'web-6d9f7-abcde', labels: { 'pod-template-hash': '6d9f7' } },
      } as unknown as Pod),
    ).toBe('web-abcde')
  })
})

describe('layout', () => {
  it('keeps slots, fills holes first and forgets trailing ones', () => {
    expect(assignSlots(['a', 'b', 'c'], ['a', 'c', 'd'])).toEqual(['a', 'd', 'c'])
    expect(assignSlots(['a', 'b', 'c'], ['a'])).toEqual(['a'])
  })

  it('leaves every node that stays where it was when pods come and go', () => {
    const before = buildGraph(
      cluster(
        [...three, worker('w')],
        ['a', 'b', 'c'].map(n => pod(n, 'w')),
      ),
    )
    const first = layout(before.nodes)
    const after = buildGraph(
      cluster(
        [...three, worker('w')],
        ['a', 'c', 'd'].map(n => pod(n, 'w')),
      ),
    )
    const second = layout(after.nodes, first.slots)
    for (const node of after.nodes)
      if (first.places.has(node.id)) expect(second.places.get(node.id)).toEqual(first.places.get(node.id))
    expect(second.places.get('pod/shop/d')).toEqual(first.places.get('pod/shop/b'))
  })

  it('gives the same picture for the same graph, with no two nodes of a kind on top of each other', () => {
    const pods = Array.from({ length: 60 }, (_, i) => pod(`p${i}`, `w${i % 6}`))
    const { nodes } = buildGraph(cluster([...three, ...Array.from({ length: 6 }, (_, i) => worker(`w${i}`))], pods))
    const { places } = layout(nodes)
    expect(layout(nodes).places).toEqual(places)
    for (const type of ['master', 'worker', 'pod'] as const) {
      const boxes = nodes.filter(n => n.type === type).map(n => places.get(n.id)!)
      for (const [i, a] of boxes.entries())
        for (const b of boxes.slice(i + 1))
          expect(Math.abs(a.x - b.x) >= (a.w + b.w) / 2 || Math.abs(a.y - b.y) >= (a.h + b.h) / 2).toBe(true)
    }
  })

  it('keeps pods inside the box of their worker', () => {
    const { nodes } = buildGraph(
      cluster(
        [worker('w')],
        Array.from({ length: 24 }, (_, i) => pod(`p${i}`, 'w')),
      ),
    )
    const { places } = layout(nodes)
    const box = places.get('machine/w')!
    for (const node of nodes.filter(n => n.box)) {
      const place = places.get(node.id)!
      expect(Math.abs(place.x - box.x) + place.w / 2).toBeLessThanOrEqual(box.w / 2)
      expect(Math.abs(place.y - box.y) + place.h / 2).toBeLessThanOrEqual(box.h / 2)
    }
  })
})
