import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Container, Pod } from '../../api/types.ts'
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { EventRecorder } from '../../client/event-recorder.ts'
import type { ImageManager } from '../images/image-manager.ts'
import type { PodAttachment, PodNetwork } from '../pod-network.ts'
import type { ContainerRuntime } from '../runtime/contract.ts'
import { containerMounts, mountVolumes, removePodDir, type VolumeDependencies } from '../volumes/volumes.ts'
import { allContainers, ContainerRunner } from './container.ts'
import { buildEnvironment, ConfigError, expand, onNetwork, type ValueSources } from './environment.ts'
import { adoptHistory } from './history.ts'
import { hasTerminated, podPhase } from './phase.ts'
import { runHandler } from './handlers.ts'

export interface PodDependencies {
  clock: Clock
  runtime: ContainerRuntime
  images: Pick<ImageManager, 'ensure' | 'forget'>
  network: PodNetwork
  events: EventRecorder
  /** Folder of this pod. */
  dir: string
  sources(): Omit<ValueSources, 'podIP'>
  token: VolumeDependencies['token']
  nodeName: string
  clusterDomain: string
  /** Something happened: `sync` wants to be called. */
  changed(): void
}

/** Mounted objects are read again at this interval, so that changes reach running pods. */
const REFRESH_MS = 10_000
const RETRY_MS = 2_000

/** One pod on this node: brings its containers to what the pod asks for, one look at a time. */
export class PodRunner {
  pod: Pod
  readonly containers: ContainerRunner[]
  readonly #dependencies: PodDependencies
  attachment: PodAttachment | undefined
  /** Set once the pod is being ended, with the reason if it failed. */
  ending: { reason?: string; message?: string } | undefined
  #stopping = false
  #stoppedAll = false
  #paths = new Map<string, string>()
  #mountedAt = -Infinity

