import type { KubeObject } from '../../../../engine/api/object.ts'
import type { ApiResource } from '../resources/discovery.ts'

/** A patch in the form that suits the kind. */
export interface ChosenPatch {
  contentType: 'application/strategic-merge-patch+json' | 'application/merge-patch+json'
  body: Record<string, unknown>
}

/** The patch of client-side apply: strategic for kinds that are known, a merge patch for others. */
export async function applyPatch(
  resource: ApiResource,
  original: KubeObject | undefined,
  modified: KubeObject,
  current: KubeObject,
): Promise<ChosenPatch> {
  const [{ packageOf, typeOfPackage }, { threeWayPatch, threeWayMergePatch }] = await Promise.all([
    import('../../../../engine/api/schema/packages.ts'),
    import('./strategic-diff.ts'),
  ])
  const pkg = packageOf(resource.group, resource.version)
  const schema = pkg ? typeOfPackage(pkg, resource.kind) : undefined
  const [from, to, now] = [original ?? {}, modified, current] as Record<string, unknown>[]
  if (schema)
    return { contentType: 'application/strategic-merge-patch+json', body: threeWayPatch(schema, from!, to!, now!) }
  return { contentType: 'application/merge-patch+json', body: threeWayMergePatch(from!, to!, now!) }
}
