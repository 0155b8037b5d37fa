import { join } from 'node:path'
import type { ConfigMap, Pod, Secret, Service } from '../api/types.ts'
import type { Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import type { Logger } from '../base/log.ts'
import type { Platform } from '../base/platform/platform.ts'
import type { Random } from '../base/random.ts'
import { InformerFactory } from '../client/cache/informer.ts'
import { isNotFound } from '../client/errors.ts'
import { createEventRecorder } from '../client/event-recorder.ts'
import { Reconciler } from '../client/reconciler.ts'
import { ResourceClient, type Resource } from '../client/resource-client.ts'
import { CONFIG_MAPS, PODS, SECRETS, SERVICES } from '../client/resources.ts'
import type { RestClient } from '../client/rest.ts'
import { canonicalJSON } from '../base/canonical.ts'
import { ImageCatalogue } from './images/catalogue.ts'
import { ImageManager } from './images/image-manager.ts'
import { ImageStore } from './images/store.ts'
import { KUBELET_VERSION, NodeAgent } from './node/node-agent.ts'
import type { PodNetwork } from './pod-network.ts'
import { PodRunner } from './pods/pod-runner.ts'
import { buildStatus } from './pods/status.ts'
import type { ContainerRuntime } from './runtime/contract.ts'
import { startKubeletServer, type KubeletServer } from './server/server.ts'
import { StatsProvider } from './stats/stats.ts'

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
  capacity: { cpu: string; memory: string; pods: number; ephemeralStorage: string }
  clusterDomain: string
  /** Added to the Node at registration. */
  labels: Record<string, string>
  annotations: Record<string, string>
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
  readonly #pods = new Map<string, PodRunner>()
  readonly #images: ImageManager
  readonly #informers: InformerFactory
  readonly #podClient: ResourceClient<Pod>
  readonly #reconciler: Reconciler
  readonly #ending = new AbortController()
  readonly #node: NodeAgent
  #server: KubeletServer | undefined
  #work: Promise<void> = Promise.resolve()

  constructor(config: KubeletConfig, dependencies: KubeletDependencies) {
    this.#config = config
    this.#dependencies = dependencies
    const { rest, clock, random, log } = dependencies
    this.#images = new ImageManager({
      store: new ImageStore({
        builtIn: config.imagesDir,
        added: config.addedImagesDir,
        platform: dependencies.platform.name,
      }),
      catalogue: new ImageCatalogue(join(config.dir, 'images.json'), log),
      clock,
    })
    this.#informers = new InformerFactory({ rest, clock, random, log })
    this.#podClient = new ResourceClient(rest, PODS as Resource<Pod>)
    this.#node = new NodeAgent(config, this.#images, dependencies)
    this.#reconciler = new Reconciler({
      name: 'kubelet',
      clock,
      log,
      workers: 16,
      backoff: { baseMs: 100, maxMs: 10_000 },
      reconcile: key => this.#sync(key),
    })
  }

  get ready(): boolean {
    return this.#node.ready
  }

  async start(): Promise<void> {
    const { signal } = this.#ending
    const pods = this.#informers.informer(PODS as Resource<Pod>, {
      fieldSelector: `spec.nodeName=${this.#config.nodeName}`,
    })
    this.#informers.informer(SERVICES as Resource<Service>)
    this.#reconciler.watch(pods)
    this.#server = await startKubeletServer(
      {
        port: this.#config.port,
        serving: this.#config.serving,
        clientCA: this.#config.clientCA,
      },
      {
        clock: this.#dependencies.clock,
        log: this.#dependencies.log.child('server'),
        runtime: this.#dependencies.runtime,
        network: this.#dependencies.network,
        find: (namespace, name) => this.#find(namespace, name),
        pods: () => [...this.#pods.values()],
        nodeName: this.#config.nodeName,
        version: KUBELET_VERSION,
        describe: () => this.#describe(),
        stats: new StatsProvider({
          clock: this.#dependencies.clock,
          platform: this.#dependencies.platform,
          nodeName: this.#config.nodeName,
          memory: this.#config.capacity.memory,
          pods: () => [...this.#pods.values()],
        }),
      },
    )
    await this.#node.start(signal)
    this.#informers.start(signal)
    this.#work = this.#informers.whenSynced().then(() => this.#reconciler.run(signal))
    this.#work.catch(error => this.#dependencies.log.error('the pod workers stopped', { error }))
  }

  async stop(): Promise<void> {
    await this.#node.announceShutdown()
    this.#ending.abort(new Error('the kubelet stops'))
    await Promise.all(
      [...this.#pods.values()].flatMap(runner =>
        runner.containers.map(c => c.stop(SHUTDOWN_GRACE_SECONDS, () => Promise.resolve())),
      ),
    )
    await this.#work
    await this.#server?.close()
  }

  /** In the terms of KubeletConfiguration (kubelet.config.k8s.io/v1beta1). */
  #describe(): object {
    const { port, address, clusterDomain, capacity } = this.#config
    return {
      kind: 'KubeletConfiguration',
      address,
      port,
      clusterDomain,
      maxPods: capacity.pods,
      containerLogMaxFiles: 5,
    }
  }

  #find(namespace: string, name: string): PodRunner | undefined {
    for (const runner of this.#pods.values())
      if (runner.pod.metadata.namespace === namespace && runner.pod.metadata.name === name) return runner
    return undefined
  }

  async #sync(key: string): Promise<number | void> {
    const pod = this.#podInformer.lister.byKey(key)
    const runner = this.#pods.get(key)
    if (runner && (!pod || pod.metadata.uid !== runner.pod.metadata.uid)) {
      runner.dispose()
      this.#pods.delete(key)
      if (!pod) return undefined
      return 0
    }
    if (!pod) return undefined
    const current = runner ?? this.#adopt(key, pod)
    if (!current) return undefined
    current.pod = pod
    const again = await current.sync()
    await this.#report(current)
    if (current.finished && current.pod.metadata.deletionTimestamp) await this.#remove(current)
    return again
  }

  /** Takes a pod in hand, unless it ended before this kubelet was there. */
  #adopt(key: string, pod: Pod): PodRunner | undefined {
    const over = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
    if (over && !pod.metadata.deletionTimestamp) return undefined
    const { clock, runtime, network, rest, log } = this.#dependencies
    const { namespace, serviceAccountName } = {
      namespace: pod.metadata.namespace!,
      serviceAccountName: pod.spec?.serviceAccountName ?? 'default',
    }
    const events = (this.#events ??= createEventRecorder({
      rest,
      clock,
      log,
      component: 'kubelet',
      host: this.#config.nodeName,
    }))
    const runner = new PodRunner(pod, {
      clock,
      runtime,
      images: this.#images,
      network,
      events,
      dir: join(this.#config.dir, 'pods', pod.metadata.uid!),
      nodeName: this.#config.nodeName,
      clusterDomain: this.#config.clusterDomain,
      changed: () => this.#reconciler.enqueue(key),
      sources: () => ({
        configMap: (ns, name) => this.#get<ConfigMap>(CONFIG_MAPS as Resource<ConfigMap>, ns, name),
        secret: (ns, name) => this.#get<Secret>(SECRETS as Resource<Secret>, ns, name),
        services: ns =>
          this.#services.lister
            .list(ns)
            .concat(ns === 'default' ? [] : kubernetesService(this.#services.lister.list('default'))),
        hostIP: this.#config.address,
        allocatable: { cpu: this.#config.capacity.cpu, memory: this.#config.capacity.memory },
      }),
      token: (audience, seconds) => this.#token(namespace, serviceAccountName, pod, audience, seconds),
    })
    this.#pods.set(key, runner)
    return runner
  }

  #events: ReturnType<typeof createEventRecorder> | undefined

  get #podInformer() {
    return this.#informers.informer(PODS as Resource<Pod>, { fieldSelector: `spec.nodeName=${this.#config.nodeName}` })
  }

  get #services() {
    return this.#informers.informer(SERVICES as Resource<Service>)
  }

  async #get<T extends ConfigMap | Secret>(
    resource: Resource<T>,
    namespace: string,
    name: string,
  ): Promise<T | undefined> {
    try {
      return await new ResourceClient<T>(this.#dependencies.rest, resource).get(namespace, name)
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  readonly #tokens = new Map<string, { token: string; renewAtMs: number }>()

  /** A bound token; asked for anew when four fifths of its life are over. */
  async #token(
    namespace: string,
    account: string,
    pod: Pod,
    audience: string | undefined,
    expirationSeconds: number,
  ): Promise<string> {
    const { rest, clock } = this.#dependencies
    const key = JSON.stringify([pod.metadata.uid, audience, expirationSeconds])
    const known = this.#tokens.get(key)
    if (known && clock.now() < known.renewAtMs) return known.token
    const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, uid: pod.metadata.uid }
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { audiences: audience ? [audience] : [], expirationSeconds, boundObjectRef },
    }
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`
    const { status } = await rest.request<{ status: { token: string } }>('POST', path, { body })
    this.#tokens.set(key, { token: status.token, renewAtMs: clock.now() + expirationSeconds * 800 })
    return status.token
  }

  /** Writes the status if it differs from what the API server shows. */
  async #report(runner: PodRunner): Promise<void> {
    const { pod } = runner
    const status = buildStatus(runner, this.#config.address, this.#dependencies.clock.now())
    if (canonicalJSON(status) === canonicalJSON(pod.status)) return
    const { namespace, name, uid } = pod.metadata
    try {
      const written = await this.#podClient.patch(
        namespace,
        name!,
        'merge',
        { metadata: { uid }, status: withRemovals(pod.status, status) },
        { subresource: 'status' },
      )
      runner.pod = written
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  /** All is stopped and reported: the API object may go. */
  async #remove(runner: PodRunner): Promise<void> {
    const { namespace, name, uid } = runner.pod.metadata
    try {
      await this.#podClient.delete(namespace, name!, { gracePeriodSeconds: 0, preconditions: { uid } })
    } catch (error) {
      if (!isNotFound(error)) this.#dependencies.log.warn('pod not removed', { pod: name, error: messageOf(error) })
      if (!isNotFound(error)) throw error
    }
  }
}

function kubernetesService(services: Service[]): Service[] {
  return services.filter(s => s.metadata.name === 'kubernetes')
}

/** A merge patch that also takes away what the new status no longer has. */
function withRemovals(before: object | undefined, after: object): Record<string, unknown> {
  const removed = Object.keys(before ?? {}).filter(key => !(key in after))
  return { ...after, ...Object.fromEntries(removed.map(key => [key, null])) }
}
