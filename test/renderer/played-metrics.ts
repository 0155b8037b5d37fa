import type { Clock, Timer } from '../../engine/base/clock.ts'
import type { LabStatus, MetricsBank } from '../../engine/lab/contract.ts'
import { SeriesBank } from '../../engine/lab/metrics/bank.ts'
import type { OnFigures } from '../../engine/lab/metrics/collector.ts'

const HOUR = 3_600_000
const MIB = 2 ** 20

/** Figures of an hour that are made up: a load that comes and goes, an election, a rollout; and then a step at a time. */
export class PlayedMetrics {
  readonly banks: Record<MetricsBank, SeriesBank> = {
    fast: new SeriesBank(5_000, 720, 600),
    slow: new SeriesBank(15_000, 240, 1_600),
  }
  readonly #machines: LabStatus['machines']
  readonly #pods: string[]
  readonly #listeners = new Set<OnFigures>()
  readonly #timers: Timer[]

  /** `pods`: as `namespace/name`. */
  constructor(machines: LabStatus['machines'], pods: string[], clock: Clock) {
    this.#machines = machines
    this.#pods = pods
    const end = clock.now()
    for (const [name, bank] of Object.entries(this.banks) as [MetricsBank, SeriesBank][])
      for (let at = end - HOUR + bank.stepMs; at <= end; at += bank.stepMs) bank.add(at, this.#figures(name, at, end))
    this.#timers = (Object.keys(this.banks) as MetricsBank[]).map(name =>
      clock.every(this.banks[name].stepMs, () => {
        const { taken } = this.banks[name].add(clock.now(), this.#figures(name, clock.now(), end))
        for (const listener of this.#listeners) listener(name, taken)
      }),
    )
  }

  onFigures(listener: OnFigures): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  dispose(): void {
    for (const timer of this.#timers) timer.cancel()
  }

  /** `end`: when the played hour ended; an election was 22 minutes before that. */
  #figures(bank: MetricsBank, at: number, end: number): Map<string, number> {
    const minute = (at - end) / 60_000
    return bank === 'fast' ? this.#fast(at, minute) : this.#slow(at, minute)
  }

  #fast(at: number, minute: number): Map<string, number> {
    const load = loadAt(minute)
    const elected = minute > -22
    const figures = new Map<string, number>()
    const set = (key: string, value: number) => figures.set(key, value)
    for (const [i, { name, role }] of this.#machines.entries()) {
      const master = role === 'control-plane'
      set(`machine/${name}/cpu`, (master ? 0.03 + 0.09 * load : 0.01 + 0.03 * load) * (1 + 0.2 * i) * noise(at, i))
      set(`machine/${name}/memory`, ((master ? 118 : 84) + 9 * i + minute / 6 + 8 * load) * MIB)
      if (!master) continue
      const away = i === 1 && minute > -22.4 && minute < -20.5
      if (away) continue
      set(`api/${name}/requests`, (4 + 22 * load) * (i === 0 ? 1.6 : 0.7) * noise(at, 20 + i))
      set(`api/${name}/inflight`, Math.round(3 * load * noise(at, 30 + i)))
      set(`api/${name}/streams`, [76, 14, 11][i % 3]! + (elected && i === 0 ? 6 : 0))
      set(`scheduler/${name}/leads`, i === 0 ? 1 : 0)
      set(`controllers/${name}/leads`, i === (elected ? 2 : 0) ? 1 : 0)
      set(`store/${name}/commits`, (1 + 14 * load) * noise(at, 40))
      set(`store/${name}/revisions`, (1 + 13 * load) * noise(at, 40))
      set(`store/${name}/fsync-p50`, 0.0015 * (1 + i * 0.2) * noise(at, 50 + i))
      set(`store/${name}/fsync-p99`, (0.004 + 0.012 * load) * (1 + i * 0.3) * noise(at, 60 + i))
      set(`store/${name}/behind`, i === 1 && minute > -20.5 && minute < -19 ? Math.round(60 * (-19 - minute)) : 0)
      set(`store/${name}/term`, elected ? 5 : 4)
      set(`store/${name}/leads`, i === (elected ? 2 : 1) ? 1 : 0)
      set(`store/${name}/size`, (7 + (60 + minute) / 18) * MIB)
      set(`store/${name}/pending`, Math.round(2 * load * noise(at, 70 + i)))
    }
    const rates = { GET: 3, LIST: 0.8, WATCH: 0.3, CREATE: 0.9, UPDATE: 2.2, PATCH: 1.6, DELETE: 0.4 }
    for (const [i, [verb, rate]] of Object.entries(rates).entries())
      set(`api/verb/${verb}`, rate * (0.4 + 4 * load) * noise(at, i))
    set('api/errors/4xx', 0.4 * load * noise(at, 80))
    set('api/errors/5xx', minute > -22.4 && minute < -22 ? 1.8 : 0)
    set('scheduler/bound', Math.max(0, load - 0.7) * 3 * noise(at, 81))
    set('scheduler/attempts/scheduled', Math.max(0, load - 0.7) * 3 * noise(at, 81))
    set('scheduler/attempts/unschedulable', load > 0.85 ? 0.2 : 0)
    set('scheduler/attempts/error', 0)
    for (const queue of ['active', 'backoff', 'unschedulable', 'gated'])
      set(`scheduler/pending/${queue}`, queue === 'unschedulable' && load > 0.85 ? 2 : 0)
    set('scheduler/attempt/p50', 0.004 * noise(at, 91))
    set('scheduler/attempt/p99', (0.008 + 0.01 * load) * noise(at, 92))
    for (const [i, queue] of ['deployment', 'replicaset', 'endpointslice', 'job', 'garbage-collector'].entries()) {
      set(`queue/${queue}/adds`, (0.2 + (3 * load) / (1 + i)) * noise(at, 93 + i))
      set(`queue/${queue}/depth`, load > 0.9 && i === 4 ? 3 : 0)
    }
    for (const [i, part] of ['wait', 'work'].entries()) {
      set(`controllers/${part}/p50`, 0.0001 + 0.004 * i * noise(at, 98))
      set(`controllers/${part}/p99`, 0.002 + 0.03 * i * (0.4 + load) * noise(at, 99))
    }
    set('api/read/p50', 0.0026)
    set('api/read/p99', 0.009 + 0.03 * load * noise(at, 82))
    set('api/write/p50', 0.008 + 0.008 * load * noise(at, 83))
    set('api/write/p99', 0.03 + 0.12 * load * noise(at, 84))
    return figures.set('host/lab/cpu', 0.006 * noise(at, 90)).set('host/lab/memory', 101 * MIB)
  }

  #slow(at: number, minute: number): Map<string, number> {
    const load = loadAt(minute)
    const figures = new Map<string, number>()
    for (const [i, pod] of this.#pods.entries()) {
      const busy = i % 3 === 0 ? load : 0.15
      figures.set(`pod/${pod}/cpu`, (0.004 + 0.16 * busy) * (0.3 + ((i * 37) % 90) / 60) * noise(at, 100 + i))
      figures.set(`pod/${pod}/memory`, (24 + ((i * 13) % 60) + 18 * busy) * MIB)
    }
    for (const [i, { name, role }] of this.#machines.entries())
      if (role === 'worker') {
        figures.set(`node/${name}/cpu`, (0.1 + 0.9 * load) * (1 + 0.25 * (i - 3)) * noise(at, 200 + i))
        figures.set(`node/${name}/memory`, (420 + 60 * i + 120 * load) * MIB)
      }
    const wanted = Math.min(10, Math.max(2, Math.round(2 + 5 * load)))
    const late = Math.min(10, Math.max(2, Math.round(2 + 5 * loadAt(minute - 0.5))))
    return figures
      .set('hpa/shop/web/replicas', late)
      .set('hpa/shop/web/wanted', wanted)
      .set('hpa/shop/web/metric/0', (60 + 45 * (load - late / 12)) * noise(at, 300))
      .set('hpa/shop/web/metric/1', (46 + 12 * load) * MIB)
  }
}

/** From 0 to 1, minutes before and after the end of the played hour. */
const loadAt = (minute: number) => 0.5 + 0.35 * Math.sin(minute / 7) + 0.15 * Math.sin(minute / 1.7)

/** A little more or less than 1, the same for the same step of the same series. */
function noise(at: number, series: number): number {
  const wave = Math.sin(Math.round(at / 5_000) * 12.9898 + series * 78.233) * 43_758.5453
  return 0.86 + 0.28 * (wave - Math.floor(wave))
}
