import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Random } from '../base/random.ts'
import { InformerFactory } from '../client/cache/informer.ts'
import type { RestClient } from '../client/rest.ts'
import type { QueueMetrics } from '../client/workqueue/metrics.ts'
import { setupCertificates } from './certificates/certificates.ts'
import { createContext, type ControllerOptions, type ControllerSetup } from './context.ts'
import { setupCronJobs } from './cronjob/cronjob.ts'
import { setupDaemonSets } from './daemonset/daemonset.ts'
import { setupDeployments } from './deployment/deployment.ts'
import { setupEndpointSlices } from './endpointslice/endpointslice.ts'
import { setupEndpointSliceMirroring } from './endpointslice-mirroring/endpointslice-mirroring.ts'
import { setupEphemeralVolumes } from './ephemeral-volume/ephemeral-volume.ts'
import { setupGarbageCollector } from './garbage-collector/garbage-collector.ts'
import { setupJobs } from './job/job.ts'
import { setupNamespaces } from './namespace/namespace.ts'
import { setupNodeIpam } from './node-ipam/node-ipam.ts'
import { setupNodeLifecycle } from './node-lifecycle/node-lifecycle.ts'
import { setupPersistentVolumes } from './persistent-volume/persistent-volume.ts'
import { setupPodGC } from './pod-gc/pod-gc.ts'
import { setupReplicaSets } from './replicaset/replicaset.ts'
import { setupServiceAccounts } from './service-account/service-account.ts'
import { setupServiceAddressRepair } from './service-cidr/repair.ts'
import { setupServiceCIDRs } from './service-cidr/service-cidr.ts'
import { setupStatefulSets } from './statefulset/statefulset.ts'
import { setupVolumeProtection } from './volume-protection/volume-protection.ts'

export interface ControllerManagerDependencies {
  rest: RestClient
  clock: Clock
  random: Random
  log: Logger
  queues?: QueueMetrics
  options: ControllerOptions
}

const CONTROLLERS: Record<string, ControllerSetup> = {
  namespace: setupNamespaces,
  serviceaccount: setupServiceAccounts,
  'garbage-collector': setupGarbageCollector,
  deployment: setupDeployments,
  replicaset: setupReplicaSets,
  daemonset: setupDaemonSets,
  statefulset: setupStatefulSets,
  job: setupJobs,
  cronjob: setupCronJobs,
  endpointslice: setupEndpointSlices,
  'endpointslice-mirroring': setupEndpointSliceMirroring,
  'service-cidr': setupServiceCIDRs,
  'service-address-repair': setupServiceAddressRepair,
  'node-lifecycle': setupNodeLifecycle,
  'node-ipam': setupNodeIpam,
  'pod-gc': setupPodGC,
  certificates: setupCertificates,
  'persistent-volume': setupPersistentVolumes,
  'volume-protection': setupVolumeProtection,
  'ephemeral-volume': setupEphemeralVolumes,
}

/** Runs all controllers until the signal aborts. Only the elected leader may run it. */
export async function runControllerManager(
  dependencies: ControllerManagerDependencies,
  signal: AbortSignal,
): Promise<void> {
  const { rest, clock, random, log, queues, options } = dependencies
  const informers = new InformerFactory({ rest, clock, random, log })
  const context = (name: string) =>
    createContext({ rest, informers, clock, random, log: log.child(name), queues, options })
  const controllers = Object.entries(CONTROLLERS)
    .filter(([name]) => options.withNodes || name !== 'node-ipam')
    .map(([name, setup]) => setup(context(name)))
  informers.start(signal)
  const stopped = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
  await Promise.race([informers.whenSynced(), stopped])
  if (!signal.aborted) await Promise.all(controllers.map(controller => controller.run(signal)))
}
