import { Agent, request } from 'node:http'
import type { Duplex } from 'node:stream'
import { connect as connectTLS } from 'node:tls'
import { once } from 'node:events'
import { pause, type Clock } from '../../base/clock.ts'
import { codeOf, messageOf, UserError } from '../../base/errors.ts'
import type { Peers } from '../../network/proxy/peers.ts'
import type { ServiceTrial, TrialAnswer } from '../contract.ts'
import type { WorkerProxy } from '../edge.ts'
import { serviceAddress, type ServicePort } from '../pages.ts'
import { dialFrom } from './dial.ts'
import { readExcerpt, untilGreeting } from './excerpt.ts'

export interface TrialsParts {
  workers(): WorkerProxy[]
  /** By which the workers know this host. */
  peers(): Peers
  domain: string
  clock: Clock
}

/** Trials that run at once. */
const MOST = 4
const REQUEST_MS = 10_000
/** A trial ends after this time, however much of it is left. */
const TRIAL_MS = 300_000

/**
 * Sends requests through a Service as the proxy of a worker decides, and says of each which endpoint took it. Only names of Services
 * can be asked for, only loopback is connected to, and no redirect is followed: where a request goes is the cluster's to say.
 */
export class Trials {
  readonly #parts: TrialsParts
  #running = 0
  #turn = 0

  constructor(parts: TrialsParts) {
    this.#parts = parts
  }

