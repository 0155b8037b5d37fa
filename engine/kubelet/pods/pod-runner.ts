import { join } from 'node:path'
import { mkdirSync } from 'node:fs'
import type { Container, Pod } from '../../api/types.ts'
import type { PodAttachment } from '../pod-network.ts'
import { PodVolumes } from '../volumes/pod-volumes.ts'
import { removePodDir } from '../volumes/volumes.ts'
import { allContainers, ContainerRunner } from './container.ts'
import type { ValueSources } from './environment.ts'
import { removeWorkingFiles } from './files.ts'
import { PodHooks } from './hooks.ts'
import { recall } from './history.ts'
import { ContainerKeeper, RETRY_MS } from './keeper.ts'
import { hasTerminated, isSuccess, podPhase, split } from './phase.ts'
import type { Failure, PodDependencies, PodStage } from './pod-contract.ts'
import { writeRecord } from './record.ts'
import type { Run } from './run.ts'
import { PodResize } from './resize.ts'
import { roleOf } from './restart-policy.ts'
import { PodSandbox } from './sandbox.ts'

export type { Failure, PodDependencies, PodStage } from './pod-contract.ts'

const DEFAULT_GRACE_SECONDS = 30
/** Of a pod whose object was removed by force. */
const FORCED_GRACE_SECONDS = 1

/** One pod on this node: brings its containers to what the pod asks for, one look at a time. */
export class PodRunner {
  pod: Pod
  readonly containers: ContainerRunner[]
  readonly #dependencies: PodDependencies
  readonly #volumes: PodVolumes
  stage: PodStage = { kind: 'syncing' }
  readonly resize: PodResize
  readonly #sandbox: PodSandbox
  readonly #hooks: PodHooks
  readonly #keeper: ContainerKeeper
  /** The machine goes down: nothing is started any more, and nothing is decided. */
  #halted = false

