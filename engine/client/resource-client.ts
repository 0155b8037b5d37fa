import type { KubeList, KubeObject } from '../api/object.ts'
import type { RestClient } from './rest.ts'

/** Where a kind is served. `T` is the TypeScript type of its objects. */
export interface Resource<T extends KubeObject = KubeObject> {
  /** "v1", "apps/v1" … */
  apiVersion: string
  /** The kind of one object; lists omit it on their items. */
  kind: string
  /** Plural name, as in the path. */
  resource: string
  namespaced: boolean
  /** Carries the type; never set. */
  _type?: T
}

export interface ListOptions {
  labelSelector?: string
  fieldSelector?: string
  limit?: number
  continue?: string
  resourceVersion?: string
  headers?: Record<string, string>
  signal?: AbortSignal
}

export interface WriteOptions {
  subresource?: string
  fieldManager?: string
  dryRun?: boolean
  signal?: AbortSignal
}

export interface DeleteOptions {
  propagationPolicy?: 'Orphan' | 'Background' | 'Foreground'
  gracePeriodSeconds?: number
  preconditions?: { uid?: string; resourceVersion?: string }
  signal?: AbortSignal
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply'

const PATCH_CONTENT_TYPE: Record<PatchType, string> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
}

/** The verbs of one resource. Errors are those of `RestClient.request`. */
export class ResourceClient<T extends KubeObject> {
  readonly #rest: RestClient
  readonly #resource: Resource<T>

  constructor(rest: RestClient, resource: Resource<T>) {
    this.#rest = rest
    this.#resource = resource
  }

  get(namespace: string | undefined, name: string, signal?: AbortSignal): Promise<T> {
    return this.#rest.request('GET', this.path(namespace, name), { signal })
  }

  list(namespace?: string, options: ListOptions = {}): Promise<KubeList<T>> {
    const { signal, headers, ...query } = options
    return this.#rest.request('GET', this.path(namespace), { query, headers, signal })
  }

  create(object: T, options: WriteOptions & { name?: string } = {}): Promise<T> {
    const path = this.path(object.metadata.namespace, options.name, options.subresource)
    return this.#rest.request('POST', path, {
      body: this.#typed(object),
      query: writeQuery(options),
      signal: options.signal,
    })
  }

  update(object: T, options: WriteOptions = {}): Promise<T> {
    const { namespace, name } = object.metadata
    const path = this.path(namespace, name, options.subresource)
    return this.#rest.request('PUT', path, {
      body: this.#typed(object),
      query: writeQuery(options),
      signal: options.signal,
    })
  }

  /** Writes the status alone. */
  updateStatus(object: T, options: WriteOptions = {}): Promise<T> {
    return this.update(object, { ...options, subresource: 'status' })
  }

  patch(
    namespace: string | undefined,
    name: string,
    type: PatchType,
    patch: unknown,
    options: WriteOptions & { force?: boolean } = {},
  ): Promise<T> {
    return this.#rest.request('PATCH', this.path(namespace, name, options.subresource), {
      body: patch,
      contentType: PATCH_CONTENT_TYPE[type],
      query: { ...writeQuery(options), force: options.force },
      signal: options.signal,
    })
  }

  delete(namespace: string | undefined, name: string, options: DeleteOptions = {}): Promise<unknown> {
    const { signal, ...body } = options
    return this.#rest.request('DELETE', this.path(namespace, name), {
      body: { apiVersion: 'v1', kind: 'DeleteOptions', ...body },
      signal,
    })
  }

  deleteCollection(
    namespace: string | undefined,
    list: ListOptions = {},
    options: DeleteOptions = {},
  ): Promise<unknown> {
    const { signal, headers, ...query } = list
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', ...options }
    return this.#rest.request('DELETE', this.path(namespace), { query, headers, body, signal })
  }

  /** The path of the collection, of one object, or of its subresource. */
  path(namespace: string | undefined, name?: string, subresource?: string): string {
    const { apiVersion, resource, namespaced } = this.#resource
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
    const scope = namespaced && namespace ? `/namespaces/${namespace}` : ''
    return `${root}${scope}/${resource}${name ? `/${encodeURIComponent(name)}` : ''}${subresource ? `/${subresource}` : ''}`
  }

  #typed(object: T): T {
    return object.kind ? object : { ...object, apiVersion: this.#resource.apiVersion, kind: this.#resource.kind }
  }
}

function writeQuery(options: WriteOptions): Record<string, string | undefined> {
  return { fieldManager: options.fieldManager, dryRun: options.dryRun ? 'All' : undefined }
}