  /** Gives the answers as they come; ends when the signal is aborted. @throws UserError for what cannot be tried */
  async *run(target: ServicePort, trial: ServiceTrial, signal: AbortSignal): AsyncGenerator<TrialAnswer> {
    const address = serviceAddress(target, this.#parts.domain)
    if (this.#workersOf(trial).length === 0)
      throw new UserError(noWorker(trial).error.message, 'Start it under Machines, or try from another place.')
    if (this.#running >= MOST)
      throw new UserError(`${MOST} trials are running already.`, 'Wait until one ends, or stop one.')
    this.#running++
    const ending = new AbortController()
    const end = () => ending.abort(signal.reason)
    signal.addEventListener('abort', end, { once: true })
    const timer = this.#parts.clock.after(TRIAL_MS, () => ending.abort())
    const client = new TrialClient(trial, target, address, this.#parts)
    try {
      for (let number = 1; number <= trial.count && !ending.signal.aborted; number++) {
        if (number > 1 && trial.intervalMs) await pause(this.#parts.clock, trial.intervalMs, ending.signal)
        if (ending.signal.aborted) return
        const workers = this.#workersOf(trial)
        const worker = workers[this.#turn++ % workers.length]
        const answer = worker ? await client.ask(worker, ending.signal) : noWorker(trial)
        if (ending.signal.aborted) return
        yield { number, ...answer }
      }
    } finally {
      this.#running--
      timer.cancel()
      signal.removeEventListener('abort', end)
      client.dispose()
    }
  }

  #workersOf({ from }: ServiceTrial): WorkerProxy[] {
    const all = this.#parts.workers()
    return from.worker === undefined ? all : all.filter(w => w.name === from.worker)
  }
}

/** The client of one trial: it has one connection at a time, and keeps it if it is to. */
class TrialClient {
  readonly #trial: ServiceTrial
  readonly #target: ServicePort
  readonly #address: string
  readonly #parts: TrialsParts
  readonly #agent: Agent
  readonly #led = new WeakMap<Duplex, { worker: string; endpoint: string | undefined }>()

  constructor(trial: ServiceTrial, target: ServicePort, address: string, parts: TrialsParts) {
    this.#trial = trial
    this.#target = target
    this.#address = address
    this.#parts = parts
    this.#agent = new Agent({ keepAlive: trial.reuse, maxSockets: 1 })
  }

  async ask(worker: WorkerProxy, signal: AbortSignal): Promise<Omit<TrialAnswer, 'number'>> {
    const { clock } = this.#parts
    const begun = clock.monotonic()
    const late = new AbortController()
    const timer = clock.after(REQUEST_MS, () => late.abort(tooLate()))
    const both = AbortSignal.any([signal, late.signal])
    const told: Omit<TrialAnswer, 'number'> = { worker: worker.name, reused: false, ms: 0 }
    try {
      await (this.#trial.scheme === 'tcp' ? this.#knock(worker, told, both) : this.#request(worker, told, both))
    } catch (thrown) {
      const error = late.signal.aborted ? late.signal.reason : thrown
      told.error = { code: codeOf(error) ?? 'ERROR', message: messageOf(error) }
    } finally {
      timer.cancel()
    }
    told.ms = Math.round((clock.monotonic() - begun) * 10) / 10
    return told
  }

  async #knock(worker: WorkerProxy, told: Omit<TrialAnswer, 'number'>, signal: AbortSignal): Promise<void> {
    const { socket, endpoint } = await dialFrom(this.#trial.from, worker, this.#address, this.#parts.peers(), signal)
    told.endpoint = endpoint
    try {
      Object.assign(told, await untilGreeting(socket, this.#parts.clock, signal))
    } finally {
      socket.on('error', () => undefined)
      socket.destroy()
    }
  }

  #request(worker: WorkerProxy, told: Omit<TrialAnswer, 'number'>, signal: AbortSignal): Promise<void> {
    const { method, path, headers } = this.#trial
    const { service, namespace, port } = this.#target
    this.#agent.createConnection = (_options, done) => {
      this.#connect(worker, signal).then(
        socket => done?.(null, socket),
        (error: Error) => done?.(error, undefined as never),
      )
      return undefined
    }
    return new Promise((resolve, reject) => {
      const options = { agent: this.#agent, hostname: `${service}.${namespace}`, port, method, path, signal }
      const sent = request({ ...options, headers: fieldsOf(headers) })
      sent.on('socket', socket => {
        told.reused = sent.reusedSocket
        Object.assign(told, this.#led.get(socket))
      })
      sent.on('error', reject)
      sent.on('response', response => {
        told.status = response.statusCode
        readExcerpt(response).then(read => resolve(void Object.assign(told, read)), reject)
      })
      sent.end()
    })
  }

  async #connect(worker: WorkerProxy, signal: AbortSignal): Promise<Duplex> {
    const { from, scheme } = this.#trial
    const { socket: plain, endpoint } = await dialFrom(from, worker, this.#address, this.#parts.peers(), signal)
    const { service, namespace } = this.#target
    let socket: Duplex = plain
    if (scheme === 'https') {
      // Pods sign their own certificates; who they are is not what is tried.
      const secure = connectTLS({ socket: plain, servername: `${service}.${namespace}`, rejectUnauthorized: false })
      await once(secure, 'secureConnect', { signal }).catch((error: unknown) => {
        secure.on('error', () => undefined)
        secure.destroy()
        throw error
      })
      socket = secure
    }
    this.#led.set(socket, { worker: worker.name, endpoint })
    return socket
  }

  dispose(): void {
    this.#agent.destroy()
  }
}

function noWorker({ from: { worker } }: ServiceTrial) {
  const message = worker === undefined ? 'No worker of the lab is running.' : `No worker ${worker} is running.`
  return { worker: worker ?? '', reused: false, ms: 0, error: { code: 'EHOSTUNREACH', message } }
}

/** A name that is given more than once has all its values; Host and the like must be one. */
function fieldsOf(headers: ServiceTrial['headers']): Record<string, string | string[]> {
  const values = Map.groupBy(headers, ([name]) => name.toLowerCase())
  return Object.fromEntries(
    [...values].map(([name, list]) => [name, list.length === 1 ? list[0]![1] : list.map(([, value]) => value)]),
  )
}

function tooLate(): Error {
  return Object.assign(new Error(`no answer within ${REQUEST_MS / 1000} seconds`), { code: 'ETIMEDOUT' })
}
