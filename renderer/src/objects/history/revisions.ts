import type { KubeObject } from '../../../../engine/api/object.ts'
import { objectPath, type ResourceKind } from '../../cluster/discovery.ts'
import type { ActionRequest } from '../actions/requests.ts'

/** A pod template that a workload had, or has. */
export interface Revision {
  number: number
  /** What keeps it: a ReplicaSet or a ControllerRevision. */
  keeper: KubeObject
  template: Record<string, unknown>
  /** Why, if whoever changed it said so. */
  cause: string
  current: boolean
}

const NUMBER = 'deployment.kubernetes.io/revision'
const CAUSE = 'kubernetes.io/change-cause'
const HASH = 'pod-template-hash'
/** Annotations of a Deployment that do not come back with an older template, as kubectl has it. */
const KEPT = [
  'kubectl.kubernetes.io/last-applied-configuration',
  NUMBER,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
]

/** Whether the kind remembers its former templates. */
export function hasRevisions({ group, resource }: Pick<ResourceKind, 'group' | 'resource'>): boolean {
  return group === 'apps' && ['deployments', 'statefulsets', 'daemonsets'].includes(resource)
}

/** The resource that keeps the revisions of a workload. */
export function keeperOf({ resource }: Pick<ResourceKind, 'resource'>): 'replicasets' | 'controllerrevisions' {
  return resource === 'deployments' ? 'replicasets' : 'controllerrevisions'
}

/** The revisions of a workload among what may keep them, the newest first. */
export function revisionsOf(workload: KubeObject, keepers: readonly KubeObject[]): Revision[] {
  const owned = keepers.filter(k =>
    k.metadata.ownerReferences?.some(owner => owner.controller && owner.uid === workload.metadata.uid),
  )
  const revisions = owned
    .map(keeper => ({
      number:
        keeper.kind === 'ReplicaSet' ? Number(keeper.metadata.annotations?.[NUMBER] ?? 0) : Number(keeper.revision),
      keeper,
      template: templateOf(keeper),
      cause: keeper.metadata.annotations?.[CAUSE] ?? '',
      current: false,
    }))
    .sort((a, b) => b.number - a.number)
  return revisions.map((revision, i) => ({ ...revision, current: i === 0 }))
}

/** What brings the workload back to a revision, as `kubectl rollout undo` sends it. */
export function rollbackRequest(
  kind: ResourceKind,
  workload: KubeObject,
  { keeper, template }: Revision,
): ActionRequest {
  const { namespace, name } = workload.metadata
  const path = `${objectPath(kind, namespace, name!)}?fieldManager=kubarium-ui`
  if (keeper.kind !== 'ReplicaSet')
    return { method: 'PATCH', path, contentType: 'application/strategic-merge-patch+json', body: keeper.data }
  const pick = (from: Record<string, string> | undefined, kept: boolean) =>
    Object.fromEntries(Object.entries(from ?? {}).filter(([key]) => KEPT.includes(key) === kept))
  const annotations = { ...pick(workload.metadata.annotations, true), ...pick(keeper.metadata.annotations, false) }
  const body = [
    { op: 'replace', path: '/spec/template', value: template },
    { op: workload.metadata.annotations ? 'replace' : 'add', path: '/metadata/annotations', value: annotations },
  ]
  return { method: 'PATCH', path, contentType: 'application/json-patch+json', body }
}

/** The images of a template, in the order of its containers. */
export function imagesOf(template: Record<string, unknown>): string[] {
  const { containers = [] } = (template.spec ?? {}) as { containers?: { image?: string }[] }
  return containers.map(c => c.image ?? '')
}

function templateOf(keeper: KubeObject): Record<string, unknown> {
  if (keeper.kind !== 'ReplicaSet') {
    // The template is kept as the patch that brings it back.
    const { $patch: _, ...template } = (keeper.data?.spec?.template ?? {}) as Record<string, unknown>
    return template
  }
  const template = (keeper.spec?.template ?? {}) as { metadata?: { labels?: Record<string, string> } }
  const { [HASH]: _, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}
