import { createSocket, type RemoteInfo, type Socket as DatagramSocket } from 'node:dgram'
import { connect, type Socket } from 'node:net'
import { DATAGRAM_GREETING, FRAME, FrameReader, writeOrDrop, type Frame } from '../network/datagrams/frames.ts'
import type { WorkerProxy } from './edge.ts'

interface Client {
  id: number
  address: string
  port: number
}

/** So many clients of one port are told apart; who has been silent for longest makes room. */
const MAX_CLIENTS = 1_024
const MAX_QUEUED_BYTES = 4 << 20

/** A UDP port of a Service on the laptop: its datagrams go to one worker, and to another when that one is gone. */
export class DatagramPort {
  readonly #workers: () => WorkerProxy[]
  readonly #target: () => string
  readonly #admits: (client: string) => boolean
  readonly #clients = new Map<string, Client>()
  readonly #byId = new Map<number, Client>()
  #socket: DatagramSocket | undefined
  #stream: Socket | undefined
  #turn = 0
  #id = 0

  /** `target` is what a worker is to send to, as `ip:port`; what a client sends that is not admitted is lost. */
  constructor(workers: () => WorkerProxy[], target: () => string, admits: (client: string) => boolean = () => true) {
    this.#workers = workers
    this.#target = target
    this.#admits = admits
  }

  /**
   * Opens the port on loopback, 0 for any; gives the one that it is.
   * @throws Error of the system, such as EADDRINUSE
   */
  listen(port: number): Promise<number> {
    const socket = createSocket('udp4')
    return new Promise((resolve, reject) => {
      socket.once('error', reject)
      socket.bind({ address: '127.0.0.1', port, exclusive: true }, () => {
        socket.off('error', reject)
        // An answer that a client does not take any more comes back as an error of the system.
        socket.on('error', () => undefined)
        socket.on('message', (payload, from) => this.#send(payload, from))
        this.#socket = socket
        resolve(socket.address().port)
      })
    })
  }

  close(): void {
    this.#socket?.close()
    this.#socket = undefined
    this.#stream?.destroy()
  }

  #send(payload: Buffer, from: RemoteInfo): void {
    if (!this.#admits(from.address)) return
    const stream = this.#stream ?? this.#open()
    if (!stream) return
    const [ip, port] = this.#target().split(':') as [string, string]
    const { id } = this.#client(stream, from)
    writeOrDrop(stream, { type: FRAME.send, id, ip, port: Number(port), payload }, MAX_QUEUED_BYTES)
  }

  #client(stream: Socket, { address, port }: RemoteInfo): Client {
    const key = `${address}:${port}`
    const client = this.#clients.get(key) ?? { id: ++this.#id, address, port }
    // The one that has been silent for longest stays in front.
    this.#clients.delete(key)
    this.#clients.set(key, client)
    this.#byId.set(client.id, client)
    if (this.#clients.size > MAX_CLIENTS) {
      const [oldest, { id }] = this.#clients.entries().next().value!
      this.#clients.delete(oldest)
      this.#byId.delete(id)
      writeOrDrop(stream, { type: FRAME.close, id }, MAX_QUEUED_BYTES)
    }
    return client
  }

  #open(): Socket | undefined {
    const workers = this.#workers()
    const worker = workers[this.#turn++ % workers.length]
    if (!worker) return undefined
    const stream = connect({ host: worker.host, port: worker.port, noDelay: true })
    this.#stream = stream
    const reader = new FrameReader(frame => this.#receive(frame))
    stream.on('data', (chunk: Buffer) => {
      if (!reader.take(chunk)) stream.destroy()
    })
    stream.on('error', () => stream.destroy())
    stream.once('close', () => {
      if (this.#stream !== stream) return
      this.#stream = undefined
      this.#clients.clear()
      this.#byId.clear()
    })
    stream.write(`${DATAGRAM_GREETING}outside\n`)
    return stream
  }

  #receive({ type, id, payload }: Frame): void {
    const client = this.#byId.get(id)
    if (type === FRAME.receive && client) this.#socket?.send(payload, client.port, client.address)
  }
}
