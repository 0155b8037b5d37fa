import type { KubeObject } from '../api/object.ts'
import type { Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import type { Logger } from '../base/log.ts'
import { isNotFound } from './errors.ts'
import { microTime } from './leader-election.ts'
import { ResourceClient } from './resource-client.ts'
import { EVENTS } from './resources.ts'
import type { RestClient } from './rest.ts'

export interface EventRecorder {
  /** Tells about `object`; never fails and never waits. A repetition within ten minutes counts up the first event. */
  event(object: EventTarget, type: 'Normal' | 'Warning', reason: string, message: string, action?: string): void
  /** Resolves when all that was told before has been written or given up. */
  flush(): Promise<void>
}

/** What an event is about: an object, or part of one (`fieldPath`). */
export type EventTarget = KubeObject & { fieldPath?: string }

export interface EventRecorderOptions {
  rest: RestClient
  clock: Clock
  log: Logger
  /** "deployment-controller", "kubelet" … */
  component: string
  /** Node that the component works on, for kubelets. */
  host?: string
  /**
   * "core" writes source, count and timestamps as most components do; "events" writes eventTime, action and
   * reportingInstance, as the scheduler does through events.k8s.io.
   */
  style?: 'core' | 'events'
}

interface Seen {
  name: string
  namespace: string
  count: number
  lastMs: number
}

const REPEAT_WINDOW_MS = 10 * 60_000
const MAX_REMEMBERED = 4096
/** Events of one source about one object that may come at once; then one every five minutes, as in client-go. */
const BURST = 25
const REFILL_MS = 5 * 60_000
const MAX_PENDING = 1000

/** Writes events in order, in the background. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  return new Recorder(options)
}

class Recorder implements EventRecorder {
  readonly #options: EventRecorderOptions
  readonly #events: ResourceClient<KubeObject>
  readonly #seen = new Map<string, Seen>()
  readonly #budgets = new Map<string, { tokens: number; atMs: number }>()
  #tail: Promise<void> = Promise.resolve()
  #pending = 0

  constructor(options: EventRecorderOptions) {
    this.#options = options
    this.#events = new ResourceClient(options.rest, EVENTS)
  }

  event(object: EventTarget, type: 'Normal' | 'Warning', reason: string, message: string, action?: string): void {
    const { log } = this.#options
    if (this.#pending >= MAX_PENDING || !this.#withinBudget(object)) {
      log.debug('event dropped: too many', { reason, object: object.metadata.name })
      return
    }
    this.#pending++
    const nowMs = this.#options.clock.now()
    this.#tail = this.#tail
      .then(() => this.#write(object, type, reason, message, action, nowMs))
      .catch(error => log.debug('event not written', { reason, error: messageOf(error) }))
      .finally(() => this.#pending--)
  }

  flush(): Promise<void> {
    return this.#tail
  }

  async #write(
    object: EventTarget,
    type: string,
    reason: string,
    message: string,
    action: string | undefined,
    nowMs: number,
  ): Promise<void> {
    const key = JSON.stringify([object.metadata.uid, object.fieldPath, type, reason, message])
    const seen = this.#seen.get(key)
    if (seen && nowMs - seen.lastMs < REPEAT_WINDOW_MS && (await this.#repeat(seen, nowMs))) return
    const event = this.#build(object, type, reason, message, action, nowMs)
    await this.#events.create(event)
    this.#remember(key, { name: event.metadata.name!, namespace: event.metadata.namespace!, count: 1, lastMs: nowMs })
  }

  /** Counts the event up; false if it is gone meanwhile. */
  async #repeat(seen: Seen, nowMs: number): Promise<boolean> {
    const count = seen.count + 1
    const patch =
      this.#options.style === 'events'
        ? { series: { count, lastObservedTime: microTime(nowMs) } }
        : { count, lastTimestamp: rfc3339(nowMs) }
    try {
      await this.#events.patch(seen.namespace, seen.name, 'merge', patch)
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
    seen.count = count
    seen.lastMs = nowMs
    return true
  }

  #build(
    object: EventTarget,
    type: string,
    reason: string,
    message: string,
    action: string | undefined,
    nowMs: number,
  ): KubeObject {
    const { component, host, style } = this.#options
    const { name, namespace, uid, resourceVersion } = object.metadata
    const common = {
      apiVersion: 'v1',
      kind: 'Event',
      // As client-go names them: the object's name and the nanoseconds in hexadecimal.
      metadata: {
        name: `${name}.${(BigInt(nowMs) * 1_000_000n + BigInt(this.#serial())).toString(16)}`,
        namespace: namespace ?? 'default',
      },
      involvedObject: {
        apiVersion: object.apiVersion,
        kind: object.kind,
        name,
        namespace,
        uid,
        resourceVersion,
        fieldPath: object.fieldPath,
      },
      type,
      reason,
      message: message.length > 1024 ? message.slice(0, 1024) : message,
      reportingComponent: component,
    }
    if (style === 'events')
      return {
        ...common,
        source: {},
        action: action ?? reason,
        eventTime: microTime(nowMs),
        reportingInstance: `${component}-${host ?? ''}`,
        firstTimestamp: null,
        lastTimestamp: null,
      }
    const time = rfc3339(nowMs)
    return {
      ...common,
      source: { component, host },
      reportingInstance: host ?? '',
      count: 1,
      firstTimestamp: time,
      lastTimestamp: time,
      eventTime: null,
    }
  }

  /** A number below a million that differs from call to call, so that names made in one millisecond differ. */
  #serial(): number {
    this.#counter = (this.#counter + 1) % 1_000_000
    return this.#counter
  }

  #counter = 0

  #withinBudget(object: EventTarget): boolean {
    const nowMs = this.#options.clock.monotonic()
    const key = object.metadata.uid ?? `${object.kind}/${object.metadata.namespace}/${object.metadata.name}`
    const budget = this.#budgets.get(key) ?? { tokens: BURST, atMs: nowMs }
    budget.tokens = Math.min(BURST, budget.tokens + (nowMs - budget.atMs) / REFILL_MS)
    budget.atMs = nowMs
    this.#budgets.delete(key)
    this.#budgets.set(key, budget)
    forgetOldest(this.#budgets)
    if (budget.tokens < 1) return false
    budget.tokens--
    return true
  }

  #remember(key: string, seen: Seen): void {
    this.#seen.delete(key)
    this.#seen.set(key, seen)
    forgetOldest(this.#seen)
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  if (map.size > MAX_REMEMBERED) map.delete(map.keys().next().value!)
}

/** RFC 3339 to the second, as Kubernetes writes Time. */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19) + 'Z'
}
