import type { Socket } from 'node:net'
import type { HostMessage, MachineMessage } from './messages.ts'

/** A machine's side of connections that the lab host has accepted for it. */
export class Connections {
  readonly #tell: (message: MachineMessage) => void
  readonly #serve: (socket: Socket) => void

  constructor(tell: (message: MachineMessage) => void, serve: (socket: Socket) => void) {
    this.#tell = tell
    this.#serve = serve
  }

  /** `socket`: what came along with the message. */
  receive(message: HostMessage, socket: Socket | undefined): void {
    if (message.type === 'offer') this.#tell({ type: 'accept', id: message.id })
    else if (message.type === 'connection') this.#take(message.id, socket)
  }

  #take(id: number, socket: Socket | undefined): void {
    this.#tell({ type: 'taken', id })
    // The client may have gone meanwhile.
    if (!socket) return this.#tell({ type: 'closed', id })
    socket.once('close', () => this.#tell({ type: 'closed', id }))
    // Who has said all still wants the answer.
    socket.allowHalfOpen = true
    socket.setNoDelay(true)
    this.#serve(socket)
  }
}
