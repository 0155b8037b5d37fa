import type { KubeObject } from '../../api/object.ts'
import type { ResourceCache } from '../storage/cache.ts'
import type { Action, Authorizer, Verdict } from './authorize.ts'

/** Where the node authorizer looks for what a node's pods refer to. */
export interface NodeGraph {
  pods(): Promise<ResourceCache>
  persistentVolumeClaims(): Promise<ResourceCache>
}

const PREFIX = 'system:node:'
const READ_WATCH = ['get', 'list', 'watch']

/**
 * Lets kubelets read what the pods bound to their node refer to, and nothing of others (the Node authorizer of
 * Kubernetes). What does not depend on the node is granted by the RBAC role system:node's rules below.
 */
export class NodeAuthorizer implements Authorizer {
  readonly #graph: NodeGraph

  constructor(graph: NodeGraph) {
    this.#graph = graph
  }

  async authorize(action: Action): Promise<Verdict | undefined> {
    const { user, group, resource, subresource, verb, namespace, name } = action
    if (!user.groups.includes('system:nodes') || !user.name.startsWith(PREFIX)) return undefined
    if (!action.isResource) return undefined
    const node = user.name.slice(PREFIX.length)
    const id = subresource ? `${resource}/${subresource}` : resource
    const yes = (allowed: boolean, reason = ''): Verdict => ({ allowed, reason: allowed ? '' : reason })
    const unrelated = `no relationship found between node '${node}' and this object`
    if (group === '') {
      switch (id) {
        case 'secrets':
        case 'configmaps':
        case 'persistentvolumeclaims':
        case 'persistentvolumes':
          if (!READ_WATCH.includes(verb) || !name) return yes(false, `can only read resources of this type`)
          return yes(await this.#refers(node, id, namespace, name), unrelated)
        case 'serviceaccounts/token':
          return yes(verb === 'create' && (await this.#refers(node, 'serviceaccounts', namespace, name)), unrelated)
        case 'serviceaccounts':
          return yes(verb === 'get' && (await this.#refers(node, 'serviceaccounts', namespace, name)), unrelated)
        case 'nodes':
          return yes(verb === 'create' || [...READ_WATCH, 'update', 'patch'].includes(verb))
        case 'nodes/status':
          return yes(['update', 'patch', 'get'].includes(verb))
        case 'pods':
          return yes([...READ_WATCH, 'create', 'delete'].includes(verb))
        case 'pods/status':
          return yes(['update', 'patch', 'get'].includes(verb))
        case 'pods/eviction':
          return yes(verb === 'create')
        case 'services':
        case 'endpoints':
        case 'namespaces':
          return yes(READ_WATCH.includes(verb))
        case 'events':
          return yes(['create', 'update', 'patch'].includes(verb))
      }
    }
    switch (`${group}/${id}`) {
      case 'coordination.k8s.io/leases':
        return yes(namespace === 'kube-node-lease' && (verb === 'create' || name === node) && verb !== 'list')
      case 'certificates.k8s.io/certificatesigningrequests':
        return yes(['create', ...READ_WATCH].includes(verb))
      case 'storage.k8s.io/csinodes':
        return yes(verb === 'create' || name === node)
      case 'storage.k8s.io/csidrivers':
      case 'storage.k8s.io/volumeattachments':
      case 'node.k8s.io/runtimeclasses':
      case 'discovery.k8s.io/endpointslices':
      case 'networking.k8s.io/networkpolicies':
      case 'networking.k8s.io/servicecidrs':
        return yes(READ_WATCH.includes(verb))
      case 'events.k8s.io/events':
        return yes(['create', 'update', 'patch'].includes(verb))
      case 'authentication.k8s.io/tokenreviews':
      case 'authorization.k8s.io/subjectaccessreviews':
      case 'authorization.k8s.io/localsubjectaccessreviews':
        return yes(verb === 'create')
    }
    return undefined
  }

  async #refers(node: string, resource: string, namespace: string, name: string): Promise<boolean> {
    const pods = await this.#graph.pods()
    const prefix = namespace ? `${pods.prefix}${namespace}/` : pods.prefix
    for (const { object: pod } of pods.values(prefix)) {
      if (pod.spec?.nodeName !== node) continue
      if (resource === 'persistentvolumes') {
        if (await this.#bindsVolume(pod, name)) return true
      } else if (references(pod, resource, name)) return true
    }
    return false
  }

  async #bindsVolume(pod: KubeObject, volume: string): Promise<boolean> {
    const claims = await this.#graph.persistentVolumeClaims()
    for (const claim of claimNames(pod))
      if (claims.get(`${claims.prefix}${pod.metadata.namespace}/${claim}`)?.object.spec?.volumeName === volume)
        return true
    return false
  }
}

/* eslint-disable @typescript-eslint/no-explicit-any -- pods as stored */
function references(pod: KubeObject, resource: string, name: string): boolean {
  const spec = pod.spec ?? {}
  if (resource === 'serviceaccounts') return (spec.serviceAccountName || 'default') === name
  if (resource === 'persistentvolumeclaims') return claimNames(pod).includes(name)
  const wanted = resource === 'secrets' ? 'secret' : 'configMap'
  if (wanted === 'secret' && spec.imagePullSecrets?.some((s: any) => s.name === name)) return true
  for (const container of [
    ...(spec.containers ?? []),
    ...(spec.initContainers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ]) {
    if (container.envFrom?.some((e: any) => e[`${wanted}Ref`]?.name === name)) return true
    if (container.env?.some((e: any) => e.valueFrom?.[`${wanted}KeyRef`]?.name === name)) return true
  }
  for (const volume of spec.volumes ?? []) {
    if (volume.secret?.secretName === name && wanted === 'secret') return true
    if (volume.configMap?.name === name && wanted === 'configMap') return true
    if (volume.projected?.sources?.some((s: any) => s[wanted]?.name === name)) return true
  }
  return false
}

function claimNames(pod: KubeObject): string[] {
  return (pod.spec?.volumes ?? []).flatMap((volume: any) =>
    volume.persistentVolumeClaim
      ? [volume.persistentVolumeClaim.claimName]
      : volume.ephemeral
        ? [`${pod.metadata.name}-${volume.name}`]
        : [],
  )
}
