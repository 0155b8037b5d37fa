import type { Node, Pod } from '../api/types.ts'
import { NodeInfo } from './node-info.ts'

/**
 * What the scheduler believes of nodes and the pods on them. A pod that was just placed is assumed there before the API
 * server confirms it, so that the next decision counts it.
 */
export class SchedulerCache {
  readonly #nodes = new Map<string, NodeInfo>()
  /** Pods of nodes that are not known yet, or any more, wait here. */
  readonly #homeless = new Map<string, Map<string, Pod>>()
  readonly #placed = new Map<string, Pod>()
  readonly #assumed = new Set<string>()

  get nodes(): NodeInfo[] {
    return Array.from(this.#nodes.values())
  }

  get byName(): Map<string, NodeInfo> {
    return this.#nodes
  }

  setNode(node: Node): void {
    const name = node.metadata.name!
    const info = new NodeInfo(node)
    for (const pod of this.#nodes.get(name)?.pods.values() ?? this.#homeless.get(name)?.values() ?? []) info.add(pod)
    this.#homeless.delete(name)
    this.#nodes.set(name, info)
  }

  removeNode(name: string): void {
    const info = this.#nodes.get(name)
    if (!info) return
    this.#nodes.delete(name)
    if (info.pods.size) this.#homeless.set(name, new Map(info.pods))
  }

  /** A pod that the API server shows on a node; replaces what was known or assumed of it. */
  setPod(pod: Pod): void {
    this.removePod(pod)
    this.#place(pod)
  }

  /** Counts a pod on a node before the API server says so. */
  assume(pod: Pod): void {
    this.setPod(pod)
    this.#assumed.add(pod.metadata.uid!)
  }

  /** Takes an assumption back: the binding failed. A confirmed pod stays. */
  forget(pod: Pod): void {
    if (this.#assumed.has(pod.metadata.uid!)) this.removePod(pod)
  }

  isAssumed(pod: Pod): boolean {
    return this.#assumed.has(pod.metadata.uid!)
  }

  removePod(pod: Pod): void {
    const uid = pod.metadata.uid!
    const known = this.#placed.get(uid)
    if (!known) return
    this.#placed.delete(uid)
    this.#assumed.delete(uid)
    const node = known.spec!.nodeName!
    this.#nodes.get(node)?.remove(known)
    const homeless = this.#homeless.get(node)
    homeless?.delete(uid)
    if (homeless?.size === 0) this.#homeless.delete(node)
  }

  #place(pod: Pod): void {
    const { uid } = pod.metadata
    const node = pod.spec!.nodeName!
    this.#placed.set(uid!, pod)
    const info = this.#nodes.get(node)
    if (info) return info.add(pod)
    let homeless = this.#homeless.get(node)
    if (!homeless) this.#homeless.set(node, (homeless = new Map()))
    homeless.set(uid!, pod)
  }
}
