import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Socket, type SocketConstructorOpts } from 'node:net'
import { createInterface } from 'node:readline'
import type { Duplex } from 'node:stream'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import type { NetworkNamespace } from '../../kubelet/pod-network.ts'
import type { Address } from '../datagrams/flows.ts'
import { FrameReader, writeFrame, writeOrDrop, type Frame } from '../datagrams/frames.ts'
import { isRouteErrorCode, RouteError } from '../proxy/route-error.ts'
import { HELPER_FRAME, OPENED } from './frames.ts'

/** What a helper tells of the pods that were opened; `id` is the number that a pod was opened with. */
export interface HelperEvents {
  /** A packet was captured that the worker has to decide on. */
  captured(id: number, packet: Buffer): void
  datagram(id: number, source: Address, destination: Address, payload: Buffer): void
  /** A program's connection was accepted in the name of `destination`. */
  accepted(id: number, source: Address, destination: Address, socket: Socket): void
  /** The process is gone without having been stopped. */
  lost(why: Error): void
}

export interface HelperOptions {
  /** The program: a file. */
  program: string
  /** Processes of pods that an earlier life has left: their namespaces are gone on with. */
  processes: number[]
  log: Logger
}

const SYSTEM_PYTHON = '/usr/bin/python3'
const START_MS = 10_000
const DIAL_MS = 5_000
/** What waits for a helper that does not read; packets beyond that are lost, as on a full line. */
const MAX_QUEUED_BYTES = 8 << 20
const REQUEST_BYTES = 4

interface Accepted {
  pod: number
  from: [string, number]
  to: [string, number]
}

/** The handle of a connection as Node passes it between processes. */
type Handle = { close(): void }

/** The process that makes network namespaces for pods and has its sockets in them (helper/main.py). */
export class NamespaceHelper {
  readonly #child: ChildProcess
  readonly #pipe: Duplex
  readonly #events: HelperEvents
  readonly #opening = new Map<number, PromiseWithResolvers<NetworkNamespace>>()
  readonly #dialling = new Map<number, PromiseWithResolvers<Socket>>()
  readonly #ready = Promise.withResolvers<void>()
  #userNamespace: string | undefined
  #requests = 0
  #over: Error | undefined

