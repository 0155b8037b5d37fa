import type { KubeObject, OwnerReference } from '../../api/object.ts'
import type { DiscoveredResource } from '../namespace/discovery.ts'

/** An object as the collector sees it. */
export interface GraphNode {
  uid: string
  resource: DiscoveredResource
  namespace: string | undefined
  name: string
  resourceVersion: string
  owners: OwnerReference[]
  finalizers: string[]
  deleting: boolean
}

/** Who owns whom, by uid. */
export class OwnerGraph {
  readonly #nodes = new Map<string, GraphNode>()
  /** Uids of dependents by uid of the owner, also of owners that are not (or no longer) known. */
  readonly #dependents = new Map<string, Set<string>>()

  get(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid)
  }

  set(object: KubeObject, resource: DiscoveredResource): GraphNode {
    const { uid, namespace, name, resourceVersion, ownerReferences, finalizers, deletionTimestamp } = object.metadata
    this.#unlink(uid!)
    const node: GraphNode = {
      uid: uid!,
      resource,
      namespace,
      name: name!,
      resourceVersion: resourceVersion ?? '',
      owners: ownerReferences ?? [],
      finalizers: finalizers ?? [],
      deleting: !!deletionTimestamp,
    }
    this.#nodes.set(node.uid, node)
    for (const owner of node.owners) {
      let dependents = this.#dependents.get(owner.uid)
      if (!dependents) this.#dependents.set(owner.uid, (dependents = new Set()))
      dependents.add(node.uid)
    }
    return node
  }

  remove(uid: string): void {
    this.#unlink(uid)
    this.#nodes.delete(uid)
  }

  dependentsOf(uid: string): GraphNode[] {
    return Array.from(this.#dependents.get(uid) ?? [], dependent => this.#nodes.get(dependent)!)
  }

  #unlink(uid: string): void {
    for (const owner of this.#nodes.get(uid)?.owners ?? []) {
      const dependents = this.#dependents.get(owner.uid)
      dependents?.delete(uid)
      if (dependents?.size === 0) this.#dependents.delete(owner.uid)
    }
  }
}
