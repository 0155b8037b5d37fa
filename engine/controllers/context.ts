import type { KubeObject } from '../api/object.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Random } from '../base/random.ts'
import type { InformerFactory } from '../client/cache/informer.ts'
import { createEventRecorder, type EventRecorder } from '../client/event-recorder.ts'
import { ResourceClient, type Resource } from '../client/resource-client.ts'
import type { RestClient } from '../client/rest.ts'
import type { QueueMetrics } from '../client/workqueue/metrics.ts'

export interface ControllerOptions {
  /** Certificate of the cluster's authority, published in every namespace as `kube-root-ca.crt`. */
  rootCA: string
  /** Range that nodes get their pod ranges from. */
  podCIDR: string
  /** How long a node may be silent before its conditions become Unknown, in milliseconds. */
  nodeMonitorGraceMs: number
  /** What certificate requests are signed with. */
  signing: { cert: string; key: string }
  /** False where nodes are managed from outside and must not be given pod ranges. */
  withNodes: boolean
}

/** What every controller gets. */
export interface ControllerContext {
  rest: RestClient
  informers: InformerFactory
  clock: Clock
  random: Random
  log: Logger
  /** Absent: nobody counts. */
  queues?: QueueMetrics
  options: ControllerOptions
  client<T extends KubeObject>(resource: Resource<T>): ResourceClient<T>
  /** Events in the style of most components, or, with `events`, with an action. */
  recorder(component: string, style?: 'core' | 'events'): EventRecorder
}

/** Sets a controller up: informers first, so that all are known before any starts; then `run` works until the signal aborts. */
export type ControllerSetup = (context: ControllerContext) => { run(signal: AbortSignal): Promise<void> }

export function createContext(parts: Omit<ControllerContext, 'client' | 'recorder'>): ControllerContext {
  const { rest, clock, log } = parts
  return {
    ...parts,
    client: resource => new ResourceClient(rest, resource),
    recorder: (component, style) => createEventRecorder({ rest, clock, log, component, style }),
  }
}
