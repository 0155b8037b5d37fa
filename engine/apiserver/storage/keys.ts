import type { Strategy } from '../../api/strategy.ts'
import { prefixEnd } from '../../store/kv.ts'

/** Prefixes that differ from the resource's name, as in Kubernetes' own storage. */
const SPECIAL: Record<string, string> = {
  nodes: 'minions',
  services: 'services/specs',
  endpoints: 'services/endpoints',
  replicationcontrollers: 'controllers',
  'ingresses.networking.k8s.io': 'ingress',
}

/** Groups whose resources are stored below the group's name. */
const QUALIFIED = new Set(['apiregistration.k8s.io', 'apiextensions.k8s.io'])

export type ResourceIdentity = Pick<Strategy, 'group' | 'resource'> & { custom?: boolean }

/** "/registry/pods/": where objects of a resource are stored. Ends with a slash. */
export function resourcePrefix(resource: ResourceIdentity): string {
  const name = resource.group ? `${resource.resource}.${resource.group}` : resource.resource
  const special = SPECIAL[name]
  if (special) return `/registry/${special}/`
  // Both Event APIs are views of the same objects.
  if (resource.group === 'events.k8s.io' && resource.resource === 'events') return '/registry/events/'
  if (resource.custom || QUALIFIED.has(resource.group)) return `/registry/${resource.group}/${resource.resource}/`
  return `/registry/${resource.resource}/`
}

/** The key of one object. `namespace` is ignored where empty (cluster-scoped resources). */
export function objectKey(resource: ResourceIdentity, namespace: string, name: string): string {
  return resourcePrefix(resource) + (namespace ? `${namespace}/${name}` : name)
}

/** "pods", "deployments.apps": how messages and details name a resource. */
export function qualifiedResource(resource: { group: string; resource: string }): string {
  return resource.group ? `${resource.resource}.${resource.group}` : resource.resource
}

/** The exclusive end of the keys that begin with `prefix`. */
export function endOf(prefix: string): Uint8Array {
  // A Buffer's slices share its memory, so the store's helper is given plain bytes.
  return prefixEnd(new TextEncoder().encode(prefix))
}
