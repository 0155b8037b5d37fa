import { createSubscriber } from 'svelte/reactivity'
import type { MetricsLine } from '../../../engine/lab/contract.ts'
import { backoff } from '../cluster/backoff.ts'
import { linesOf } from '../cluster/lines.ts'
import { explain } from '../cluster/rest.ts'
import { openStream } from '../cluster/streams.ts'
import { History } from './series.ts'

const PATH = '/lab/v1/metrics?follow=1'

/** Time that is shown of a lab that has just begun. */
const LEAST_MS = 120_000

export const RANGES = [5, 15, 60] as const
export type Range = (typeof RANGES)[number]

/** What all charts of the page share: the figures, the stretch of time, and the moment that is pointed at. */
export class Board {
  /** Grows with each step; who reads it sees what the history has then. */
  #version = $state(0)
  #ready = $state(false)
  #error: string | undefined = $state()
  #history = new History()
  #controller: AbortController | undefined
  #pausedAt: number | undefined = $state()
  range: Range = $state(15)
  /** Milliseconds since the epoch. */
  cursor: number | undefined = $state()

  #subscribe = createSubscriber(() => {
    queueMicrotask(() => this.#start())
    document.addEventListener('visibilitychange', this.#onVisibility)
    return () => {
      document.removeEventListener('visibilitychange', this.#onVisibility)
      this.#stop()
    }
  })

  /** The figures as they are now; read anew at each step while somebody looks. */
  get history(): History {
    this.#subscribe()
    void this.#version
    return this.#history
  }

  get version(): number {
    this.#subscribe()
    return this.#version
  }

  get ready(): boolean {
    this.#subscribe()
    return this.#ready
  }

  /** Why nothing new comes. */
  get error(): string | undefined {
    return this.#error
  }

  /** The end of what is shown: now, or when the page was told to stand still. */
  get to(): number {
    return this.#pausedAt ?? this.history.at
  }

  get from(): number {
    const whole = this.to - this.range * 60_000
    return Math.max(whole, Math.min(this.history.since, this.to - LEAST_MS))
  }

  get paused(): boolean {
    return this.#pausedAt !== undefined
  }

  setPaused(paused: boolean): void {
    this.#pausedAt = paused ? this.#history.at : undefined
  }

  #start(): void {
    if (this.#controller || document.hidden) return
    this.#controller = new AbortController()
    void this.#run(this.#controller.signal)
  }

  #stop(): void {
    this.#controller?.abort(new Error('nobody looks'))
    this.#controller = undefined
  }

  #onVisibility = () => (document.hidden ? this.#stop() : this.#start())

  async #run(signal: AbortSignal): Promise<void> {
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        const text = await openStream(PATH, 'application/x-ndjson', signal)
        const history = new History()
        for await (const lines of linesOf(text)) {
          let changed = false
          for (const line of lines) changed = history.take(JSON.parse(line) as MetricsLine) || changed
          if (!changed) continue
          attempt = 0
          this.#history = history
          this.#ready = true
          this.#error = undefined
          this.#version++
        }
      } catch (error) {
        if (signal.aborted) return
        this.#error = explain(error).title
      }
      await new Promise(done => setTimeout(done, backoff(attempt + 1)))
    }
  }
}
