import type { ControllerRevision, DaemonSet, Pod } from '../../api/types.ts'
import { isAlreadyExists } from '../../client/errors.ts'
import type { ResourceClient } from '../../client/resource-client.ts'
import { controllerReference } from '../replicas/ownership.ts'
import { canonicalJSON } from '../../base/canonical.ts'
import { templateHash } from '../replicas/template-hash.ts'

export const HASH_LABEL = 'controller-revision-hash'

/**
 * Makes sure that the present template has a ControllerRevision with the highest number, and forgets old ones beyond
 * the limit that no pod uses. Gives the hash of the present one.
 */
export async function syncRevisions(
  set: DaemonSet,
  own: ControllerRevision[],
  client: ResourceClient<ControllerRevision>,
  pods: Pod[],
): Promise<string> {
  const data = { spec: { template: { ...set.spec!.template, $patch: 'replace' } } }
  const highest = Math.max(0, ...own.map(r => r.revision ?? 0))
  const current = own.find(r => canonicalJSON(r.data) === canonicalJSON(data))
  if (current) {
    if ((current.revision ?? 0) < highest) await client.update({ ...current, revision: highest + 1 })
    await forgetOld(set, own, current, client, pods)
    return current.metadata.labels![HASH_LABEL]
  }
  const hash = templateHash(set.spec!.template, set.status?.collisionCount)
  const revision = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${set.metadata.name}-${hash}`,
      namespace: set.metadata.namespace,
      labels: { ...set.spec!.template.metadata?.labels, [HASH_LABEL]: hash },
      annotations: set.metadata.annotations,
      ownerReferences: [controllerReference(set)],
    },
    data,
    revision: highest + 1,
  } as unknown as ControllerRevision
  try {
    await client.create(revision)
  } catch (error) {
    // The lister did not show it yet; the next pass will find it.
    if (!isAlreadyExists(error)) throw error
  }
  return hash
}

async function forgetOld(
  set: DaemonSet,
  own: ControllerRevision[],
  current: ControllerRevision,
  client: ResourceClient<ControllerRevision>,
  pods: Pod[],
): Promise<void> {
  const used = new Set(pods.map(p => p.metadata.labels?.[HASH_LABEL]))
  const old = own
    .filter(r => r !== current && !used.has(r.metadata.labels?.[HASH_LABEL]))
    .sort((a, b) => (a.revision ?? 0) - (b.revision ?? 0))
  const limit = set.spec!.revisionHistoryLimit ?? 10
  for (const revision of old.slice(0, Math.max(0, old.length - limit)))
    await client.delete(set.metadata.namespace, revision.metadata.name!)
}
