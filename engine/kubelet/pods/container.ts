import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Container, Pod } from '../../api/types.ts'
import type { Clock } from '../../base/clock.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import { codeOf } from '../../base/errors.ts'
import type { Image } from '../images/image.ts'
import { LogWriter } from '../logs/writer.ts'
import { Prober, probesOf, type ProberDependencies, type ProbeType } from '../probes/prober.ts'
import type { ContainerConfig, ContainerProcess, ContainerRuntime, ExitStatus } from '../runtime/contract.ts'

/** What became of an earlier run. */
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

const BASE_BACKOFF_MS = 10_000
const MAX_BACKOFF_MS = 300_000
/** A run of this length clears the back-off. */
const RESET_AFTER_MS = 600_000
const MAX_TERMINATION_MESSAGE = 4096

export interface ContainerDependencies {
  clock: Clock
  runtime: ContainerRuntime
  /** Folder for the container's root, logs and termination message. */
  dir: string
  dial: ProberDependencies['dial']
  podIP(): string | undefined
  /** The state has changed: the pod wants to be looked at. */
  changed(): void
  event(type: 'Normal' | 'Warning', reason: string, message: string): void
}

/** One container of one pod: its runs, back-off, probes and log. */
export class ContainerRunner {
  readonly spec: Container
  readonly #dependencies: ContainerDependencies
  state: ContainerState = { kind: 'waiting', reason: 'ContainerCreating', message: '' }
  last: Termination | undefined
  restartCount = 0
  image: Image | undefined
  #started = false
  #ready = false
  #config: ContainerConfig | undefined
  #process: ContainerProcess | undefined
  #log: LogWriter | undefined
  #probers: Prober[] = []
  #backoffMs = 0
  #backoffUntil = 0
  #killReason: string | undefined
  #attempt = 0
  #unhealthy = false
  /** Commands that run in the container beside its main process. */
  readonly #commands = new Set<ContainerProcess>()

  constructor(spec: Container, dependencies: ContainerDependencies) {
    this.spec = spec
    this.#dependencies = dependencies
  }

  get isRunning(): boolean {
    return this.#process !== undefined
  }

  /** Whether its startup probe, if any, has passed. */
  get started(): boolean {
    return this.isRunning && this.#started
  }

  get ready(): boolean {
    return this.isRunning && this.#started && this.#ready
  }

