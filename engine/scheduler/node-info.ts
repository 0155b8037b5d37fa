import type { Container, Node, Pod } from '../api/types.ts'
import { parseQuantity } from '../base/quantity.ts'

/** Amounts by resource name: cpu in millicores, everything else in its base unit. */
export type Amounts = Map<string, number>

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

export function amountsOf(list: Record<string, string> | undefined): Amounts {
  const amounts: Amounts = new Map()
  for (const [name, text] of Object.entries(list ?? {})) {
    const quantity = parseQuantity(text)
    amounts.set(name, name === 'cpu' ? quantity.milliValue() : quantity.value())
  }
  return amounts
}

const requestsByPod = new WeakMap<Pod, Amounts>()

/**
 * What a pod needs at its worst moment: its containers and restartable init containers together, or its greediest
 * init container with the restartable ones before it; plus overhead (k8s.io/component-helpers/resource).
 */
export function podRequests(pod: Pod): Amounts {
  const cached = requestsByPod.get(pod)
  if (cached) return cached
  const total: Amounts = new Map()
  for (const container of pod.spec?.containers ?? []) addInto(total, requestsOf(container))
  const sidecars: Amounts = new Map()
  const initMax: Amounts = new Map()
  for (const container of pod.spec?.initContainers ?? []) {
    const own = requestsOf(container)
    if (container.restartPolicy === 'Always') {
      addInto(total, own)
      addInto(sidecars, own)
      maxInto(initMax, sidecars)
    } else {
      const together = new Map(sidecars)
      addInto(together, own)
      maxInto(initMax, together)
    }
  }
  maxInto(total, initMax)
  const podLevel = amountsOf(pod.spec?.resources?.requests as Record<string, string> | undefined)
  for (const [name, amount] of podLevel) total.set(name, amount)
  addInto(total, amountsOf(pod.spec?.overhead as Record<string, string> | undefined))
  requestsByPod.set(pod, total)
  return total
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

/** `ip/protocol/port` for each host port that the pod asks for. */
export function hostPorts(pod: Pod): string[] {
  return [
    ...(pod.spec?.containers ?? []),
    ...(pod.spec?.initContainers ?? []).filter(c => c.restartPolicy === 'Always'),
  ].flatMap(c =>
    (c.ports ?? []).filter(p => p.hostPort).map(p => `${p.hostIP || '0.0.0.0'}/${p.protocol ?? 'TCP'}/${p.hostPort}`),
  )
}

function requestsOf(container: Container): Amounts {
  return amountsOf(container.resources?.requests as Record<string, string> | undefined)
}

function addInto(target: Amounts, amounts: Amounts, sign: 1 | -1 = 1): void {
  for (const [name, amount] of amounts) target.set(name, (target.get(name) ?? 0) + sign * amount)
}

function maxInto(target: Amounts, amounts: Amounts): void {
  for (const [name, amount] of amounts) target.set(name, Math.max(target.get(name) ?? 0, amount))
}
