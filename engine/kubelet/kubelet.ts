import { join } from 'node:path'
import type { ConfigMap, PersistentVolume, Pod, Secret, Service } from '../api/types.ts'
import type { KubeObject } from '../api/object.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Platform } from '../base/platform/platform.ts'
import { parseQuantity } from '../base/quantity.ts'
import type { Random } from '../base/random.ts'
import { InformerFactory } from '../client/cache/informer.ts'
import { isNotFound } from '../client/errors.ts'
import { createEventRecorder, type EventRecorder } from '../client/event-recorder.ts'
import { ResourceClient, type Resource } from '../client/resource-client.ts'
import {
  CONFIG_MAPS,
  NODES,
  PERSISTENT_VOLUME_CLAIMS,
  PERSISTENT_VOLUMES,
  PODS,
  SECRETS,
  SERVICES,
} from '../client/resources.ts'
import type { RestClient } from '../client/rest.ts'
import { ImageCatalogue } from './images/catalogue.ts'
import { ImageManager } from './images/image-manager.ts'
import { imageVolume } from './images/image-volumes.ts'
import { ImageStore } from './images/store.ts'
import { allocatableOf, type Capacity } from './node/allocatable.ts'
import { goDuration } from './node/duration.ts'
import { EvictionManager } from './eviction/eviction-manager.ts'
import { measureNode } from './eviction/measure.ts'
import { IMAGE_GC_MS, ImageCollector } from './images/image-collector.ts'
import { KUBELET_VERSION, NodeAgent } from './node/node-agent.ts'
import { operatingSystem } from './node/node-status.ts'
import { DEFAULT_SETTINGS, type KubeletSettings } from './node/settings.ts'
import type { PodNetwork } from './pod-network.ts'
import { Admission } from './pods/admission.ts'
import { isCritical } from './pods/critical.ts'
import type { Failure } from './pods/pod-runner.ts'
import { PodManager, type PodManagerDependencies } from './pods/pod-manager.ts'
import { StaticPods } from './pods/static-pods.ts'
import { PodTokens } from './pods/tokens.ts'
import type { ContainerRuntime } from './runtime/contract.ts'
import { KubeletAuth } from './server/auth.ts'
import { startKubeletServer, type KubeletServer } from './server/server.ts'
import { StatsProvider } from './stats/stats.ts'
import { StorageMeter } from './stats/storage.ts'
import { ClaimMounts } from './volumes/claims.ts'
import { FolderVolumes } from './volumes/folder-volumes.ts'
import type { AllowedHostPath } from './volumes/host-path.ts'
import { WatchedObjects } from './watched-objects.ts'

export interface KubeletConfig {
  nodeName: string
  /** Address of the node in the lab's address plan. */
  address: string
  /** Folder for pods. */
  dir: string
  imagesDir: string
  /** Folder of the images that were added to the lab, and of what the lab allows them. */
  addedImagesDir?: string
  port: number
  serving: { cert: string; key: string }
  clientCA: string
  capacity: Capacity
  settings: KubeletSettings
  /** How long the Node's Lease lasts: it is renewed four times in that. */
  leaseDurationSeconds: number
  clusterDomain: string
  /** Added to the Node at registration. */
  labels: Record<string, string>
  annotations: Record<string, string>
  /** Folders of the user's machine that the lab allows pods to mount. */
  allowedHostPaths?: readonly AllowedHostPath[]
  /** Where this node's files in memory are, where the system has such a place. */
  memoryFolder?: string
  /** Folder of manifests of static pods. */
  manifestsDir?: string
}

export interface KubeletDependencies {
  rest: RestClient
  clock: Clock
  random: Random
  log: Logger
  runtime: ContainerRuntime
  network: PodNetwork
  platform: Platform
}

export interface Kubelet {
  /** Whether the Node is registered and reported Ready. */
  readonly ready: boolean
  /** Ends all pods' processes, says that the node is going, and stops. */
  stop(): Promise<void>
}

/** Pods are given so long to stop when their machine is shut down. */
const SHUTDOWN_GRACE_SECONDS = 2