  constructor(pod: Pod, dependencies: PodDependencies) {
    this.pod = pod
    this.#dependencies = dependencies
    const { clock, network } = dependencies
    this.#sandbox = new PodSandbox(dependencies, (...told) => this.#event(...told))
    this.#hooks = new PodHooks({
      clock,
      dial: (ip, port, signal) => network.dial(ip, port, signal),
      podIP: () => this.attachment?.ip,
      graceSeconds: () => this.#ownGrace,
      event: (...told) => this.#event(...told),
    })
    this.#volumes = new PodVolumes({
      clock: dependencies.clock,
      dir: dependencies.dir,
      provisions: dependencies.volumes,
      sources: () => this.#sources(),
      event: (type, reason, message) => this.#event(type, reason, message),
    })
    this.containers = allContainers(pod).map(spec => this.#runner(spec))
    this.resize = this.#newResize(dependencies)
    this.#keeper = new ContainerKeeper({
      images: dependencies.images,
      dir: dependencies.dir,
      pod: () => this.pod,
      sandbox: this.#sandbox,
      hooks: this.#hooks,
      volumes: this.#volumes,
      resize: this.resize,
      sources: () => this.#sources(),
      graceSeconds: () => this.#ownGrace,
      isSyncing: () => !this.#halted && this.stage.kind === 'syncing',
      event: (...told) => this.#event(...told),
    })
    this.#recall()
  }

  get attachment(): PodAttachment | undefined {
    return this.#sandbox.attachment
  }

  get phase(): string {
    return podPhase(this)
  }

  /** Whether no process of the pod is left and none will be started. */
  get finished(): boolean {
    return this.stage.kind === 'terminated'
  }

  /** Whether an earlier life of the kubelet had it in hand. */
  get isRecalled(): boolean {
    return !!this.#dependencies.record
  }

  /** Where its volumes are on this machine, by name. */
  get volumes(): ReadonlyMap<string, string> {
    return this.#volumes.mounted
  }

  /** Its folder on this machine. */
  get dir(): string {
    return this.#dependencies.dir
  }

  container(name: string): ContainerRunner | undefined {
    return this.containers.find(c => c.spec.name === name)
  }

  /** Brings the pod one step further. Gives the milliseconds after which it must be looked at again, if any. */
  async sync(): Promise<number | undefined> {
    if (this.#halted) return undefined
    if (this.stage.kind === 'syncing') this.#decideEnd()
    if (this.stage.kind === 'terminating') this.#shortenGrace()
    if (this.stage.kind !== 'syncing') return undefined
    const problem = await this.#prepare()
    if (problem !== undefined) return problem
    const resizing = this.resize.sync()
    const waits = await this.#syncContainers()
    if (resizing !== undefined) waits.push(resizing)
    if (hasTerminated(this)) this.#end(undefined, this.#ownGrace)
    if (this.stage.kind !== 'syncing') return undefined
    const refresh = this.pod.spec?.volumes?.length ? this.#volumes.refreshMs : Infinity
    const next = Math.min(...waits, refresh, this.#deadlineLeft())
    return Number.isFinite(next) ? next : undefined
  }

  /** An object that the pod refers to has changed. */
  objectChanged(): void {
    this.#volumes.invalidate()
    this.#dependencies.changed()
  }

  /** The node does not take the pod in: nothing of it is started. */
  reject({ reason, message }: Failure): void {
    this.#event('Warning', reason, message)
    this.stage = { kind: 'terminated', failure: { reason, message: `Pod was rejected: ${message}`, rejected: true } }
    this.persist()
  }

  /** Ends the pod for a reason that makes it fail: eviction, shutdown of the node. */
  fail(failure: Failure, graceSeconds?: number): void {
    if (this.stage.kind === 'syncing') this.#end(failure, graceSeconds ?? this.#ownGrace)
  }

  /** The API object is gone: what still runs has only moments left. */
  forceEnd(): void {
    if (this.stage.kind === 'syncing') this.#end(undefined, FORCED_GRACE_SECONDS)
    else if (this.stage.kind === 'terminating') this.#stopAll(FORCED_GRACE_SECONDS)
  }

  /** Stops the processes because the machine goes down; the pod goes on in its next life. */
  async halt(graceSeconds: number): Promise<void> {
    this.#halted = true
    await this.#stopAll(graceSeconds)
  }

  /** Gives back what is on disk of runs that nobody needs: of earlier ones, and of a pod that is over all of them. */
  removeDeadRuns(): void {
    for (const container of this.containers) container.removeDeadRuns(this.finished)
  }

  /** Forgets the pod; its folder goes. */
  dispose(): void {
    for (const container of this.containers) container.dispose()
    this.#dependencies.images.forget(this.pod.metadata.uid!)
    this.#dependencies.network.detach(this.pod.metadata.uid!)
    removePodDir(this.#dependencies.dir)
  }

  /** Keeps on disk what the next life must know. */
  persist(): void {
    const { uid, namespace, name } = this.pod.metadata
    const { stage } = this
    const ending = stage.kind === 'syncing' ? undefined : { failure: stage.failure, over: stage.kind === 'terminated' }
    const containers = Object.fromEntries(this.containers.map(c => [c.spec.name!, c.record]))
    writeRecord(this.#dependencies.dir, {
      version: 1,
      uid: uid!,
      namespace: namespace!,
      name: name!,
      ending,
      containers,
      allocation: this.resize.allocation,
    })
  }

  #newResize({ record, refusesResize, memoryUsed }: PodDependencies): PodResize {
    return new PodResize(record?.allocation, {
      pod: () => this.pod,
      containers: () => this.containers,
      refuses: pod => refusesResize(pod),
      memoryUsed: name => memoryUsed(name),
      restart: (container, message) => {
        const preStop = this.#hooks.preStop(container)
        void container.stop({ graceSeconds: this.#ownGrace, message, preStop })
      },
      event: (type, reason, message) => this.#event(type, reason, message),
      allocated: () => this.persist(),
    })
  }

  #recall(): void {
    const { record, runs = new Map<string, Run>(), clock, end } = this.#dependencies
    for (const name of recall(this.pod, this.containers, record, runs, clock.now()))
      end?.(record!.containers[name].process!.pid)
    const phase = this.pod.status?.phase
    const { reason, message } = this.pod.status ?? {}
    const failure =
      record?.ending?.failure ?? (phase === 'Failed' && reason ? { reason, message: message ?? '' } : undefined)
    if (record?.ending?.over || phase === 'Succeeded' || phase === 'Failed')
      this.stage = { kind: 'terminated', failure }
    else if (record?.ending?.failure) this.#end(failure, 0)
  }

  #decideEnd(): void {
    if (this.pod.metadata.deletionTimestamp) return this.#end(undefined, this.#deletionGrace)
    if (this.#deadlineLeft() > 0) return
    const message = 'Pod was active on the node longer than the specified deadline'
    this.#event('Normal', 'DeadlineExceeded', message)
    this.#end({ reason: 'DeadlineExceeded', message }, this.#ownGrace)
  }

  get #ownGrace(): number {
    return Number(this.pod.spec?.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS)
  }

  get #deletionGrace(): number {
    return Math.max(1, Number(this.pod.metadata.deletionGracePeriodSeconds ?? this.#ownGrace))
  }

  #deadlineLeft(): number {
    const seconds = this.pod.spec?.activeDeadlineSeconds
    const start = this.pod.status?.startTime
    return seconds && start ? Date.parse(start) + Number(seconds) * 1000 - this.#dependencies.clock.now() : Infinity
  }

  /** A deletion can be hurried by a later one with a shorter grace period, never slowed down. */
  #shortenGrace(): void {
    if (this.stage.kind !== 'terminating' || !this.pod.metadata.deletionTimestamp) return
    const graceSeconds = this.#deletionGrace
    if (graceSeconds >= this.stage.graceSeconds) return
    this.stage = { ...this.stage, graceSeconds }
    void this.#stopAll(graceSeconds)
  }

  /** Stops all containers, in the background: probes and status go on meanwhile. */
  #end(failure: Failure | undefined, graceSeconds: number): void {
    this.stage = { kind: 'terminating', failure, graceSeconds }
    void this.#stopAll(graceSeconds).then(() => {
      if (this.#halted || this.stage.kind !== 'terminating') return
      for (const container of this.containers) this.#closeUnstarted(container)
      this.stage = { kind: 'terminated', failure: this.stage.failure }
      this.#dependencies.network.detach(this.pod.metadata.uid!)
      // What cannot be removed now goes with the pod's folder.
      removeWorkingFiles(this.dir, names(this.containers)).catch(() => undefined)
      this.#changed()
    })
    this.#changed()
  }

  /** preStop hooks run at once; sidecars get their stop signal after all others, last started first. */
  async #stopAll(graceSeconds: number): Promise<void> {
    const isSidecar = (c: ContainerRunner) => roleOf(this.pod, c.spec) === 'sidecar'
    const stop = (container: ContainerRunner, turn?: Promise<unknown>) =>
      container.stop({ graceSeconds, turn, preStop: this.#hooks.preStop(container) })
    let before: Promise<unknown> = Promise.all(this.containers.filter(c => !isSidecar(c)).map(c => stop(c)))
    for (const sidecar of this.containers.filter(isSidecar).reverse())
      before = Promise.all([before, stop(sidecar, before)])
    await before
  }

  /** A container that never ran in a pod that is over, though its turn had come. */
  #closeUnstarted(container: ContainerRunner): void {
    if (container.state.kind !== 'waiting' || !split(this).init.every(isSuccess)) return
    container.state = {
      kind: 'terminated',
      termination: {
        exitCode: 137,
        signal: undefined,
        reason: 'ContainerStatusUnknown',
        message: 'The container could not be located when the pod was terminated',
        startedAt: EPOCH,
        finishedAt: EPOCH,
        containerID: '',
      },
    }
  }

  /** Address, runtime and volumes. Gives the time to wait if they are not to be had yet. */
  async #prepare(): Promise<number | undefined> {
    const chosen = await this.#sandbox.choose(this.pod)
    if (!chosen && !this.containers.some(container => container.isRunning)) return RETRY_MS
    await this.#sandbox.attach(this.pod)
    for (const container of this.containers) container.probeAdopted()
    return chosen && this.#sandbox.admits(this.pod) ? this.#volumes.prepare(this.pod) : RETRY_MS
  }

  /** Init containers in order, sidecars among them, then all others. Gives times to wait. */
  async #syncContainers(): Promise<number[]> {
    const waits: number[] = []
    const keep = async (container: ContainerRunner) => {
      const wait = await this.#keeper.keep(container)
      if (wait !== undefined) waits.push(wait)
    }
    for (const spec of (this.pod.spec?.ephemeralContainers ?? []) as Container[]) {
      if (!this.container(spec.name!)) this.containers.push(this.#runner(spec))
      await keep(this.container(spec.name!)!)
    }
    const { init, main } = split(this)
    const begun = main.some(c => c.isRunning || c.state.kind === 'terminated')
    for (const container of init) {
      const sidecar = roleOf(this.pod, container.spec) === 'sidecar'
      if (!sidecar && (begun || isSuccess(container))) continue
      await keep(container)
      // What comes after a sidecar waits for it once; when it starts again later, nothing waits.
      if (!begun && !(sidecar ? container.started : isSuccess(container))) return waits
    }
    for (const container of main) {
      await keep(container)
      if (container.isInPostStart) return waits
    }
    return waits
  }

  #sources(): ValueSources {
    return { ...this.#dependencies.sources(), podIP: this.attachment?.ip }
  }

  #runner(spec: Container): ContainerRunner {
    const { clock, runtime, network, dir, identify } = this.#dependencies
    const containerDir = join(dir, 'containers', spec.name!)
    mkdirSync(containerDir, { recursive: true })
    return new ContainerRunner(spec, {
      clock,
      runtime,
      identify,
      dir: containerDir,
      dial: (ip, port, signal) => network.dial(ip, port, signal),
      podIP: () => this.attachment?.ip,
      changed: () => this.#changed(),
      event: (type, reason, message) => this.#event(type, reason, message, spec),
    })
  }

  #changed(): void {
    this.persist()
    this.#dependencies.changed()
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string, container?: Container): void {
    const list = container && LISTS[roleOf(this.pod, container)]
    const fieldPath = container && `spec.${list}{${container.name}}`
    this.#dependencies.events.event({ ...this.pod, fieldPath } as Pod & { fieldPath?: string }, type, reason, message)
  }
}

function names(containers: ContainerRunner[]): string[] {
  return containers.map(c => c.spec.name!)
}

const EPOCH = '1970-01-01T00:00:00Z'
const LISTS = {
  init: 'initContainers',
  sidecar: 'initContainers',
  main: 'containers',
  ephemeral: 'ephemeralContainers',
}
