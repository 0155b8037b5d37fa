import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../engine/api/object.ts'
import { timeline } from '../../renderer/src/objects/drawer/conditions.ts'
import { factsTexts } from '../../renderer/src/objects/drawer/facts-text.ts'
import { factsOf } from '../../renderer/src/objects/drawer/facts.ts'
import { diffFields } from '../../renderer/src/yaml/diff/field-diff.ts'
import { filterOwners, ownersOf } from '../../renderer/src/objects/history/owners.ts'
import { relationsOf, sourcesFor } from '../../renderer/src/objects/related/relations.ts'

const object = (apiVersion: string, kind: string, name: string, more: object = {}, owner?: KubeObject): KubeObject => {
  const { metadata, ...rest } = more as Partial<KubeObject>
  const ownerReferences = owner && [
    {
      apiVersion: owner.apiVersion,
      kind: owner.kind,
      name: owner.metadata.name!,
      uid: owner.metadata.uid!,
      controller: true,
    },
  ]
  return {
    apiVersion,
    kind,
    metadata: { name, namespace: 'shop', uid: `${kind}/${name}`, ...(owner && { ownerReferences }), ...metadata },
    ...rest,
  }
}

describe('field differences', () => {
  it('tell items of lists apart by their keys, not by their places', () => {
    const before = {
      containers: [
        { name: 'a', image: '1' },
        { name: 'b', image: '1' },
      ],
    }
    const after = { containers: [{ name: 'new' }, { name: 'b', image: '2' }, { name: 'a', image: '1' }] }
    expect(diffFields(before, after)).toEqual([
      { path: 'containers[b].image', before: '1', after: '2' },
      { path: 'containers[new]', after: { name: 'new' } },
    ])
  })

  it('say what was added, removed and changed, and nothing of what is the same', () => {
    expect(diffFields({ a: 1, b: { c: [1, 2] } }, { b: { c: [2] }, d: null })).toEqual([
      { path: 'a', before: 1 },
      { path: 'b.c', before: [1, 2], after: [2] },
      { path: 'd', after: null },
    ])
    expect(diffFields({ labels: { 'a.b/c': 'x' } }, { labels: { 'a.b/c': 'y' } })).toEqual([
      { path: "labels['a.b/c']", before: 'x', after: 'y' },
    ])
    expect(diffFields({ a: [{ x: 1 }] }, { a: [{ x: 2 }] })).toEqual([{ path: 'a[0].x', before: 1, after: 2 }])
  })
})

describe('owners of fields', () => {
  const entries = [
    {
      ...{ manager: 'kubectl', operation: 'Apply' as const, time: '2026-01-01T00:00:00Z' },
      fieldsV1: { 'f:spec': { 'f:containers': { 'k:{"name":"a"}': { '.': {}, 'f:image': {} } } } },
    },
    {
      ...{ manager: 'kubelet', operation: 'Update' as const, subresource: 'status', time: '2026-01-02T00:00:00Z' },
      fieldsV1: { 'f:status': { 'f:phase': {} } },
    },
  ]

  it('are the latest to write first, each with the paths of its fields', () => {
    expect(ownersOf(entries)).toEqual([
      expect.objectContaining({ manager: 'kubelet', subresource: 'status', fields: ['status.phase'] }),
      expect.objectContaining({
        manager: 'kubectl',
        fields: ['spec.containers[name="a"]', 'spec.containers[name="a"].image'],
      }),
    ])
    expect(ownersOf(undefined)).toEqual([])
  })

  it('are found by their name and by their fields', () => {
    const owners = ownersOf(entries)
    expect(filterOwners(owners, 'IMAGE').map(o => [o.manager, o.fields.length])).toEqual([['kubectl', 1]])
    expect(filterOwners(owners, 'kubelet').map(o => o.fields.length)).toEqual([1])
    expect(filterOwners(owners, 'nobody')).toEqual([])
  })
})

