import { apiVersionOf } from './object.ts'
import type { Strategy, SubresourceInfo } from './strategy.ts'

/** Documents that tell clients what is served. */

/** All that discovery has to know: a Scheme, or what is published with custom resources. */
export interface Served {
  readonly strategies: readonly Strategy[]
}

const VERSION_ORDER = (a: string, b: string): number => priority(b) - priority(a) || (a < b ? -1 : 1)

/** v2 before v1 before v1beta1 before v1alpha1. */
function priority(version: string): number {
  const m = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version)
  if (!m) return 0
  return (m[2] === 'alpha' ? 1 : m[2] === 'beta' ? 2 : 3) * 1e6 + Number(m[1]) * 1e3 + Number(m[3] ?? 0)
}

interface Group {
  group: string
  versions: string[]
}

function groupsOf(served: Served): Group[] {
  const groups = new Map<string, Set<string>>()
  for (const s of served.strategies) {
    const versions = groups.get(s.group) ?? new Set()
    for (const v of s.versions) versions.add(v)
    groups.set(s.group, versions)
  }
  return [...groups].map(([group, versions]) => ({ group, versions: [...versions].sort(VERSION_ORDER) }))
}

const resourcesOf = (served: Served, group: string, version: string): Strategy[] =>
  served.strategies
    .filter(s => s.group === group && s.versions.includes(version))
    .sort((a, b) => (a.resource < b.resource ? -1 : 1))

const sorted = <T>(list: readonly T[]): T[] => [...list].sort()

/** Resources that exist in this version: v1 of a kind has no subresource that names a later one. */
function subresourcesOf(s: Strategy): SubresourceInfo[] {
  return s.subresources ?? []
}

/**
 * The aggregated document of `/api` or `/apis` (apidiscovery.k8s.io): all groups, versions and resources at once.
 */
export function aggregatedDiscovery(served: Served, root: 'api' | 'apis', version: 'v2' | 'v2beta1'): object {
  const groups = groupsOf(served).filter(g => (root === 'api') === (g.group === ''))
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map(g => ({
      metadata: g.group ? { name: g.group } : {},
      versions: g.versions.map(v => ({
        version: v,
        resources: resourcesOf(served, g.group, v).map(s => discoveryResource(s, v)),
        freshness: 'Current',
      })),
    })),
  }
}

/** One resource in the aggregated form; also for custom resources. */
export function discoveryResource(s: Strategy, version: string): object {
  const own = { group: s.group, version }
  return {
    resource: s.resource,
    responseKind: { ...own, kind: s.kind },
    scope: s.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: s.singular,
    verbs: sorted(s.verbs),
    ...(s.shortNames?.length && { shortNames: s.shortNames }),
    ...(s.categories?.length && { categories: s.categories }),
    ...(subresourcesOf(s).length && {
      subresources: subresourcesOf(s).map(sub => ({
        subresource: sub.name,
        responseKind: { group: sub.group ?? s.group, version: sub.version ?? version, kind: sub.kind },
        verbs: sorted(sub.verbs),
      })),
    }),
  }
}

/** `/api` in its old form. `serverAddress` is host:port for clients inside of the cluster. */
export function apiVersions(serverAddress?: string): object {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: serverAddress ? [{ clientCIDR: '0.0.0.0/0', serverAddress }] : [],
  }
}

/** `/apis` in its old form. */
export function apiGroupList(served: Served): object {
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groupsOf(served)
      .filter(g => g.group)
      .map(groupBody),
  }
}

/** `/apis/GROUP`. */
export function apiGroup(served: Served, group: string): object {
  const found = groupsOf(served).find(g => g.group === group)
  if (group === '') return apiVersions()
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupBody(found ?? { group, versions: [] }) }
}

function groupBody(g: Group): object {
  const versions = g.versions.map(version => ({ groupVersion: `${g.group}/${version}`, version }))
  return { name: g.group, versions, ...(versions.length && { preferredVersion: versions[0] }) }
}

/** `/api/v1` and `/apis/GROUP/VERSION`. */
export function apiResourceList(served: Served, group: string, version: string): object {
  const resources: object[] = []
  for (const s of resourcesOf(served, group, version)) {
    resources.push({
      name: s.resource,
      singularName: s.singular,
      namespaced: s.namespaced,
      kind: s.kind,
      verbs: sorted(s.verbs),
      ...(s.shortNames?.length && { shortNames: s.shortNames }),
      ...(s.categories?.length && { categories: s.categories }),
    })
    for (const sub of subresourcesOf(s))
      resources.push({
        name: `${s.resource}/${sub.name}`,
        singularName: '',
        namespaced: s.namespaced,
        ...(sub.group !== undefined && { group: sub.group, version: sub.version }),
        kind: sub.kind,
        verbs: sorted(sub.verbs),
      })
  }
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersionOf({ group, version }), resources }
}