  /**
   * Starts one.
   * @throws Error if namespaces cannot be made here
   */
  static async start(options: HelperOptions, events: HelperEvents): Promise<NamespaceHelper> {
    const helper = new NamespaceHelper(options, events)
    const late = setTimeout(() => helper.#end(new Error('it does not answer')), START_MS)
    try {
      await helper.#ready.promise
      return helper
    } catch (error) {
      helper.stop()
      throw error
    } finally {
      clearTimeout(late)
    }
  }

  private constructor({ program, processes, log }: HelperOptions, events: HelperEvents) {
    this.#events = events
    const python = existsSync(SYSTEM_PYTHON) ? SYSTEM_PYTHON : 'python3'
    this.#child = spawn(python, ['-E', '-s', '-B', program, ...processes.map(String)], {
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'],
    })
    this.#pipe = this.#child.stdio[4] as Duplex
    const said: string[] = []
    this.#child.once('error', error => this.#end(error))
    this.#child.once('exit', (code, signal) =>
      this.#end(new Error(said.at(-1) ?? `it has ended with ${signal ?? `code ${code}`}`)),
    )
    this.#child.on('message', (message, handle) => this.#onHandle(message, handle as unknown as Handle | undefined))
    const reader = new FrameReader(frame => this.#onFrame(frame))
    this.#pipe.on('data', (chunk: Buffer) => {
      if (!reader.take(chunk)) this.#end(new Error('it says what is no frame'))
    })
    this.#pipe.on('error', error => this.#end(error))
    createInterface({ input: this.#child.stderr! }).on('line', line => {
      said.push(line)
      if (said.length > 8) said.shift()
      log.warn('the helper for network namespaces says', { line })
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /**
   * The namespace of a pod: that of its processes if they have one, else a new one with this address.
   * @throws Error
   */
  open(id: number, ip: string, processes: number[]): Promise<NetworkNamespace> {
    if (this.#over) return Promise.reject(this.#over)
    const asked = Promise.withResolvers<NetworkNamespace>()
    this.#opening.get(id)?.reject(new Error('asked for again'))
    this.#opening.set(id, asked)
    const payload = Buffer.from(processes.join(' '))
    this.#write({ type: HELPER_FRAME.open, id, ip, payload })
    return asked.promise
  }

  close(id: number): void {
    this.#write({ type: HELPER_FRAME.close, id })
  }

  /** Lets a packet arrive in a pod. */
  inject(id: number, packet: Buffer): void {
    writeOrDrop(this.#pipe, { type: HELPER_FRAME.inject, id, payload: packet }, MAX_QUEUED_BYTES)
  }

  /**
   * Connects to a program of a pod from an address that need not be the machine's.
   * @throws RouteError
   */
  async dial(id: number, from: string, { ip, port }: Address, signal?: AbortSignal): Promise<Socket> {
    signal?.throwIfAborted()
    if (this.#over) throw new RouteError('EHOSTUNREACH', `the network of ${ip} is being set up again`, ip)
    const request = (this.#requests = (this.#requests + 1) % 2 ** 32)
    const asked = Promise.withResolvers<Socket>()
    this.#dialling.set(request, asked)
    const payload = numberBytes(request)
    const giveUp = (reason: Error) => {
      if (!this.#dialling.delete(request)) return
      this.#write({ type: HELPER_FRAME.cancel, id, payload })
      asked.reject(reason)
    }
    const aborted = () => giveUp(signal!.reason as Error)
    const late = setTimeout(
      () => giveUp(new RouteError('ETIMEDOUT', `${ip}:${port}: connection timed out`, ip)),
      DIAL_MS,
    )
    signal?.addEventListener('abort', aborted, { once: true })
    this.#write({ type: HELPER_FRAME.dial, id, ip: from, peerIP: ip, peerPort: port, payload })
    try {
      return await asked.promise
    } catch (error) {
      if (error instanceof RouteError && !error.address)
        throw new RouteError(error.code, `${ip}:${port}: ${error.message}`, ip)
      throw error
    } finally {
      clearTimeout(late)
      signal?.removeEventListener('abort', aborted)
    }
  }

  /** Ends the process. The namespaces live on for as long as something runs in them. */
  stop(): void {
    this.#over ??= new Error('it was stopped')
    this.#fail(this.#over)
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL')
    this.#pipe.destroy()
  }

  #end(why: Error): void {
    if (this.#over) return
    this.#over = new Error(`the helper for network namespaces: ${messageOf(why)}`)
    this.#ready.reject(this.#over)
    this.stop()
    this.#events.lost(this.#over)
  }

  #fail(why: Error): void {
    for (const asked of this.#opening.values()) asked.reject(why)
    for (const asked of this.#dialling.values()) asked.reject(new RouteError('EHOSTUNREACH', messageOf(why)))
    this.#opening.clear()
    this.#dialling.clear()
  }

  #write(frame: Partial<Frame> & { type: number }): void {
    if (!this.#pipe.destroyed) this.#pipe.write(writeFrame(frame))
  }

  #onFrame({ type, code, id, ip, port, peerIP, peerPort, payload }: Frame): void {
    if (type === HELPER_FRAME.captured) return this.#events.captured(id, payload)
    if (type === HELPER_FRAME.datagram)
      return this.#events.datagram(id, { ip, port }, { ip: peerIP, port: peerPort }, payload)
    if (type === HELPER_FRAME.ready) return this.#onReady(code, payload.toString())
    if (type === HELPER_FRAME.opened) return this.#onOpened(id, code, payload.toString())
    if (type === HELPER_FRAME.failed) this.#onFailed(payload)
  }

  #onReady(code: number, text: string): void {
    if (code === OPENED.error) return this.#end(new Error(text))
    this.#userNamespace = text || undefined
    this.#ready.resolve()
  }

  #onOpened(id: number, code: number, text: string): void {
    const asked = this.#opening.get(id)
    this.#opening.delete(id)
    if (code === OPENED.error) asked?.reject(new Error(`a network namespace cannot be had: ${text}`))
    else asked?.resolve({ net: text, user: this.#userNamespace })
  }

  #onFailed(payload: Buffer): void {
    const request = payload.readUInt32BE()
    const name = payload.toString('latin1', REQUEST_BYTES)
    const code = isRouteErrorCode(name) ? name : 'ECONNREFUSED'
    this.#dialling.get(request)?.reject(new RouteError(code, code === name ? WORDS[code] : name))
    this.#dialling.delete(request)
  }

  #onHandle(message: unknown, handle: Handle | undefined): void {
    if (!handle) return
    if (this.#over) return handle.close()
    const socket = socketOf(handle)
    const { request } = message as { request?: number }
    if (request === undefined) {
      const { pod, from, to } = message as Accepted
      return this.#events.accepted(pod, { ip: from[0], port: from[1] }, { ip: to[0], port: to[1] }, socket)
    }
    const asked = this.#dialling.get(request)
    this.#dialling.delete(request)
    if (asked) asked.resolve(socket)
    else socket.destroy()
  }
}

const WORDS: Record<RouteError['code'], string> = {
  ENOTFOUND: 'no such name',
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ETIMEDOUT: 'connection timed out',
  EACCES: 'permission denied',
}

function socketOf(handle: Handle): Socket {
  const socket = new Socket({ handle, allowHalfOpen: true, readable: true, writable: true } as SocketConstructorOpts)
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  return socket
}

function numberBytes(number: number): Buffer {
  const bytes = Buffer.alloc(REQUEST_BYTES)
  bytes.writeUInt32BE(number)
  return bytes
}
