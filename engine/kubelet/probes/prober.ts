import type { Container, Probe } from '../../api/types.ts'
import type { Timer } from '../../base/clock.ts'
import type { Disposable } from '../../base/disposable.ts'
import { messageOf } from '../../base/errors.ts'
import { DialError, dialWithin, portNumber, type DialDependencies } from './dial.ts'
import { probeGrpc } from './grpc.ts'
import { probeHttp } from './http.ts'

export type ProbeType = 'Liveness' | 'Readiness' | 'Startup'

/**
 * What one try has told. A warning counts as success. An error is the prober's own (no such port, no such command): it is
 * told of and counts as nothing.
 */
export interface ProbeOutcome {
  result: 'success' | 'warning' | 'failure' | 'error'
  message: string
}

export interface ProberDependencies extends DialDependencies {
  /** Runs a command in the container to its end. @throws ExecTimeout; another error if it cannot be run */
  exec(command: string[], timeoutMs: number): Promise<{ code: number; output: string }>
}

/** A command took longer than it may. */
export class ExecTimeout extends Error {}

export interface ProberCallbacks {
  /** As many tries as the threshold asks for have agreed. */
  onVerdict(ok: boolean): void
  /** A try that is worth an event. */
  onEvent(reason: 'Unhealthy' | 'ProbeWarning', message: string): void
  /** Every try, whatever came of it. */
  onOutcome?(outcome: ProbeOutcome): void
}

const MAX_OUTPUT = 10 << 10

/**
 * Runs one probe of one container at its period, counts thresholds, and says the verdict. A failed liveness or startup
 * probe holds still after its verdict: the container is restarted, and its next run has probers of its own.
 */
export class Prober implements Disposable {
  readonly #type: ProbeType
  readonly #probe: Probe
  readonly #container: Container
  readonly #dependencies: ProberDependencies
  readonly #callbacks: ProberCallbacks
  #timer: Timer
  #streak = 0
  #last: boolean | undefined
  #stopped = false

  constructor(
    container: Container,
    type: ProbeType,
    probe: Probe,
    dependencies: ProberDependencies,
    callbacks: ProberCallbacks,
  ) {
    this.#type = type
    this.#probe = probe
    this.#container = container
    this.#dependencies = dependencies
    this.#callbacks = callbacks
    this.#timer = dependencies.clock.after((probe.initialDelaySeconds ?? 0) * 1000, () => void this.#run())
  }

  get type(): ProbeType {
    return this.#type
  }

  dispose(): void {
    this.#stopped = true
    this.#timer.cancel()
  }

  async #run(): Promise<void> {
    const { clock } = this.#dependencies
    const periodMs = (this.#probe.periodSeconds ?? 10) * 1000
    const dueAt = clock.monotonic() + periodMs
    const outcome = await runProbe(this.#container, this.#probe, this.#dependencies)
    if (this.#stopped) return
    this.#tell(outcome)
    this.#callbacks.onOutcome?.(outcome)
    if (outcome.result !== 'error') this.#count(outcome.result !== 'failure')
    if (this.#stopped) return
    // The period counts from try to try; one that takes longer than its period is followed by the next at once.
    this.#timer = clock.after(Math.max(0, dueAt - clock.monotonic()), () => void this.#run())
  }

  #count(ok: boolean): void {
    this.#streak = ok === this.#last ? this.#streak + 1 : 1
    this.#last = ok
    const threshold = ok ? (this.#probe.successThreshold ?? 1) : (this.#probe.failureThreshold ?? 3)
    if (this.#streak < threshold) return
    if (!ok && this.#type !== 'Readiness') this.dispose()
    this.#callbacks.onVerdict(ok)
  }

  #tell({ result, message }: ProbeOutcome): void {
    const { onEvent } = this.#callbacks
    if (result === 'failure') onEvent('Unhealthy', `${this.#type} probe failed: ${message}`)
    else if (result === 'warning') onEvent('ProbeWarning', `${this.#type} probe warning: ${message}`)
    else if (result === 'error')
      onEvent('Unhealthy', `${this.#type} probe errored and resulted in unknown state: ${message}`)
  }
}

/** One try. Never rejects. */
export async function runProbe(
  container: Container,
  probe: Probe,
  dependencies: ProberDependencies,
): Promise<ProbeOutcome> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000
  try {
    if (probe.exec) return await probeExec(probe.exec.command ?? [], timeoutMs, dependencies)
    if (probe.httpGet) return await probeHttp(container, probe.httpGet, timeoutMs, dependencies)
    if (probe.grpc) return await probeGrpc(container, probe.grpc, timeoutMs, dependencies)
    if (probe.tcpSocket) {
      const { host, port } = probe.tcpSocket
      const socket = await dialWithin(host, portNumber(container, port!), timeoutMs, dependencies)
      socket.destroy()
      return { result: 'success', message: '' }
    }
    return { result: 'error', message: 'missing probe handler' }
  } catch (error) {
    return { result: error instanceof DialError ? 'failure' : 'error', message: messageOf(error) }
  }
}

async function probeExec(command: string[], timeoutMs: number, { exec }: ProberDependencies): Promise<ProbeOutcome> {
  try {
    const { code, output } = await exec(command, timeoutMs)
    return { result: code === 0 ? 'success' : 'failure', message: output.slice(0, MAX_OUTPUT) }
  } catch (error) {
    return { result: error instanceof ExecTimeout ? 'failure' : 'error', message: messageOf(error) }
  }
}
