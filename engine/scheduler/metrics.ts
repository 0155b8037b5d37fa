import { exponential, Histogram, type Family, type Sample } from '../base/exposition.ts'

/** What an attempt to place a pod came to. */
export type AttemptResult = 'scheduled' | 'unschedulable' | 'error'

export const RESULTS: readonly AttemptResult[] = ['scheduled', 'unschedulable', 'error']
const PROFILE = 'default-scheduler'

/** Pods that wait, by where. */
export type Pending = Record<'active' | 'backoff' | 'unschedulable' | 'gated', number>

/** What the scheduler of one process tells, under the names of kube-scheduler. Counts go on while another one leads. */
export class SchedulerMetrics {
  /** Set while this scheduler leads. */
  pending: (() => Pending) | undefined
  readonly #attempts = new Map(RESULTS.map(result => [result, new Histogram(exponential(0.001, 2, 15))]))
  readonly #algorithm = new Histogram(exponential(0.001, 2, 15))
  readonly #sli = new Histogram(exponential(0.01, 2, 20))
  readonly #tries = new Histogram(exponential(1, 2, 5))
  readonly #victims = new Histogram(exponential(1, 2, 7))
  #preemptions = 0

  /** Deciding took so many seconds, whatever became of it. */
  decided(seconds: number): void {
    this.#algorithm.observe(seconds)
  }

  attempted(result: AttemptResult, seconds: number): void {
    this.#attempts.get(result)!.observe(seconds)
  }

  /** A pod has its node, so many seconds after it was seen first, at its nth attempt. */
  placed(seconds: number, attempts: number): void {
    this.#sli.observe(seconds)
    this.#tries.observe(attempts)
  }

  /** Others were looked for that could make room; `victims` have to go, if any were found. */
  preempted(victims: number): void {
    this.#preemptions++
    if (victims > 0) this.#victims.observe(victims)
  }

  families(): Family[] {
    const attempts = [...this.#attempts].map(([result, histogram]) => ({
      labels: { profile: PROFILE, result },
      samples: histogram.samples(),
    }))
    const waiting = Object.entries(this.pending?.() ?? {})
    return [
      {
        ...family('schedule_attempts_total', 'counter', 'Attempts to place pods, by result.'),
        samples: attempts.map(({ labels, samples }) => ({ labels, value: samples.at(-1)!.value })),
      },
      {
        ...family('scheduling_attempt_duration_seconds', 'histogram', 'How long attempts took, with the binding.'),
        samples: attempts.flatMap(({ labels, samples }) => labelled(samples, labels)),
      },
      {
        ...family('scheduling_algorithm_duration_seconds', 'histogram', 'How long deciding took.'),
        samples: this.#algorithm.samples(),
      },
      {
        ...family('pending_pods', 'gauge', 'Pods that wait: ready, behind a back-off, unschedulable, or gated.'),
        samples: waiting.map(([queue, value]) => ({ labels: { queue }, value })),
      },
      {
        ...family('pod_scheduling_sli_duration_seconds', 'histogram', 'From when a pod was first seen to its node.'),
        samples: this.#sli.samples(),
      },
      {
        ...family('pod_scheduling_attempts', 'histogram', 'Attempts that pods took.'),
        samples: this.#tries.samples(),
      },
      {
        ...family('preemption_attempts_total', 'counter', 'How often room was looked for.'),
        samples: [{ value: this.#preemptions }],
      },
      { ...family('preemption_victims', 'histogram', 'Pods that had to make room.'), samples: this.#victims.samples() },
    ]
  }
}

const family = (name: string, type: Family['type'], help: string) => ({ name: `scheduler_${name}`, type, help })

const labelled = (samples: Sample[], labels: Record<string, string>) =>
  samples.map(sample => ({ ...sample, labels: { ...labels, ...sample.labels } }))