describe('related objects', () => {
  const spec = {
    nodeName: 'worker-1',
    serviceAccountName: 'default',
    volumes: [
      { name: 'config', configMap: { name: 'settings' } },
      { name: 'data', persistentVolumeClaim: { claimName: 'disk' } },
    ],
    containers: [{ name: 'a', env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'p' } } }] }],
  }
  const template = { metadata: { labels: { app: 'web' } }, spec }
  const deployment = object('apps/v1', 'Deployment', 'web', { spec: { template } })
  const set = object('apps/v1', 'ReplicaSet', 'web-1', { spec: { template } }, deployment)
  const pod = object('v1', 'Pod', 'web-1-x', { spec, metadata: { labels: { app: 'web' } } }, set)
  const service = object('v1', 'Service', 'web', { spec: { selector: { app: 'web' } } })
  const slice = object('discovery.k8s.io/v1', 'EndpointSlice', 'web-s', {
    metadata: { labels: { 'kubernetes.io/service-name': 'web' } },
    endpoints: [{ addresses: ['10.0.0.9'], targetRef: { kind: 'Pod', name: 'web-1-x', uid: pod.metadata.uid } }],
  })
  const budget = object('policy/v1', 'PodDisruptionBudget', 'web', {
    spec: { selector: { matchLabels: { app: 'web' } } },
  })
  const scaler = object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } },
  })
  const settings = object('v1', 'ConfigMap', 'settings')
  const pool = [deployment, set, pod, service, slice, budget, scaler, settings]
  const of = (of: KubeObject) =>
    relationsOf(of, pool).map(
      r => `${r.relation} ${r.depth} ${r.kind}/${r.name}${r.as.length ? ` (${r.as.join()})` : ''}`,
    )

  it('of a pod are its owners up to the first, what it uses and where, and who means it', () => {
    expect(of(pod)).toEqual([
      'owner 0 Deployment/web',
      'owner 1 ReplicaSet/web-1',
      'uses 0 ConfigMap/settings (config)',
      'uses 0 PersistentVolumeClaim/disk (data)',
      'uses 0 Secret/db (PASSWORD)',
      'uses 0 ServiceAccount/default',
      'runsOn 0 Node/worker-1',
      'service 0 Service/web',
      'budget 0 PodDisruptionBudget/web',
    ])
  })

  it('of a workload are the tree of what it owns, its scaler and its budget', () => {
    expect(of(deployment)).toEqual(
      expect.arrayContaining([
        'child 0 ReplicaSet/web-1',
        'child 1 Pod/web-1-x',
        'scaler 0 HorizontalPodAutoscaler/web',
        'budget 0 PodDisruptionBudget/web',
      ]),
    )
  })

  it('of a Service are the pods that its slices name, and of a ConfigMap the workload that uses it, not each of its pods', () => {
    expect(of(service)).toEqual(['backend 0 Pod/web-1-x (10.0.0.9)'])
    expect(of(settings)).toEqual(['usedBy 0 Deployment/web (config)'])
    expect(of(object('v1', 'Node', 'worker-1'))).toEqual(['child 0 Pod/web-1-x'])
  })

  it('end where owners go in a circle', () => {
    const a = object('v1', 'A', 'a')
    const b = object('v1', 'B', 'b', {}, a)
    a.metadata.ownerReferences = [{ apiVersion: 'v1', kind: 'B', name: 'b', uid: b.metadata.uid! }]
    expect(relationsOf(a, [a, b]).length).toBeLessThan(12)
  })

  it('are looked for only where they can be', () => {
    expect(sourcesFor({ apiVersion: 'v1', kind: 'Node' })).toEqual(['/pods'])
    expect(sourcesFor({ apiVersion: 'v1', kind: 'Service' })).toContain('discovery.k8s.io/endpointslices')
  })
})

describe('the overview', () => {
  const facts = (of: KubeObject) =>
    factsOf(of, factsTexts.en, 0).filter(([, value]) => value !== undefined && value !== '')

  it('knows what matters about workloads, Services and claims', () => {
    const set = object('apps/v1', 'StatefulSet', 'db', {
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'db' } },
        template: { spec: { containers: [{ image: 'redis' }] } },
      },
      status: { readyReplicas: 2 },
    })
    expect(facts(set)).toEqual(
      expect.arrayContaining([
        ['Replicas', '2 ready of 3'],
        ['Selector', 'app=db'],
        ['Images', 'redis'],
      ]),
    )
    const service = object('v1', 'Service', 'web', {
      spec: { type: 'NodePort', ports: [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30080 }] },
    })
    expect(facts(service)).toEqual(
      expect.arrayContaining([
        ['Ports', 'http 80 → 8080/TCP (node 30080)'],
        ['Names in the cluster', 'web.shop.svc'],
      ]),
    )
    const claim = object('v1', 'PersistentVolumeClaim', 'disk', {
      spec: { resources: { requests: { storage: '1Gi' } } },
      status: { phase: 'Bound', capacity: { storage: '2Gi' } },
    })
    expect(facts(claim)).toContainEqual(['Size', '2Gi (asked for 1Gi)'])
  })

  it('shows the simple fields of a kind that it does not know', () => {
    const boat = object('example.com/v1', 'Boat', 'b', { spec: { maxSpeed: 4, crew: ['a', 'b'], engine: {} } })
    expect(facts(boat)).toEqual([
      ['Max Speed', '4'],
      ['Crew', 'a, b'],
    ])
  })

  it('tells conditions in the order in which they came to be', () => {
    const at = (type: string, lastTransitionTime?: string) => ({ type, status: 'True', lastTransitionTime })
    const list = [at('A', '2026-01-01T00:00:00Z'), at('none'), at('B', '2026-01-02T00:00:00Z')]
    expect(timeline(list).map(c => c.type)).toEqual(['B', 'A', 'none'])
  })
})
