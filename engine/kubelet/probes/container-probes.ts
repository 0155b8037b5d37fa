import type { Container, Probe } from '../../api/types.ts'
import type { Disposable } from '../../base/disposable.ts'
import { Prober, type ProberDependencies, type ProbeType } from './prober.ts'

export interface ProbesCallbacks {
  /** Whether the container is started or ready has changed. */
  changed(): void
  /** A liveness or startup probe has failed for good: the container is to be restarted. */
  unhealthy(type: 'Liveness' | 'Startup'): void
  event(type: 'Normal' | 'Warning', reason: string, message: string): void
  /** A probe was tried: its type and what came of it, as metrics call it. */
  tried?(type: ProbeType, result: 'successful' | 'failed' | 'unknown'): void
}

const RESULTS = { success: 'successful', warning: 'successful', failure: 'failed', error: 'unknown' } as const

/** The probes of one run of a container: the startup probe first, then liveness and readiness beside each other. */
export class ContainerProbes implements Disposable {
  readonly #spec: Container
  readonly #dependencies: ProberDependencies
  readonly #callbacks: ProbesCallbacks
  #probers: Prober[] = []
  #started: boolean
  #ready: boolean

  /** `was`: what is known of a run that is gone on with; it stays so until a probe says otherwise. */
  constructor(
    spec: Container,
    dependencies: ProberDependencies,
    callbacks: ProbesCallbacks,
    was?: { started: boolean; ready: boolean },
  ) {
    this.#spec = spec
    this.#dependencies = dependencies
    this.#callbacks = callbacks
    this.#started = !spec.startupProbe || !!was?.started
    this.#ready = !spec.readinessProbe || !!was?.ready
    if (spec.startupProbe && !this.#started) this.#add('Startup', spec.startupProbe)
    else this.#startOthers()
  }

  /** Whether the startup probe, if there is one, has passed. */
  get started(): boolean {
    return this.#started
  }

  get ready(): boolean {
    return this.#started && this.#ready
  }

  /** The container is being stopped: it may still become unready, and nothing else. */
  containerStops(): void {
    for (const prober of this.#probers) if (prober.type !== 'Readiness') prober.dispose()
  }

  dispose(): void {
    for (const prober of this.#probers) prober.dispose()
    this.#probers = []
  }

  #startOthers(): void {
    const { livenessProbe, readinessProbe } = this.#spec
    if (livenessProbe) this.#add('Liveness', livenessProbe)
    if (readinessProbe) this.#add('Readiness', readinessProbe)
  }

  #add(type: ProbeType, probe: Probe): void {
    const { event } = this.#callbacks
    const prober = new Prober(this.#spec, type, probe, this.#dependencies, {
      onVerdict: ok => this.#onVerdict(type, ok, prober),
      onEvent: (reason, message) => event('Warning', reason, message),
      onOutcome: ({ result }) => this.#callbacks.tried?.(type, RESULTS[result]),
    })
    this.#probers.push(prober)
  }

  #onVerdict(type: ProbeType, ok: boolean, prober: Prober): void {
    const { changed, unhealthy } = this.#callbacks
    if (type === 'Readiness') {
      if (this.#ready === ok) return
      this.#ready = ok
      changed()
    } else if (!ok) unhealthy(type)
    else if (type === 'Startup') {
      prober.dispose()
      this.#started = true
      this.#startOthers()
      changed()
    }
  }
}
