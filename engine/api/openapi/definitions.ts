import { packages } from '../schema/groups/index.ts'
import { typeOfPackage } from '../schema/packages.ts'
import type { FieldSchema, TypeSchema } from '../schema/types.ts'
import { customDefinition } from './custom.ts'
import { capital, customDefinitionName, definitionName, INT_OR_STRING, MICRO_TIME, QUANTITY, TIME } from './names.ts'
import { typeMeta } from './published.ts'
import type { GroupVersionKind, Json } from './published.ts'

/** Collects the definitions of types and of all that they refer to. */
export class Definitions {
  readonly schemas: Json = {}
  readonly #prefix: string
  readonly #three: boolean
  readonly #groupVersions: readonly { group: string; version: string }[]

  /**
   * @param openapi major version of the document: 3 may say "integer or string" and puts references with company into `allOf`
   * @param groupVersions those of the document, for kinds that exist in each of them
   */
  constructor(openapi: 2 | 3, groupVersions: readonly { group: string; version: string }[]) {
    this.#three = openapi === 3
    this.#prefix = this.#three ? '#/components/schemas/' : '#/definitions/'
    this.#groupVersions = groupVersions
  }

  /** The definitions in the order of their names. */
  sorted(): Json {
    return Object.fromEntries(Object.entries(this.schemas).sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** A reference to a named type, whose definition is added. */
  reference(schema: TypeSchema): Json {
    const name = definitionName(schema.name!)
    if (!(name in this.schemas)) {
      // Set first, since types refer to themselves.
      this.schemas[name] = {}
      this.schemas[name] = schema.type === 'struct' ? this.#struct(schema) : freeForm(schema)
    }
    return this.#ref(name)
  }

  /** A reference to a type of meta/v1. */
  meta(name: string): Json {
    return this.reference(typeOfPackage('meta/v1', name)!)
  }

  /** The definition of a custom resource, from the schema that its author wrote or else from the compiled one. */
  custom(gvk: GroupVersionKind, schema: Json | TypeSchema | undefined, compiled: boolean): Json {
    const name = customDefinitionName(gvk.group, gvk.version, gvk.kind)
    if (!(name in this.schemas)) {
      const body = compiled ? this.#struct(schema as TypeSchema) : (schema as Json | undefined)
      this.schemas[name] = customDefinition(body, gvk, this.meta('ObjectMeta'), this.#three ? 3 : 2)
    }
    return this.#ref(name)
  }

  /** A reference to the list of a kind: its own type where there is one. */
  list(item: Json, gvk: GroupVersionKind, listSchema: TypeSchema | undefined): Json {
    if (listSchema) return this.reference(listSchema)
    const name = `${String(item.$ref).slice(this.#prefix.length)}List`
    this.schemas[name] ??= {
      description: `A list of objects of the kind ${gvk.kind}.`,
      type: 'object',
      required: ['items'],
      properties: {
        ...typeMeta(),
        items: { description: 'The objects.', type: 'array', items: item },
        metadata: this.#with(this.meta('ListMeta'), { description: 'Version of the list, and where it continues.' }),
      },
      'x-kubernetes-group-version-kind': [{ group: gvk.group, version: gvk.version, kind: `${gvk.kind}List` }],
    }
    return this.#ref(name)
  }

  #ref(name: string): Json {
    return { $ref: this.#prefix + name }
  }

  /** Version 3 ignores what stands beside a reference. */
  #with(reference: Json, extra: Json): Json {
    return this.#three ? { ...extra, allOf: [reference] } : { ...extra, ...reference }
  }

  #struct(schema: TypeSchema): Json {
    const kinds = this.#kindsOf(schema)
    const properties: Json = schema.isKind || kinds.length ? typeMeta() : {}
    const required: string[] = []
    for (const field of schema.fields!.values()) {
      properties[field.name] = this.#field(field)
      if (field.required) required.push(field.name)
    }
    return {
      ...(schema.description && { description: schema.description }),
      type: 'object',
      ...(required.length && { required: required.sort() }),
      properties: Object.fromEntries(Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1))),
      ...(kinds.length && { 'x-kubernetes-group-version-kind': kinds }),
      ...(schema.mapType && { 'x-kubernetes-map-type': schema.mapType }),
      ...(schema.union && { 'x-kubernetes-unions': [unionOf(schema)] }),
      ...(schema.preserveUnknown && { 'x-kubernetes-preserve-unknown-fields': true }),
    }
  }

  /** Which kinds a type stands for. Those of meta/v1 that are sent to every group exist in each of them. */
  #kindsOf(schema: TypeSchema): GroupVersionKind[] {
    const dot = schema.name?.lastIndexOf('.') ?? -1
    if (dot < 0) return []
    const [pkg, kind] = [schema.name!.slice(0, dot), schema.name!.slice(dot + 1)]
    const { group, version } = packages[pkg]!
    if (group !== undefined) return schema.isKind ? [{ group, version, kind }] : []
    if (kind === 'DeleteOptions' || kind === 'WatchEvent') return this.#groupVersions.map(gv => ({ ...gv, kind }))
    return schema.isKind ? [{ group: '', version: 'v1', kind }] : []
  }

  #field(field: FieldSchema): Json {
    const value = this.type(field.schema)
    const extra: Json = {
      ...(field.description && { description: field.description }),
      ...(field.default !== undefined && { default: field.default }),
      ...(field.default === undefined && field.presence === 'always' && '$ref' in value ? { default: {} } : {}),
      ...patchExtensions(field.schema),
      ...('$ref' in value && field.schema.type === 'struct' && field.schema.mapType !== ownMapType(field.schema)
        ? { 'x-kubernetes-map-type': field.schema.mapType }
        : {}),
    }
    if (!('$ref' in value)) return { ...value, ...extra }
    return Object.keys(extra).length ? this.#with(value, extra) : value
  }

  /** A type in place. */
  type(schema: TypeSchema): Json {
    switch (schema.type) {
      case 'struct':
        return schema.name ? this.reference(schema) : this.#struct(schema)
      case 'list':
        return {
          type: 'array',
          items: this.type(schema.element!),
          ...(schema.listType && { 'x-kubernetes-list-type': schema.listType }),
          ...(schema.listKeys && { 'x-kubernetes-list-map-keys': schema.listKeys }),
        }
      case 'map':
        return {
          type: 'object',
          additionalProperties: this.type(schema.element!),
          ...(schema.mapType && { 'x-kubernetes-map-type': schema.mapType }),
        }
      case 'string':
        return { type: 'string', ...((schema.enum ?? schema.values) && { enum: schema.enum ?? schema.values }) }
      case 'bool':
        return { type: 'boolean' }
      case 'int32':
      case 'int64':
        return { type: 'integer', format: schema.type }
      case 'double':
        return { type: 'number', format: 'double' }
      case 'bytes':
        return { type: 'string', format: 'byte' }
      case 'object':
      case 'any':
        return schema.name ? this.reference(schema) : freeForm(schema)
      case 'Quantity':
        return this.#shared(QUANTITY, {
          description: 'A number with an optional unit: 500m, 2, 1Gi.',
          ...(this.#three ? { oneOf: [{ type: 'string' }, { type: 'number' }] } : { type: 'string' }),
        })
      case 'IntOrString':
        return this.#shared(INT_OR_STRING, {
          description: 'A whole number, or a string such as a name or a percentage.',
          format: 'int-or-string',
          ...(this.#three ? { oneOf: [{ type: 'integer' }, { type: 'string' }] } : { type: 'string' }),
        })
      case 'Time':
        return this.#shared(TIME, {
          description: 'A moment, to the second (RFC 3339).',
          type: 'string',
          format: 'date-time',
        })
      case 'MicroTime':
        return this.#shared(MICRO_TIME, {
          description: 'A moment, to the microsecond (RFC 3339).',
          type: 'string',
          format: 'date-time',
        })
    }
  }

  #shared(name: string, definition: Json): Json {
    this.schemas[name] ??= definition
    return this.#ref(name)
  }
}

