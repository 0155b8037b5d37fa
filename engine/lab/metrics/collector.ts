import type { Clock, Timer } from '../../base/clock.ts'
import type { Disposable } from '../../base/disposable.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import type { HorizontalPodAutoscaler } from '../../api/types/autoscaling-v2.ts'
import type { NodeMetrics, PodMetrics } from '../../api/types/metrics-v1beta1.ts'
import type { LabStatus, MetricsBank } from '../contract.ts'
import { ApiServerFigures, apiSeries, type ApiLook } from './api-server.ts'
import { SeriesBank } from './bank.ts'
import { ComponentFigures, componentSeries, type ComponentLook } from './components.ts'
import { autoscalerSeries, nodeSeries, podSeries } from './cluster-lists.ts'
import { StoreMemberFigures, storeSeries, type StoreLook } from './store-member.ts'

/** What of a master tells figures of its own. */
export type MasterPart = 'api' | 'store' | 'scheduler' | 'controllers'

const COMPONENTS = ['scheduler', 'controllers'] as const

/** How the figures of a lab are asked for. */
export interface MetricsSource {
  status(): LabStatus
  /** What the lab host's own process uses: cores on average since the last time, and bytes. */
  hostUsage(): { cpu: number; memory: number }
  /** `/metrics` of a part of a master. Rejects if it does not answer. */
  read(master: string, of: MasterPart): Promise<string>
  /** Items of a list of the cluster; undefined if it serves no such thing. Rejects if nobody answers. */
  list<T>(path: string): Promise<readonly T[] | undefined>
}

/** Told of each step's figures; or that what was kept is void and is to be read anew. */
export type OnFigures = (bank: MetricsBank, figures: ReadonlyMap<string, number> | undefined) => void

const FAST_MS = 5_000
/** Kubelets measure every ten seconds or so. */
const SLOW_MS = 15_000
const HOUR_MS = 3_600_000
const MOST_FAST = 600
const MOST_SLOW = 1_600

/**
 * Keeps an hour of the lab's figures in memory: at most 600 series of 720 points and 1,600 of 240, which is 3.3 MB; a lab as it comes
 * needs some 180 and 40, 550 KB. What does not answer leaves a gap, and is asked again at the next step.
 */
export class MetricsCollector implements Disposable {
  readonly banks: Record<MetricsBank, SeriesBank> = {
    fast: new SeriesBank(FAST_MS, HOUR_MS / FAST_MS, MOST_FAST),
    slow: new SeriesBank(SLOW_MS, HOUR_MS / SLOW_MS, MOST_SLOW),
  }
  readonly #source: MetricsSource
  readonly #clock: Clock
  readonly #log: Logger
  readonly #listeners = new Set<OnFigures>()
  readonly #apis = new Map<string, ApiServerFigures>()
  readonly #stores = new Map<string, StoreMemberFigures>()
  readonly #components = {
    scheduler: new Map<string, ComponentFigures>(),
    controllers: new Map<string, ComponentFigures>(),
  }
  readonly #timers = new Map<MetricsBank, Timer>()
  #disposed = false

  constructor(source: MetricsSource, clock: Clock, log: Logger) {
    this.#source = source
    this.#clock = clock
    this.#log = log
    this.#next('fast', () => this.#fast())
    this.#next('slow', () => this.#slow())
  }

  /** Tells of each step from now on, until the function that it gives is called. */
  onFigures(listener: OnFigures): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  dispose(): void {
    this.#disposed = true
    for (const timer of this.#timers.values()) timer.cancel()
  }

  /** Looks at whole steps of the clock, and begins the next wait when a look is over, so that none overtakes another. */
  #next(name: MetricsBank, look: () => Promise<Map<string, number>>): void {
    const { stepMs } = this.banks[name]
    const task = async () => {
      const now = this.#clock.now()
      try {
        const { taken, dropped } = this.banks[name].add(now, await look())
        if (this.#disposed) return
        for (const listener of this.#listeners) listener(name, dropped ? undefined : taken)
      } catch (error) {
        this.#log.error('the metrics could not be taken', { error })
      }
      if (!this.#disposed) this.#next(name, look)
    }
    this.#timers.set(
      name,
      this.#clock.after(stepMs - (this.#clock.now() % stepMs), () => void task()),
    )
  }

  async #fast(): Promise<Map<string, number>> {
    const status = this.#source.status()
    const masters = status.machines.filter(m => m.role === 'control-plane' && m.state === 'running')
    const names = new Set(masters.map(m => m.name))
    const apis = new Map<string, ApiLook>()
    const stores = new Map<string, StoreLook>()
    const components = { scheduler: new Map<string, ComponentLook>(), controllers: new Map<string, ComponentLook>() }
    await Promise.all(
      masters.flatMap(({ name, store }) => [
        this.#read(name, 'api', text => {
          const look = entry(this.#apis, name, () => new ApiServerFigures()).look(text, this.#clock.monotonic())
          if (look) apis.set(name, look)
        }),
        // A master of a lab with an etcd of its own has no member.
        store &&
          this.#read(name, 'store', text =>
            stores.set(
              name,
              entry(this.#stores, name, () => new StoreMemberFigures()).look(text, this.#clock.monotonic()),
            ),
          ),
        ...COMPONENTS.map(part =>
          this.#read(name, part, text => {
            const figures = entry(this.#components[part], name, () => new ComponentFigures())
            components[part].set(name, figures.look(text, this.#clock.monotonic()))
          }),
        ),
      ]),
    )
    for (const known of [this.#apis, this.#stores, ...Object.values(this.#components)])
      for (const name of known.keys()) if (!status.machines.some(m => m.name === name)) known.delete(name)
    const series = new Map([
      ...apiSeries(apis),
      ...storeSeries(stores),
      ...COMPONENTS.flatMap(part => [...componentSeries(part, components[part])]),
    ])
    for (const { name, store, usage } of status.machines) {
      if (names.has(name) && store) series.set(`store/${name}/term`, store.term)
      if (!usage) continue
      series.set(`machine/${name}/cpu`, usage.cpu).set(`machine/${name}/memory`, usage.memory)
    }
    const { cpu, memory } = this.#source.hostUsage()
    return series.set('host/lab/cpu', cpu).set('host/lab/memory', memory)
  }

  async #slow(): Promise<Map<string, number>> {
    if (!this.#source.status().machines.some(m => m.role === 'control-plane' && m.state === 'running')) return new Map()
    const metrics = '/apis/metrics.k8s.io/v1beta1'
    const all = await Promise.all([
      this.#list<PodMetrics>(`${metrics}/pods`, podSeries),
      this.#list<NodeMetrics>(`${metrics}/nodes`, nodeSeries),
      this.#list<HorizontalPodAutoscaler>('/apis/autoscaling/v2/horizontalpodautoscalers', autoscalerSeries),
    ])
    return new Map(all.flatMap(series => [...series]))
  }

  async #read(name: string, of: MasterPart, take: (text: string) => unknown): Promise<void> {
    try {
      take(await this.#source.read(name, of))
    } catch (error) {
      this.#log.debug('a machine does not tell its metrics', { machine: name, of, error: messageOf(error) })
    }
  }

  async #list<T>(path: string, series: (items: readonly T[]) => Map<string, number>): Promise<Map<string, number>> {
    try {
      return series((await this.#source.list<T>(path)) ?? [])
    } catch (error) {
      this.#log.debug('the cluster does not tell its metrics', { path, error: messageOf(error) })
      return new Map()
    }
  }
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key) ?? make()
  map.set(key, known)
  return known
}
