/** A kind that the API server serves, in the version that it prefers. */
export interface ResourceKind {
  /** Empty for the core group. */
  group: string
  version: string
  resource: string
  kind: string
  namespaced: boolean
  verbs: readonly string[]
  shortNames: readonly string[]
  subresources: readonly string[]
}

/** What is used of an `APIGroupDiscoveryList` of apidiscovery.k8s.io/v2. */
export interface DiscoveryList {
  items: {
    metadata?: { name?: string }
    versions: {
      version: string
      resources: {
        resource: string
        responseKind?: { kind: string }
        scope: string
        verbs: string[]
        shortNames?: string[]
        subresources?: { subresource: string }[]
      }[]
    }[]
  }[]
}

/** What was asked for anew. Kinds that are as they were stay the same objects: what hangs on one need not begin anew. */
export function keepSame(before: readonly ResourceKind[], now: readonly ResourceKind[]): readonly ResourceKind[] {
  const known = new Map(before.map(kind => [JSON.stringify(kind), kind]))
  const kept = now.map(kind => known.get(JSON.stringify(kind)) ?? kind)
  return kept.length === before.length && kept.every((kind, i) => kind === before[i]) ? before : kept
}

/** Every kind that can be listed, once each: versions come with the preferred one first. */
export function kindsOf(...documents: DiscoveryList[]): ResourceKind[] {
  const kinds = new Map<string, ResourceKind>()
  for (const { metadata, versions } of documents.flatMap(d => d.items)) {
    const group = metadata?.name ?? ''
    for (const { version, resources } of versions) {
      for (const r of resources) {
        const key = `${group}/${r.resource}`
        if (kinds.has(key) || !r.verbs.includes('list')) continue
        kinds.set(key, {
          ...{
            group,
            version,
            resource: r.resource,
            kind: r.responseKind?.kind ?? r.resource,
            namespaced: r.scope === 'Namespaced',
            verbs: r.verbs,
          },
          shortNames: r.shortNames ?? [],
          subresources: (r.subresources ?? []).map(s => s.subresource),
        })
      }
    }
  }
  return [...kinds.values()]
}

export const SECTIONS = ['Workloads', 'Network', 'Config', 'Storage', 'Access', 'Cluster', 'Custom'] as const
export type Section = (typeof SECTIONS)[number]

const WORKLOADS = [
  'pods',
  'deployments',
  'replicasets',
  'statefulsets',
  'daemonsets',
  'jobs',
  'cronjobs',
  'replicationcontrollers',
  'horizontalpodautoscalers',
]
const NETWORK = ['services', 'ingresses', 'networkpolicies', 'endpointslices', 'endpoints', 'ingressclasses']
const CONFIG = ['configmaps', 'secrets', 'resourcequotas', 'limitranges', 'poddisruptionbudgets', 'podtemplates']
const STORAGE = ['persistentvolumeclaims', 'persistentvolumes', 'storageclasses']
const ACCESS = [
  'serviceaccounts',
  'roles',
  'rolebindings',
  'clusterroles',
  'clusterrolebindings',
  'certificatesigningrequests',
]
const CLUSTER = ['nodes', 'namespaces', 'events']

const ORDER: Record<Section, readonly string[]> = {
  Workloads: WORKLOADS,
  Network: NETWORK,
  Config: CONFIG,
  Storage: STORAGE,
  Access: ACCESS,
  Cluster: CLUSTER,
  Custom: [],
}

/** The section of the list of kinds under which a person would look for it. */
export function sectionOf({ group, resource }: Pick<ResourceKind, 'group' | 'resource'>): Section {
  if (group.includes('.') && !group.endsWith('.k8s.io')) return 'Custom'
  for (const section of SECTIONS) if (ORDER[section].includes(resource)) return section
  if (group === 'networking.k8s.io') return 'Network'
  if (group === 'storage.k8s.io') return 'Storage'
  if (group === 'rbac.authorization.k8s.io') return 'Access'
  return 'Cluster'
}

/** Kinds by section: the well-known ones in the order in which they are used, then the others by name. An event is an event in one group only. */
export function groupKinds(kinds: readonly ResourceKind[]): { section: Section; kinds: ResourceKind[] }[] {
  const place = (section: Section, { resource }: ResourceKind) => {
    const index = ORDER[section].indexOf(resource)
    return index < 0 ? ORDER[section].length : index
  }
  const once = kinds.filter(k => !(k.resource === 'events' && k.group === ''))
  return SECTIONS.map(section => ({
    section,
    kinds: once
      .filter(k => sectionOf(k) === section)
      .sort((a, b) => place(section, a) - place(section, b) || (a.kind < b.kind ? -1 : 1)),
  })).filter(s => s.kinds.length > 0)
}

/** Path of a collection, in one namespace or in all. */
export function collectionPath(
  { group, version, resource, namespaced }: Pick<ResourceKind, 'group' | 'version' | 'resource' | 'namespaced'>,
  namespace?: string,
): string {
  const root = group ? `/apis/${group}/${version}` : `/api/${version}`
  return `${root}${namespaced && namespace ? `/namespaces/${namespace}` : ''}/${resource}`
}

export function objectPath(kind: ResourceKind, namespace: string | undefined, name: string): string {
  return `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`
}

/** Address of a kind, or of one of its objects, in the interface. */
export function objectsAddress(
  { group, version, resource }: Pick<ResourceKind, 'group' | 'version' | 'resource'>,
  object?: { namespace?: string; name?: string },
): string {
  const query = new URLSearchParams()
  if (object?.namespace) query.set('ns', object.namespace)
  if (object?.name) query.set('name', object.name)
  return `/objects/${group || 'core'}/${version}/${resource}${query.size ? `?${query}` : ''}`
}
