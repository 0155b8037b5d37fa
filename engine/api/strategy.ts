/**
 * What the server has to know of a kind beyond its fields. A kind is one schema entry plus one strategy; everything
 * generic (storage, verbs, discovery, OpenAPI, tables, watch) follows from the two.
 */

import type { KubeObject } from './object.ts'

/** One complaint about one field, in the terms of k8s.io/apimachinery/pkg/util/validation/field. */
export interface FieldError {
  /** The `reason` of the cause: FieldValueInvalid, FieldValueRequired, … */
  reason:
    | 'FieldValueNotFound'
    | 'FieldValueRequired'
    | 'FieldValueDuplicate'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueForbidden'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'InternalError'
    | 'FieldValueTypeInvalid'
  /** Path as Kubernetes spells it: spec.containers[0].name, metadata.labels, data[key]. */
  field: string
  /** The whole text without the path: `Invalid value: "x": must be …`. */
  message: string
}

/** What a strategy may know of the request it serves. */
export interface StrategyContext {
  /** RFC 3339 time of the request, to the second. */
  now: string
  /** The API version of the request's body, such as "apps/v1". */
  apiVersion: string
  /** The subresource that is being written ("status", "scale" …), or "" for the object itself. */
  subresource: string
  user: { name: string; groups: string[]; uid?: string; extra?: Record<string, string[]> }
}

export interface Column {
  name: string
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date'
  /** "name" for the object's name, else "". */
  format?: string
  description: string
  /** 0 is always shown, 1 only with `-o wide`. */
  priority?: 0 | 1
  /** The cell's value. `now` is milliseconds since the epoch, for ages. */
  cell(object: KubeObject, now: number): string | number | boolean | null
}

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch'

export interface SubresourceInfo {
  /** "status", "scale", "log" … */
  name: string
  /** Kind of the body, and its group and version where they differ from the resource's. */
  kind: string
  group?: string
  version?: string
  verbs: Verb[]
}

export interface RowCondition {
  type: string
  status: string
  reason: string
  message: string
}

export interface Strategy {
  group: string
  /** Served versions, preferred first. */
  versions: string[]
  /** Version that is stored; others are converted from and to it. */
  storageVersion: string
  kind: string
  /** Plural resource name. */
  resource: string
  singular: string
  namespaced: boolean
  shortNames?: string[]
  categories?: string[]
  verbs: Verb[]
  subresources?: SubresourceInfo[]
  columns: Column[]
  /** What a table says of an object's row beside its cells. */
  rowConditions?(object: KubeObject): RowCondition[]

  /** Defaults that no schema annotation can say, on the versioned object. Idempotent. */
  setDefaults?(object: KubeObject): void
  /** Clears what a client may not set (status …) and sets what the server owns (generation …). */
  prepareForCreate?(object: KubeObject, context: StrategyContext): void
  /** The same for an update; for subresource "status" keep everything but the status as it was. */
  prepareForUpdate?(object: KubeObject, old: KubeObject, context: StrategyContext): void
  /** Semantic validation. Metadata and structure have been validated before. Never throws. */
  validate?(object: KubeObject, context: StrategyContext): FieldError[]
  /** Rules that hold for new objects alone, on top of `validate`. */
  validateNew?(object: KubeObject, context: StrategyContext): FieldError[]
  validateUpdate?(object: KubeObject, old: KubeObject, context: StrategyContext): FieldError[]
  /** Whether `validateUpdate` complains before `validate` does; what is wrong is told in Kubernetes' order. */
  updateRulesFirst?: boolean
  /** Non-fatal remarks that go out as Warning headers (299). */
  warnings?(object: KubeObject, old: KubeObject | undefined, context: StrategyContext): string[]
  /** Fields that field selectors may name, beside metadata.name and metadata.namespace. */
  selectableFields?(object: KubeObject): Record<string, string>
  /** Seconds of grace a deletion gets by default; absent: objects of the kind go at once. */
  gracePeriodSeconds?(object: KubeObject): number | undefined
  /** Whether the status is its own subresource, so that writes of the object ignore it and the reverse. */
  hasStatus: boolean
  /** Whether `metadata.generation` counts changes of the spec. */
  hasGeneration?: boolean
  /** Default for deletions that say nothing; "background" if absent. */
  defaultPropagation?: 'orphan' | 'background'
  /** Whether updates without a resourceVersion are allowed (most kinds) and whether PUT may create. */
  allowUnconditionalUpdate?: boolean
  allowCreateOnUpdate?: boolean
  /** Where the scale subresource finds its numbers. */
  scale?: { specReplicas: string; statusReplicas: string; selector: string }
  /** Converts between served versions; absent when there is one version or they agree field for field. */
  convert?(object: KubeObject, toVersion: string): KubeObject
}