/** A value that is kept as it is. */
function freeForm(schema: TypeSchema): Json {
  return {
    ...(schema.description && { description: schema.description }),
    ...(schema.type === 'object' && { type: 'object' }),
    ...(schema.type === 'any' && !schema.name && { 'x-kubernetes-preserve-unknown-fields': true }),
  }
}

/** The required field says which of the others is set. */
function unionOf(schema: TypeSchema): Json {
  const fields = [...schema.fields!.values()]
  const discriminator = fields.find(field => field.required)
  const members = fields.filter(field => field !== discriminator)
  return {
    ...(discriminator && { discriminator: discriminator.name }),
    'fields-to-discriminateBy': Object.fromEntries(members.map(field => [field.name, capital(field.name)])),
  }
}

/** What the named type says of itself: a field repeats only what differs. */
function ownMapType(schema: TypeSchema): TypeSchema['mapType'] {
  const dot = schema.name!.lastIndexOf('.')
  return typeOfPackage(schema.name!.slice(0, dot), schema.name!.slice(dot + 1))?.mapType
}

function patchExtensions(schema: TypeSchema): Json {
  const p = schema.patch
  if (!p) return {}
  const strategy = [p.merge && 'merge', p.retainKeys && 'retainKeys', p.replace && 'replace'].filter(Boolean).join(',')
  return { ...(p.mergeKey && { 'x-kubernetes-patch-merge-key': p.mergeKey }), 'x-kubernetes-patch-strategy': strategy }
}
