import { createSubscriber } from 'svelte/reactivity'
import type { KubeObject } from '../../../engine/api/object.ts'
import * as pace from './frames.ts'
import { keepLastWrite } from './lists/managed-fields.ts'
import { reflect, type Phase, type Source } from './reflector.ts'
import { transport } from './transport.ts'
import type { Identified, Items } from './reduce.ts'
import type { ApiError } from './api-error.ts'

/** A watch goes on for so long after the last look, so that going back and forth between views costs nothing. */
const LINGER_MS = 3_000

/**
 * The items of one path of the API, kept up to date while somebody looks: reading `items` or `phase` in an effect or a
 * template starts the watch, and it ends when the last reader is gone or the page is hidden for a while.
 */
export class Watched<T extends Identified> {
  #items: Items<T> = $state.raw(new Map())
  #isWhole = $state(false)
  #phase: Phase = $state('idle')
  #error: ApiError | undefined = $state.raw()
  #source: Source<T>
  #controller: AbortController | undefined
  #linger: ReturnType<typeof setTimeout> | undefined
  #subscribe = createSubscriber(() => {
    // Not at once: a reader may be a derived value, which must not change state while it is computed.
    queueMicrotask(() => this.#start())
    document.addEventListener('visibilitychange', this.#onVisibility)
    return () => {
      document.removeEventListener('visibilitychange', this.#onVisibility)
      this.#stopSoon()
    }
  })

  constructor(source: Source<T>) {
    this.#source = source
  }

  get items(): Items<T> {
    this.#subscribe()
    return this.#items
  }

  /** Whether the first list is there to its end. */
  get isWhole(): boolean {
    this.#subscribe()
    return this.#isWhole
  }

  get phase(): Phase {
    this.#subscribe()
    return this.#phase
  }

  get error(): ApiError | undefined {
    this.#subscribe()
    return this.#error
  }

  /** Starts anew after a failure. */
  retry(): void {
    this.#controller?.abort()
    this.#controller = undefined
    this.#start()
  }

  #start(): void {
    clearTimeout(this.#linger)
    if (this.#controller) return
    const controller = new AbortController()
    this.#controller = controller
    if (this.#items.size === 0) this.#phase = 'loading'
    void reflect(
      this.#source,
      this.#items,
      {
        onItems: (items, whole) => {
          if (controller.signal.aborted) return
          this.#items = items
          this.#isWhole ||= whole
        },
        onPhase: (phase, error) => {
          if (controller.signal.aborted) return
          this.#phase = phase
          this.#error = error
        },
      },
      { transport, pace },
      controller.signal,
    )
  }

  #stopSoon(): void {
    clearTimeout(this.#linger)
    this.#linger = setTimeout(() => {
      this.#controller?.abort()
      this.#controller = undefined
    }, LINGER_MS)
  }

  #onVisibility = () => (document.hidden ? this.#stopSoon() : this.#start())
}

const cache = new Map<string, Watched<KubeObject>>()

/**
 * The watched objects of a path such as `/api/v1/pods`; the same for everybody who asks. Of who manages their fields they say no
 * more than who wrote last.
 */
export function watched<T extends KubeObject = KubeObject>(path: string): Watched<T> {
  let found = cache.get(path)
  if (!found) cache.set(path, (found = new Watched<KubeObject>(objectSource(path, keepLastWrite))))
  return found as unknown as Watched<T>
}

/** Watched objects that nobody shares, such as the one that a drawer shows: whole. */
export function watchedAlone<T extends KubeObject = KubeObject>(path: string): Watched<T> {
  return new Watched<KubeObject>(objectSource(path, object => object)) as unknown as Watched<T>
}

function objectSource(path: string, kept: (object: KubeObject) => KubeObject): Source<KubeObject> {
  return {
    path,
    accept: 'application/json',
    // Items of a list do not say what they are; the list does.
    readList: body => {
      const { apiVersion, kind } = body as { apiVersion?: string; kind?: string }
      return ((body.items ?? []) as KubeObject[]).map(item => ({
        ...kept(item),
        apiVersion: item.apiVersion ?? apiVersion,
        kind: item.kind ?? kind?.replace(/List$/, ''),
      }))
    },
    readEvent: object => [kept(object as KubeObject)],
  }
}
