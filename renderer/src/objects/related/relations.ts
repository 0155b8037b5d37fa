import { parseApiVersion, type KubeObject } from '../../../../engine/api/object.ts'
import { labelSelectorMatches } from '../../../../engine/api/selector.ts'
import type { EndpointSlice, PodSpec } from '../../../../engine/api/types.ts'
import { usesOf } from './pod-uses.ts'

/** How another object has to do with this one. */
export type Relation = 'owner' | 'child' | 'backend' | 'service' | 'uses' | 'usedBy' | 'runsOn' | 'scaler' | 'budget'
export const RELATIONS: readonly Relation[] = [
  ...(['owner', 'child', 'backend', 'service', 'uses', 'usedBy', 'runsOn', 'scaler', 'budget'] as const),
]

export interface RelatedObject {
  relation: Relation
  group: string
  kind: string
  name: string
  namespace?: string
  /** How far down the tree of owners, from 0. */
  depth: number
  /** Where it is said, such as names of volumes. */
  as: readonly string[]
  /** The object, if it is known: what is only named may not exist. */
  object?: KubeObject
}

/** What owns, or is owned by, hardly any object is of another kind than these. */
const OWNING = [
  'apps/deployments',
  'apps/replicasets',
  'apps/statefulsets',
  'apps/daemonsets',
  'batch/jobs',
  'batch/cronjobs',
]
const WITH_PODS = [...OWNING, '/pods']

