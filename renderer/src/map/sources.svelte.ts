import type { KubeObject, Lease, Pod } from '../../../engine/api/types.ts'
import { FIRST_PAGE, type Phase } from '../cluster/reflector.ts'
import { watched } from '../cluster/watched.svelte.ts'
import { TableWatch } from '../objects/table/table.svelte.ts'
import { settings } from '../shell/settings.svelte.ts'
import type { Leases } from './graph/control.ts'
import type { Objects } from './graph/workload-index.ts'

export const podWatch = watched<Pod>('/api/v1/pods')
const leaseWatch = watched<Lease>('/apis/coordination.k8s.io/v1/leases')

/** What the workloads lens watches beside pods, under the name that the lens has for it. */
const PATHS = {
  deployments: '/apis/apps/v1/deployments',
  replicaSets: '/apis/apps/v1/replicasets',
  statefulSets: '/apis/apps/v1/statefulsets',
  daemonSets: '/apis/apps/v1/daemonsets',
  jobs: '/apis/batch/v1/jobs',
  cronJobs: '/apis/batch/v1/cronjobs',
  services: '/api/v1/services',
  slices: '/apis/discovery.k8s.io/v1/endpointslices',
  ingresses: '/apis/networking.k8s.io/v1/ingresses',
  autoscalers: '/apis/autoscaling/v2/horizontalpodautoscalers',
  claims: '/api/v1/persistentvolumeclaims',
  configMaps: '/api/v1/configmaps',
  secrets: '/api/v1/secrets',
} as const
/** Of these tables say that they exist, and leave what is in them where it is. */
const NAMES_ONLY: readonly string[] = ['configMaps', 'secrets']

const WATCHED: readonly { name: string; resource: string; watch: Read }[] = Object.entries(PATHS).map(
  ([name, path]) => ({
    ...{ name, resource: path.slice(path.lastIndexOf('/') + 1) },
    watch: NAMES_ONLY.includes(name) ? new TableWatch(path).rows : watched(path),
  }),
)

interface Read {
  phase: Phase
  isWhole: boolean
  items: ReadonlyMap<string, { metadata: KubeObject['metadata'] }>
  error?: { code: number; message: string }
}

/** The objects of the namespace that the user looks at; a kind that cannot be read is absent. */
export function currentObjects(): Objects {
  const objects: Record<string, unknown> = { pods: currentPods() }
  for (const { name, watch } of WATCHED) if (watch.isWhole || watch.items.size > 0) objects[name] = inScope(watch.items)
  return objects as unknown as Objects
}

export function currentPods(): Pod[] {
  return inScope(podWatch.items)
}

/** Leases by `namespace/name`. */
export function currentLeases(): Leases {
  return new Map([...leaseWatch.items.values()].map(o => [`${o.metadata.namespace}/${o.metadata.name}`, o]))
}

/**
 * Whether enough is there to draw: the first of the pods, and all that they may belong to. What the user may not read is
 * not waited for.
 */
export function areObjectsRead(): boolean {
  // All are looked at, also those after one that is not there yet: looking starts them.
  const arePodsThere = podWatch.items.size > 0 || isRead(podWatch)
  return WATCHED.map(({ watch }) => isRead(watch)).every(Boolean) && arePodsThere
}

/** How many pods are there so far, while there are more to come. */
export function podsSoFar(): number | undefined {
  return podWatch.items.size >= FIRST_PAGE && !isRead(podWatch) ? podWatch.items.size : undefined
}

/** The list is there, or could not be read: nobody waits for it then. */
const isRead = ({ isWhole, phase }: Pick<Read, 'isWhole' | 'phase'>): boolean =>
  isWhole || phase === 'retrying' || phase === 'failed'

/** The kinds that this user may not read here. Those that the cluster does not know are no loss. */
export function unreadableKinds(): string[] {
  return WATCHED.filter(({ watch }) => watch.phase === 'failed' && watch.error?.code !== 404).map(w => w.resource)
}

function inScope<T extends { metadata: KubeObject['metadata'] }>(items: ReadonlyMap<string, T>): T[] {
  const all = [...items.values()]
  return settings.namespace ? all.filter(o => o.metadata.namespace === settings.namespace) : all
}
