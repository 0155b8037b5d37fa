import { arch, release } from 'node:os'
import type { Lease, Node } from '../../api/types.ts'
import { pause, sleep } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { isAlreadyExists, isNotFound } from '../../client/errors.ts'
import { createEventRecorder, rfc3339 } from '../../client/event-recorder.ts'
import { microTime } from '../../client/leader-election.ts'
import { ResourceClient, type Resource } from '../../client/resource-client.ts'
import { LEASES, NODES } from '../../client/resources.ts'
import type { ImageManager } from '../images/image-manager.ts'
import type { KubeletConfig, KubeletDependencies } from '../kubelet.ts'

/** Version of Kubernetes that this kubelet speaks. */
export const KUBELET_VERSION = 'v1.36.2'

const LEASE_NAMESPACE = 'kube-node-lease'
const LEASE_SECONDS = 40
const HEARTBEAT_MS = 3_000
/** The status itself is written when it changes, and at least so often. */
const STATUS_MS = 300_000
/** How often the Node is looked at, in case somebody else has judged it meanwhile. */
const LOOK_MS = 9_000
const RETRY_MS = 200

/** Registers the Node, keeps its Lease renewed and its status true. */
export class NodeAgent {
  readonly #config: KubeletConfig
  readonly #images: ImageManager
  readonly #dependencies: KubeletDependencies
  readonly #nodes: ResourceClient<Node>
  readonly #leases: ResourceClient<Lease>
  #lease: Lease | undefined
  #reportedAt = -Infinity
  #lookedAt = -Infinity
  #reportedImages = ''
  ready = false
  /** Of the Node object, once it is known. */
  uid: string | undefined

  constructor(config: KubeletConfig, images: ImageManager, dependencies: KubeletDependencies) {
    this.#config = config
    this.#images = images
    this.#dependencies = dependencies
    this.#nodes = new ResourceClient(dependencies.rest, NODES as Resource<Node>)
    this.#leases = new ResourceClient(dependencies.rest, LEASES as Resource<Lease>)
  }

  /** Resolves when the Node is there and reported Ready; goes on in the background until the signal aborts. */
  async start(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#dependencies
    for (;;) {
      try {
        await this.#register()
        await this.#report(true)
        break
      } catch (error) {
        if (signal.aborted) throw error
        log.debug('not registered yet', { error: messageOf(error) })
        await sleep(clock, RETRY_MS, signal)
      }
    }
    this.ready = true
    void this.#beat(signal)
  }

  /** Says that the node goes away on purpose, so that its pods need not wait for the grace period. */
  async announceShutdown(): Promise<void> {
    this.ready = false
    try {
      await this.#report(false)
    } catch (error) {
      this.#dependencies.log.debug('the shutdown was not announced', { error: messageOf(error) })
    }
  }

  async #beat(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#dependencies
    while (!signal.aborted) {
      try {
        await this.#renewLease()
        if (clock.monotonic() - this.#lookedAt >= LOOK_MS) {
          this.#lookedAt = clock.monotonic()
          const due = clock.monotonic() - this.#reportedAt >= STATUS_MS || this.#imagesChanged()
          if (due || !(await this.#isReadyInAPI())) await this.#report(true)
        }
      } catch (error) {
        if (signal.aborted) return
        if (isNotFound(error)) this.#lease = undefined
        log.debug('heartbeat failed', { error: messageOf(error) })
      }
      await pause(clock, HEARTBEAT_MS, signal)
    }
  }

  #imagesChanged(): boolean {
    return JSON.stringify(this.#images.status()) !== this.#reportedImages
  }

  /** The node controller writes Unknown after a silence: then the status must be said again at once. */
  async #isReadyInAPI(): Promise<boolean> {
    try {
      const node = await this.#nodes.get(undefined, this.#config.nodeName)
      return node.status?.conditions?.find(c => c.type === 'Ready')?.status === 'True'
    } catch (error) {
      if (!isNotFound(error)) throw error
      await this.#register()
      return false
    }
  }

