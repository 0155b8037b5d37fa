import type { PersistentVolumeClaim, Pod, PodTemplateSpec, StatefulSet } from '../../api/types.ts'
import { podFromTemplate } from '../replicas/pods.ts'
import { HASH_LABEL } from '../daemonset/revisions.ts'

const NAME_LABEL = 'statefulset.kubernetes.io/pod-name'
const INDEX_LABEL = 'apps.kubernetes.io/pod-index'

/** The first ordinal of a set, and the one after its last. */
export function ordinalsOf({ spec }: StatefulSet): { start: number; end: number } {
  const start = Number(spec!.ordinals?.start ?? 0)
  return { start, end: start + Number(spec!.replicas ?? 1) }
}

/** The ordinal in a pod's name; undefined for names that no pod of the set can have. */
export function ordinalOf(set: StatefulSet, name: string): number | undefined {
  const prefix = `${set.metadata.name}-`
  const digits = name.startsWith(prefix) ? name.slice(prefix.length) : ''
  return /^(0|[1-9]\d*)$/.test(digits) ? Number(digits) : undefined
}

/** The pod of an ordinal: its name, hostname and claims are always the same. */
export function podOf(set: StatefulSet, template: PodTemplateSpec, ordinal: number, revision: string): Pod {
  const name = `${set.metadata.name}-${ordinal}`
  const pod = podFromTemplate(template, { ...set, apiVersion: 'apps/v1', kind: 'StatefulSet' }, name)
  pod.metadata.labels = {
    ...pod.metadata.labels,
    [NAME_LABEL]: name,
    [INDEX_LABEL]: String(ordinal),
    [HASH_LABEL]: revision,
  }
  const claims = set.spec!.volumeClaimTemplates ?? []
  const own = claims.map(({ metadata }) => ({
    name: metadata.name!,
    persistentVolumeClaim: { claimName: claimName(set, metadata.name!, ordinal) },
  }))
  const others = (pod.spec!.volumes ?? []).filter(volume => !own.some(o => o.name === volume.name))
  pod.spec = {
    ...pod.spec!,
    hostname: name,
    subdomain: set.spec!.serviceName,
    ...(own.length || others.length ? { volumes: [...others, ...own] } : {}),
  }
  return pod
}

/** The claims of an ordinal's pod. */
export function claimsFor(set: StatefulSet, ordinal: number): PersistentVolumeClaim[] {
  return (set.spec!.volumeClaimTemplates ?? []).map(template => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: claimName(set, template.metadata.name!, ordinal),
      namespace: set.metadata.namespace,
      labels: { ...template.metadata.labels, ...set.spec!.selector.matchLabels },
      ...(template.metadata.annotations ? { annotations: template.metadata.annotations } : {}),
    },
    spec: structuredClone(template.spec),
  }))
}

function claimName(set: StatefulSet, template: string, ordinal: number): string {
  return `${template}-${set.metadata.name}-${ordinal}`
}

export function revisionOf(pod: Pod): string {
  return pod.metadata.labels?.[HASH_LABEL] ?? ''
}
