import type { KubeList, KubeObject } from '../../../../engine/api/object.ts'
import { isNotFound } from '../../../../engine/client/errors.ts'
import type { Cluster } from '../connection/cluster.ts'
import { KubectlError, ManyErrors, UsageError } from '../base/errors.ts'
import type { FlagSpecs } from '../base/flags.ts'
import type { Call } from '../base/verb.ts'
import { pathOf, type ApiResource } from './discovery.ts'
import { readManifests } from './manifests.ts'

/** One kind of resource that a command line names, with the names, or all of them. */
export interface Target {
  resource: ApiResource
  names: string[]
}

/** Flags of the verbs that take files. */
export const FILE_FLAGS: FlagSpecs = {
  filename: { type: 'list', short: 'f', about: 'file, folder or address of manifests; - is standard input' },
  recursive: { type: 'bool', short: 'R', about: 'look into sub-folders, too' },
  kustomize: { type: 'string', short: 'k', about: 'not supported here' },
}

export const SELECTOR_FLAGS: FlagSpecs = {
  selector: { type: 'string', short: 'l', about: 'label selector' },
}

/** Reads `pods a b`, `pods,svc`, `pod/a svc/b`, `all`. */
export async function parseTargets(cluster: Cluster, args: readonly string[]): Promise<Target[]> {
  if (args.length === 0) return []
  if (args.some(arg => arg.includes('/'))) {
    const targets: Target[] = []
    for (const arg of args) {
      const [type = '', name = '', ...more] = arg.split('/')
      if (!arg.includes('/'))
        throw new KubectlError(
          `there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'`,
        )
      if (more.length) throw new KubectlError(`arguments in resource/name form may not have more than one slash`)
      if (!type || !name) throw new KubectlError(`arguments in resource/name form must have a single resource and name`)
      const resource = await cluster.discovery.find(type)
      const last = targets.at(-1)
      if (last?.resource === resource) last.names.push(name)
      else targets.push({ resource, names: [name] })
    }
    return targets
  }
  const [types = '', ...names] = args
  const resources: ApiResource[] = []
  for (const type of types.split(',').filter(Boolean)) {
    const category = (await cluster.discovery.lookup(type)) ? [] : await cluster.discovery.category(type)
    for (const resource of category.length ? category : [await cluster.discovery.find(type)])
      if (!resources.includes(resource)) resources.push(resource)
  }
  return resources.map(resource => ({ resource, names: [...names] }))
}

/** An object and where it lives. */
export interface Found {
  resource: ApiResource
  namespace: string | undefined
  name: string
  object: KubeObject
  /** The file it was read from. */
  source?: string
}

export interface SelectOptions {
  /** Take all objects of a kind when no name and no selector is given. */
  all?: boolean
  /** What to do with objects of files: their live form (default), or as they stand. */
  fromFile?: 'live' | 'as-is'
  /** Asked for before everything else, in the words of the verb. */
  required?: string
  fieldSelector?: string
  /** Gets names that do not exist instead of an error. */
  missing?: (error: unknown) => void
}

/** The objects that a command line is about: of files, by name, by selector or all. Errors of single ones come together. */
export async function select(call: Call, args: readonly string[], options: SelectOptions = {}): Promise<Found[]> {
  const { flags } = call
  const cluster = call.cluster()
  const found: Found[] = []
  const errors: unknown[] = []
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      if (options.missing && isNotFound(error)) options.missing(error)
      else errors.push(error)
    }
  }
  if (flags.given('filename') || flags.given('kustomize')) {
    for (const manifest of await readManifests(call))
      await attempt(async () => {
        const { resource, namespace, object, source } = manifest
        const name = object.metadata.name ?? ''
        if (options.fromFile === 'as-is') found.push({ resource, namespace, name, object, source })
        else
          found.push({
            resource,
            namespace,
            name,
            source,
            object: await cluster.json<KubeObject>('GET', pathOf(resource, namespace, name)),
          })
      })
    return finish(found, errors)
  }
  const targets = await parseTargets(cluster, args)
  if (targets.length === 0)
    throw options.required
      ? new UsageError(options.required)
      : new KubectlError(`You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`)
  const selector = flags.text('selector')
  const allNamespaces = flags.on('all-namespaces')
  for (const { resource, names } of targets) {
    const namespace = resource.namespaced && !allNamespaces ? cluster.namespace : undefined
    if (names.length) {
      if (selector) throw new KubectlError('name cannot be provided when a selector is specified')
      if (allNamespaces && resource.namespaced)
        throw new KubectlError('a resource cannot be retrieved by name across all namespaces')
      for (const name of names)
        await attempt(async () => {
          found.push({
            resource,
            namespace,
            name,
            object: await cluster.json<KubeObject>('GET', pathOf(resource, namespace, name)),
          })
        })
    } else if (selector || options.all || flags.on('all') || options.fieldSelector) {
      await attempt(async () => {
        for (const object of await listAll(cluster, resource, namespace, {
          labelSelector: selector,
          fieldSelector: options.fieldSelector,
        }))
          found.push({ resource, namespace: object.metadata.namespace, name: object.metadata.name!, object })
      })
    } else throw new KubectlError('resource(s) were provided, but no name was specified')
  }
  return finish(found, errors)
}

function finish(found: Found[], errors: unknown[]): Found[] {
  if (errors.length === 1) throw errors[0]
  if (errors.length) throw new ManyErrors(errors)
  return found
}

/** All objects of a collection, page by page, with kind and apiVersion on each. */
export async function listAll(
  cluster: Cluster,
  resource: ApiResource,
  namespace: string | undefined,
  query: { labelSelector?: string; fieldSelector?: string } = {},
): Promise<KubeObject[]> {
  const objects: KubeObject[] = []
  let next: string | undefined
  do {
    const page = await cluster.json<KubeList>('GET', pathOf(resource, namespace), {
      query: { ...query, limit: 500, continue: next },
    })
    const apiVersion = page.apiVersion
    for (const item of page.items ?? [])
      objects.push({ ...item, apiVersion: item.apiVersion ?? apiVersion, kind: item.kind ?? resource.kind })
    next = page.metadata.continue
  } while (next)
  return objects
}