  constructor(pod: Pod, dependencies: PodDependencies) {
    this.pod = pod
    this.#dependencies = dependencies
    this.containers = allContainers(pod).map(spec => this.#runner(spec))
    adoptHistory(pod, this.containers, dependencies.clock.now())
  }

  get phase(): string {
    return podPhase(this)
  }

  /** Whether no process of the pod is left and none will be started. */
  get finished(): boolean {
    return this.#stoppedAll || (hasTerminated(this) && this.containers.every(c => !c.isRunning))
  }

  container(name: string): ContainerRunner | undefined {
    return this.containers.find(c => c.spec.name === name)
  }

  /** Brings the pod one step further. Gives the milliseconds after which it must be looked at again, if any. */
  async sync(): Promise<number | undefined> {
    if (this.#shouldEnd()) return this.#end()
    if (this.finished) return undefined
    if (!this.attachment) this.attachment = await this.#attach()
    const { clock } = this.#dependencies
    if (clock.monotonic() - this.#mountedAt >= REFRESH_MS) {
      try {
        mkdirSync(this.#dependencies.dir, { recursive: true })
        this.#paths = await mountVolumes(this.pod, {
          podDir: this.#dependencies.dir,
          sources: this.#sources(),
          token: this.#dependencies.token,
        })
        this.#mountedAt = clock.monotonic()
      } catch (error) {
        this.#event('Warning', 'FailedMount', messageOf(error))
        if (this.#mountedAt === -Infinity) return RETRY_MS
        this.#mountedAt = clock.monotonic()
      }
    }
    const waits = await this.#syncContainers()
    if (this.finished) return undefined
    const refresh = this.pod.spec?.volumes?.length ? REFRESH_MS : Infinity
    const deadline = this.#deadlineLeft()
    const next = Math.min(...waits, refresh, deadline)
    return Number.isFinite(next) ? next : undefined
  }

  /** Ends the pod at once and forgets it; its folder goes. */
  dispose(): void {
    for (const container of this.containers) container.dispose()
    this.#dependencies.images.forget(this.pod.metadata.uid!)
    this.#dependencies.network.detach(this.pod.metadata.uid!)
    removePodDir(this.#dependencies.dir)
  }

  #shouldEnd(): boolean {
    if (this.ending) return true
    if (this.pod.metadata.deletionTimestamp) this.ending = {}
    else if (this.#deadlineLeft() <= 0) {
      const message = 'Pod was active on the node longer than the specified deadline'
      this.ending = { reason: 'DeadlineExceeded', message }
      this.#event('Normal', 'DeadlineExceeded', message)
    }
    return this.ending !== undefined
  }

  #deadlineLeft(): number {
    const seconds = this.pod.spec?.activeDeadlineSeconds
    const start = this.pod.status?.startTime
    return seconds && start ? Date.parse(start) + seconds * 1000 - this.#dependencies.clock.now() : Infinity
  }

  /** Stops all containers, in the background: probes and status go on meanwhile. Sidecars go last. */
  async #end(): Promise<number | undefined> {
    if (this.#stopping) return undefined
    this.#stopping = true
    void this.#stopAll().finally(() => {
      this.#stoppedAll = true
      this.#dependencies.changed()
    })
    return undefined
  }

  async #stopAll(): Promise<void> {
    const grace = this.pod.metadata.deletionGracePeriodSeconds ?? this.pod.spec?.terminationGracePeriodSeconds ?? 30
    const stop = (container: ContainerRunner) => this.#stopContainer(container, grace)
    const isSidecar = (c: ContainerRunner) => c.spec.restartPolicy === 'Always'
    await Promise.all(this.containers.filter(c => !isSidecar(c)).map(stop))
    for (const sidecar of this.containers.filter(isSidecar).reverse()) await stop(sidecar)
  }

  async #stopContainer(container: ContainerRunner, graceSeconds: number): Promise<void> {
    if (!container.isRunning) return
    this.#event('Normal', 'Killing', `Stopping container ${container.spec.name}`, container.spec)
    await container.stop(graceSeconds, () => this.#preStop(container))
  }

  async #preStop(container: ContainerRunner): Promise<void> {
    const handler = container.spec.lifecycle?.preStop
    if (!handler) return
    try {
      await runHandler(handler, container, this.#handlerDependencies())
    } catch (error) {
      this.#event('Warning', 'FailedPreStopHook', `PreStopHook failed: ${messageOf(error)}`, container.spec)
    }
  }

  /** Init containers in order, sidecars among them, then all others. Gives times to wait. */
  async #syncContainers(): Promise<number[]> {
    const init = this.pod.spec?.initContainers ?? []
    const waits = await this.#keepEphemeral()
    for (const spec of init) {
      const runner = this.container(spec.name!)!
      const sidecar = spec.restartPolicy === 'Always'
      if (!sidecar && succeeded(runner)) continue
      const wait = await this.#keep(
        runner,
        sidecar
          ? 'Always'
          : this.pod.spec?.restartPolicy === 'Always'
            ? 'OnFailure'
            : (this.pod.spec?.restartPolicy ?? 'OnFailure'),
      )
      if (wait !== undefined) waits.push(wait)
      if (!(sidecar ? runner.started : succeeded(runner))) return waits
    }
    for (const spec of this.pod.spec?.containers ?? []) {
      const wait = await this.#keep(
        this.container(spec.name!)!,
        spec.restartPolicy ?? this.pod.spec?.restartPolicy ?? 'Always',
      )
      if (wait !== undefined) waits.push(wait)
    }
    if (hasTerminated(this))
      for (const c of this.containers.filter(c => c.isRunning && this.#goesWithOthers(c)))
        await this.#stopContainer(c, 30)
    return waits
  }

  /** Sidecars, and containers that look into the pod, end when all that the pod is about has ended. */
  #goesWithOthers({ spec }: ContainerRunner): boolean {
    return spec.restartPolicy === 'Always' || this.#isEphemeral(spec)
  }

  #isEphemeral({ name }: Container): boolean {
    return !!this.pod.spec?.ephemeralContainers?.some(c => c.name === name)
  }

  /** Containers that were added to the running pod start at once, whatever the others do, and once only. */
  async #keepEphemeral(): Promise<number[]> {
    const waits: number[] = []
    for (const spec of (this.pod.spec?.ephemeralContainers ?? []) as Container[]) {
      let runner = this.container(spec.name!)
      if (!runner) this.containers.push((runner = this.#runner(spec)))
      const wait = await this.#keep(runner, 'Never')
      if (wait !== undefined) waits.push(wait)
    }
    return waits
  }

  /** Starts or restarts one container if its policy says so. Gives the time to wait for that. */
  async #keep(container: ContainerRunner, policy: string): Promise<number | undefined> {
    if (container.takeUnhealthy()) {
      const grace =
        container.spec.livenessProbe?.terminationGracePeriodSeconds ??
        this.pod.spec?.terminationGracePeriodSeconds ??
        30
      await container.stop(grace, () => this.#preStop(container))
    }
    if (container.isRunning) return undefined
    const ended = container.state.kind === 'terminated' ? container.state.termination : undefined
    if (ended) {
      const again = policy === 'Always' || (policy === 'OnFailure' && ended.exitCode !== 0)
      if (!again) return undefined
    }
    const left = container.backoffLeft()
    if (ended && left > 0) {
      this.#event(
        'Warning',
        'BackOff',
        `Back-off restarting failed container ${container.spec.name} in pod ${this.pod.metadata.name}_${this.pod.metadata.namespace}(${this.pod.metadata.uid})`,
        container.spec,
      )
      return left
    }
    return this.#start(container)
  }

  async #start(container: ContainerRunner): Promise<number | undefined> {
    const { spec } = container
    const { images } = this.#dependencies
    const { uid } = this.pod.metadata
    const ensured = images.ensure(
      { uid: uid!, reference: spec.image ?? '', policy: spec.imagePullPolicy },
      (type, reason, message) => this.#event(type, reason, message, spec),
    )
    if (!('image' in ensured)) {
      container.wait(ensured.reason, ensured.message)
      return ensured.retryAfterMs
    }
    const { image } = ensured
    container.image = image
    const sources = this.#sources()
    try {
      const env = { ...image.env, HOSTNAME: this.hostname, ...(await buildEnvironment(this.pod, spec, sources)) }
      const mounts = containerMounts(spec.volumeMounts, this.#paths)
      const args = (spec.args ?? (spec.command ? [] : (image.cmd ?? []))).map(a => expand(a, env))
      const argv = [...(spec.command?.map(c => expand(c, env)) ?? image.entry), ...args]
      const id = `${this.pod.metadata.uid!.slice(0, 8)}-${spec.name}-${container.restartCount}`
      container.start({
        id,
        image,
        argv,
        env: { PATH: process.env.PATH ?? '', HOME: '/root', ...onNetwork(env, this.attachment!, image) },
        root: join(this.#dependencies.dir, 'containers', spec.name!, 'root'),
        workingDir: spec.workingDir ?? image.workingDir ?? '/',
        mounts,
        tty: !!spec.tty,
        stdin: !!spec.stdin,
      })
      this.#event('Normal', 'Created', `Container created`, spec)
      this.#event('Normal', 'Started', `Container started`, spec)
      const hook = spec.lifecycle?.postStart
      if (hook) await runHandler(hook, container, this.#handlerDependencies())
      return undefined
    } catch (error) {
      if (error instanceof ConfigError) {
        container.wait('CreateContainerConfigError', error.message)
        this.#event('Warning', 'Failed', `Error: ${error.message}`, spec)
        return RETRY_MS
      }
      if (container.isRunning) {
        this.#event('Warning', 'FailedPostStartHook', `PostStartHook failed: ${messageOf(error)}`, spec)
        await container.stop(this.pod.spec?.terminationGracePeriodSeconds ?? 30, () => this.#preStop(container))
        return container.backoffLeft()
      }
      container.failStart('StartError', messageOf(error))
      this.#event('Warning', 'Failed', `Error: failed to start container "${spec.name}": ${messageOf(error)}`, spec)
      return container.backoffLeft()
    }
  }

  get hostname(): string {
    const { hostname, hostNetwork } = this.pod.spec ?? {}
    return hostNetwork ? this.#dependencies.nodeName : (hostname ?? this.pod.metadata.name!)
  }

  async #attach(): Promise<PodAttachment> {
    const { uid, namespace, name } = this.pod.metadata
    const previousIP = this.pod.status?.podIP
    const ports = (this.pod.spec?.containers ?? []).flatMap(c =>
      (c.ports ?? []).map(p => ({ containerPort: p.containerPort!, protocol: p.protocol })),
    )
    return this.#dependencies.network.attach({
      uid: uid!,
      namespace: namespace!,
      name: name!,
      hostNetwork: !!this.pod.spec?.hostNetwork,
      previousIP,
      ports,
    })
  }

  #sources(): ValueSources {
    return { ...this.#dependencies.sources(), podIP: this.attachment?.ip }
  }

  #handlerDependencies() {
    const { clock, runtime, network } = this.#dependencies
    return { clock, runtime, dial: network.dial.bind(network), podIP: () => this.attachment?.ip }
  }

  #runner(spec: Container): ContainerRunner {
    const { clock, runtime, network, dir, changed } = this.#dependencies
    const containerDir = join(dir, 'containers', spec.name!)
    mkdirSync(containerDir, { recursive: true })
    return new ContainerRunner(spec, {
      clock,
      runtime,
      dir: containerDir,
      dial: (ip, port, signal) => network.dial(ip, port, signal),
      podIP: () => this.attachment?.ip,
      changed,
      event: (type, reason, message) => this.#event(type, reason, message, spec),
    })
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string, container?: Container): void {
    const isInit = this.pod.spec?.initContainers?.some(c => c.name === container?.name)
    const list = isInit
      ? 'initContainers'
      : container && this.#isEphemeral(container)
        ? 'ephemeralContainers'
        : 'containers'
    const fieldPath = container && `spec.${list}{${container.name}}`
    this.#dependencies.events.event({ ...this.pod, fieldPath } as Pod & { fieldPath?: string }, type, reason, message)
  }
}

function succeeded(container: ContainerRunner): boolean {
  return container.state.kind === 'terminated' && container.state.termination.exitCode === 0
}