  get containerID(): string | undefined {
    return this.#config && `process://${this.#config.id}`
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

  /** Path of the log of the present or last run, or of the one before. */
  logPath(previous: boolean): string | undefined {
    const attempt = previous ? this.#attempt - 2 : this.#attempt - 1
    return attempt < 0 ? undefined : join(this.#dependencies.dir, `${attempt}.log`)
  }

  /** Milliseconds until the back-off of a restart is over; 0 if it may start now. */
  backoffLeft(): number {
    return Math.max(0, this.#backoffUntil - this.#dependencies.clock.monotonic())
  }

  wait(reason: string, message: string): void {
    this.state = { kind: 'waiting', reason, message }
  }

  /** Starts a run. @throws StartError if the program is not there. */
  start(config: ContainerConfig): void {
    const { clock, runtime, dir } = this.#dependencies
    mkdirSync(config.root, { recursive: true })
    this.#config = config
    this.#log = new LogWriter(join(dir, `${this.#attempt++}.log`), clock)
    if (this.state.kind === 'terminated') {
      this.last = this.state.termination
      this.restartCount++
    }
    this.#started = !this.spec.startupProbe
    this.#ready = !this.spec.readinessProbe
    this.#killReason = undefined
    let process: ContainerProcess
    try {
      process = runtime.start(config)
    } catch (error) {
      this.#log.dispose()
      throw error
    }
    this.#process = process
    const startedMs = clock.now()
    this.state = { kind: 'running', startedAt: rfc3339(startedMs) }
    this.#log.pipe(process.stdout, 'stdout')
    if (process.stderr) this.#log.pipe(process.stderr, 'stderr')
    void process.exited.then(status => this.#ended(process, status, startedMs))
    this.#startProbes()
  }

  /** Notes that a run could not even begin; counts as one for the back-off. */
  failStart(reason: string, message: string): void {
    const now = rfc3339(this.#dependencies.clock.now())
    const termination = {
      exitCode: 128,
      signal: undefined,
      reason,
      message,
      startedAt: now,
      finishedAt: now,
      containerID: this.containerID ?? '',
    }
    this.state = { kind: 'terminated', termination }
    this.#growBackoff(0)
  }

  /** Ends the run: preStop, then the stop signal, then SIGKILL once `graceSeconds` are over. Resolves when it has ended. */
  async stop(graceSeconds: number, preStop: () => Promise<void>, reason?: string): Promise<void> {
    const process = this.#process
    if (!process) return
    this.#killReason ??= reason
    this.#stopProbes()
    const { clock } = this.#dependencies
    const kill = clock.after(graceSeconds * 1000, () => process.signal('SIGKILL'))
    if (graceSeconds > 0) {
      await Promise.race([preStop(), process.exited])
      if (this.#process === process) process.signal(this.image?.stopSignal ?? 'SIGTERM')
    }
    await process.exited
    kill.cancel()
  }

  dispose(): void {
    this.#stopProbes()
    this.#process?.signal('SIGKILL')
    for (const command of this.#commands) command.signal('SIGKILL')
    this.#log?.dispose()
  }

  #ended(process: ContainerProcess, status: ExitStatus, startedMs: number): void {
    if (this.#process !== process) return
    const { clock, changed } = this.#dependencies
    this.#process = undefined
    for (const command of this.#commands) command.signal('SIGKILL')
    this.#stopProbes()
    this.#log?.dispose()
    const finishedMs = clock.now()
    const termination = {
      exitCode: status.code,
      signal: status.signal,
      reason: this.#killReason ?? (status.code === 0 ? 'Completed' : 'Error'),
      message: this.#terminationMessage(status.code),
      startedAt: rfc3339(startedMs),
      finishedAt: rfc3339(finishedMs),
      containerID: this.containerID ?? '',
    }
    this.state = { kind: 'terminated', termination }
    this.#growBackoff(finishedMs - startedMs)
    changed()
  }

  /** The first restart is at once, the next after 10 s, then twice as long each time. */
  #growBackoff(ranMs: number): void {
    if (ranMs >= RESET_AFTER_MS) this.#backoffMs = 0
    this.#backoffUntil = this.#dependencies.clock.monotonic() + this.#backoffMs
    this.#backoffMs = this.#backoffMs === 0 ? BASE_BACKOFF_MS : Math.min(this.#backoffMs * 2, MAX_BACKOFF_MS)
  }

  #terminationMessage(code: number): string {
    const path = join(this.#config!.root, this.spec.terminationMessagePath ?? '/dev/termination-log')
    try {
      const text = readFileSync(path, 'utf8')
      if (text) return text.slice(0, MAX_TERMINATION_MESSAGE)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
    }
    if (this.spec.terminationMessagePolicy !== 'FallbackToLogsOnError' || code === 0) return ''
    const log = readFileSync(this.logPath(false)!, 'utf8').split('\n').slice(-81)
    return log
      .map(line => line.split(' ').slice(3).join(' '))
      .join('\n')
      .slice(-2048)
  }

  #startProbes(): void {
    const waitsForStartup = !!this.spec.startupProbe
    for (const [type, probe] of probesOf(this.spec)) {
      if (waitsForStartup && type !== 'Startup') continue
      this.#addProber(type, probe)
    }
  }

  #addProber(type: ProbeType, probe: NonNullable<Container['livenessProbe']>): void {
    const { clock, dial, podIP, event } = this.#dependencies
    const prober = new Prober(
      this.spec,
      probe,
      { clock, dial, podIP, exec: (command, timeoutMs) => this.#exec(command, timeoutMs) },
      {
        onFailure: outcome => event('Warning', 'Unhealthy', `${type} probe failed: ${outcome.message}`),
        onVerdict: ok => this.#onVerdict(type, ok),
      },
    )
    this.#probers.push(prober)
  }

  #onVerdict(type: ProbeType, ok: boolean): void {
    const { changed, event } = this.#dependencies
    if (type === 'Readiness') {
      if (this.#ready === ok) return
      this.#ready = ok
      return changed()
    }
    if (ok) {
      if (type !== 'Startup' || this.#started) return
      this.#started = true
      this.#stopProbes()
      for (const [other, probe] of probesOf(this.spec)) if (other !== 'Startup') this.#addProber(other, probe)
      return changed()
    }
    event('Normal', 'Killing', `Container ${this.spec.name} failed ${type.toLowerCase()} probe, will be restarted`)
    this.#unhealthy = true
    changed()
  }

  /** Runs a command in the container; it ends with the container at the latest. @throws StartError */
  exec(command: string[], streams: { tty: boolean; stdin: boolean }): ContainerProcess {
    const process = this.#dependencies.runtime.exec(this.#config!, command, streams)
    this.#commands.add(process)
    void process.exited.then(() => this.#commands.delete(process))
    return process
  }

  /** The leaders of all that runs in the container. */
  get pids(): number[] {
    return [...(this.#process ? [this.#process] : []), ...this.#commands].map(process => process.pid)
  }

  /** Whether a probe wants the container restarted; asking takes the wish back. */
  takeUnhealthy(): boolean {
    const wanted = this.#unhealthy && this.isRunning
    this.#unhealthy = false
    return wanted
  }

  async #exec(command: string[], timeoutMs: number): Promise<{ code: number; output: string }> {
    const process = this.exec(command, { tty: false, stdin: false })
    let output = ''
    const collect = (chunk: Buffer) => {
      if (output.length < 10_240) output += chunk.toString('utf8')
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
      throw new Error(`command timed out: ${JSON.stringify(command.join(' '))} timed out after ${timeoutMs / 1000}s`)
    return { code, output }
  }

  #stopProbes(): void {
    for (const prober of this.#probers) prober.dispose()
    this.#probers = []
  }
}

export function allContainers(pod: Pod): Container[] {
  return [
    ...(pod.spec?.initContainers ?? []),
    ...(pod.spec?.containers ?? []),
    ...((pod.spec?.ephemeralContainers ?? []) as Container[]),
  ]
}
