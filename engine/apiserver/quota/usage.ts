import type { KubeObject } from '../../api/object.ts'
import { parseQuantity, quantityOf } from '../../base/quantity.ts'
import type { Quantity } from '../../base/quantity.ts'

/** Amounts by resource name, such as "requests.cpu" or "count/deployments.apps". */
export type Usage = Map<string, Quantity>

interface Container {
  name: string
  restartPolicy?: string
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> }
}

const ONE = quantityOf(1)
const COMPUTE = new Set(['cpu', 'memory', 'ephemeral-storage'])
/** Core resources that are counted under their own name, too. */
const COUNTED = new Set([
  'configmaps',
  'secrets',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'persistentvolumeclaims',
])

/** What an object counts for in resource quotas (k8s.io/kubernetes/pkg/quota/v1/evaluator). */
export function usageOf(group: string, resource: string, object: KubeObject): Usage {
  const usage: Usage = new Map([[`count/${group ? `${resource}.${group}` : resource}`, ONE]])
  if (group !== '') return usage
  if (COUNTED.has(resource)) usage.set(resource, ONE)
  if (resource === 'pods') addPod(usage, object)
  else if (resource === 'services') addService(usage, object)
  else if (resource === 'persistentvolumeclaims') addClaim(usage, object)
  return usage
}

/** Whether a pod still holds its resources. */
export function isPodActive(pod: KubeObject): boolean {
  return pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed'
}

/** Whether an object is within the scopes of a quota. Only pods have scopes. */
export function inScope(quota: KubeObject, resource: string, object: KubeObject): boolean {
  const { scopes = [], scopeSelector } = (quota.spec ?? {}) as {
    scopes?: string[]
    scopeSelector?: { matchExpressions?: { scopeName: string; operator: string; values?: string[] }[] }
  }
  const expressions = [
    ...scopes.map(scopeName => ({ scopeName, operator: 'Exists', values: [] })),
    ...(scopeSelector?.matchExpressions ?? []),
  ]
  if (expressions.length === 0) return true
  if (resource !== 'pods') return false
  return expressions.every(expression => matchesScope(object, expression))
}

/** Containers that leave out what a quota wants to be said, by resource name. */
export function missingIn(quota: KubeObject, pod: KubeObject): Map<string, string[]> {
  const missing = new Map<string, string[]>()
  for (const name of Object.keys(quota.status?.hard ?? {})) {
    const [kind, resource] = name.startsWith('limits.')
      ? ['limits', name.slice(7)]
      : ['requests', name.replace(/^requests\./, '')]
    if (!COMPUTE.has(resource!) && !resource!.startsWith('hugepages-')) continue
    if (resource === 'ephemeral-storage') continue
    const without = containersOf(pod).filter(
      c => c.resources?.[kind as 'limits' | 'requests']?.[resource!] === undefined,
    )
    if (without.length > 0)
      missing.set(
        name,
        without.map(c => c.name),
      )
  }
  return missing
}

function containersOf(pod: KubeObject): Container[] {
  return [...((pod.spec?.containers ?? []) as Container[]), ...((pod.spec?.initContainers ?? []) as Container[])]
}

function addPod(usage: Usage, pod: KubeObject) {
  if (!isPodActive(pod)) return
  usage.set('pods', ONE)
  for (const kind of ['requests', 'limits'] as const)
    for (const [name, amount] of podResources(pod, kind)) {
      if (COMPUTE.has(name) || name.startsWith('hugepages-')) {
        usage.set(`${kind}.${name}`, amount)
        if (kind === 'requests') usage.set(name, amount)
      } else if (kind === 'requests') usage.set(`requests.${name}`, amount)
    }
}

/**
 * What a pod needs at most at one time: all containers together, or an init container together with the
 * sidecars that were started before it; and the overhead.
 */
