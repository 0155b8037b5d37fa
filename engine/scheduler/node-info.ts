import type { Node, Pod } from '../api/types.ts'
import { addInto, amountsOf, hostPorts, podRequests, requestsOf, type Amounts } from '../api/scheduling/requests.ts'

export { amountsOf, hostPorts, podRequests, type Amounts }

/** Score plugins count a container that asks for nothing as if it asked for this, so that such pods spread too. */
const DEFAULT_CPU_MILLIS = 100
const DEFAULT_MEMORY_BYTES = 200 * 1024 * 1024

/** A node with the pods that are, or are about to be, on it. */
export class NodeInfo {
  readonly node: Node
  readonly pods = new Map<string, Pod>()
  readonly allocatable: Amounts
  readonly requested: Amounts = new Map()
  /** Requested by all pods, with defaults for those that ask for nothing; cpu and memory only. */
  readonly nonZeroRequested: Amounts = new Map()
  /** `ip/protocol/port` of all host ports in use. */
  readonly usedPorts = new Map<string, number>()

  constructor(node: Node) {
    this.node = node
    this.allocatable = amountsOf(node.status?.allocatable)
  }

  get name(): string {
    return this.node.metadata.name!
  }

  get labels(): Record<string, string> {
    return this.node.metadata.labels ?? {}
  }

  add(pod: Pod): void {
    this.pods.set(pod.metadata.uid!, pod)
    this.#account(pod, 1)
  }

  remove(pod: Pod): void {
    const known = this.pods.get(pod.metadata.uid!)
    if (!known) return
    this.pods.delete(pod.metadata.uid!)
    this.#account(known, -1)
  }

  /** A copy that can be changed to try something out. */
  clone(): NodeInfo {
    const copy = new NodeInfo(this.node)
    for (const pod of this.pods.values()) copy.add(pod)
    return copy
  }

  #account(pod: Pod, sign: 1 | -1): void {
    addInto(this.requested, podRequests(pod), sign)
    addInto(this.nonZeroRequested, nonZeroRequests(pod), sign)
    for (const port of hostPorts(pod)) {
      const count = (this.usedPorts.get(port) ?? 0) + sign
      if (count > 0) this.usedPorts.set(port, count)
      else this.usedPorts.delete(port)
    }
  }
}

/** Requests as score plugins see them. */
export function nonZeroRequests(pod: Pod): Amounts {
  const total: Amounts = new Map([
    ['cpu', 0],
    ['memory', 0],
  ])
  for (const container of pod.spec?.containers ?? []) {
    const own = requestsOf(container)
    addInto(
      total,
      new Map([
        ['cpu', own.get('cpu') ?? DEFAULT_CPU_MILLIS],
        ['memory', own.get('memory') ?? DEFAULT_MEMORY_BYTES],
      ]),
    )
  }
  return total
}
