import type { Socket } from 'node:net'
import {
  codeOfNumber,
  DATAGRAM_GREETING,
  FLAG,
  FRAME,
  FrameReader,
  writeFrame,
  type DatagramCode,
  type Frame,
} from '../datagrams/frames.ts'

/** What a socket of this program asks of the gateway. */
export interface DatagramPort {
  /** 0 until it has one: any that is free. */
  port: number
  loopbackOnly: boolean
  /** Sockets of the pod that say the same may have the same port. */
  share?: string
  bound(): void
  failed(code: DatagramCode | 'ENETDOWN'): void
  receive(ip: string, port: number, payload: Buffer): void
  /** What was sent there was refused. */
  refused(ip: string, port: number, code: DatagramCode): void
}

/** What waits for a gateway that is slow; more is lost, as with a send buffer that is full. */
const MAX_QUEUED_BYTES = 4 << 20
const RETRY_MS = 500

/**
 * This program's line for datagrams to the gateway of its node. It does not keep the program alive, but for what is still
 * to be written: that is for the program's own sockets. When it breaks it is opened again, and all ports with it.
 */
export class DatagramLine {
  readonly #connect: () => Socket
  readonly #token: string
  readonly #ports = new Map<number, DatagramPort>()
  /** Whether it is the first time that the port is asked for. */
  readonly #binding = new Map<number, boolean>()
  readonly #verdicts = new Map<number, (code: DatagramCode) => void>()
  #stream: Socket | undefined
  #unwritten = 0
  #id = 0
  #question = 0
  #retry: NodeJS.Timeout | undefined

  constructor(connect: () => Socket, token: string) {
    this.#connect = connect
    this.#token = token
  }

  /** Asks for a port; the number that it gives stands for it here. Datagrams may be sent without waiting for the answer. */
  open(port: DatagramPort): number {
    const id = ++this.#id
    const stream = this.#open()
    this.#ports.set(id, port)
    this.#bind(stream, id, port, true)
    return id
  }

  /** `done` is told what the system call gives. */
  send(id: number, ip: string, port: number, payload: Buffer, done?: (code: DatagramCode) => void): void {
    const stream = this.#open()
    // As many questions as a port has numbers may be open; of the oldest nobody will know.
    const question = done ? (this.#question = (this.#question + 1) & 0xffff) : 0
    const frame = { type: FRAME.send, id, ip, port, payload, code: done ? FLAG.answer : 0, peerPort: question }
    if (!this.#write(stream, writeFrame(frame))) return done?.('OK')
    if (!done) return
    this.#verdicts.get(question)?.('OK')
    this.#verdicts.set(question, done)
  }

  close(id: number): void {
    this.#binding.delete(id)
    if (this.#ports.delete(id) && this.#stream) this.#write(this.#stream, writeFrame({ type: FRAME.close, id }))
  }

  #bind(stream: Socket, id: number, { port, loopbackOnly, share }: DatagramPort, first: boolean): void {
    this.#binding.set(id, first)
    const code = (loopbackOnly ? FLAG.loopbackOnly : 0) | (share === undefined ? 0 : FLAG.shared)
    this.#write(stream, writeFrame({ type: FRAME.bind, id, port, code, payload: Buffer.from(share ?? '') }))
  }

  /** False if it was dropped. What is on its way keeps the program alive. */
  #write(stream: Socket, bytes: Buffer): boolean {
    if (stream.destroyed || stream.writableLength > MAX_QUEUED_BYTES) return false
    this.#unwritten++
    stream.ref()
    stream.write(bytes, () => {
      this.#unwritten--
      this.#rest()
    })
    return true
  }

  #rest(): void {
    if (this.#unwritten === 0 && this.#verdicts.size === 0) this.#stream?.unref()
  }

  #open(): Socket {
    if (this.#stream) return this.#stream
    clearTimeout(this.#retry)
    const stream = this.#connect()
    this.#stream = stream
    this.#unwritten = 0
    const reader = new FrameReader(frame => this.#handle(frame))
    stream.setNoDelay(true)
    stream.on('data', (chunk: Buffer) => {
      if (!reader.take(chunk)) stream.destroy()
    })
    stream.on('error', () => stream.destroy())
    stream.once('close', () => this.#lost(stream))
    stream.write(`${DATAGRAM_GREETING}pod ${this.#token}\n`)
    for (const [id, port] of this.#ports) this.#bind(stream, id, port, false)
    return stream
  }

  #handle({ type, id, ip, port, code, peerPort, payload }: Frame): void {
    const known = this.#ports.get(id)
    if (type === FRAME.verdict) {
      const done = this.#verdicts.get(peerPort)
      this.#verdicts.delete(peerPort)
      this.#rest()
      done?.(codeOfNumber(code))
    } else if (type === FRAME.bound && known && this.#binding.has(id)) {
      const outcome = codeOfNumber(code)
      const first = this.#binding.get(id)
      this.#binding.delete(id)
      if (outcome !== 'OK') {
        this.#ports.delete(id)
        return known.failed(outcome)
      }
      known.port = port
      if (first) known.bound()
    } else if (type === FRAME.receive) known?.receive(ip, port, payload)
    else if (type === FRAME.refused) known?.refused(ip, port, codeOfNumber(code))
  }

  #lost(stream: Socket): void {
    if (this.#stream !== stream) return
    this.#stream = undefined
    const verdicts = [...this.#verdicts.values()]
    this.#verdicts.clear()
    // A datagram that is lost on its way was sent.
    for (const done of verdicts) done('OK')
    for (const [id, first] of this.#binding) {
      // One that had its port before gets it back with the gateway.
      if (!first) continue
      const port = this.#ports.get(id)
      this.#ports.delete(id)
      port?.failed('ENETDOWN')
    }
    this.#binding.clear()
    if (this.#ports.size === 0) return
    this.#retry = setTimeout(() => this.#open(), RETRY_MS)
    this.#retry.unref()
  }
}
