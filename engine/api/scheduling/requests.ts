import type { Container, Pod } from '../types.ts'
import { parseQuantity } from '../../base/quantity.ts'

/** Amounts by resource name: cpu in millicores, everything else in its base unit. */
export type Amounts = Map<string, number>

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

/** `ip/protocol/port` for each host port that the pod asks for. */
export function hostPorts(pod: Pod): string[] {
  return [
    ...(pod.spec?.containers ?? []),
    ...(pod.spec?.initContainers ?? []).filter(c => c.restartPolicy === 'Always'),
  ].flatMap(c =>
    (c.ports ?? []).filter(p => p.hostPort).map(p => `${p.hostIP || '0.0.0.0'}/${p.protocol ?? 'TCP'}/${p.hostPort}`),
  )
}

export function requestsOf(container: Container): Amounts {
  return amountsOf(container.resources?.requests as Record<string, string> | undefined)
}

export function addInto(target: Amounts, amounts: Amounts, sign: 1 | -1 = 1): void {
  for (const [name, amount] of amounts) target.set(name, (target.get(name) ?? 0) + sign * amount)
}

function maxInto(target: Amounts, amounts: Amounts): void {
  for (const [name, amount] of amounts) target.set(name, Math.max(target.get(name) ?? 0, amount))
}