  async #register(): Promise<void> {
    const { nodeName: name, labels, annotations } = this.#config
    const os = process.platform === 'win32' ? 'windows' : process.platform
    const node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        labels: {
          'kubernetes.io/hostname': name,
          'kubernetes.io/os': os,
          'kubernetes.io/arch': goArch(),
          'beta.kubernetes.io/os': os,
          'beta.kubernetes.io/arch': goArch(),
          ...labels,
        },
        annotations,
      },
      spec: {},
      status: this.#status(true, undefined),
    } as unknown as Node
    try {
      await this.#nodes.create(node)
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
      await this.#nodes.patch(undefined, name, 'strategic', { metadata: { labels: node.metadata.labels, annotations } })
    }
  }

  async #report(ready: boolean): Promise<void> {
    const { nodeName } = this.#config
    const known = await this.#nodes.get(undefined, nodeName)
    this.uid = known.metadata.uid
    const status = this.#status(ready, known)
    const { images } = status
    await this.#nodes.patch(undefined, nodeName, 'strategic', { status }, { subresource: 'status' })
    this.#reportedAt = this.#dependencies.clock.monotonic()
    this.#reportedImages = JSON.stringify(images)
    const was = known.status?.conditions?.find(c => c.type === 'Ready')?.status
    if (ready && was !== 'True') this.#event(known, 'NodeReady', `Node ${nodeName} status is now: NodeReady`)
    if (!ready && was === 'True') this.#event(known, 'NodeNotReady', `Node ${nodeName} status is now: NodeNotReady`)
  }

  #event(node: Node, reason: string, message: string): void {
    const { rest, clock, log } = this.#dependencies
    createEventRecorder({ rest, clock, log, component: 'kubelet', host: this.#config.nodeName }).event(
      node,
      'Normal',
      reason,
      message,
    )
  }

  #status(ready: boolean, known: Node | undefined) {
    const { capacity, address, nodeName, port } = this.#config
    const now = rfc3339(this.#dependencies.clock.now())
    const condition = (type: string, status: string, reason: string, message: string) => {
      const before = known?.status?.conditions?.find(c => c.type === type)
      const lastTransitionTime = before?.status === status ? before.lastTransitionTime : now
      return { type, status, reason, message, lastHeartbeatTime: now, lastTransitionTime }
    }
    const amounts = {
      cpu: capacity.cpu,
      memory: capacity.memory,
      pods: String(capacity.pods),
      'ephemeral-storage': capacity.ephemeralStorage,
    }
    return {
      capacity: amounts,
      allocatable: amounts,
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: nodeName },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
      conditions: [
        condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
        ready
          ? condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status')
          : condition('Ready', 'False', 'KubeletNotReady', 'node is shutting down'),
      ],
      nodeInfo: {
        machineID: '',
        systemUUID: '',
        bootID: '',
        kernelVersion: release(),
        osImage: `Kubarium on ${process.platform}`,
        containerRuntimeVersion: this.#dependencies.runtime.version,
        kubeletVersion: KUBELET_VERSION,
        kubeProxyVersion: '',
        operatingSystem: process.platform === 'win32' ? 'windows' : process.platform,
        architecture: goArch(),
      },
      images: this.#images.status(),
    }
  }

  async #renewLease(): Promise<void> {
    const { nodeName } = this.#config
    const renewTime = microTime(this.#dependencies.clock.now())
    if (!this.#lease) {
      try {
        this.#lease = await this.#leases.get(LEASE_NAMESPACE, nodeName)
      } catch (error) {
        if (!isNotFound(error)) throw error
        const node = await this.#nodes.get(undefined, nodeName)
        this.#lease = await this.#leases.create({
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: {
            name: nodeName,
            namespace: LEASE_NAMESPACE,
            ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: nodeName, uid: node.metadata.uid! }],
          },
          spec: { holderIdentity: nodeName, leaseDurationSeconds: LEASE_SECONDS, renewTime },
        } as Lease)
        return
      }
    }
    const lease = this.#lease
    // Whatever goes wrong, the next beat reads the Lease anew.
    this.#lease = undefined
    this.#lease = await this.#leases.update({
      ...lease,
      spec: { ...lease.spec, holderIdentity: nodeName, leaseDurationSeconds: LEASE_SECONDS, renewTime },
    })
  }
}

/** Node's names of architectures in Go's terms, which Kubernetes uses. */
function goArch(): string {
  return ({ x64: 'amd64', ia32: '386' } as Record<string, string>)[arch()] ?? arch()
}
