import type { Pod } from '../../api/types.ts'
import type { Clock } from '../../base/clock.ts'
import type { ProcessIdentity } from '../../base/platform/platform.ts'
import type { EventRecorder } from '../../client/event-recorder.ts'
import type { ImageManager } from '../images/image-manager.ts'
import type { PodNetwork } from '../pod-network.ts'
import type { ContainerRuntime } from '../runtime/contract.ts'
import type { VolumeProvisions } from '../volumes/volumes.ts'
import type { ResizeRefusal } from './admission.ts'
import type { ValueSources } from './environment.ts'
import type { PodRecord } from './record.ts'
import type { Run } from './run.ts'

/** What a pod is given by its node. */
export interface PodDependencies {
  clock: Clock
  runtime: ContainerRuntime
  images: Pick<ImageManager, 'ensure' | 'forget'>
  network: PodNetwork
  events: Pick<EventRecorder, 'event'>
  /** Folder of this pod. */
  dir: string
  sources(): Omit<ValueSources, 'podIP'>
  /** What the node has for the pod's volumes. */
  volumes: VolumeProvisions
  nodeName: string
  clusterDomain: string
  /** The runtime's handler that a RuntimeClass stands for. @throws Error if there is no such class */
  handlerOf(runtimeClass: string): Promise<string | undefined>
  identify(pid: number): ProcessIdentity | undefined
  /** Why what the pod asks for now cannot be allocated to it. */
  refusesResize(pod: Pod): ResizeRefusal | undefined
  /** What a container has in memory now, in bytes, if it is known. */
  memoryUsed(container: string): number | undefined
  /** What an earlier life of the kubelet left on disk of this pod; its processes are ended. */
  record?: PodRecord
  /** Those of its containers that are to be gone on with, by name. */
  runs?: ReadonlyMap<string, Run>
  /** Ends a process that could not be gone on with. */
  end?(pid: number): void
  /** Something happened: `sync` wants to be called. */
  changed(): void
}

export interface Failure {
  reason: string
  message: string
  /** A condition that says it too. */
  condition?: { type: string; reason: string; message: string }
  /** The node never took the pod in. */
  rejected?: boolean
}

/**
 * Where a pod is in its life on this node. It only goes down this list:
 * syncing (containers are brought to what the spec asks) → terminating (all are being stopped, none is started) →
 * terminated (no process is left, the address is given back) → and when the API object is gone, the folder goes.
 */
export type PodStage =
  | { kind: 'syncing' }
  | { kind: 'terminating'; failure: Failure | undefined; graceSeconds: number }
  | { kind: 'terminated'; failure: Failure | undefined }
