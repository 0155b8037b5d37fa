import { createSubscriber } from 'svelte/reactivity'
import type { LabStatus } from '../../../engine/lab/contract.ts'
import { backoff } from '../cluster/backoff.ts'
import { request } from '../cluster/rest.ts'
import { socketBase } from '../shell/desktop.ts'
import { session } from './session.svelte.ts'

/** The lab's status as its server streams it, for as long as somebody looks. */
class LabStream {
  #status: LabStatus | undefined = $state.raw()
  #connected = $state(false)
  #everConnected = false
  #socket: WebSocket | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #attempt = 0
  #subscribe = createSubscriber(() => {
    queueMicrotask(() => this.#open())
    return () => this.#close()
  })

  get status(): LabStatus | undefined {
    this.#subscribe()
    return this.#status
  }

  /** False while the lab's server cannot be reached; what `status` says is then the last that was known. */
  get connected(): boolean {
    this.#subscribe()
    return this.#connected
  }

  /** Shows a status that came with the answer to an action, without waiting for the stream. */
  accept(status: LabStatus): void {
    this.#status = status
  }

  #open(): void {
    if (this.#socket) return
    const socket = new WebSocket(`${socketBase()}/lab/v1/watch`, session.protocols)
    this.#socket = socket
    socket.onmessage = message => {
      this.#attempt = 0
      this.#connected = this.#everConnected = true
      this.#status = JSON.parse(message.data as string) as LabStatus
    }
    socket.onclose = () => {
      if (this.#socket !== socket) return
      this.#socket = undefined
      this.#connected = false
      // A socket that is refused does not say why; a request does.
      request('/lab/v1/status').then(
        response => void response.body?.cancel(),
        () => undefined, // has told the session, if it is that; all else the next attempt finds out
      )
      this.#timer = setTimeout(() => this.#open(), backoff(++this.#attempt))
    }
  }

  #close(): void {
    clearTimeout(this.#timer)
    const socket = this.#socket
    this.#socket = undefined
    socket?.close()
  }

  /** True once there was a connection: what is missing then is not the start. */
  get wasConnected(): boolean {
    return this.#everConnected
  }
}

export const lab = new LabStream()
