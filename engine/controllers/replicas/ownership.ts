import type { KubeObject, OwnerReference } from '../../api/object.ts'
import { labelSelectorMatches, type LabelSelectorLike } from '../../api/selector.ts'
import { isNotFound, ResponseError } from '../../client/errors.ts'
import type { ResourceClient } from '../../client/resource-client.ts'

export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(o => o.controller)
}

export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid
}

export function controllerReference(owner: KubeObject): OwnerReference {
  const { apiVersion, kind, metadata } = owner
  return { apiVersion, kind, name: metadata.name!, uid: metadata.uid!, controller: true, blockOwnerDeletion: true }
}

/**
 * The objects that belong to `owner`: those it controls and that match its selector. Orphans that match are adopted,
 * and what it controls but no longer matches is let go (k8s.io/kubernetes/pkg/controller ControllerRefManager).
 */
export async function claim<T extends KubeObject>(
  owner: KubeObject,
  selector: LabelSelectorLike,
  candidates: T[],
  client: ResourceClient<T>,
): Promise<T[]> {
  const mine: T[] = []
  for (const object of candidates) {
    const controller = controllerOf(object)
    const matching = labelSelectorMatches(selector, object.metadata.labels)
    if (controller) {
      if (controller.uid !== owner.metadata.uid) continue
      if (matching) mine.push(object)
      else if (!owner.metadata.deletionTimestamp) await release(owner, object, client)
    } else if (matching && !object.metadata.deletionTimestamp && !owner.metadata.deletionTimestamp) {
      if (await adopt(owner, object, client)) mine.push(object)
    }
  }
  return mine
}

async function adopt<T extends KubeObject>(owner: KubeObject, object: T, client: ResourceClient<T>): Promise<boolean> {
  const { namespace, name, uid } = object.metadata
  const patch = { metadata: { uid, ownerReferences: [controllerReference(owner)] } }
  try {
    await client.patch(namespace, name!, 'strategic', patch)
    return true
  } catch (error) {
    if (isNotFound(error)) return false
    throw error
  }
}

async function release<T extends KubeObject>(owner: KubeObject, object: T, client: ResourceClient<T>): Promise<void> {
  const { namespace, name, uid } = object.metadata
  const patch = { metadata: { uid, ownerReferences: [{ $patch: 'delete', uid: owner.metadata.uid }] } }
  try {
    await client.patch(namespace, name!, 'strategic', patch)
  } catch (error) {
    // Gone, or another object of the same name: either way nothing is left to let go.
    const other = error instanceof ResponseError && (error.code === 409 || error.code === 422)
    if (!isNotFound(error) && !other) throw error
  }
}