/** The resources, as `group/resource`, among which the relatives of an object are looked for. */
export function sourcesFor({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): string[] {
  const { group } = parseApiVersion(apiVersion)
  if (kind === 'Node' && group === '') return ['/pods']
  if (kind === 'Service' && group === '') return ['discovery.k8s.io/endpointslices', ...WITH_PODS]
  if (group === '' && ['ConfigMap', 'Secret', 'PersistentVolumeClaim', 'ServiceAccount'].includes(kind))
    return WITH_PODS
  const policies = ['autoscaling/horizontalpodautoscalers', 'policy/poddisruptionbudgets', '/services']
  if (group === '' && kind === 'Pod') return [...WITH_PODS, ...policies]
  if (group === 'apps' || group === 'batch') return [...WITH_PODS, '/persistentvolumeclaims', ...policies]
  return [...WITH_PODS, '/services', '/configmaps', '/secrets', '/persistentvolumeclaims']
}

/** Everything among `pool` that has to do with an object, nearest first within each relation. */
export function relationsOf(object: KubeObject, pool: readonly KubeObject[]): RelatedObject[] {
  const { kind, metadata } = object
  const { group } = parseApiVersion(object.apiVersion)
  const found = [...ownersOf(object, pool), ...childrenOf(object, pool, 0)]
  const spec = podSpecOf(object)
  if (spec) {
    for (const { kind, name, as } of usesOf(spec)) found.push(named('uses', '', kind, name, metadata.namespace, as))
    if (kind === 'Pod' && spec.nodeName) found.push(named('runsOn', '', 'Node', spec.nodeName))
    found.push(...watchersOf(object, pool))
  }
  if (group === '' && kind === 'Service') found.push(...backendsOf(object, pool))
  if (group === '' && kind === 'Node')
    for (const pod of pool)
      if (pod.kind === 'Pod' && pod.spec?.nodeName === metadata.name) found.push(known('child', pod))
  if (group === '') found.push(...usersOf(object, pool))
  return found
}

function ownersOf(object: KubeObject, pool: readonly KubeObject[]): RelatedObject[] {
  const chain: RelatedObject[] = []
  const seen = new Set([object.metadata.uid])
  for (let at: KubeObject | undefined = object; at;) {
    const references: NonNullable<KubeObject['metadata']['ownerReferences']> = at.metadata.ownerReferences ?? []
    const owner = references.find(o => o.controller) ?? references[0]
    if (!owner || seen.has(owner.uid)) break
    seen.add(owner.uid)
    at = pool.find(o => o.metadata.uid === owner.uid)
    const { group } = parseApiVersion(owner.apiVersion)
    chain.unshift({
      ...named('owner', group, owner.kind, owner.name, object.metadata.namespace),
      ...(at && { object: at }),
    })
  }
  return chain.map((owner, depth) => ({ ...owner, depth }))
}

const DEEPEST = 4

function childrenOf({ metadata }: KubeObject, pool: readonly KubeObject[], depth: number): RelatedObject[] {
  if (!metadata.uid || depth > DEEPEST) return []
  return pool
    .filter(o => o.metadata.ownerReferences?.some(owner => owner.uid === metadata.uid))
    .flatMap(child => [{ ...known('child', child), depth }, ...childrenOf(child, pool, depth + 1)])
}

/** Services, budgets and autoscalers that mean the pods of this object. */
function watchersOf(object: KubeObject, pool: readonly KubeObject[]): RelatedObject[] {
  const { metadata, spec, kind } = object
  const labels = (kind === 'Pod' ? metadata.labels : spec?.template?.metadata?.labels) as
    Record<string, string> | undefined
  const here = pool.filter(o => o.metadata.namespace === metadata.namespace)
  const all = (map: Record<string, string> | undefined) =>
    map !== undefined && Object.keys(map).length > 0 && labelSelectorMatches({ matchLabels: map }, labels)
  return [
    ...here
      .filter(o => o.kind === 'Service' && all(o.spec?.selector as Record<string, string>))
      .map(o => known('service', o)),
    ...here
      .filter(o => o.kind === 'PodDisruptionBudget' && labelSelectorMatches(o.spec?.selector as object, labels))
      .map(o => known('budget', o)),
    ...here
      .filter(o => o.kind === 'HorizontalPodAutoscaler')
      .filter(({ spec: { scaleTargetRef: to } = {} }) => to?.kind === kind && to?.name === metadata.name)
      .map(o => known('scaler', o)),
  ]
}

/** The pods of a Service, as its slices name them. */
function backendsOf({ metadata }: KubeObject, pool: readonly KubeObject[]): RelatedObject[] {
  const slices = pool.filter(
    o => o.kind === 'EndpointSlice' && o.metadata.labels?.['kubernetes.io/service-name'] === metadata.name,
  ) as unknown as EndpointSlice[]
  return slices
    .flatMap(slice => slice.endpoints ?? [])
    .filter(({ targetRef }) => targetRef?.kind === 'Pod')
    .map(({ targetRef, addresses }) => {
      const pod = pool.find(o => o.metadata.uid === targetRef!.uid)
      const related = named('backend', '', 'Pod', targetRef!.name!, metadata.namespace, addresses ?? [])
      return { ...related, ...(pod && { object: pod }) }
    })
}

/** Pods, and workloads with templates, that use this object by name. Of those that a workload owns, the workload is enough. */
function usersOf({ kind, metadata }: KubeObject, pool: readonly KubeObject[]): RelatedObject[] {
  return pool
    .filter(o => o.metadata.namespace === metadata.namespace && !o.metadata.ownerReferences?.some(r => r.controller))
    .flatMap(o => {
      const use = usesOf(podSpecOf(o)).find(u => u.kind === kind && u.name === metadata.name)
      return use ? [{ ...known('usedBy', o), as: use.as }] : []
    })
}

/** The spec of the pods that an object is or makes. */
function podSpecOf({ kind, spec }: KubeObject): PodSpec | undefined {
  if (kind === 'Pod') return spec as PodSpec
  if (kind === 'CronJob') return spec?.jobTemplate?.spec?.template?.spec as PodSpec | undefined
  return spec?.template?.spec as PodSpec | undefined
}

function known(relation: Relation, object: KubeObject): RelatedObject {
  const { name, namespace } = object.metadata
  return { ...named(relation, parseApiVersion(object.apiVersion).group, object.kind, name!, namespace), object }
}

function named(
  relation: Relation,
  group: string,
  kind: string,
  name: string,
  namespace?: string,
  as: readonly string[] = [],
): RelatedObject {
  return { relation, group, kind, name, depth: 0, as, ...(namespace && { namespace }) }
}
