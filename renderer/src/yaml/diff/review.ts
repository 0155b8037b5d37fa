import type { KubeObject } from '../../../../engine/api/object.ts'
import { diffFields, type FieldChange } from './field-diff.ts'

/** What the server writes into every object, whatever is asked of it. */
const SERVERS = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp', 'selfLink'] as const

/** The fields in which an object differs from what it was, but for what the server keeps for itself. */
export function reviewChanges(before: KubeObject | undefined, after: KubeObject): FieldChange[] {
  return diffFields(before ? withoutServers(before) : {}, withoutServers(after))
}

function withoutServers({ status: _, ...object }: KubeObject): Record<string, unknown> {
  const metadata: Record<string, unknown> = { ...object.metadata }
  for (const name of SERVERS) delete metadata[name]
  return { ...object, metadata }
}
