import type { Container, Pod } from '../../api/types.ts'
import { toleratesTaint } from '../../api/scheduling/tolerations.ts'
import { pause, type Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import { parseQuantity, quantityOf } from '../../base/quantity.ts'
import { goDuration } from '../node/duration.ts'
import { DEFAULT_SETTINGS, type KubeletSettings } from '../node/settings.ts'
import { isCritical } from '../pods/critical.ts'
import type { Failure } from '../pods/pod-runner.ts'
import { podLimit, rankForEviction, type PodUsage, type ReclaimedResource } from './ranking.ts'
import { amountOf, CONDITION_OF, RESOURCE_OF, thresholdsMet, thresholdsOf } from './thresholds.ts'
import type { Observations, PressureCondition, Threshold } from './thresholds.ts'

/** What can be evicted: a pod that runs here. */
export interface Evictable {
  pod: Pod
  readonly finished: boolean
  fail(failure: Failure, graceSeconds: number): void
}

export interface Measured {
  observations: Observations
  usageOf(pod: Pod): PodUsage | undefined
}

export interface EvictionDependencies {
  clock: Clock
  log: Logger
  settings: KubeletSettings
  /** Those that have something running. */
  pods(): Evictable[]
  measure(): Promise<Measured>
  /** Gives back what can be had of the disk without ending a pod: images and containers that nobody uses. */
  reclaimDisk(): Promise<void>
  nodeEvent(type: 'Normal' | 'Warning', reason: string, message: string): void
  podEvent(pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string): void
  onPressure(pressure: ReadonlySet<PressureCondition>): void
}

/** How often the node is looked at. */
const MONITOR_MS = 10_000
const CLEANUP_LIMIT_MS = 30_000
const CLEANUP_LOOK_MS = 500
/** What a pod gets that must go at once. */
const IMMEDIATE_GRACE_SECONDS = 1
const REASON = 'Evicted'
/** Memory first: without it nothing else can be done. */
const ORDER: ReclaimedResource[] = ['memory', 'ephemeral-storage', 'pids']

/**
 * Keeps something free of what the pods of a node share (k8s.io/kubernetes/pkg/kubelet/eviction): says under which
 * pressure the node is, and ends one pod after the other until the thresholds are kept again. Pods that have written more
 * than they may go, whatever is left.
 */
export class EvictionManager {
  readonly #dependencies: EvictionDependencies
  readonly #thresholds: Threshold[]
  readonly #transitionMs: number
  /** When each threshold that is overstepped was first seen so. */
  #firstMet = new Map<Threshold, number>()
  /** Those that are acted upon until what they ask for is given back. */
  #acting: Threshold[] = []
  readonly #lastPressed = new Map<PressureCondition, number>()
  #pressure: ReadonlySet<PressureCondition> = new Set()

  constructor(dependencies: EvictionDependencies) {
    this.#dependencies = dependencies
    this.#thresholds = thresholdsOf(dependencies.settings)
    const { evictionPressureTransitionPeriod = DEFAULT_SETTINGS.evictionPressureTransitionPeriod } =
      dependencies.settings
    this.#transitionMs = goDuration(evictionPressureTransitionPeriod)!
  }

  /** Works until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#dependencies
    while (!signal.aborted) {
      let evicted: Evictable[] = []
      try {
        evicted = await this.sync()
      } catch (error) {
        log.warn('the resources of the node were not looked at', { error: messageOf(error) })
      }
      if (evicted.length === 0) await pause(clock, MONITOR_MS, signal)
      else await this.#cleanedUp(evicted, signal)
    }
  }

  /** Why a pod cannot be taken in now, if it cannot. */
  refuses(pod: Pod): Failure | undefined {
    const pressure = this.#pressure
    if (pressure.size === 0 || isCritical(pod)) return undefined
    if (pressure.size === 1 && pressure.has('MemoryPressure')) {
      if (pod.status?.qosClass !== 'BestEffort') return undefined
      const taint = { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' as const }
      if (pod.spec?.tolerations?.some(t => toleratesTaint(t, taint))) return undefined
    }
    return { reason: REASON, message: `The node had condition: [${[...pressure].join(' ')}]. ` }
  }

  /** Looks once, and evicts what must go. */
  async sync(): Promise<Evictable[]> {
    const { clock, measure, nodeEvent, settings, pods } = this.#dependencies
    const measured = await measure()
    const met = this.#judge(measured.observations, clock.monotonic())
    const overstepped = this.#evictOverstepping(measured)
    if (overstepped.length > 0) return overstepped
    const [threshold] = met.sort((a, b) => ORDER.indexOf(RESOURCE_OF[a.signal]) - ORDER.indexOf(RESOURCE_OF[b.signal]))
    if (!threshold) return []
    const resource = RESOURCE_OF[threshold.signal]
    nodeEvent('Warning', 'EvictionThresholdMet', `Attempting to reclaim ${resource}`)
    if (resource === 'ephemeral-storage' && (await this.#reclaimedDisk())) return []
    const grace = threshold.gracePeriodMs > 0 ? (settings.evictionMaxPodGracePeriod ?? 0) : IMMEDIATE_GRACE_SECONDS
    for (const candidate of rankForEviction(pods(), resource, measured.usageOf)) {
      const message = evictionMessage(candidate.pod, resource, threshold, measured)
      const condition = { type: 'DisruptionTarget', reason: 'TerminationByKubelet', message }
      if (this.#evict(candidate, { reason: REASON, message, condition }, grace)) return [candidate]
    }
    return []
  }

  /** Takes note of what is overstepped, says the pressures, and gives the thresholds that are to be acted upon. */
  #judge(observations: Observations, now: number): Threshold[] {
    const seen = thresholdsMet(this.#thresholds, observations, false)
    const unresolved = thresholdsMet(this.#acting, observations, true)
    const met = [...new Set([...seen, ...unresolved])]
    this.#firstMet = new Map(met.map(t => [t, this.#firstMet.get(t) ?? now]))
    for (const { signal } of met) this.#lastPressed.set(CONDITION_OF[signal], now)
    const pressed = [...this.#lastPressed].filter(([, at]) => now - at < this.#transitionMs || at === now)
    this.#pressure = new Set(pressed.map(([condition]) => condition))
    this.#dependencies.onPressure(this.#pressure)
    this.#acting = met.filter(t => now - this.#firstMet.get(t)! >= t.gracePeriodMs)
    return [...this.#acting]
  }

  async #reclaimedDisk(): Promise<boolean> {
    const { reclaimDisk, measure } = this.#dependencies
    await reclaimDisk()
    const { observations } = await measure()
    return thresholdsMet(this.#thresholds, observations, true).length === 0
  }

  /** Those that have written more than an emptyDir's sizeLimit or their limits of ephemeral-storage allow. */
  #evictOverstepping({ usageOf }: Measured): Evictable[] {
    return this.#dependencies.pods().filter(candidate => {
      const message = storageViolation(candidate.pod, usageOf(candidate.pod))
      return message !== undefined && this.#evict(candidate, { reason: REASON, message }, IMMEDIATE_GRACE_SECONDS)
    })
  }

  #evict(candidate: Evictable, failure: Failure, graceSeconds: number): boolean {
    const { log, podEvent } = this.#dependencies
    const { pod } = candidate
    if (isCritical(pod)) {
      log.warn('a critical pod is not evicted', { pod: pod.metadata.name, message: failure.message })
      return false
    }
    podEvent(pod, 'Warning', REASON, failure.message)
    candidate.fail(failure, graceSeconds)
    return true
  }

  async #cleanedUp(evicted: Evictable[], signal: AbortSignal): Promise<void> {
    const { clock } = this.#dependencies
    const end = clock.monotonic() + CLEANUP_LIMIT_MS
    while (!signal.aborted && clock.monotonic() < end && !evicted.every(pod => pod.finished))
      await pause(clock, CLEANUP_LOOK_MS, signal)
  }
}

/** Why a pod has written more than it may; undefined if it has not. Volumes first, then the pod, then its containers. */
export function storageViolation(pod: Pod, usage: PodUsage | undefined): string | undefined {
  if (!usage) return undefined
  for (const { name, emptyDir } of pod.spec?.volumes ?? []) {
    if (!emptyDir?.sizeLimit) continue
    const limit = parseQuantity(emptyDir.sizeLimit)
    if (limit.sign() > 0 && (usage.volumes.get(name!) ?? 0) > limit.value())
      return `Usage of EmptyDir volume "${name}" exceeds the limit "${limit}". `
  }
  const most = podLimit(pod, 'ephemeral-storage')
  if (most !== undefined && usage.disk > most)
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${quantityOf(most, 'BinarySI')}. `
  for (const { name, resources } of pod.spec?.containers ?? []) {
    const limit = (resources?.limits as Record<string, string> | undefined)?.['ephemeral-storage']
    const used = usage.containers.find(c => c.name === name)?.disk ?? 0
    if (limit && parseQuantity(limit).sign() > 0 && used > parseQuantity(limit).value())
      return `Container ${name} exceeded its local ephemeral storage limit "${parseQuantity(limit)}". `
  }
  return undefined
}

function evictionMessage(
  pod: Pod,
  resource: ReclaimedResource,
  { signal, value }: Threshold,
  { observations, usageOf }: Measured,
): string {
  const { available, capacity } = observations.get(signal)!
  const format = signal === 'pid.available' ? 'DecimalSI' : 'BinarySI'
  const quantity = quantityOf(amountOf(value, capacity), format)
  let message = `The node was low on resource: ${resource}. Threshold quantity: ${quantity}, available: ${quantityOf(available, format)}. `
  if (resource === 'pids') return message
  const containers: Container[] = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]
  for (const { name, memory, disk } of usageOf(pod)?.containers ?? []) {
    const used = resource === 'memory' ? memory : disk
    const requests = containers.find(c => c.name === name)?.resources?.requests as Record<string, string> | undefined
    const request = parseQuantity(requests?.[resource] ?? '0')
    if (used > request.value())
      message += `Container ${name} was using ${quantityOf(used, 'BinarySI')}, request is ${request}, has larger consumption of ${resource}. `
  }
  return message
}
