import type { Scheme } from '../scheme.ts'
import type { FieldSchema, TypeSchema } from '../schema/types.ts'
import { definitionName, INT_OR_STRING, MICRO_TIME, QUANTITY, TIME } from './names.ts'

type Json = Record<string, unknown>

export interface GroupVersionKindJson {
  group: string
  version: string
  kind: string
}

/** Collects the definitions of types and of all that they refer to. `prefix` is that of references. */
export class Definitions {
  readonly schemas: Json = {}
  readonly #prefix: string
  readonly #oneOf: boolean
  readonly #kinds: Map<string, GroupVersionKindJson[]>

  /** @param oneOf whether the document may say "integer or string" (v3), or only "string" (v2) */
  constructor(prefix: string, oneOf: boolean, kinds: Map<string, GroupVersionKindJson[]>) {
    this.#prefix = prefix
    this.#oneOf = oneOf
    this.#kinds = kinds
  }

  /** A reference to the type, whose definition is added. */
  reference(schema: TypeSchema): Json {
    const name = definitionName(schema.name!)
    if (!(name in this.schemas)) {
      this.schemas[name] = {}
      this.schemas[name] = this.#struct(schema, name)
    }
    return { $ref: this.#prefix + name }
  }

  /** The list type of a kind: apiVersion, kind, metadata, items. */
  list(schema: TypeSchema, meta: TypeSchema): Json {
    const name = `${definitionName(schema.name!)}List`
    if (!(name in this.schemas)) {
      const kinds = this.#kinds.get(definitionName(schema.name!))
      this.schemas[name] = {
        description: `A list of objects of the kind ${schema.name!.slice(schema.name!.lastIndexOf('.') + 1)}.`,
        type: 'object',
        required: ['items'],
        properties: {
          ...typeMeta(),
          items: { type: 'array', items: this.#wrap(this.reference(schema)) },
          metadata: this.#wrap(this.reference(meta)),
        },
        ...(kinds && { 'x-kubernetes-group-version-kind': kinds.map(k => ({ ...k, kind: `${k.kind}List` })) }),
      }
    }
    return { $ref: this.#prefix + name }
  }

  #struct(schema: TypeSchema, name: string): Json {
    const properties: Json = schema.isKind ? typeMeta() : {}
    const required: string[] = []
    for (const field of schema.fields!.values()) {
      properties[field.name] = this.#field(field)
      if (field.required) required.push(field.name)
    }
    const sortedProperties = Object.fromEntries(Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1)))
    const kinds = this.#kinds.get(name)
    return {
      ...(schema.description && { description: schema.description }),
      type: 'object',
      ...(required.length && { required: required.sort() }),
      properties: sortedProperties,
      ...(kinds && { 'x-kubernetes-group-version-kind': kinds }),
      ...(schema.mapType && { 'x-kubernetes-map-type': schema.mapType }),
    }
  }

  #field(field: FieldSchema): Json {
    const value = this.type(field.schema)
    const { $ref } = value
    const extra: Json = {
      ...(field.description && { description: field.description }),
      ...(field.default !== undefined && { default: field.default }),
      ...(field.default === undefined && field.presence === 'always' && $ref ? { default: {} } : {}),
      ...patchExtensions(field.schema),
    }
    if ($ref && Object.keys(extra).length) return this.#oneOf ? { ...extra, allOf: [{ $ref }] } : { ...extra, $ref }
    return { ...value, ...extra }
  }

  /** v3 documents put a reference that has company into allOf. */
  #wrap(reference: Json): Json {
    return reference
  }

  /** A type in place. */
  type(schema: TypeSchema): Json {
    switch (schema.type) {
      case 'struct':
        return schema.name ? this.reference(schema) : this.#struct(schema, '')
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
        return { type: 'string', ...(schema.enum && { enum: schema.enum }) }
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
        return { type: 'object' }
      case 'any':
        return { 'x-kubernetes-preserve-unknown-fields': true }
      case 'Quantity':
        return this.#shared(QUANTITY, {
          description: 'A number with an optional unit: 500m, 2, 1Gi.',
          ...(this.#oneOf ? { oneOf: [{ type: 'string' }, { type: 'number' }] } : { type: 'string' }),
        })
      case 'IntOrString':
        return this.#shared(INT_OR_STRING, {
          description: 'A whole number, or a string such as a name or a percentage.',
          format: 'int-or-string',
          ...(this.#oneOf ? { oneOf: [{ type: 'integer' }, { type: 'string' }] } : { type: 'string' }),
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
    return { $ref: this.#prefix + name }
  }
}

function typeMeta(): Json {
  return {
    apiVersion: { description: 'Group and version of the schema that the object follows.', type: 'string' },
    kind: { description: 'Kind of the object.', type: 'string' },
  }
}

function patchExtensions(schema: TypeSchema): Json {
  const p = schema.patch
  if (!p) return {}
  const strategy = [p.merge && 'merge', p.retainKeys && 'retainKeys', p.replace && 'replace'].filter(Boolean).join(',')
  return { ...(p.mergeKey && { 'x-kubernetes-patch-merge-key': p.mergeKey }), 'x-kubernetes-patch-strategy': strategy }
}

/** Which kinds each definition stands for. */
export function kindsByDefinition(scheme: Scheme): Map<string, GroupVersionKindJson[]> {
  const out = new Map<string, GroupVersionKindJson[]>()
  for (const s of scheme.strategies)
    for (const version of s.versions) {
      const schema = scheme.schemaOf(s.group, version, s.kind)
      if (schema?.name) out.set(definitionName(schema.name), [{ group: s.group, version, kind: s.kind }])
    }
  for (const [group, version, kind] of [
    ['autoscaling', 'v1', 'Scale'],
    ['policy', 'v1', 'Eviction'],
    ['authentication.k8s.io', 'v1', 'TokenRequest'],
  ] as const) {
    const schema = scheme.schemaOf(group, version, kind)
    if (schema?.name) out.set(definitionName(schema.name), [{ group, version, kind }])
  }
  return out
}
