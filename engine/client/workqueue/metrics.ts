import type { Clock } from '../../base/clock.ts'
import { exponential, Histogram, type Family, type Sample } from '../../base/exposition.ts'

/** Told what becomes of the keys of one queue. */
export interface QueueObserver {
  added(key: string): void
  taken(key: string): void
  done(key: string): void
  retried(): void
}

/** Upper bounds in seconds, as client-go has them: from 10 ns to 10 s. */
const BOUNDS = exponential(1e-8, 10, 10)

/** What the queues of one process tell, under the names of Kubernetes. */
export class QueueMetrics {
  readonly #clock: Clock
  readonly #queues = new Map<string, Figures>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The figures of the queue with this name. One that takes the place of another goes on with its counters. */
  observe(name: string): QueueObserver {
    const figures = this.#queues.get(name) ?? new Figures()
    this.#queues.set(name, figures)
    figures.waiting.clear()
    figures.worked.clear()
    const now = () => this.#clock.monotonic()
    const since = (begun: number | undefined) => (begun === undefined ? 0 : (now() - begun) / 1_000)
    return {
      added(key) {
        figures.adds++
        figures.waiting.set(key, now())
      },
      taken(key) {
        figures.queued.observe(since(figures.waiting.get(key)))
        figures.waiting.delete(key)
        figures.worked.set(key, now())
      },
      done(key) {
        figures.work.observe(since(figures.worked.get(key)))
        figures.worked.delete(key)
      },
      retried: () => void figures.retries++,
    }
  }

  families(): Family[] {
    const now = this.#clock.monotonic()
    const seconds = ({ worked }: Figures) => [...worked.values()].map(begun => (now - begun) / 1_000)
    return [
      this.#family('depth', 'gauge', 'Keys that wait.', f => f.waiting.size),
      this.#family('adds_total', 'counter', 'Keys that were added.', f => f.adds),
      this.#family('retries_total', 'counter', 'Keys that were added again after a failure.', f => f.retries),
      this.#histogram('queue_duration_seconds', 'How long keys waited.', f => f.queued),
      this.#histogram('work_duration_seconds', 'How long keys were worked on.', f => f.work),
      this.#family('unfinished_work_seconds', 'gauge', 'How long keys have been worked on that are not done.', f =>
        seconds(f).reduce((sum, each) => sum + each, 0),
      ),
      this.#family('longest_running_processor_seconds', 'gauge', 'The longest of these.', f =>
        Math.max(0, ...seconds(f)),
      ),
    ]
  }

  #family(name: string, type: Family['type'], help: string, valueOf: (figures: Figures) => number): Family {
    return { name: `workqueue_${name}`, type, help, samples: this.#samples(f => [{ value: valueOf(f) }]) }
  }

  #histogram(name: string, help: string, of: (figures: Figures) => Histogram): Family {
    return { name: `workqueue_${name}`, type: 'histogram', help, samples: this.#samples(f => of(f).samples()) }
  }

  #samples(of: (figures: Figures) => Sample[]): Sample[] {
    return [...this.#queues].flatMap(([name, figures]) =>
      of(figures).map(sample => ({ ...sample, labels: { name, ...sample.labels } })),
    )
  }
}

class Figures {
  adds = 0
  retries = 0
  /** Since when each key waits, or is worked on, in monotonic milliseconds. */
  readonly waiting = new Map<string, number>()
  readonly worked = new Map<string, number>()
  readonly queued = new Histogram(BOUNDS)
  readonly work = new Histogram(BOUNDS)
}