/** Runs the pods that are bound to this node, and reports on them and on the node. */
export async function startKubelet(config: KubeletConfig, dependencies: KubeletDependencies): Promise<Kubelet> {
  const kubelet = new KubeletCore(config, dependencies)
  await kubelet.start()
  return kubelet
}

class KubeletCore implements Kubelet {
  readonly #config: KubeletConfig
  readonly #dependencies: KubeletDependencies
  readonly #images: ImageManager
  readonly #informers: InformerFactory
  readonly #tokens: PodTokens
  readonly #objects: WatchedObjects
  readonly #claims: ClaimMounts
  /** Apart from the others: pods need not wait for what is known of volumes. */
  readonly #volumeObjects: InformerFactory
  readonly #folders: FolderVolumes
  readonly #statics: StaticPods | undefined
  readonly #pods: PodManager
  readonly #ending = new AbortController()
  readonly #node: NodeAgent
  readonly #events: EventRecorder
  readonly #storage: StorageMeter
  readonly #stats: StatsProvider
  readonly #collector: ImageCollector
  readonly #evictions: EvictionManager
  #server: KubeletServer | undefined
  #isStopping = false
  #work: Promise<void> = Promise.resolve()

  constructor(config: KubeletConfig, dependencies: KubeletDependencies) {
    this.#config = config
    this.#dependencies = dependencies
    const { rest, clock, random, log, platform } = dependencies
    const { nodeName, manifestsDir, dir } = config
    this.#images = new ImageManager({
      store: new ImageStore({ builtIn: config.imagesDir, added: config.addedImagesDir, platform: platform.name }),
      catalogue: new ImageCatalogue(join(dir, 'images.json'), log),
      clock,
    })
    this.#informers = new InformerFactory({ rest, clock, random, log })
    this.#tokens = new PodTokens(rest, clock)
    this.#objects = new WatchedObjects({ rest, clock, random, log }, uid => this.#pods.objectChanged(uid))
    this.#claims = new ClaimMounts({
      claim: (namespace, name) => this.#get(PERSISTENT_VOLUME_CLAIMS, namespace, name),
      volume: name => this.#get(PERSISTENT_VOLUMES, undefined, name),
      node: () => this.#get(NODES, undefined, nodeName),
      foldersDir: join(dir, 'volumes'),
      host: { root: join(dir, 'host'), allowed: config.allowedHostPaths ?? [] },
    })
    this.#volumeObjects = new InformerFactory({ rest, clock, random, log })
    const volumes = this.#volumeObjects.informer(PERSISTENT_VOLUMES as Resource<PersistentVolume>)
    this.#folders = new FolderVolumes(join(dir, 'volumes'), volumes, log.child('volumes'))
    this.#events = createEventRecorder({ rest, clock, log, component: 'kubelet', host: nodeName })
    this.#node = new NodeAgent(config, this.#images, this.#events, dependencies)
    const pods = this.#informers.informer(PODS as Resource<Pod>, { fieldSelector: `spec.nodeName=${nodeName}` })
    const client = new ResourceClient(rest, PODS as Resource<Pod>)
    this.#statics = manifestsDir
      ? new StaticPods({
          ...{ folder: manifestsDir, nodeName, clock, log, client },
          lister: pods.lister,
          nodeUid: () => this.#node.uid,
        })
      : undefined
    this.#pods = new PodManager({
      ...{ clock, log, platform, pods, client },
      statics: this.#statics,
      dir: join(dir, 'pods'),
      hostIP: config.address,
      admission: this.#newAdmission(),
      memoryUsed: (uid, container) => this.#memoryUsed(uid, container),
      dependenciesOf: pod => this.#dependenciesOf(pod),
      forgotten: uid => {
        this.#tokens.forget(uid)
        this.#objects.forget(uid)
        this.#claims.forget(uid)
      },
    })
    this.#storage = this.#watchDisk()
    this.#stats = this.#measureUse()
    this.#collector = this.#collectImages()
    this.#evictions = this.#evictUnderPressure()
  }

  #newAdmission(): Admission {
    const { capacity, settings } = this.#config
    return new Admission({
      node: () => this.#node.node,
      allocatable: allocatableOf(capacity, settings),
      operatingSystem: operatingSystem(),
      isStopping: () => this.#isStopping,
      underPressure: pod => this.#evictions.refuses(pod),
    })
  }

  #memoryUsed(uid: string, container: string): number | undefined {
    const pod = this.#stats.summary().pods.find(p => p.podRef.uid === uid)
    return pod?.containers.find(c => c.name === container)?.memory.workingSetBytes
  }

  #watchDisk(): StorageMeter {
    return new StorageMeter(this.#dependencies.clock, () => this.#pods.runners)
  }

  #measureUse(): StatsProvider {
    const { clock, platform } = this.#dependencies
    const { nodeName, capacity } = this.#config
    return new StatsProvider({
      ...{ clock, platform, nodeName, capacity },
      memory: capacity.memory,
      pods: () => this.#pods.runners,
      storage: this.#storage,
      imageBytes: () => this.#images.sizeBytes,
    })
  }

  #collectImages(): ImageCollector {
    const { capacity, settings } = this.#config
    const disk = parseQuantity(capacity.ephemeralStorage).value()
    return new ImageCollector({
      ...{ images: this.#images, settings },
      disk: () => ({ capacityBytes: disk, otherBytes: this.#storage.total }),
      inUse: () =>
        new Set(this.#pods.runners.flatMap(r => (r.finished ? [] : r.containers.flatMap(c => c.image?.digest ?? [])))),
      event: (...told) => this.#node.event(...told),
    })
  }

  #evictUnderPressure(): EvictionManager {
    const { clock, log } = this.#dependencies
    const { capacity, settings } = this.#config
    const measured = { stats: this.#stats, storage: this.#storage, imageBytes: () => this.#images.sizeBytes }
    return new EvictionManager({
      ...{ clock, settings, log: log.child('eviction') },
      pods: () => this.#pods.runners.filter(r => r.stage.kind === 'syncing' && r.containers.some(c => c.isRunning)),
      measure: () => measureNode({ ...measured, capacity, settings }),
      reclaimDisk: async () => {
        for (const runner of this.#pods.runners) runner.removeDeadRuns()
        this.#collector.collectAll()
        await this.#storage.measure({ always: true })
      },
      nodeEvent: (...told) => this.#node.event(...told),
      podEvent: (pod, ...told) => this.#events.event(pod, ...told),
      onPressure: pressure => this.#node.setPressure(pressure),
    })
  }

  get ready(): boolean {
    return this.#node.ready
  }

  async start(): Promise<void> {
    const { signal } = this.#ending
    const { clock, log, runtime, network } = this.#dependencies
    const { port, serving, clientCA, nodeName } = this.#config
    const pods = () => this.#pods.runners
    this.#informers.informer(SERVICES as Resource<Service>)
    this.#server = await startKubeletServer(
      { port, serving, clientCA },
      {
        ...{ clock, runtime, network, nodeName, pods },
        log: log.child('server'),
        auth: new KubeletAuth({ clock, nodeName, rest: this.#dependencies.rest }),
        find: (namespace, name) => this.#pods.find(namespace, name),
        version: KUBELET_VERSION,
        describe: () => this.#describe(),
        stats: this.#stats,
      },
    )
    await this.#statics?.start(signal)
    // The node's own pods run whether there is an API server or not.
    const synced = Promise.withResolvers<void>()
    this.#work = this.#pods.run(signal, synced.promise)
    this.#work.catch(error => log.error('the pod workers stopped', { error }))
    await this.#node.start(signal)
    this.#informers.start(signal)
    this.#informers.whenSynced().then(synced.resolve, synced.reject)
    this.#volumeObjects.start(signal)
    void this.#volumeObjects.whenSynced().then(() => this.#folders.sweep())
    const started = this.#informers.whenSynced()
    void started.then(() => this.#evictions.run(signal))
    const collecting = clock.every(IMAGE_GC_MS, () => this.#collector.collect())
    signal.addEventListener('abort', () => collecting.cancel(), { once: true })
  }

  async stop(): Promise<void> {
    const { total, critical } = this.#shutdownSeconds
    this.#isStopping = true
    await this.#node.announceShutdown()
    if (total > 0) {
      await this.#pods.fail(pod => !isCritical(pod), SHUTDOWN, total - critical)
      await this.#pods.fail(isCritical, SHUTDOWN, critical)
    }
    this.#ending.abort(new Error('the kubelet stops'))
    await this.#pods.halt(SHUTDOWN_GRACE_SECONDS)
    await this.#work
    this.#objects.dispose()
    await this.#server?.close()
  }

  /** How long a shutdown waits for its pods, which fail by it, and the part of it for critical ones. 0: they just stop. */
  get #shutdownSeconds(): { total: number; critical: number } {
    const { shutdownGracePeriod = '0', shutdownGracePeriodCriticalPods = '0' } = this.#config.settings
    const seconds = (text: string) => (goDuration(text) ?? 0) / 1_000
    return { total: seconds(shutdownGracePeriod), critical: seconds(shutdownGracePeriodCriticalPods) }
  }

  /** In the terms of KubeletConfiguration (kubelet.config.k8s.io/v1beta1). */
  #describe(): object {
    const { port, address, clusterDomain, capacity, manifestsDir } = this.#config
    return {
      ...DEFAULT_SETTINGS,
      shutdownGracePeriod: '0s',
      shutdownGracePeriodCriticalPods: '0s',
      ...this.#config.settings,
      kind: 'KubeletConfiguration',
      address,
      port,
      clusterDomain,
      maxPods: capacity.pods,
      containerLogMaxFiles: 5,
      ...(manifestsDir ? { staticPodPath: manifestsDir } : {}),
      nodeLeaseDurationSeconds: this.#config.leaseDurationSeconds,
    }
  }

  #dependenciesOf(pod: Pod): ReturnType<PodManagerDependencies['dependenciesOf']> {
    const { runtime, network, rest } = this.#dependencies
    const { nodeName, clusterDomain, address, capacity, settings } = this.#config
    const services = this.#informers.informer(SERVICES as Resource<Service>)
    const uid = pod.metadata.uid!
    return {
      ...{ runtime, network, nodeName, clusterDomain },
      images: this.#images,
      events: this.#events,
      sources: () => ({
        configMap: (namespace, name) => this.#objects.get(uid, CONFIG_MAPS as Resource<ConfigMap>, namespace, name),
        secret: (namespace, name) => this.#objects.get(uid, SECRETS as Resource<Secret>, namespace, name),
        services: namespace =>
          services.lister
            .list(namespace)
            .concat(namespace === 'default' ? [] : kubernetesService(services.lister.list('default'))),
        hostIP: address,
        allocatable: allocatableOf(capacity, settings),
      }),
      volumes: {
        token: (audience, seconds) => this.#tokens.token(pod, audience, seconds),
        hostRoot: join(this.#config.dir, 'host'),
        allowedHostPaths: this.#config.allowedHostPaths,
        memoryFolder: this.#config.memoryFolder,
        image: async (reference, policy, event) => imageVolume(this.#images, uid, reference, policy, event),
        claim: (claimant, name, volume) => this.#claims.mount(claimant, name, volume),
      },
      async handlerOf(name) {
        const path = `/apis/node.k8s.io/v1/runtimeclasses/${encodeURIComponent(name)}`
        const { handler } = await rest.request<{ handler: string }>('GET', path)
        const known = runtime.handlers?.map(h => h.name)
        if (known && !known.includes(handler)) throw new Error(`no runtime for "${handler}" is configured`)
        return handler
      },
    }
  }

  async #get<T extends KubeObject>(
    resource: Resource,
    namespace: string | undefined,
    name: string,
  ): Promise<T | undefined> {
    try {
      const client = new ResourceClient<T>(this.#dependencies.rest, resource as Resource<T>)
      return await client.get(namespace, name)
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }
}

const SHUTDOWN_MESSAGE = 'Pod was terminated in response to imminent node shutdown.'
const SHUTDOWN: Failure = {
  reason: 'Terminated',
  message: SHUTDOWN_MESSAGE,
  condition: { type: 'DisruptionTarget', reason: 'TerminationByKubelet', message: SHUTDOWN_MESSAGE },
}
function kubernetesService(services: Service[]): Service[] {
  return services.filter(s => s.metadata.name === 'kubernetes')
}
