import type { Pod } from '../../api/types.ts'
import type { Clock, Timer } from '../../base/clock.ts'
import { keyOf } from '../../client/cache/indexer.ts'

export interface QueuedPod {
  pod: Pod
  key: string
  attempts: number
  addedAt: number
}

const INITIAL_BACKOFF_MS = 1_000
const MAX_BACKOFF_MS = 10_000
/** A pod that cannot be placed is tried again at least so often, whatever happens in the cluster. */
const UNSCHEDULABLE_LIMIT_MS = 5 * 60_000
const FLUSH_MS = 30_000

/**
 * Pods that wait for a node, in three places as in kube-scheduler: `active` in order of priority and age;
 * `unschedulable` until something in the cluster changes that may help; and behind a back-off that doubles with each
 * failed attempt, so that a hopeless pod does not hold up the others.
 */
export class SchedulingQueue {
  readonly #clock: Clock
  readonly #active: QueuedPod[] = []
  readonly #unschedulable = new Map<string, { entry: QueuedPod; since: number }>()
  readonly #backingOff = new Map<string, { entry: QueuedPod; timer: Timer }>()
  readonly #flush: Timer
  /** Taken and not yet decided; a newer version of the pod may arrive meanwhile. */
  readonly #inFlight = new Set<string>()
  #moves = 0
  #waiting: ((entry: QueuedPod | undefined) => void) | undefined
  #closed = false

  constructor(clock: Clock) {
    this.#clock = clock
    this.#flush = clock.every(FLUSH_MS, () => this.#flushOld())
  }

  get depth() {
    return { active: this.#active.length, backoff: this.#backingOff.size, unschedulable: this.#unschedulable.size }
  }

  /** Counts events that could have helped; a failed attempt during which it moved is retried without waiting for more. */
  get moves(): number {
    return this.#moves
  }

  /** A new pod, or a pod whose spec changed in a way that may help. */
  add(pod: Pod): void {
    const key = keyOf(pod)
    const known = this.#take(key)
    this.#activate({ pod, key, attempts: known?.attempts ?? 0, addedAt: known?.addedAt ?? this.#clock.monotonic() })
  }

  /** A pod that waits has changed in a way that does not matter for its place: keep the newest version. */
  refresh(pod: Pod): void {
    const key = keyOf(pod)
    const entry =
      this.#unschedulable.get(key)?.entry ?? this.#backingOff.get(key)?.entry ?? this.#active.find(e => e.key === key)
    if (entry) entry.pod = pod
  }

  has(key: string): boolean {
    return (
      this.#inFlight.has(key) ||
      this.#unschedulable.has(key) ||
      this.#backingOff.has(key) ||
      this.#active.some(e => e.key === key)
    )
  }

  remove(key: string): void {
    this.#take(key)
  }

  /** The next pod, or undefined once the queue is closed. The taker must call `done` or `fail`. */
  next(): Promise<QueuedPod | undefined> {
    if (this.#closed) return Promise.resolve(undefined)
    const entry = this.#active.shift()
    if (!entry) return new Promise(resolve => (this.#waiting = resolve))
    this.#begin(entry)
    return Promise.resolve(entry)
  }

  done(key: string): void {
    this.#inFlight.delete(key)
  }

  /** The attempt found no node. `movesBefore` is `moves` at the start of the attempt. */
  fail(entry: QueuedPod, movesBefore: number): void {
    this.#inFlight.delete(entry.key)
    if (this.#closed) return
    if (movesBefore !== this.#moves) this.#backOff(entry)
    else this.#unschedulable.set(entry.key, { entry, since: this.#clock.monotonic() })
  }

  /** The attempt broke off for reasons that pass by themselves (an error of the API server). */
  retry(entry: QueuedPod): void {
    this.#inFlight.delete(entry.key)
    if (!this.#closed) this.#backOff(entry)
  }

  /** Something changed that may let waiting pods run: tries those for which `helps` holds, after their back-off. */
  moveUnschedulable(helps: (pod: Pod) => boolean = () => true): void {
    this.#moves++
    for (const [key, { entry, since }] of this.#unschedulable) {
      if (!helps(entry.pod)) continue
      this.#unschedulable.delete(key)
      this.#backOff(entry, this.#clock.monotonic() - since)
    }
  }

  close(): void {
    this.#closed = true
    this.#flush.cancel()
    for (const { timer } of this.#backingOff.values()) timer.cancel()
    this.#waiting?.(undefined)
  }

  #begin(entry: QueuedPod): void {
    entry.attempts++
    this.#inFlight.add(entry.key)
  }

  #activate(entry: QueuedPod): void {
    if (this.#waiting) {
      const resolve = this.#waiting
      this.#waiting = undefined
      this.#begin(entry)
      return resolve(entry)
    }
    const at = this.#active.findIndex(other => before(entry, other))
    if (at < 0) this.#active.push(entry)
    else this.#active.splice(at, 0, entry)
  }

  #backOff(entry: QueuedPod, waitedMs = 0): void {
    const delay = Math.min(INITIAL_BACKOFF_MS * 2 ** (entry.attempts - 1), MAX_BACKOFF_MS) - waitedMs
    if (delay <= 0) return this.#activate(entry)
    const timer = this.#clock.after(delay, () => {
      this.#backingOff.delete(entry.key)
      this.#activate(entry)
    })
    this.#backingOff.set(entry.key, { entry, timer })
  }

  #take(key: string): QueuedPod | undefined {
    const waiting = this.#backingOff.get(key)
    waiting?.timer.cancel()
    const unschedulable = this.#unschedulable.get(key)
    const at = this.#active.findIndex(e => e.key === key)
    const active = at < 0 ? undefined : this.#active.splice(at, 1)[0]
    this.#backingOff.delete(key)
    this.#unschedulable.delete(key)
    return active ?? waiting?.entry ?? unschedulable?.entry
  }

  #flushOld(): void {
    const now = this.#clock.monotonic()
    for (const [key, { entry, since }] of this.#unschedulable) {
      if (now - since < UNSCHEDULABLE_LIMIT_MS) continue
      this.#unschedulable.delete(key)
      this.#activate(entry)
    }
  }
}

/** PrioritySort: higher priority first, then who waits longer. */
function before(a: QueuedPod, b: QueuedPod): boolean {
  const pa = a.pod.spec?.priority ?? 0
  const pb = b.pod.spec?.priority ?? 0
  return pa !== pb ? pa > pb : a.addedAt < b.addedAt
}
