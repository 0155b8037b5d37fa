import type { Json, Published } from '../../api/openapi/published.ts'
import { scheme } from '../../api/scheme.ts'
import type { Resource, Resources } from '../registry/resources.ts'

/** A custom resource may bring the schema that its definition gives, for publication as it was written. */
type Publishable = Resource & { openapi?: Json }

/**
 * What discovery and OpenAPI tell of: the built-in kinds, and the custom resources of the moment.
 * It is the same object for as long as those are the same.
 */
export class ServedKinds {
  readonly #resources: Resources
  #dynamic: readonly Resource[] = []
  #current: Published = scheme

  constructor(resources: Resources) {
    this.#resources = resources
  }

  current(): Published {
    const dynamic = this.#resources.dynamic()
    if (dynamic.length !== this.#dynamic.length || dynamic.some((r, i) => r !== this.#dynamic[i])) {
      this.#dynamic = dynamic
      this.#current = dynamic.length ? withCustom(dynamic) : scheme
    }
    return this.#current
  }
}

function withCustom(dynamic: readonly Publishable[]): Published {
  const byKind = new Map(dynamic.map(r => [`${r.group}/${r.version}/${r.kind}`, r]))
  return {
    strategies: [...scheme.strategies, ...dynamic.map(r => ({ ...r.strategy, versions: [r.version] }))],
    schemaOf(group, version, name) {
      const custom = byKind.get(`${group}/${version}/${name}`)
      return custom ? custom.schema : scheme.schemaOf(group, version, name)
    },
    openapiOf: (group, version, kind) => byKind.get(`${group}/${version}/${kind}`)?.openapi,
  }
}
