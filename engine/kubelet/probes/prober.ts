import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import type { Container, Probe } from '../../api/types.ts'
import type { Clock, Timer } from '../../base/clock.ts'
import type { Disposable } from '../../base/disposable.ts'
import { messageOf } from '../../base/errors.ts'

export type ProbeType = 'Liveness' | 'Readiness' | 'Startup'

export interface ProbeOutcome {
  success: boolean
  message: string
}

export interface ProberDependencies {
  clock: Clock
  dial(ip: string, port: number, signal?: AbortSignal): Promise<Socket>
  /** Runs a command in the container. */
  exec(command: string[], timeoutMs: number): Promise<{ code: number; output: string }>
  podIP(): string | undefined
}

const MAX_BODY_BYTES = 10 << 10

/** Runs one probe of one container at its period and says when the verdict changes, counting thresholds. */
export class Prober implements Disposable {
  readonly #probe: Probe
  readonly #container: Container
  readonly #dependencies: ProberDependencies
  readonly #onVerdict: (ok: boolean, outcome: ProbeOutcome) => void
  readonly #onFailure: (outcome: ProbeOutcome) => void
  #timer: Timer
  #streak = 0
  #last: boolean | undefined
  #stopped = false

  constructor(
    container: Container,
    probe: Probe,
    dependencies: ProberDependencies,
    callbacks: { onVerdict(ok: boolean, outcome: ProbeOutcome): void; onFailure(outcome: ProbeOutcome): void },
  ) {
    this.#probe = probe
    this.#container = container
    this.#dependencies = dependencies
    this.#onVerdict = callbacks.onVerdict
    this.#onFailure = callbacks.onFailure
    this.#timer = dependencies.clock.after((probe.initialDelaySeconds ?? 0) * 1000, () => void this.#run())
  }

  dispose(): void {
    this.#stopped = true
    this.#timer.cancel()
  }

  async #run(): Promise<void> {
    const outcome = await runProbe(this.#container, this.#probe, this.#dependencies)
    if (this.#stopped) return
    this.#streak = outcome.success === this.#last ? this.#streak + 1 : 1
    this.#last = outcome.success
    const threshold = outcome.success ? (this.#probe.successThreshold ?? 1) : (this.#probe.failureThreshold ?? 3)
    if (!outcome.success) this.#onFailure(outcome)
    if (this.#streak >= threshold) this.#onVerdict(outcome.success, outcome)
    if (this.#stopped) return
    this.#timer = this.#dependencies.clock.after((this.#probe.periodSeconds ?? 10) * 1000, () => void this.#run())
  }
}

async function runProbe(container: Container, probe: Probe, dependencies: ProberDependencies): Promise<ProbeOutcome> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000
  try {
    if (probe.exec) return await probeExec(probe.exec.command ?? [], timeoutMs, dependencies)
    if (probe.httpGet) return await probeHttp(container, probe.httpGet, timeoutMs, dependencies)
    if (probe.tcpSocket) {
      const { host, port } = probe.tcpSocket
      const socket = await dialWithin(host, portNumber(container, port!), timeoutMs, dependencies)
      socket.destroy()
      return { success: true, message: '' }
    }
    return {
      success: false,
      message:
        'gRPC probes need a gRPC health service, which this kubelet does not ask yet; use httpGet, tcpSocket or exec',
    }
  } catch (error) {
    return { success: false, message: messageOf(error) }
  }
}

async function probeExec(command: string[], timeoutMs: number, { exec }: ProberDependencies): Promise<ProbeOutcome> {
  const { code, output } = await exec(command, timeoutMs)
  return { success: code === 0, message: output.slice(0, MAX_BODY_BYTES) }
}

/** Any code from 200 to 399 is success; redirects are not followed to other hosts. */
export async function probeHttp(
  container: Container,
  action: NonNullable<Probe['httpGet']>,
  timeoutMs: number,
  dependencies: Pick<ProberDependencies, 'dial' | 'podIP'>,
): Promise<ProbeOutcome> {
  const port = portNumber(container, action.port!)
  const host = action.host || dependencies.podIP() || ''
  const path = action.path || '/'
  const secure = action.scheme === 'HTTPS'
  const socket = await dialWithin(action.host, port, timeoutMs, dependencies)
  const headers = Object.fromEntries((action.httpHeaders ?? []).map(h => [h.name!, h.value ?? '']))
  const url = `${secure ? 'https' : 'http'}://${host}:${port}${path.startsWith('/') ? '' : '/'}${path}`
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)(
      url,
      {
        createConnection: () => socket,
        headers: { 'user-agent': 'kube-probe/1.36', accept: '*/*', connection: 'close', ...headers },
        timeout: timeoutMs,
        rejectUnauthorized: false,
        ...(secure ? { socket, agent: false } : {}),
      } as object,
      response => {
        const code = response.statusCode ?? 0
        response.resume()
        response.once('close', () => socket.destroy())
        resolve({ success: code >= 200 && code < 400, message: `HTTP probe failed with statuscode: ${code}` })
      },
    )
    request.once('timeout', () =>
      request.destroy(
        new Error(`Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`),
      ),
    )
    request.once('error', error => reject(new Error(`Get "${url}": ${error.message}`)))
    request.end()
  })
}

async function dialWithin(
  host: string | undefined,
  port: number,
  timeoutMs: number,
  { dial, podIP }: Pick<ProberDependencies, 'dial' | 'podIP'>,
): Promise<Socket> {
  const ip = host || podIP()
  if (!ip) throw new Error('the pod has no address yet')
  try {
    return await dial(ip, port, AbortSignal.timeout(timeoutMs))
  } catch (error) {
    throw new Error(`dial tcp ${ip}:${port}: connect: ${messageOf(error)}`, { cause: error })
  }
}

/** A port by number or by the name that the container gives it. */
export function portNumber(container: Container, port: number | string): number {
  if (typeof port === 'number') return port
  const named = container.ports?.find(p => p.name === port)?.containerPort
  if (named !== undefined) return named
  const number = Number(port)
  if (Number.isInteger(number)) return number
  throw new Error(`couldn't find named port: ${port}`)
}

/** All probes of a container with their types. */
export function probesOf(container: Container): [ProbeType, Probe][] {
  const all: [ProbeType, Probe | undefined][] = [
    ['Startup', container.startupProbe],
    ['Liveness', container.livenessProbe],
    ['Readiness', container.readinessProbe],
  ]
  return all.filter((entry): entry is [ProbeType, Probe] => entry[1] !== undefined)
}
