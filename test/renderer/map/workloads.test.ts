import { describe, expect, it } from 'vitest'
import type { Deployment, HorizontalPodAutoscaler, Ingress, PersistentVolumeClaim } from '../../../engine/api/types.ts'
import { NO_CHOICES, toggled, type Choices } from '../../../renderer/src/map/graph/collapse.ts'
import { findNodes, neighbourhood, NO_FILTER, type Filter } from '../../../renderer/src/map/graph/filter.ts'
import { COMFORTABLE, MOST_ELEMENTS, type Graph } from '../../../renderer/src/map/graph/model.ts'
import { treeOf } from '../../../renderer/src/map/graph/tree.ts'
import { indexWorkloads, type Objects } from '../../../renderer/src/map/graph/workload-index.ts'
import { workloadsGraph } from '../../../renderer/src/map/graph/workloads.ts'
import { elementsOf, manyApps, object, pod, podsOf, slice, words } from './samples.ts'

function graphOf(
  objects: Objects,
  { choices = NO_CHOICES, filter = NO_FILTER }: { choices?: Choices; filter?: Filter } = {},
): Graph {
  return workloadsGraph({ index: indexWorkloads(objects, words), usage: new Map(), choices, filter, words })
}
const replicas = (n: number, ready = n) => ({ spec: { replicas: n }, status: { replicas: n, readyReplicas: ready } })
const linksOf = ({ edges }: Graph) => edges.map(e => `${e.type} ${e.source} → ${e.target}`).sort()

const uses = {
  volumes: [
    { name: 'd', persistentVolumeClaim: { claimName: 'data' } },
    { name: 'api', projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }] } },
  ],
  containers: [
    {
      name: 'c',
      envFrom: [{ configMapRef: { name: 'settings' } }],
      env: [{ valueFrom: { secretKeyRef: { name: 'key' } } }],
    },
  ],
}
const pods = [
  pod('web-1', 'w', { owner: 'web-new', spec: uses }),
  pod('web-2', 'w', { owner: 'web-new', failing: true }),
]
const shop: Objects = {
  pods,
  deployments: [object<Deployment>('web', replicas(2, 1))],
  replicaSets: [
    object('web-new', replicas(2, 1), ['Deployment', 'web']),
    object('web-old-1', replicas(0), ['Deployment', 'web']),
    object('web-old-2', replicas(0), ['Deployment', 'web']),
  ],
  services: [object('web', { spec: { type: 'ClusterIP' } })],
  slices: [slice('web', pods)],
  ingresses: [
    object<Ingress>('edge', {
      spec: { rules: [{ host: 'a.b', http: { paths: [{ backend: { service: { name: 'web' } } }] } }] },
    }),
  ],
  autoscalers: [
    object<HorizontalPodAutoscaler>('web', { spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } } }),
  ],
  claims: [object<PersistentVolumeClaim>('data', { status: { phase: 'Bound' } })],
  configMaps: [object('settings'), object('unused')],
  secrets: [],
}

