import { parseQuantity } from '../../../../base/quantity.ts'
import type { Quantity } from '../../../../base/quantity.ts'

interface Spec {
  containers?: Holder[]
  initContainers?: Holder[]
  resources?: Holder['resources']
}
interface Holder {
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> }
}

/** Quality of service of a pod: what it loses first when its node runs short (k8s.io/kubernetes/pkg/apis/core/v1/helper/qos). */
export function qosClass(spec: Spec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const ownLimits = spec.resources?.limits ?? spec.resources?.requests
  const holders = ownLimits
    ? [{ resources: spec.resources! }]
    : [...(spec.containers ?? []), ...(spec.initContainers ?? [])]
  const requests = new Map<string, Quantity>()
  const limits = new Map<string, Quantity>()
  let guaranteed = true
  for (const holder of holders) {
    const has = new Set<string>()
    for (const [sum, map] of [
      [requests, holder.resources?.requests],
      [limits, holder.resources?.limits],
    ] as const)
      for (const key of ['cpu', 'memory']) {
        if (!map?.[key]) continue
        const quantity = parseQuantity(map[key])
        if (quantity.sign() <= 0) continue
        if (sum === limits) has.add(key)
        sum.set(key, (sum.get(key) ?? quantity.sub(quantity)).add(quantity))
      }
    if (has.size < 2) guaranteed = false
  }
  if (!requests.size && !limits.size) return 'BestEffort'
  if (guaranteed)
    for (const [key, request] of requests)
      if (!limits.has(key) || limits.get(key)!.cmp(request) !== 0) guaranteed = false
  return guaranteed && requests.size === limits.size ? 'Guaranteed' : 'Burstable'
}
