import type { EndpointSlice, Pod } from '../../../engine/api/types.ts'
import type { LabStatus, MachineStatus } from '../../../engine/lab/contract.ts'
import { labTexts } from '../../../renderer/src/lab/text.ts'
import type { Graph } from '../../../renderer/src/map/graph/model.ts'
import type { Objects } from '../../../renderer/src/map/graph/workload-index.ts'
import { mapTexts } from '../../../renderer/src/map/text.ts'
import { wordsOf } from '../../../renderer/src/map/words.ts'

export const words = wordsOf(mapTexts.en, labTexts.en)

export function master(name: string, role: 'leader' | 'follower', more: Partial<MachineStatus> = {}): MachineStatus {
  const store = { name, role, term: 3, lastIndex: 100, committed: 100, applied: 100, revision: 40 }
  return { name, role: 'control-plane', address: '10.0.0.1', state: 'running', pid: 7, store, ...more } as MachineStatus
}

export function worker(name: string, more: Partial<MachineStatus> = {}): MachineStatus {
  return { name, role: 'worker', address: '10.0.0.2', state: 'running', ...more } as MachineStatus
}

export function workers(count: number): MachineStatus[] {
  return Array.from({ length: count }, (_, i) => worker(`worker-${i + 1}`))
}

export const masters = [master('master-1', 'follower'), master('master-2', 'leader'), master('master-3', 'follower')]

export function statusOf(machines: readonly MachineStatus[]): LabStatus {
  return { name: 'x', apiServer: 'https://127.0.0.1:1', machines } as unknown as LabStatus
}

/** A pod that is ready, or waits in a back-off. */
export function pod(
  name: string,
  node: string | undefined,
  { owner = 'web', kind = 'ReplicaSet', namespace = 'shop', failing = false, spec = {} } = {},
): Pod {
  const state = failing ? { waiting: { reason: 'CrashLoopBackOff' } } : { running: {} }
  return {
    metadata: {
      name,
      namespace,
      uid: `${namespace}/${name}`,
      ownerReferences: [{ kind, name: owner, controller: true }],
    },
    spec: { nodeName: node, containers: [{ name: 'c' }], ...spec },
    status: { phase: 'Running', containerStatuses: [{ name: 'c', ready: !failing, state }] },
  } as unknown as Pod
}

/** An object as the API gives it, of which a graph reads little. */
export function object<T>(
  name: string,
  rest: object = {},
  owner?: [kind: string, name: string],
  namespace = 'shop',
): T {
  const ownerReferences = owner && [{ kind: owner[0], name: owner[1], controller: true }]
  return { metadata: { name, namespace, uid: `${namespace}/${name}`, ownerReferences }, ...rest } as T
}

export function slice(service: string, pods: readonly Pod[], namespace = 'shop'): EndpointSlice {
  return {
    metadata: { name: `${service}-1`, namespace, labels: { 'kubernetes.io/service-name': service } },
    endpoints: pods.map(p => ({
      conditions: { ready: p.status?.containerStatuses?.[0]?.ready },
      targetRef: { kind: 'Pod', namespace, name: p.metadata.name },
    })),
  } as unknown as EndpointSlice
}

/** Apps of one Deployment, one ReplicaSet and so many pods each, spread over namespaces. */
export function manyApps(apps: number, podsOfEach: number, namespaces: number): Objects {
  const all = Array.from({ length: apps }, (_, i) => ({ name: `app-${i}`, namespace: `team-${i % namespaces}` }))
  const replicas = { spec: { replicas: podsOfEach }, status: { readyReplicas: podsOfEach, replicas: podsOfEach } }
  return {
    deployments: all.map(({ name, namespace }) => object(name, replicas, undefined, namespace)),
    replicaSets: all.map(({ name, namespace }) => object(`${name}-1`, replicas, ['Deployment', name], namespace)),
    pods: all.flatMap(({ name, namespace }) =>
      Array.from({ length: podsOfEach }, (_, i) => pod(`${name}-1-${i}`, undefined, { owner: `${name}-1`, namespace })),
    ),
  }
}

export function elementsOf({ nodes, edges }: Graph): number {
  return nodes.length + edges.length
}

/** Every pod that a graph shows, alone or within a group. */
export function podsOf({ nodes }: Graph): Pod[] {
  const found = new Set<Pod>()
  for (const { about } of nodes) {
    if (about.is === 'pod') found.add(about.pod)
    if (about.is === 'pods') about.pods.forEach(p => found.add(p))
  }
  return [...found]
}
