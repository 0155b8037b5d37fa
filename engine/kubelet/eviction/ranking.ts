import type { Container, Pod } from '../../api/types.ts'
import { parseQuantity } from '../../base/quantity.ts'
import type { RESOURCE_OF } from './thresholds.ts'

/** What one pod uses. */
export interface PodUsage {
  memory: number
  /** Files of its containers, logs and emptyDirs on disk, in bytes. */
  disk: number
  processes: number
  containers: { name: string; memory: number; disk: number }[]
  /** Bytes in each emptyDir. */
  volumes: ReadonlyMap<string, number>
}

export type ReclaimedResource = (typeof RESOURCE_OF)[keyof typeof RESOURCE_OF]

/**
 * Puts pods in the order in which they are evicted: those that use more than they asked for before all others, then by
 * priority, lowest first, then by how much they use beyond what they asked for (pids: by how many they have).
 */
export function rankForEviction<T extends { pod: Pod }>(
  pods: readonly T[],
  resource: ReclaimedResource,
  usageOf: (pod: Pod) => PodUsage | undefined,
): T[] {
  const judged = pods.map(item => {
    const usage = usageOf(item.pod)
    const used = !usage ? 0 : { memory: usage.memory, 'ephemeral-storage': usage.disk, pids: usage.processes }[resource]
    const beyond = resource === 'pids' ? used : used - podRequest(item.pod, resource)
    return { item, known: !!usage, beyond, priority: Number(item.pod.spec?.priority ?? 0) }
  })
  const exceeds = (one: (typeof judged)[number]) => (!one.known || (resource !== 'pids' && one.beyond > 0) ? 1 : 0)
  return judged
    .sort((a, b) => exceeds(b) - exceeds(a) || a.priority - b.priority || b.beyond - a.beyond)
    .map(({ item }) => item)
}

/** What a pod asks for in all of a resource: its containers and sidecars, or the largest of its init containers. */
export function podRequest(pod: Pod, resource: string): number {
  return podAmount(pod, 'requests', resource) ?? 0
}

/** The sum of what containers are limited to; undefined where none is. */
export function podLimit(pod: Pod, resource: string): number | undefined {
  return podAmount(pod, 'limits', resource)
}

function podAmount(pod: Pod, which: 'requests' | 'limits', resource: string): number | undefined {
  const scale = resource === 'cpu' ? 'milliValue' : 'value'
  const of = ({ resources }: Pick<Container, 'resources'>) => {
    const amount = (resources?.[which] as Record<string, string> | undefined)?.[resource]
    return amount === undefined ? undefined : parseQuantity(amount)[scale]()
  }
  const whole = of(pod.spec ?? {})
  if (whole !== undefined) return whole
  const init = pod.spec?.initContainers ?? []
  const sidecars = init.filter(c => c.restartPolicy === 'Always')
  const stays = [...(pod.spec?.containers ?? []), ...sidecars].map(of)
  const passes = init.filter(c => c.restartPolicy !== 'Always').map(of)
  if ([...stays, ...passes].every(amount => amount === undefined)) return undefined
  const sum = stays.reduce<number>((all, amount) => all + (amount ?? 0), 0)
  const overhead = (pod.spec?.overhead as Record<string, string> | undefined)?.[resource]
  return Math.max(sum, ...passes.map(amount => amount ?? 0)) + (overhead ? parseQuantity(overhead)[scale]() : 0)
}