describe('workloads', () => {
  it('links objects by owners, slices, backends, targets and what pods name', () => {
    expect(linksOf(graphOf(shop))).toEqual([
      'owns Deployment/shop/web → ReplicaSet/shop/web-new',
      'owns Deployment/shop/web → old/Deployment/shop/web',
      'owns ReplicaSet/shop/web-new → Pod/shop/web-1',
      'owns ReplicaSet/shop/web-new → Pod/shop/web-2',
      'scales HorizontalPodAutoscaler/shop/web → Deployment/shop/web',
      'selects EndpointSlice/shop/web-1 → Pod/shop/web-1',
      'selects EndpointSlice/shop/web-1 → Pod/shop/web-2',
      'selects Ingress/shop/edge → Service/shop/web',
      'selects Service/shop/web → EndpointSlice/shop/web-1',
      'uses Pod/shop/web-1 → ConfigMap/shop/settings',
      'uses Pod/shop/web-1 → PersistentVolumeClaim/shop/data',
      'uses Pod/shop/web-1 → Secret/shop/key',
    ])
  })

  it('puts what belongs together into one band, from left to right, and says what each says of itself', () => {
    const { nodes } = graphOf(shop)
    const inside = nodes.filter(n => n.box)
    expect(new Set(inside.map(n => n.band))).toEqual(new Set(['Deployment/shop/web']))
    const kinds = ['Ingress', 'Service', 'ReplicaSet', 'Pod', 'ConfigMap']
    const columns = kinds.map(kind => inside.find(n => n.kind === kind)?.column)
    expect(columns).toEqual([0, 1, 2, 3, 4])
    expect(inside.find(n => n.kind === 'Service')).toMatchObject({ subtitle: '1 of 2 ready', tone: 'warn' })
    expect(inside.find(n => n.title === 'web-2')).toMatchObject({ subtitle: 'CrashLoopBackOff', tone: 'bad' })
  })

  it('shows what a pod names though it is not there, but says nothing of that while it is not known', () => {
    const key = (objects: Objects) => graphOf(objects).nodes.find(n => n.title === 'key')
    expect(key(shop)).toMatchObject({ subtitle: 'missing', tone: 'bad', dashed: true })
    expect(key({ ...shop, secrets: undefined })).toMatchObject({ subtitle: '', tone: 'idle' })
    expect(graphOf(shop).nodes.some(n => n.title === 'kube-root-ca.crt' || n.title === 'unused')).toBe(false)
  })

  it('collapses ReplicaSets that were scaled to nothing, and opens them', () => {
    const graph = graphOf(shop)
    const old = graph.nodes.find(n => n.title === '2 old')!
    expect(graph.nodes.some(n => n.title === 'web-old-1')).toBe(false)
    const opened = graphOf(shop, { choices: toggled(NO_CHOICES, old.toggle!) })
    expect(opened.nodes.filter(n => n.title.startsWith('web-old'))).toHaveLength(2)
  })

  it('closes and opens an app by its head, a namespace by its box', () => {
    const head = graphOf(shop).nodes.find(n => n.id === 'Deployment/shop/web')!
    const closed = graphOf(shop, { choices: toggled(NO_CHOICES, head.toggle!) })
    expect(closed.nodes.map(n => n.id)).toEqual(['namespace/shop', 'app/Deployment/shop/web'])
    expect(closed.nodes[1]).toMatchObject({ tone: 'bad', subtitle: '1 of 2 pods ready' })
    const space = graphOf(shop, { choices: toggled(NO_CHOICES, closed.nodes[0]!.toggle!) })
    expect(space.nodes.map(n => [n.id, n.shape, n.tone])).toEqual([['namespace/shop', 'card', 'bad']])
    expect(space.edges).toEqual([])
  })

  it('shows the many pods of one owner as one node until that is opened, and closes them by the owner', () => {
    const objects = manyApps(1, 20, 1)
    const group = graphOf(objects).nodes.find(n => n.title === '20 pods')!
    const opened = graphOf(objects, { choices: toggled(NO_CHOICES, group.toggle!) })
    expect(opened.nodes.filter(n => n.kind === 'Pod')).toHaveLength(20)
    const owner = opened.nodes.find(n => n.kind === 'ReplicaSet')!
    expect(owner.toggle).toEqual({ key: group.toggle!.key, open: true })
  })

  it('knows owners that nobody watches by their names, and Services without pods as heads of their slices', () => {
    const rollout = graphOf({ pods: [pod('a', 'w', { kind: 'Rollout', owner: 'blue' })] })
    expect(linksOf(rollout)).toEqual(['owns Rollout/shop/blue → Pod/shop/a'])
    const lone = graphOf({ pods: [], services: [object('kubernetes')], slices: [slice('kubernetes', [])] })
    expect(lone.nodes.find(n => n.kind === 'EndpointSlice')?.band).toBe('Service/shop/kubernetes')
    expect(lone.nodes.find(n => n.kind === 'Service')).toMatchObject({ subtitle: 'no endpoints', tone: 'idle' })
  })

  it('is comfortable at 10,000 pods: by apps, then by namespaces, and loses no pod', () => {
    const apps = graphOf(manyApps(200, 50, 10))
    expect(apps.nodes.length).toBeLessThanOrEqual(COMFORTABLE)
    expect(apps.nodes.filter(n => n.band === 'closed')).toHaveLength(200)
    expect(podsOf(apps)).toHaveLength(10_000)
    const spaces = graphOf(manyApps(1_000, 10, 20))
    expect(spaces.nodes).toHaveLength(20)
    expect(podsOf(spaces)).toHaveLength(10_000)
    expect(spaces.total).toBe(12_000)
  })

  it('never draws more than the limit, however much is opened, and says that it does not', () => {
    const objects = manyApps(1_000, 10, 20)
    const keys = [
      ...Array.from({ length: 20 }, (_, i) => `namespace/team-${i}`),
      ...objects.deployments!.map(d => `app/Deployment/${d.metadata.namespace}/${d.metadata.name}`),
      ...objects.replicaSets!.map(r => `pods/ReplicaSet/${r.metadata.namespace}/${r.metadata.name}`),
    ]
    const graph = graphOf(objects, { choices: { opened: new Set(keys), closed: new Set() } })
    expect(elementsOf(graph)).toBeLessThanOrEqual(MOST_ELEMENTS)
    expect(graph.cut).toBe(true)
  })

  it('filters before it groups: of 10,000 pods the one that fails is seen, with all that leads to it', () => {
    const objects = manyApps(200, 50, 10)
    const failing = [
      ...objects.pods.slice(1),
      pod('app-0-1-0', 'w', { owner: 'app-0-1', namespace: 'team-0', failing: true }),
    ]
    const graph = graphOf({ ...objects, pods: failing }, { filter: { ...NO_FILTER, tones: ['bad'] } })
    expect(graph.nodes.map(n => n.title)).toEqual(['team-0', 'app-0', 'app-0-1', 'app-0-1-0'])
    const secret = graphOf(shop, { filter: { ...NO_FILTER, kind: 'Secret' } })
    expect(secret.nodes.map(n => n.kind)).toContain('Pod')
    expect(secret.nodes.some(n => n.title === 'web-2' || n.title === 'settings')).toBe(false)
  })

  it('finds nodes by all words of a text', () => {
    expect(findNodes(graphOf(shop), 'pod crash').map(n => n.title)).toEqual(['web-2'])
    expect(findNodes(graphOf(shop), ' ')).toEqual([])
  })

  it('knows the neighbourhood of a node: what leads to it, what it leads to, and the box', () => {
    const near = neighbourhood(graphOf(shop), 'Secret/shop/key')
    expect(near).toContain('Deployment/shop/web')
    expect(near).toContain('Ingress/shop/edge')
    expect(near).toContain('namespace/shop')
    expect(near).not.toContain('Pod/shop/web-2')
    expect(near).not.toContain('ConfigMap/shop/settings')
  })

  it('has a list with each drawn node exactly once, under its owner or its box', () => {
    for (const graph of [graphOf(shop), graphOf(manyApps(200, 50, 10)), graphOf(manyApps(1_000, 10, 20))]) {
      const rows = treeOf(graph)
      expect(rows.map(r => r.node.id).sort()).toEqual(graph.nodes.map(n => n.id).sort())
    }
    const rows = treeOf(graphOf(shop))
    expect(rows[0]).toMatchObject({ level: 1, node: { id: 'namespace/shop' } })
    expect(rows.find(r => r.node.title === 'web-1')).toMatchObject({
      level: 4,
      parent: 'ReplicaSet/shop/web-new',
      size: 2,
    })
  })
})
