import type { Socket } from 'node:net'
import { CONTROL_GREETING, type ControlResponse } from '../overlay/protocol.ts'

type Body = { op: string } & Record<string, unknown>

/** The refusal of a request; `code` is that of a system call. */
export class ControlError extends Error {
  readonly code: string
  readonly address: string | undefined

  constructor(code: string, message: string, address?: string) {
    super(message)
    this.code = code
    this.address = address
  }
}

/**
 * This program's line to the gateway of its node. Opened with the first request; keeps the program alive only while an
 * answer is awaited. When it breaks it is opened again, and `onOpen` tells the gateway anew what listens.
 */
export class ControlClient {
  readonly #connect: () => Socket
  readonly #token: string
  readonly #pending = new Map<number, { resolve(response: ControlResponse): void; reject(error: Error): void }>()
  #socket: Socket | undefined
  #rest = ''
  #id = 0
  #retry: NodeJS.Timeout | undefined
  /** Told when the line is opened; the requests that it makes come before all others. */
  onOpen: () => void = () => undefined
  /** Whether the line is to be kept open by itself: something listens. */
  wanted: () => boolean = () => false

  constructor(connect: () => Socket, token: string) {
    this.#connect = connect
    this.#token = token
  }

  /** Asks the gateway. After the signal has aborted nobody waits for the answer, nor will there be one. */
  request(body: Body, signal?: AbortSignal): Promise<ControlResponse> {
    return new Promise((resolve, reject) => {
      const socket = this.#open()
      const id = ++this.#id
      this.#pending.set(id, { resolve, reject })
      signal?.addEventListener('abort', () => {
        if (!this.#pending.delete(id)) return
        if (this.#pending.size === 0) this.#socket?.unref()
        this.tell({ op: 'cancel', of: id })
      })
      socket.ref()
      socket.write(JSON.stringify({ id, ...body }) + '\n')
    })
  }

  /** Says something that has no answer; nothing if the line is not open, as the gateway knows then. */
  tell(body: Body): void {
    this.#socket?.write(JSON.stringify({ id: ++this.#id, ...body }) + '\n')
  }

  #open(): Socket {
    if (this.#socket) return this.#socket
    clearTimeout(this.#retry)
    const socket = this.#connect()
    this.#socket = socket
    this.#rest = ''
    socket.setEncoding('utf8')
    socket.setNoDelay(true)
    socket.on('data', data => this.#read(data as unknown as string))
    socket.on('error', () => socket.destroy())
    socket.once('close', () => this.#lost(socket))
    socket.write(`${CONTROL_GREETING}${this.#token}\n`)
    this.onOpen()
    if (this.#pending.size === 0) socket.unref()
    return socket
  }

  #read(text: string): void {
    this.#rest += text
    for (let end = this.#rest.indexOf('\n'); end >= 0; end = this.#rest.indexOf('\n')) {
      const response = JSON.parse(this.#rest.slice(0, end)) as ControlResponse
      this.#rest = this.#rest.slice(end + 1)
      const waiting = this.#pending.get(response.id)
      this.#pending.delete(response.id)
      if (this.#pending.size === 0) this.#socket?.unref()
      const { error } = response
      if (error) waiting?.reject(new ControlError(error.code, error.message, error.address))
      else waiting?.resolve(response)
    }
  }

  #lost(socket: Socket): void {
    if (this.#socket !== socket) return
    this.#socket = undefined
    for (const { reject } of this.#pending.values())
      reject(new ControlError('ENETDOWN', "the gateway of this pod's node does not answer"))
    this.#pending.clear()
    if (!this.wanted()) return
    // The gateway comes back with its node; what listens here must be known there again.
    this.#retry = setTimeout(() => this.#open(), 500)
    this.#retry.unref()
  }
}
