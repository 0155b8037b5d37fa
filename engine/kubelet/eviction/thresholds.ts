import { parseQuantity } from '../../base/quantity.ts'
import { goDuration } from '../node/duration.ts'
import { DEFAULT_SETTINGS, type KubeletSettings } from '../node/settings.ts'

/** What is watched (k8s.io/kubernetes/pkg/kubelet/eviction/api): what is left of something that the pods of a node share. */
export type Signal =
  | 'memory.available'
  | 'nodefs.available'
  | 'imagefs.available'
  | 'pid.available'
  /** Not configured by itself: it follows memory.available. */
  | 'allocatableMemory.available'

export type PressureCondition = 'MemoryPressure' | 'DiskPressure' | 'PIDPressure'

export const CONDITION_OF: Record<Signal, PressureCondition> = {
  'memory.available': 'MemoryPressure',
  'allocatableMemory.available': 'MemoryPressure',
  'nodefs.available': 'DiskPressure',
  'imagefs.available': 'DiskPressure',
  'pid.available': 'PIDPressure',
}

/** What eviction gives back, as its texts call it. */
export const RESOURCE_OF: Record<Signal, 'memory' | 'ephemeral-storage' | 'pids'> = {
  'memory.available': 'memory',
  'allocatableMemory.available': 'memory',
  'nodefs.available': 'ephemeral-storage',
  'imagefs.available': 'ephemeral-storage',
  'pid.available': 'pids',
}

export interface Threshold {
  signal: Signal
  /** Amount or percentage of the capacity. */
  value: string
  /** 0: hard, acted upon at once. */
  gracePeriodMs: number
  /** Beyond the threshold, what must be given back before it counts as kept again. */
  minReclaim: string | undefined
}

export interface Observation {
  available: number
  capacity: number
}

export type Observations = ReadonlyMap<Signal, Observation>

export function thresholdsOf(settings: KubeletSettings): Threshold[] {
  const reclaim = (signal: string) => settings.evictionMinimumReclaim?.[signal]
  const of = (list: Record<string, string>, grace: (signal: string) => number) =>
    Object.entries(list)
      // "0%" and "100%" switch a threshold off.
      .filter(([, value]) => value !== '0%' && value !== '100%')
      .flatMap(([name, value]): Threshold[] => {
        const one = { value, gracePeriodMs: grace(name), minReclaim: reclaim(name) }
        const signals: Signal[] = [name as Signal]
        if (name === 'memory.available' && one.gracePeriodMs === 0) signals.push('allocatableMemory.available')
        return signals.map(signal => ({ signal, ...one }))
      })
  return [
    ...of(settings.evictionHard ?? DEFAULT_SETTINGS.evictionHard, () => 0),
    ...of(settings.evictionSoft ?? {}, name => goDuration(settings.evictionSoftGracePeriod![name])!),
  ]
}

/** An amount, or a percentage of `whole`, as a number. */
export function amountOf(value: string, whole: number): number {
  const percent = /^(.+)%$/.exec(value)
  return percent ? Math.trunc((whole * Number(percent[1])) / 100) : parseQuantity(value).value()
}

/** Those that are overstepped. With `enforceReclaim` what must be given back beyond the threshold counts with it. */
export function thresholdsMet(
  thresholds: readonly Threshold[],
  observations: Observations,
  enforceReclaim: boolean,
): Threshold[] {
  return thresholds.filter(({ signal, value, minReclaim }) => {
    const seen = observations.get(signal)
    if (!seen) return false
    const more = enforceReclaim && minReclaim ? amountOf(minReclaim, seen.capacity) : 0
    return amountOf(value, seen.capacity) + more > seen.available
  })
}
