import type { Cluster } from '../connection/cluster.ts'
import { KubectlError } from '../base/errors.ts'

/** A resource as the server offers it. */
export interface ApiResource {
  group: string
  version: string
  kind: string
  /** Plural name, as in paths. */
  resource: string
  singular: string
  shortNames: string[]
  categories: string[]
  namespaced: boolean
  verbs: string[]
  subresources: string[]
  /** Whether this is the version that the server prefers for the group. */
  preferred: boolean
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'

/** What the server serves, asked for once and when first needed. */
export class Discovery {
  readonly #cluster: Cluster
  #resources: Promise<ApiResource[]> | undefined

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** Every version of every resource, in the server's order of groups and versions. */
  all(): Promise<ApiResource[]> {
    this.#resources ??= this.#load()
    return this.#resources
  }

  /** The resource of a word on the command line: `po`, `pods`, `Pod`, `deployments.apps`, `deployments.v1.apps`. */
  async find(word: string): Promise<ApiResource> {
    const found = await this.lookup(word)
    if (!found) throw new KubectlError(`the server doesn't have a resource type ${JSON.stringify(word)}`)
    return found
  }

  async lookup(word: string): Promise<ApiResource | undefined> {
    const [name = '', ...rest] = word.split('.')
    const wanted = name.toLowerCase()
    const suffix = rest.join('.')
    const all = await this.all()
    const named = (r: ApiResource) => r.resource === wanted || r.singular === wanted || r.kind.toLowerCase() === wanted
    const ordered = [...all.filter(r => r.preferred), ...all.filter(r => !r.preferred)]
    const inGroup = (r: ApiResource) =>
      !suffix || r.group === suffix || `${r.version}.${r.group}` === suffix || (r.group === '' && r.version === suffix)
    return (
      ordered.find(r => named(r) && inGroup(r)) ??
      ordered.find(r => r.shortNames.includes(wanted) && inGroup(r)) ??
      (suffix ? ordered.find(r => named(r) && r.group.startsWith(suffix)) : undefined)
    )
  }

  async byKind(apiVersion: string, kind: string): Promise<ApiResource | undefined> {
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
    return (await this.all()).find(r => r.group === group && r.version === version && r.kind === kind)
  }

  /** The resources of a category (`all`), in their preferred version. */
  async category(name: string): Promise<ApiResource[]> {
    return (await this.all()).filter(r => r.preferred && r.categories.includes(name))
  }

  /** Forgets what it knows: kinds may have been added. */
  refresh(): void {
    this.#resources = undefined
  }

  async #load(): Promise<ApiResource[]> {
    const [core, groups] = await Promise.all(
      ['/api', '/apis'].map(path => this.#cluster.json<Answer>('GET', path, { accept: AGGREGATED })),
    )
    const aggregated = [core, groups].every(answer => answer?.kind === 'APIGroupDiscoveryList')
    const found = aggregated
      ? [core!, groups!].flatMap(answer => fromAggregated(answer.items ?? []))
      : await this.#legacy(core!, groups!)
    return found
  }

  async #legacy(core: Answer, groups: Answer): Promise<ApiResource[]> {
    const versions = [
      ...(core.versions ?? []).map(version => ({ group: '', version, path: `/api/${version}`, preferred: true })),
      ...(groups.groups ?? []).flatMap(group =>
        group.versions.map(({ version }) => ({
          group: group.name,
          version,
          path: `/apis/${group.name}/${version}`,
          preferred: version === group.preferredVersion.version,
        })),
      ),
    ]
    const lists = await Promise.all(
      versions.map(({ path }) => this.#cluster.json<{ resources: LegacyResource[] }>('GET', path)),
    )
    return lists.flatMap(({ resources }, i) =>
      resources
        .filter(r => !r.name.includes('/'))
        .map(r => ({
          ...{
            group: versions[i]!.group,
            version: versions[i]!.version,
            preferred: versions[i]!.preferred,
            kind: r.kind,
            resource: r.name,
          },
          singular: r.singularName || r.kind.toLowerCase(),
          shortNames: r.shortNames ?? [],
          categories: r.categories ?? [],
          namespaced: r.namespaced,
          verbs: r.verbs,
          subresources: resources
            .filter(s => s.name.startsWith(`${r.name}/`))
            .map(s => s.name.slice(r.name.length + 1)),
        })),
    )
  }
}

interface Answer {
  kind?: string
  items?: AggregatedGroup[]
  versions?: string[]
  groups?: { name: string; versions: { version: string }[]; preferredVersion: { version: string } }[]
}

interface AggregatedGroup {
  metadata?: { name?: string }
  versions?: {
    version: string
    resources?: {
      resource: string
      responseKind?: { group?: string; version?: string; kind: string }
      scope: 'Namespaced' | 'Cluster'
      singularResource?: string
      verbs?: string[]
      shortNames?: string[]
      categories?: string[]
      subresources?: { subresource: string }[]
    }[]
  }[]
}

interface LegacyResource {
  name: string
  kind: string
  singularName?: string
  namespaced: boolean
  verbs: string[]
  shortNames?: string[]
  categories?: string[]
}

function fromAggregated(groups: AggregatedGroup[]): ApiResource[] {
  return groups.flatMap(group =>
    (group.versions ?? []).flatMap(({ version, resources }, index) =>
      (resources ?? []).map(r => ({
        group: group.metadata?.name ?? '',
        version,
        kind: r.responseKind?.kind ?? '',
        resource: r.resource,
        singular: r.singularResource || (r.responseKind?.kind ?? '').toLowerCase(),
        shortNames: r.shortNames ?? [],
        categories: r.categories ?? [],
        namespaced: r.scope === 'Namespaced',
        verbs: r.verbs ?? [],
        subresources: (r.subresources ?? []).map(s => s.subresource),
        preferred: index === 0,
      })),
    ),
  )
}

export function apiVersionOf(resource: ApiResource): string {
  return resource.group ? `${resource.group}/${resource.version}` : resource.version
}

/** `deployments.apps`: the name that messages use. */
export function qualifiedName(resource: ApiResource): string {
  return resource.group ? `${resource.resource}.${resource.group}` : resource.resource
}

/** `deployment.apps/web`: how kubectl names an object. */
export function objectName(resource: ApiResource, name: string): string {
  return `${resource.kind.toLowerCase()}${resource.group ? `.${resource.group}` : ''}/${name}`
}

/** The path of a collection, an object or a subresource. Namespaced collections without a namespace span all. */
export function pathOf(
  resource: ApiResource,
  namespace: string | undefined,
  name?: string,
  subresource?: string,
): string {
  const root = resource.group ? `/apis/${resource.group}/${resource.version}` : `/api/${resource.version}`
  const scope = resource.namespaced && namespace ? `/namespaces/${namespace}` : ''
  return `${root}${scope}/${resource.resource}${name ? `/${encodeURIComponent(name)}` : ''}${subresource ? `/${subresource}` : ''}`
}
