import type { GroupVersionKind } from '../object.ts'
import type { TypeSchema } from '../schema/types.ts'
import type { Strategy } from '../strategy.ts'
import { groupVersionPath } from './names.ts'

export type Json = Record<string, unknown>

/**
 * What the documents are about: the built-in kinds (a Scheme is one of these), and perhaps custom resources beside them.
 */
export interface Published {
  readonly strategies: readonly Strategy[]
  schemaOf(group: string, version: string, typeName: string): TypeSchema | undefined
  /** Of a custom resource: the openAPIV3Schema that its definition gives for the version. */
  openapiOf?(group: string, version: string, kind: string): Json | undefined
}

/** Every group version that has resources, by its path (`api/v1`, `apis/apps/v1`). */
export function groupVersions(published: Published): Map<string, { group: string; version: string }> {
  const out = new Map<string, { group: string; version: string }>()
  for (const s of published.strategies)
    for (const version of s.versions) out.set(groupVersionPath(s.group, version), { group: s.group, version })
  return out
}

/** Title and version of the documents. */
export const INFO = { title: 'Kubernetes', version: 'v1.36.2' }

export type { GroupVersionKind }

/** apiVersion and kind, which the tables of fields leave out. */
export function typeMeta(): Json {
  return {
    apiVersion: { description: 'Group and version of the schema that the object follows.', type: 'string' },
    kind: { description: 'Kind of the object.', type: 'string' },
  }
}
