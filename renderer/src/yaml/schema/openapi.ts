import type { GroupVersionKind } from '../../../../engine/api/object.ts'

/** As much of a schema of OpenAPI v3, with the extensions of Kubernetes, as is used. */
export interface Schema {
  $ref?: string
  allOf?: Schema[]
  oneOf?: Schema[]
  anyOf?: Schema[]
  type?: string
  format?: string
  description?: string
  default?: unknown
  enum?: unknown[]
  properties?: Record<string, Schema>
  additionalProperties?: boolean | Schema
  items?: Schema
  required?: string[]
  'x-kubernetes-preserve-unknown-fields'?: boolean
  'x-kubernetes-int-or-string'?: boolean
  'x-kubernetes-group-version-kind'?: GroupVersionKind[]
}

/** The document of one group version, as `/openapi/v3/apis/apps/v1` gives it. */
export interface OpenAPIDocument {
  components?: { schemas?: Record<string, Schema> }
}

/** A step from a value into it: the name of a field, or the place of an item, of which all are alike. */
export type Step = string | number
export type Path = readonly Step[]

export interface Field {
  name: string
  schema: Schema
  required: boolean
}

const PREFIX = '#/components/schemas/'

/** What the kinds of a group version consist of. */
export class SchemaTree {
  readonly #schemas: Record<string, Schema>
  readonly #roots = new Map<string, Schema>()
  /** Followed once: the same few types are met at every turn of a long text. */
  readonly #plain = new WeakMap<Schema, Schema>()

  constructor(document: OpenAPIDocument) {
    this.#schemas = document.components?.schemas ?? {}
    for (const schema of Object.values(this.#schemas))
      for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? [])
        this.#roots.set(`${group}/${version}/${kind}`, schema)
  }

  /** The names of the kinds that can be written: lists, and what is only sent, are left out. */
  kinds({ group, version }: Omit<GroupVersionKind, 'kind'>): string[] {
    const start = `${group}/${version}/`
    return [...this.#roots]
      .filter(([key, schema]) => key.startsWith(start) && schema.properties?.metadata && !schema.properties.items)
      .map(([key]) => key.slice(start.length))
  }

  root({ group, version, kind }: GroupVersionKind): Schema | undefined {
    return this.#roots.get(`${group}/${version}/${kind}`)
  }

  /** A schema without references: what stands beside one says more of this use of it, and wins. */
  plain(schema: Schema): Schema {
    if (!schema.$ref && !schema.allOf) return schema
    let plain = this.#plain.get(schema)
    if (!plain) this.#plain.set(schema, (plain = this.#merge(schema)))
    return plain
  }

  #merge({ $ref, allOf, ...own }: Schema): Schema {
    const parts = [...($ref ? [{ $ref }] : []), ...(allOf ?? [])]
    const merged = parts.map(part =>
      part.$ref ? this.plain(this.#schemas[part.$ref.slice(PREFIX.length)] ?? {}) : this.plain(part),
    )
    return Object.assign({}, ...merged, own) as Schema
  }

  /** What a value is whose parent has this schema; undefined if it may not be there, or nothing is known of it. */
  step(schema: Schema, step: Step): Schema | undefined {
    const { properties, additionalProperties, items } = this.plain(schema)
    if (typeof step === 'number') return items
    if (properties && Object.hasOwn(properties, step)) return properties[step]
    return typeof additionalProperties === 'object' ? additionalProperties : undefined
  }

  at(root: Schema, path: Path): Schema | undefined {
    let schema: Schema | undefined = root
    for (const step of path) schema = schema && this.step(schema, step)
    return schema && this.plain(schema)
  }

  /** Fields that must be written: of those that are required, such as have no default of their own. */
  mustHave(schema: Schema): string[] {
    const { properties = {}, required = [] } = this.plain(schema)
    // An empty object as default only says that the field is always there, not that it may stay empty.
    const stands = (value: unknown) => value !== undefined && JSON.stringify(value) !== '{}'
    return required.filter(name => properties[name] && !stands(this.plain(properties[name]).default))
  }

  /** The fields of an object, those that are required first. */
  fields(schema: Schema): Field[] {
    const { properties = {}, required = [] } = this.plain(schema)
    return Object.entries(properties)
      .map(([name, schema]) => ({ name, schema: this.plain(schema), required: required.includes(name) }))
      .sort((a, b) => Number(b.required) - Number(a.required) || (a.name < b.name ? -1 : 1))
  }

  /** Whether fields may be there that the schema does not name. */
  isOpen(schema: Schema): boolean {
    const plain = this.plain(schema)
    return (
      plain['x-kubernetes-preserve-unknown-fields'] === true ||
      plain.additionalProperties !== undefined ||
      plain.properties === undefined
    )
  }

  /** The types of JSON that a value may have; empty if any. */
  types(schema: Schema): string[] {
    const plain = this.plain(schema)
    if (plain['x-kubernetes-int-or-string'] || plain.format === 'int-or-string') return ['integer', 'string']
    const either = plain.oneOf ?? plain.anyOf
    if (!plain.type && either) return [...new Set(either.flatMap(one => this.types(one)))]
    return plain.type ? [plain.type] : []
  }

  /** The type in words that a programmer reads: `[]object`, `map of string`, `integer or string`. */
  typeText(schema: Schema): string {
    const plain = this.plain(schema)
    if (plain.type === 'array') return `[]${plain.items ? this.typeText(plain.items) : 'any'}`
    if (typeof plain.additionalProperties === 'object') return `map[string]${this.typeText(plain.additionalProperties)}`
    return this.types(plain).join(' | ') || 'any'
  }
}
