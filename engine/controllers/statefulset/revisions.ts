import type { ControllerRevision, Pod, PodTemplateSpec, StatefulSet } from '../../api/types.ts'
import { canonicalJSON } from '../../base/canonical.ts'
import { isAlreadyExists } from '../../client/errors.ts'
import type { ResourceClient } from '../../client/resource-client.ts'
import { HASH_LABEL } from '../daemonset/revisions.ts'
import { controllerReference } from '../replicas/ownership.ts'
import { templateHash } from '../replicas/template-hash.ts'
import { revisionOf } from './identity.ts'

export interface Revisions {
  /** What pods are that the update has not reached. */
  current: ControllerRevision
  /** What the set asks for now. */
  update: ControllerRevision
}

/**
 * The revision of the present template, made if there is none yet, and the one that the set comes from. One that comes
 * back gets the highest number.
 */
export async function revisionsOf(
  set: StatefulSet,
  own: ControllerRevision[],
  client: ResourceClient<ControllerRevision>,
): Promise<Revisions> {
  const data = { spec: { template: { ...set.spec!.template, $patch: 'replace' } } }
  const highest = Math.max(0, ...own.map(r => r.revision ?? 0))
  const known = own.find(r => canonicalJSON(r.data) === canonicalJSON(data))
  let update = known
  if (update && (update.revision ?? 0) < highest) update = await client.update({ ...update, revision: highest + 1 })
  update ??= await create(set, data, highest + 1, client)
  const current = own.find(r => r.metadata.name === set.status?.currentRevision) ?? update
  return { current, update }
}

async function create(
  set: StatefulSet,
  data: object,
  revision: number,
  client: ResourceClient<ControllerRevision>,
): Promise<ControllerRevision> {
  const hash = templateHash(set.spec!.template, set.status?.collisionCount)
  const name = `${set.metadata.name}-${hash}`
  try {
    return await client.create({
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name,
        namespace: set.metadata.namespace,
        labels: { ...set.spec!.template.metadata?.labels, [HASH_LABEL]: hash },
        annotations: set.metadata.annotations,
        ownerReferences: [controllerReference({ ...set, apiVersion: 'apps/v1', kind: 'StatefulSet' })],
      },
      data,
      revision,
    } as unknown as ControllerRevision)
  } catch (error) {
    // The lister did not show it yet.
    if (!isAlreadyExists(error)) throw error
    return client.get(set.metadata.namespace, name)
  }
}

/** The template that a revision keeps. */
export function templateIn(revision: ControllerRevision): PodTemplateSpec {
  const { spec } = revision.data as unknown as { spec: { template: PodTemplateSpec & { $patch?: string } } }
  const { $patch: _, ...template } = spec.template
  return template
}

/** Forgets what neither pods nor the set use any more, beyond the limit of the history. */
export async function forgetOldRevisions(
  set: StatefulSet,
  own: ControllerRevision[],
  pods: Pod[],
  { current, update }: Revisions,
  client: ResourceClient<ControllerRevision>,
): Promise<void> {
  const used = new Set([current.metadata.name, update.metadata.name, ...pods.map(revisionOf)])
  const old = own.filter(r => !used.has(r.metadata.name)).sort((a, b) => (a.revision ?? 0) - (b.revision ?? 0))
  const limit = Number(set.spec!.revisionHistoryLimit ?? 10)
  for (const revision of old.slice(0, Math.max(0, old.length - limit)))
    await client.delete(set.metadata.namespace, revision.metadata.name!)
}
