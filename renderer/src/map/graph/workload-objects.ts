import type { KubeObject, OwnerReference, Pod } from '../../../../engine/api/types.ts'
import type { Tone } from '../../ui/tone.ts'

/** Why two objects belong together. */
export type LinkType = 'owns' | 'selects' | 'uses' | 'scales'

/** An object of the lens, before anything is grouped. */
export interface Item {
  id: string
  kind: string
  namespace: string
  name: string
  /** What it says of itself: replicas that are ready, a type, a phase. */
  says: string
  tone: Tone
  column: number
  /** Id of the object at the head of what it belongs to. */
  app: string
  /** Id of its controller. */
  owner?: string
  pod?: Pod
  /** True for ReplicaSets of a Deployment that have been scaled to nothing. */
  old?: boolean
  /** False for what is named by something but is not there. */
  exists: boolean
}

export interface Link {
  type: LinkType
  source: string
  target: string
  live: boolean
}

/** From left to right: what receives or decides, what selects or owns, what runs, what is used. */
export const COLUMNS: Record<string, number> = {
  ...{ Ingress: 0, HorizontalPodAutoscaler: 0, CronJob: 0 },
  ...{ Service: 1, Deployment: 1 },
  ...{ EndpointSlice: 2, ReplicaSet: 2, StatefulSet: 2, DaemonSet: 2, Job: 2, ReplicationController: 2 },
  ...{ Pod: 3, ConfigMap: 4, Secret: 4, PersistentVolumeClaim: 4 },
}

/** Where a kind of ours is shown among the objects. */
const ADDRESSES: Record<string, string> = {
  ...{ Ingress: 'networking.k8s.io/v1/ingresses', HorizontalPodAutoscaler: 'autoscaling/v2/horizontalpodautoscalers' },
  ...{ CronJob: 'batch/v1/cronjobs', Job: 'batch/v1/jobs', EndpointSlice: 'discovery.k8s.io/v1/endpointslices' },
  ...{ Deployment: 'apps/v1/deployments', ReplicaSet: 'apps/v1/replicasets', StatefulSet: 'apps/v1/statefulsets' },
  ...{ DaemonSet: 'apps/v1/daemonsets', Pod: 'core/v1/pods', Service: 'core/v1/services' },
  ...{ ConfigMap: 'core/v1/configmaps', Secret: 'core/v1/secrets' },
  PersistentVolumeClaim: 'core/v1/persistentvolumeclaims',
}

/** The address of an object in the interface; nothing for kinds that are only known from a reference. */
export function addressOf(kind: string, namespace: string, name: string): string | undefined {
  const path = ADDRESSES[kind]
  return path && `/objects/${path}?${new URLSearchParams({ ns: namespace, name })}`
}

export function idOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`
}

export function controllerOf({ metadata }: Pick<KubeObject, 'metadata'>): OwnerReference | undefined {
  return metadata.ownerReferences?.find(o => o.controller)
}

/** Every cluster puts its certificate into each namespace, and its token into each pod: nobody chose to use them. */
const EVERYWHERE = 'kube-root-ca.crt'

/** The ConfigMaps, Secrets and claims that a pod names, each once; whether it starts without them. */
export function usedBy({ spec }: Pod): { kind: string; name: string; optional: boolean }[] {
  const found = new Map<string, { kind: string; name: string; optional: boolean }>()
  const add = (kind: string, name: string | undefined, optional = false) => {
    if (name && name !== EVERYWHERE) found.set(`${kind}/${name}`, { kind, name, optional })
  }
  for (const volume of spec?.volumes ?? []) {
    add('ConfigMap', volume.configMap?.name, volume.configMap?.optional)
    add('Secret', volume.secret?.secretName, volume.secret?.optional)
    add('PersistentVolumeClaim', volume.persistentVolumeClaim?.claimName)
    for (const { configMap, secret } of volume.projected?.sources ?? []) {
      add('ConfigMap', configMap?.name, configMap?.optional)
      add('Secret', secret?.name, secret?.optional)
    }
  }
  for (const container of [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]) {
    for (const { configMapRef, secretRef } of container.envFrom ?? []) {
      add('ConfigMap', configMapRef?.name, configMapRef?.optional)
      add('Secret', secretRef?.name, secretRef?.optional)
    }
    for (const { valueFrom } of container.env ?? []) {
      add('ConfigMap', valueFrom?.configMapKeyRef?.name, valueFrom?.configMapKeyRef?.optional)
      add('Secret', valueFrom?.secretKeyRef?.name, valueFrom?.secretKeyRef?.optional)
    }
  }
  for (const { name } of spec?.imagePullSecrets ?? []) add('Secret', name, true)
  return [...found.values()]
}
