import type { Node } from '../../api/types.ts'
import { pause, sleep } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { isAlreadyExists, isNotFound } from '../../client/errors.ts'
import type { EventRecorder } from '../../client/event-recorder.ts'
import { ResourceClient, type Resource } from '../../client/resource-client.ts'
import { NODES } from '../../client/resources.ts'
import type { PressureCondition } from '../eviction/thresholds.ts'
import type { ImageManager } from '../images/image-manager.ts'
import type { KubeletConfig, KubeletDependencies } from '../kubelet.ts'
import { endBoot, machineIdentity, type MachineIdentity } from './identity.ts'
import { NodeLease } from './lease.ts'
import { conditionEvents, goArch, isSameReport, nodeStatus, operatingSystem } from './node-status.ts'
import type { NodeStatusReport } from './node-status.ts'

export { KUBELET_VERSION } from './node-status.ts'

/** The status itself is written when it changes, and at least so often (nodeStatusReportFrequency). */
const STATUS_MS = 300_000
/** How often the Node is looked at, in case somebody else has judged it meanwhile (nodeStatusUpdateFrequency). */
const LOOK_MS = 10_000
const RETRY_MS = 200

/** Registers the Node, keeps its Lease renewed and its status true. */
export class NodeAgent {
  readonly #config: KubeletConfig
  readonly #images: ImageManager
  readonly #events: EventRecorder
  readonly #dependencies: KubeletDependencies
  readonly #nodes: ResourceClient<Node>
  readonly #lease: NodeLease
  readonly #identity: MachineIdentity
  #reportedAt = -Infinity
  #reported: NodeStatusReport | undefined
  #pressure: ReadonlySet<PressureCondition> = new Set()
  #writing: Promise<void> = Promise.resolve()
  /** The Node as it was last seen. */
  #node: Node | undefined
  ready = false

  constructor(config: KubeletConfig, images: ImageManager, events: EventRecorder, dependencies: KubeletDependencies) {
    this.#config = config
    this.#images = images
    this.#events = events
    this.#dependencies = dependencies
    this.#nodes = new ResourceClient(dependencies.rest, NODES as Resource<Node>)
    this.#lease = new NodeLease(config.nodeName, config.leaseDurationSeconds, dependencies)
    this.#identity = machineIdentity(config.dir, dependencies.random)
  }

  /** Of the Node object, once it is known. */
  get uid(): string | undefined {
    return this.#node?.metadata.uid
  }

  /** The Node as it was last seen; undefined before it was registered. */
  get node(): Node | undefined {
    return this.#node
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
    this.event('Normal', 'Starting', 'Starting kubelet.')
    void this.#keepLease(signal)
    void this.#keepStatus(signal)
  }

  /** Under which pressures the node is; said at once when that has changed. */
  setPressure(pressure: ReadonlySet<PressureCondition>): void {
    const isSame = pressure.size === this.#pressure.size && [...pressure].every(p => this.#pressure.has(p))
    this.#pressure = pressure
    if (isSame || !this.ready) return
    this.#report(true).catch((error: unknown) =>
      this.#dependencies.log.debug('the pressure was not reported', { error: messageOf(error) }),
    )
  }

  /** Says that the node goes away on purpose, so that its pods need not wait for the grace period. */
  async announceShutdown(): Promise<void> {
    this.ready = false
    endBoot(this.#config.dir)
    try {
      await this.#report(false)
    } catch (error) {
      this.#dependencies.log.debug('the shutdown was not announced', { error: messageOf(error) })
    }
  }

  /** Tells something of the Node. */
  event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    if (this.#node) this.#events.event(this.#node, type, reason, message)
  }

  async #keepLease(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#dependencies
    while (!signal.aborted) {
      try {
        await this.#lease.renew(() => this.#read())
      } catch (error) {
        if (signal.aborted) return
        log.debug('the lease was not renewed', { error: messageOf(error) })
      }
      await pause(clock, this.#lease.periodMs, signal)
    }
  }

  async #keepStatus(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#dependencies
    while (!signal.aborted) {
      await pause(clock, Math.min(LOOK_MS, this.#lease.periodMs), signal)
      if (signal.aborted || !this.ready) return
      try {
        await this.#report(true)
      } catch (error) {
        if (isNotFound(error)) await this.#register().catch(() => undefined)
        log.debug('the status of the node was not reported', { error: messageOf(error) })
      }
    }
  }

  async #read(): Promise<Node> {
    return (this.#node = await this.#nodes.get(undefined, this.#config.nodeName))
  }

  async #register(): Promise<void> {
    const { nodeName: name, labels, annotations } = this.#config
    const node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        labels: {
          'kubernetes.io/hostname': name,
          'kubernetes.io/os': operatingSystem(),
          'kubernetes.io/arch': goArch(),
          'beta.kubernetes.io/os': operatingSystem(),
          'beta.kubernetes.io/arch': goArch(),
          ...labels,
        },
        annotations,
      },
      spec: {},
      status: this.#status(true, undefined),
    } as unknown as Node
    try {
      this.#node = await this.#nodes.create(node)
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
      const metadata = { labels: node.metadata.labels, annotations }
      this.#node = await this.#nodes.patch(undefined, name, 'strategic', { metadata })
    }
  }

  /** Writes the status if it is no longer what the API server shows, or was not written for long. One at a time. */
  #report(ready: boolean): Promise<void> {
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#write(ready))
    return this.#writing
  }

  async #write(ready: boolean): Promise<void> {
    const { clock } = this.#dependencies
    const known = await this.#read()
    const status = this.#status(ready, known)
    const judged = status.conditions.some(
      ({ type, status }) => known.status?.conditions?.find(c => c.type === type)?.status !== status,
    )
    const isDue = clock.monotonic() - this.#reportedAt >= STATUS_MS
    if (!isDue && !judged && isSameReport(this.#reported, status)) return
    const { nodeName } = this.#config
    this.#node = await this.#nodes.patch(undefined, nodeName, 'strategic', { status }, { subresource: 'status' })
    const bootBefore = known.status?.nodeInfo?.bootID
    if (bootBefore && bootBefore !== this.#identity.bootID)
      this.event('Warning', 'Rebooted', `Node ${nodeName} has been rebooted, boot id: ${this.#identity.bootID}`)
    for (const reason of conditionEvents(this.#reported, status))
      this.event('Normal', reason, `Node ${nodeName} status is now: ${reason}`)
    this.#reported = status
    this.#reportedAt = clock.monotonic()
  }

  #status(ready: boolean, known: Node | undefined): NodeStatusReport {
    const { capacity, settings, address, nodeName, port } = this.#config
    const { runtime, clock } = this.#dependencies
    return nodeStatus(
      {
        ...{ nodeName, address, port, capacity, settings, ready },
        identity: this.#identity,
        runtimeVersion: runtime.version,
        handlers: runtime.handlers ?? [],
        images: this.#images.status(),
        pressure: this.#pressure,
      },
      known,
      clock.now(),
    )
  }
}
