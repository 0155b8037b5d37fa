import type { KubeObject } from '../../../../../engine/api/object.ts'
import type { Call } from '../../base/verb.ts'
import { dryRun, dryRunQuery } from '../../print/output.ts'
import { pathOf } from '../../resources/discovery.ts'
import type { Found } from '../../resources/selection.ts'

export const PATCH_TYPES = {
  strategic: 'application/strategic-merge-patch+json',
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
} as const

/** Sends a patch for an object that was found. A dry run on the client gives the object as it is. */
export function patchObject(
  call: Call,
  found: Found,
  type: keyof typeof PATCH_TYPES,
  body: unknown,
  manager: string,
  subresource?: string,
): Promise<KubeObject> {
  if (dryRun(call) === 'client') return Promise.resolve(found.object)
  return call.cluster().json<KubeObject>('PATCH', pathOf(found.resource, found.namespace, found.name, subresource), {
    query: { ...dryRunQuery(call), fieldManager: call.flags.text('field-manager') || manager },
    contentType: PATCH_TYPES[type],
    body: JSON.stringify(body),
  })
}

/** Kinds of which the server knows the merge keys; custom ones have none. */
export async function isBuiltIn(found: Found): Promise<boolean> {
  const { packageOf } = await import('../../../../../engine/api/schema/packages.ts')
  return packageOf(found.resource.group, found.resource.version) !== undefined
}
