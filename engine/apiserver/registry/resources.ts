import { apiVersionOf } from '../../api/object.ts'
import type { KubeObject } from '../../api/object.ts'
import { scheme } from '../../api/scheme.ts'
import type { Strategy } from '../../api/strategy.ts'
import type { structural } from '../../api/decode.ts'
import { resourcePrefix } from '../storage/keys.ts'
import type { Stored } from '../storage/codec.ts'
import { convertEvent } from './events.ts'

/** A resource in one served version. */
export interface Resource {
  strategy: Strategy
  group: string
  version: string
  resource: string
  kind: string
  apiVersion: string
  namespaced: boolean
  /** Storage prefix, with a slash at the end. */
  prefix: string
  schema: Parameters<typeof structural>[0] | undefined
  custom: boolean
}

/** All that is served: the built-in kinds, and those that come and go with CustomResourceDefinitions. */
export class Resources {
  readonly #known = new Map<string, Resource>()
  readonly #dynamic = new Map<string, Resource>()

  /** @returns undefined if no such resource is served. */
  find(group: string, version: string, resource: string): Resource | undefined {
    const id = `${group}/${version}/${resource}`
    const known = this.#dynamic.get(id) ?? this.#known.get(id)
    if (known) return known
    const strategy = scheme.byResource(group, version, resource)
    if (!strategy) return undefined
    const built: Resource = {
      strategy,
      group,
      version,
      resource,
      kind: strategy.kind,
      apiVersion: apiVersionOf({ group, version }),
      namespaced: strategy.namespaced,
      prefix: resourcePrefix(strategy),
      schema: scheme.schemaOf(group, version, strategy.kind),
      custom: false,
    }
    this.#known.set(id, built)
    return built
  }

  /** The resource of a kind that must exist (the server's own needs). */
  must(group: string, version: string, resource: string): Resource {
    const found = this.find(group, version, resource)
    if (!found) throw new Error(`the resource ${resource} of ${apiVersionOf({ group, version })} is not served`)
    return found
  }

  hasVersion(group: string, version: string): boolean {
    for (const r of this.#dynamic.values()) if (r.group === group && r.version === version) return true
    return scheme.strategies.some(s => s.group === group && s.versions.includes(version))
  }

  /** Custom resources; replaces those of the same group and resource. */
  setDynamic(group: string, resource: string, served: Resource[]): void {
    for (const [id, r] of this.#dynamic) if (r.group === group && r.resource === resource) this.#dynamic.delete(id)
    for (const r of served) this.#dynamic.set(`${r.group}/${r.version}/${r.resource}`, r)
  }

  /** Every strategy that is served. */
  strategies(): Strategy[] {
    return [...new Set([...scheme.strategies, ...this.dynamic().map(resource => resource.strategy)])]
  }

  dynamic(): Resource[] {
    return [...this.#dynamic.values()]
  }
}

const converted = new WeakMap<Stored, Map<string, Stored>>()

/** A stored object in the version that is asked for. The stored form itself where that is the version. */
export function present(resource: Resource, stored: Stored): Stored {
  if (stored.apiVersion === resource.apiVersion) return stored
  let forms = converted.get(stored)
  if (!forms) converted.set(stored, (forms = new Map()))
  let form = forms.get(resource.apiVersion)
  if (!form) {
    const object = convertTo(resource, structuredClone(stored.object), resource.version, resource.apiVersion)
    form = materialize(stored.key, object, stored.revision)
    forms.set(resource.apiVersion, form)
  }
  return form
}

/** Converts an object of any served version to the one that is stored. */
export function toStorage(resource: Resource, object: KubeObject): KubeObject {
  // Events are stored as core/v1, whichever group they came through.
  if (resource.resource === 'events' && resource.group === 'events.k8s.io') return convertEvent(object, 'v1')
  const version = resource.strategy.storageVersion
  return convertTo(resource, object, version, apiVersionOf({ group: resource.group, version }))
}

function convertTo(resource: Resource, object: KubeObject, version: string, apiVersion: string): KubeObject {
  if (object.apiVersion === apiVersion) return object
  if (resource.resource === 'events' && (resource.group === 'events.k8s.io' || resource.group === ''))
    return convertEvent(object, apiVersion)
  const result = resource.strategy.convert ? resource.strategy.convert(object, version) : { ...object }
  result.apiVersion = apiVersion
  return result
}

/** Wraps an object as if it had been read from the store. */
export function materialize(key: string, object: KubeObject, revision: number): Stored {
  const { kind, apiVersion, ...rest } = object
  const head = `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)}`
  let bytes: Buffer | undefined
  return {
    key,
    revision,
    apiVersion,
    object,
    itemOffset: Buffer.byteLength(head) + 1,
    get bytes() {
      return (bytes ??= Buffer.from(`${head},${JSON.stringify(rest).slice(1)}`))
    },
  }
}
