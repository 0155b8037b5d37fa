import { parseQuantity } from '../../base/quantity.ts'
import { DEFAULT_PIDS, memoryForPods, type Capacity } from '../node/allocatable.ts'
import type { KubeletSettings } from '../node/settings.ts'
import type { StatsProvider } from '../stats/stats.ts'
import type { StorageMeter } from '../stats/storage.ts'
import type { Measured } from './eviction-manager.ts'
import type { PodUsage } from './ranking.ts'
import { thresholdsMet, thresholdsOf, type Observation, type Signal } from './thresholds.ts'

export interface MeasureDependencies {
  stats: Pick<StatsProvider, 'summary' | 'exactMemory'>
  storage: Pick<StorageMeter, 'measure' | 'of' | 'total'>
  imageBytes(): number
  capacity: Capacity
  settings: KubeletSettings
}

/**
 * Measures what is left on a node of the size that it is configured to have: its pods' processes and its own, and what
 * pods and images have on disk.
 */
export async function measureNode(dependencies: MeasureDependencies): Promise<Measured> {
  const { stats, storage, imageBytes, capacity, settings } = dependencies
  await storage.measure()
  const { node, pods } = stats.summary()
  const usage = new Map<string, PodUsage>()
  for (const { podRef, memory, process_stats, containers } of pods) {
    const stored = storage.of(podRef.uid)
    usage.set(podRef.uid, {
      memory: memory.workingSetBytes,
      disk: stored?.total ?? 0,
      processes: process_stats.process_count,
      containers: containers.map(c => {
        const { rootfs = 0, logs = 0 } = stored?.containers.get(c.name) ?? {}
        return { name: c.name, memory: c.memory.workingSetBytes, disk: rootfs + logs }
      }),
      volumes: stored?.volumes ?? new Map<string, number>(),
    })
  }
  const memory = parseQuantity(capacity.memory).value()
  const disk = parseQuantity(capacity.ephemeralStorage).value()
  const pids = capacity.pids ?? DEFAULT_PIDS
  const ofPods = pods.reduce((sum, pod) => sum + pod.memory.workingSetBytes, 0)
  const forPods = memoryForPods(capacity, settings)
  const left = (whole: number, used: number): Observation => ({ capacity: whole, available: Math.max(0, whole - used) })
  const observations = new Map<Signal, Observation>([
    ['memory.available', left(memory, node.memory.workingSetBytes)],
    ['allocatableMemory.available', left(forPods, ofPods)],
    ['nodefs.available', left(disk, storage.total + imageBytes())],
    ['imagefs.available', left(disk, storage.total + imageBytes())],
    ['pid.available', left(pids, node.rlimit.curproc)],
  ])
  const isLow = thresholdsMet(thresholdsOf(settings), observations, true).some(({ signal }) => /emory/.test(signal))
  // The sums count what processes share many times: before a pod goes for it, the true figure is asked for.
  const exact = isLow ? stats.exactMemory() : undefined
  if (exact !== undefined && exact < node.memory.workingSetBytes) {
    observations.set('memory.available', left(memory, exact))
    observations.set('allocatableMemory.available', left(forPods, Math.min(ofPods, exact)))
  }
  return { observations, usageOf: pod => usage.get(pod.metadata.uid!) }
}