export function podResources(pod: KubeObject, kind: 'requests' | 'limits'): Map<string, Quantity> {
  const total = new Map<string, Quantity>()
  const sidecars = new Map<string, Quantity>()
  const peak = new Map<string, Quantity>()
  const add = (to: Map<string, Quantity>, name: string, amount: Quantity) =>
    to.set(name, to.get(name)?.add(amount) ?? amount)
  const amounts = (container: Container) =>
    Object.entries(container.resources?.[kind] ?? {}).map(([name, text]) => [name, parseQuantity(text)] as const)
  for (const container of (pod.spec?.containers ?? []) as Container[])
    for (const [name, amount] of amounts(container)) add(total, name, amount)
  for (const container of (pod.spec?.initContainers ?? []) as Container[]) {
    const sidecar = container.restartPolicy === 'Always'
    for (const [name, amount] of amounts(container)) {
      if (sidecar) {
        add(total, name, amount)
        add(sidecars, name, amount)
      }
      const now = sidecar ? sidecars.get(name)! : (sidecars.get(name)?.add(amount) ?? amount)
      const before = peak.get(name)
      if (!before || before.cmp(now) < 0) peak.set(name, now)
    }
  }
  for (const [name, amount] of peak) {
    const sum = total.get(name)
    if (!sum || sum.cmp(amount) < 0) total.set(name, amount)
  }
  for (const [name, text] of Object.entries((pod.spec?.overhead ?? {}) as Record<string, string>))
    if (total.has(name)) add(total, name, parseQuantity(text))
  return total
}

function addService(usage: Usage, service: KubeObject) {
  const {
    type,
    ports = [],
    allocateLoadBalancerNodePorts,
  } = (service.spec ?? {}) as { type?: string; ports?: object[]; allocateLoadBalancerNodePorts?: boolean }
  if (type === 'LoadBalancer') usage.set('services.loadbalancers', ONE)
  if (type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false))
    usage.set('services.nodeports', quantityOf(ports.length))
}

function addClaim(usage: Usage, claim: KubeObject) {
  const storage = claim.spec?.resources?.requests?.storage as string | undefined
  const storageClass = claim.spec?.storageClassName as string | undefined
  if (storageClass) usage.set(`${storageClass}.storageclass.storage.k8s.io/persistentvolumeclaims`, ONE)
  if (storage === undefined) return
  const amount = parseQuantity(storage)
  usage.set('requests.storage', amount)
  if (storageClass) usage.set(`${storageClass}.storageclass.storage.k8s.io/requests.storage`, amount)
}

function matchesScope(
  pod: KubeObject,
  { scopeName, operator, values = [] }: { scopeName: string; operator: string; values?: string[] },
): boolean {
  const terminating = (pod.spec?.activeDeadlineSeconds ?? -1) >= 0
  const bestEffort = containersOf(pod).every(
    c => !hasCompute(c.resources?.requests) && !hasCompute(c.resources?.limits),
  )
  switch (scopeName) {
    case 'Terminating':
      return terminating
    case 'NotTerminating':
      return !terminating
    case 'BestEffort':
      return bestEffort
    case 'NotBestEffort':
      return !bestEffort
    case 'CrossNamespacePodAffinity':
      return crossesNamespaces(pod)
    case 'PriorityClass': {
      const name = (pod.spec?.priorityClassName ?? '') as string
      if (operator === 'Exists') return name !== ''
      if (operator === 'DoesNotExist') return name === ''
      return operator === 'In' ? values.includes(name) : !values.includes(name)
    }
    default:
      return false
  }
}

function hasCompute(amounts: Record<string, string> | undefined): boolean {
  return Object.entries(amounts ?? {}).some(
    ([name, text]) => (name === 'cpu' || name === 'memory') && !parseQuantity(text).isZero(),
  )
}

interface Term {
  namespaces?: string[]
  namespaceSelector?: object
}

function crossesNamespaces(pod: KubeObject): boolean {
  const { podAffinity, podAntiAffinity } = (pod.spec?.affinity ?? {}) as Record<
    string,
    Record<string, unknown[]> | undefined
  >
  return [podAffinity, podAntiAffinity].some(affinity =>
    Object.values(affinity ?? {})
      .flat()
      .some(entry => {
        const term = ((entry as { podAffinityTerm?: Term }).podAffinityTerm ?? entry) as Term
        return (term.namespaces?.length ?? 0) > 0 || term.namespaceSelector !== undefined
      }),
  )
}
