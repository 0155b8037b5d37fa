import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Container, Pod } from '../../api/types.ts'
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { ProcessIdentity } from '../../base/platform/platform.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import type { Image } from '../images/image.ts'
import { fullName } from '../images/reference.ts'
import { LogWriter } from '../logs/writer.ts'
import { ContainerProbes } from '../probes/container-probes.ts'
import { ExecTimeout, type ProberDependencies } from '../probes/prober.ts'
import type {
  ContainerConfig,
  ContainerProcess,
  ContainerRuntime,
  ExitStatus,
  ResourceLimits,
} from '../runtime/contract.ts'
import { Backoff, RESTART_LIMITS } from './backoff.ts'
import { removeLog } from './files.ts'
import { Stop } from './stop.ts'
import type { ContainerRecord } from './record.ts'
import { RUN_DIR, writeRun, type Run } from './run.ts'
import { terminationMessage, terminationMount } from './termination-message.ts'

/** What became of a run. */
export interface Termination {
  exitCode: number
  signal: number | undefined
  reason: string
  message: string
  startedAt: string
  finishedAt: string
  containerID: string
}

/** Where a container is in its life. */
export type ContainerState =
  | { kind: 'waiting'; reason: string; message: string }
  | { kind: 'running'; startedAt: string }
  | { kind: 'terminated'; termination: Termination }

export interface StopOptions {
  /** Seconds from now until the run is killed, preStop included. */
  graceSeconds: number
  /** Text of the event; by default that it is stopped. */
  message?: string
  preStop?: () => Promise<void>
  /** Resolves when those have ended that must end before. Waiting for them is part of the grace period. */
  turn?: Promise<unknown>
}

const MAX_EXEC_OUTPUT = 10_240

export interface ContainerDependencies {
  clock: Clock
  runtime: ContainerRuntime
  /** Folder for the container's root, logs and termination message. */
  dir: string
  dial: ProberDependencies['dial']
  podIP(): string | undefined
  /** Names a process so that it can be found again. */
  identify(pid: number): ProcessIdentity | undefined
  /** The state has changed: it is to be kept, and the pod wants to be looked at. */
  changed(): void
  event(type: 'Normal' | 'Warning', reason: string, message: string): void
}

/**
 * One container of one pod. Its life: waiting → running → terminated → (waiting →) running …; a run that is being
 * stopped is still running. All that must survive the kubelet is in its record.
 */
export class ContainerRunner {
  readonly spec: Container
  readonly #dependencies: ContainerDependencies
  state: ContainerState = { kind: 'waiting', reason: 'ContainerCreating', message: '' }
  last: Termination | undefined
  restartCount = 0
  image: Image | undefined
  /** Why the next run has not begun, while the last one is over. */
  startProblem: { reason: string; message: string } | undefined
  /** How often its probes were tried, as "Liveness/successful". */
  readonly probeCounts = new Map<string, number>()
  readonly #backoff: Backoff
  #config: ContainerConfig | undefined
  #containerID: string | undefined
  #imageID = ''
  #process: ContainerProcess | undefined
  #identity: ProcessIdentity | undefined
  #log: LogWriter | undefined
  #probes: ContainerProbes | undefined
  /** How it was when it was adopted, until its probes begin. */
  #adopted: { started: boolean; ready: boolean } | undefined
  #hookPending = false
  #stop: Stop | undefined
  #unhealthy: 'Liveness' | 'Startup' | undefined
  /** Commands that run in the container beside its main process. */
  readonly #commands = new Set<ContainerProcess>()

  constructor(spec: Container, dependencies: ContainerDependencies) {
    this.spec = spec
    this.#dependencies = dependencies
    this.#backoff = new Backoff(dependencies.clock, RESTART_LIMITS)
  }

  get isRunning(): boolean {
    return this.#process !== undefined
  }

  /** It runs, but its postStart hook does not let it pass for started yet. */
  get isInPostStart(): boolean {
    return this.isRunning && this.#hookPending
  }

  /** Whether it runs, its postStart hook is through and its startup probe, if any, has passed. */
  get started(): boolean {
    return this.isRunning && !this.#hookPending && !!(this.#probes ?? this.#adopted)?.started
  }

