/**
 * The internal form of a schema. Built-in types are parsed into it from the compact notation (`parser.ts`); the schema of
 * a CustomResourceDefinition compiles into the same form, so that everything downstream knows one shape only.
 */

export type ScalarType = 'string' | 'bool' | 'int32' | 'int64' | 'double' | 'bytes' | 'Time' | 'MicroTime' | 'Quantity' | 'IntOrString'

/**
 * What a value may look like.
 * `struct` has named fields, `map` any key with one type of value, `list` elements; `object` is any JSON object and `any`
 * is any JSON value, both kept as they are.
 */
export interface TypeSchema {
  readonly type: ScalarType | 'struct' | 'map' | 'list' | 'object' | 'any'
  /** Qualified name of a named type, such as `core/v1.PodSpec`. */
  readonly name?: string
  /** Fields of a struct by JSON name, in the order of declaration. */
  readonly fields?: ReadonlyMap<string, FieldSchema>
  /** Type of the elements of a list or of the values of a map. */
  readonly element?: TypeSchema
  /** How server-side apply merges a list; absent means atomic. */
  readonly listType?: 'atomic' | 'set' | 'map'
  readonly listKeys?: readonly string[]
  /** Whether server-side apply treats a map or struct as one value. */
  readonly mapType?: 'atomic' | 'granular'
  /** How a strategic merge patch treats the value. */
  readonly patch?: PatchStrategy
  /** The only values of a string; others are refused. */
  readonly enum?: readonly string[]
  /** Values that are documented, while the kind's own validation says what is refused. */
  readonly values?: readonly string[]
  /** Whether the struct is a kind: apiVersion and kind belong to it. */
  readonly isKind?: boolean
  /** At most one of the optional fields of the struct is set; a required one may say which. */
  readonly union?: boolean
  readonly description?: string
  /** Unknown fields are kept (x-kubernetes-preserve-unknown-fields). */
  readonly preserveUnknown?: boolean
  /** An explicit null is kept (custom resources only). */
  readonly nullable?: boolean
  /** The value is an object of its own with apiVersion, kind and metadata (custom resources only). */
  readonly embeddedResource?: boolean
}

export interface PatchStrategy {
  merge?: boolean
  retainKeys?: boolean
  replace?: boolean
  mergeKey?: string
}

export interface FieldSchema {
  readonly name: string
  readonly schema: TypeSchema
  /** Protobuf field numbers from the message to the field; more than one where JSON inlines a member. Empty: none. */
  readonly tag: readonly number[]
  /** Required in the published OpenAPI document, and always written, if only as its zero value. */
  readonly required: boolean
  /** Value of an absent field. */
  readonly default?: unknown
  /**
   * What is written for an absent field and what becomes of an empty one:
   * `omit` drops the zero value (Go's omitempty on a plain value), `keep` keeps whatever was sent (a pointer), `always`
   * writes an empty object, `zero` the zero value, `null` a null.
   */
  readonly presence: 'omit' | 'keep' | 'always' | 'zero' | 'null'
  readonly description?: string
}
