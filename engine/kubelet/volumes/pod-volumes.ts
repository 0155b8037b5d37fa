import { mkdirSync } from 'node:fs'
import type { Pod } from '../../api/types.ts'
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { Backoff, MOUNT_LIMITS } from '../pods/backoff.ts'
import type { ValueSources } from '../pods/environment.ts'
import { MountedVolumes, mountVolumes, type EventSink, type VolumeProvisions } from './volumes.ts'

export interface PodVolumesDependencies {
  clock: Clock
  /** Folder of the pod. */
  dir: string
  provisions: VolumeProvisions
  sources(): ValueSources
  event: EventSink
}

/** Tokens are looked at so often, and what has gone wrong with a running pod's volumes is mended. */
const REFRESH_MS = 60_000

/**
 * The volumes of one pod: had before its containers start, tried for again with growing waits, and kept up to date: at
 * once when an object that they show changes, else now and then.
 */
export class PodVolumes {
  readonly #dependencies: PodVolumesDependencies
  readonly #waits: Backoff
  readonly #told = new Set<string>()
  #mounted: MountedVolumes | undefined
  #triedAt = -Infinity
  #shown = ''
  #stale = true

  constructor(dependencies: PodVolumesDependencies) {
    this.#dependencies = dependencies
    this.#waits = new Backoff(dependencies.clock, MOUNT_LIMITS)
  }

  /** Where they are; empty before they could be had. */
  get mounted(): MountedVolumes {
    return this.#mounted ?? new MountedVolumes()
  }

  /** Something that they show has changed: the next `prepare` looks. */
  invalidate(): void {
    this.#stale = true
  }

  /** Sets up or refreshes what is due. Gives the milliseconds to wait if a pod's volumes are not to be had yet. */
  async prepare(pod: Pod): Promise<number | undefined> {
    const { clock, dir, provisions, sources } = this.#dependencies
    // What the downward API can show of a pod.
    const shown = JSON.stringify([pod.metadata.labels, pod.metadata.annotations])
    const due = this.#stale || shown !== this.#shown || this.refreshMs <= 0
    if (this.#mounted && !due) return undefined
    if (!this.#mounted && !this.#stale && this.#waits.leftMs > 0) return this.#waits.leftMs
    this.#stale = false
    this.#triedAt = clock.monotonic()
    try {
      mkdirSync(dir, { recursive: true })
      const event = this.#event.bind(this)
      this.#mounted = await mountVolumes(pod, { ...provisions, podDir: dir, sources: sources(), event })
      this.#shown = shown
    } catch (error) {
      this.#dependencies.event('Warning', 'FailedMount', messageOf(error))
      if (this.#mounted) return undefined
      this.#waits.next()
      this.#waits.failed()
      return this.#waits.leftMs
    }
    return undefined
  }

  /** Milliseconds until they want to be looked at again. */
  get refreshMs(): number {
    if (!this.#mounted) return Infinity
    const waits = [...this.#mounted.missing.values()].map(missing => missing.retryAfterMs)
    return this.#triedAt + Math.min(REFRESH_MS, ...waits) - this.#dependencies.clock.monotonic()
  }

  /** What is the matter with a volume that can be had is said once. */
  #event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    const text = `${reason}: ${message}`
    if (reason !== 'Failed' && reason !== 'BackOff' && this.#told.has(text)) return
    this.#told.add(text)
    this.#dependencies.event(type, reason, message)
  }
}