  get ready(): boolean {
    return this.started && !!(this.#probes ?? this.#adopted)?.ready
  }

  /** In the form SCHEME://ID, as the runtime is called. */
  get containerID(): string | undefined {
    return this.#containerID
  }

  /** The image by its content. */
  get imageID(): string {
    return this.image ? `${fullName(this.image.names[0])}@${this.image.digest}` : this.#imageID
  }

  get config(): ContainerConfig | undefined {
    return this.#config
  }

  get process(): ContainerProcess | undefined {
    return this.#process
  }

  get log(): LogWriter | undefined {
    return this.#log
  }

  /** The wait before the next restart, in all and what is left of it, in milliseconds. */
  get backoff(): { waitMs: number; leftMs: number } {
    return this.#backoff
  }

  /** Path of the log of the present or last run, or of the one before; undefined if there was none. */
  logPath(previous: boolean): string | undefined {
    const run = this.restartCount - (previous ? 1 : 0)
    const none = run < 0 || (this.state.kind === 'waiting' && !this.last && this.restartCount === 0)
    return none ? undefined : join(this.#dependencies.dir, `${run}.log`)
  }

  wait(reason: string, message: string): void {
    if (this.state.kind === 'terminated') this.startProblem = { reason, message }
    else this.state = { kind: 'waiting', reason, message }
  }

  /** An id for the next run: as long as those of other runtimes, and never used again. */
  nextID(podUID: string): string {
    const run = this.state.kind === 'terminated' ? this.restartCount + 1 : this.restartCount
    return createHash('sha256').update(`${podUID}/${this.spec.name}/${run}`).digest('hex')
  }

  /**
   * Starts a run. With a postStart hook it counts as started once that has ended; a hook that fails ends the run.
   * @throws StartError if the program is not there
   */
  start(config: ContainerConfig, postStart?: { run(): Promise<void>; failed(error: unknown): Promise<void> }): void {
    const { clock, runtime, dir } = this.#dependencies
    this.#beginRun()
    mkdirSync(config.root, { recursive: true })
    config = { ...config, mounts: [...config.mounts, terminationMount(this.spec, dir)] }
    this.#log = new LogWriter(join(dir, `${this.restartCount}.log`), clock)
    const startedMs = clock.now()
    let process: ContainerProcess
    try {
      process = runtime.start({ ...config, runDir: join(dir, RUN_DIR) })
    } catch (error) {
      this.#keepIdentity(config)
      this.#log.dispose()
      this.startProblem = { reason: 'RunContainerError', message: messageOf(error) }
      this.#terminate({ code: 128, signal: undefined }, startedMs, 'StartError', messageOf(error))
      throw error
    }
    this.#keepIdentity({ ...config, runDir: join(dir, RUN_DIR) }, process.handler)
    if (process.detached) writeRun(dir, this.spec, this.#config!, startedMs)
    this.state = { kind: 'running', startedAt: rfc3339(startedMs) }
    this.#follow(process, startedMs)
    if (postStart) this.#runPostStart(process, postStart)
    else this.#probes = this.#newProbes()
    this.#dependencies.changed()
  }

  /**
   * Goes on with a run that an earlier life of the kubelet has started. Its probes begin with `probeAdopted`. Says
   * whether that can be.
   */
  adopt(record: ContainerRecord, { config, startedMs }: Run, was: { started: boolean; ready: boolean }): boolean {
    const { clock, runtime, dir } = this.#dependencies
    let process: ContainerProcess | undefined
    try {
      process = runtime.adopt?.(config, record.process!)
    } catch {
      return false // its runtime or its pipes are gone: whoever asked ends it
    }
    if (!process) return false
    this.restore(record)
    this.#config = config
    this.image = config.image
    this.#log = new LogWriter(join(dir, `${this.restartCount}.log`), clock)
    this.#follow(process, startedMs)
    this.#identity = record.process
    this.#adopted = was
    return true
  }

  /** Begins the probes of a run that was adopted, once they can be answered. */
  probeAdopted(): void {
    if (!this.#adopted) return
    this.#probes = this.#newProbes(this.#adopted)
    this.#adopted = undefined
  }

  /**
   * Ends the run: preStop, the turn of others, the stop signal, and SIGKILL once the grace period is over. A second call
   * can only shorten the grace period of the first. Resolves when the run has ended.
   */
  async stop(options: StopOptions): Promise<void> {
    const process = this.#process
    if (!process) return
    const { clock, event } = this.#dependencies
    const endAt = clock.monotonic() + options.graceSeconds * 1000
    if (this.#stop) {
      this.#stop.hurry(endAt)
      return this.#stop.done
    }
    this.#probes?.containerStops()
    event('Normal', 'Killing', options.message ?? `Stopping container ${this.spec.name}`)
    const stop = (this.#stop = new Stop(clock, endAt, process))
    if (options.graceSeconds > 0) await stop.before([options.preStop?.(), options.turn])
    if (this.#process === process) stop.signal(this.#stopSignal)
    await process.exited
    stop.dispose()
  }

  /** Removes the logs of the last run but one, and of the last one if that is wished and over. */
  removeDeadRuns(all: boolean): void {
    if (this.restartCount > 0) removeLog(this.#dependencies.dir, this.restartCount - 1)
    if (all && !this.isRunning) removeLog(this.#dependencies.dir, this.restartCount)
  }

  /** Changes what the run may use. @throws Error if it does not run, or its runtime cannot do that */
  setLimits(limits: ResourceLimits): void {
    const { runtime } = this.#dependencies
    if (!runtime.update) throw new Error('the runtime cannot change the limits of a container that runs')
    runtime.update(this.#config!.id, limits)
    this.#config = { ...this.#config!, limits }
  }

  /** Ends everything at once. */
  dispose(): void {
    this.#probes?.dispose()
    this.#stop?.dispose()
    this.#process?.signal('SIGKILL')
    for (const command of this.#commands) command.signal('SIGKILL')
    this.#log?.dispose()
  }

  /** Runs a command in the container; it ends with the container at the latest. @throws StartError */
  exec(command: string[], streams: { tty: boolean; stdin: boolean; cols?: number; rows?: number }): ContainerProcess {
    const process = this.#dependencies.runtime.exec(this.#config!, command, streams)
    this.#commands.add(process)
    void process.exited.then(() => this.#commands.delete(process))
    return process
  }

  /** Runs a command to its end and gives what it said. @throws ExecTimeout when it takes longer; StartError */
  async run(command: string[], timeoutMs: number): Promise<{ code: number; output: string }> {
    const process = this.exec(command, { tty: false, stdin: false })
    let output = ''
    const collect = (chunk: Buffer) => {
      if (output.length < MAX_EXEC_OUTPUT) output += chunk.toString('utf8')
    }
    process.stdout.on('data', collect)
    process.stderr?.on('data', collect)
    let timedOut = false
    const timer = this.#dependencies.clock.after(timeoutMs, () => {
      timedOut = true
      process.signal('SIGKILL')
    })
    const { code } = await process.exited
    timer.cancel()
    if (timedOut)
      throw new ExecTimeout(`command timed out: "${command.join(' ')}" timed out after ${timeoutMs / 1000}s`)
    return { code, output: output.slice(0, MAX_EXEC_OUTPUT) }
  }

  /** The leaders of all that runs in the container. */
  get pids(): number[] {
    return [...(this.#process ? [this.#process] : []), ...this.#commands].map(process => process.pid)
  }

  /** Which probe wants the container restarted; asking takes the wish back. */
  takeUnhealthy(): 'Liveness' | 'Startup' | undefined {
    const wanted = this.isRunning && !this.#stop ? this.#unhealthy : undefined
    this.#unhealthy = undefined
    return wanted
  }

  /** What is to be kept over the kubelet's own end. */
  get record(): ContainerRecord {
    const { state, last, restartCount } = this
    return { state, last, restartCount, containerID: this.#containerID, imageID: this.imageID, process: this.#identity }
  }

  /** Takes over what an earlier life of the kubelet, or the API server, knows of the container. */
  restore({ state, last, restartCount, containerID, imageID }: Omit<ContainerRecord, 'process'>): void {
    this.#imageID = imageID ?? ''
    this.state = state
    this.last = last
    this.restartCount = restartCount
    this.#containerID = containerID
    if (state.kind === 'terminated') this.#backoff.failed()
  }

  get #stopSignal(): NodeJS.Signals {
    return (this.spec.lifecycle?.stopSignal as NodeJS.Signals | undefined) ?? this.image?.stopSignal ?? 'SIGTERM'
  }

  /** What was is `last` from now on. A restart makes the next wait longer. */
  #beginRun(): void {
    if (this.state.kind === 'terminated') {
      this.last = this.state.termination
      this.restartCount++
      this.#backoff.next()
    }
    // Of earlier runs only the last one's log is kept.
    if (this.restartCount >= 2) removeLog(this.#dependencies.dir, this.restartCount - 2)
    this.startProblem = undefined
    this.#unhealthy = undefined
    this.#stop = undefined
  }

  #runPostStart(
    process: ContainerProcess,
    { run, failed }: { run(): Promise<void>; failed(error: unknown): Promise<void> },
  ): void {
    this.#hookPending = true
    void run()
      .then(
        () => {
          if (this.#process === process && !this.#stop) this.#probes = this.#newProbes()
        },
        (error: unknown) => {
          this.startProblem = { reason: 'PostStartHookError', message: messageOf(error) }
          return failed(error)
        },
      )
      .finally(() => {
        if (this.#process === process) this.#hookPending = false
        this.#dependencies.changed()
      })
  }

  #keepIdentity(config: ContainerConfig, handler?: string): void {
    this.#config = handler ? { ...config, handler } : config
    this.#containerID = `${handler ?? this.#dependencies.runtime.version.split('://')[0]}://${config.id}`
  }

  #follow(process: ContainerProcess, startedMs: number): void {
    this.#process = process
    this.#identity = this.#dependencies.identify(process.pid)
    this.#log!.pipe(process.stdout, 'stdout')
    if (process.stderr) this.#log!.pipe(process.stderr, 'stderr')
    void process.exited.then(status => this.#ended(process, status, startedMs))
  }

  #newProbes(was?: { started: boolean; ready: boolean }): ContainerProbes {
    const { clock, dial, podIP, event, changed } = this.#dependencies
    return new ContainerProbes(
      this.spec,
      { clock, dial, podIP, exec: (command, timeoutMs) => this.run(command, timeoutMs) },
      {
        changed,
        event,
        tried: (type, result) => {
          const key = `${type}/${result}`
          this.probeCounts.set(key, (this.probeCounts.get(key) ?? 0) + 1)
        },
        unhealthy: type => {
          this.#unhealthy = type
          changed()
        },
      },
      was,
    )
  }

  #ended(process: ContainerProcess, status: ExitStatus, startedMs: number): void {
    if (this.#process !== process) return
    this.#process = undefined
    this.#identity = undefined
    this.#hookPending = false
    this.#adopted = undefined
    for (const command of this.#commands) command.signal('SIGKILL')
    this.#probes?.dispose()
    this.#probes = undefined
    this.#stop?.dispose()
    this.#stop = undefined
    this.#log?.dispose()
    const message = terminationMessage(this.spec, this.#config!, this.logPath(false)!, status.code)
    // A runtime that ended the run itself, for its memory, says so.
    const reason = status.reason ?? (status.code === 0 ? 'Completed' : 'Error')
    this.#terminate(status, startedMs, reason, message)
  }

  #terminate(status: ExitStatus, startedMs: number, reason: string, message: string): void {
    const { clock, changed } = this.#dependencies
    const termination = {
      exitCode: status.code,
      signal: status.signal,
      reason,
      message,
      startedAt: rfc3339(reason === 'StartError' ? 0 : startedMs),
      finishedAt: rfc3339(status.finishedAtMs ?? clock.now()),
      containerID: this.#containerID ?? '',
    }
    this.state = { kind: 'terminated', termination }
    this.#backoff.failed()
    changed()
  }
}

/** All containers of a pod: init, main, and those that were added to look into it. */
export function allContainers(pod: Pod): Container[] {
  return [
    ...(pod.spec?.initContainers ?? []),
    ...(pod.spec?.containers ?? []),
    ...((pod.spec?.ephemeralContainers ?? []) as Container[]),
  ]
}
