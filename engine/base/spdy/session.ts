import { Duplex } from 'node:stream'
import { FrameCodec, type Frame, type Headers } from './frames.ts'

/** One stream of a session, whoever opened it. Ending it half-closes it; destroying it resets it. */
export class SpdyStream extends Duplex {
  readonly id: number
  readonly headers: Headers
  readonly #session: SpdySession
  #remoteClosed = false

  constructor(id: number, headers: Headers, session: SpdySession) {
    super({ allowHalfOpen: true })
    this.id = id
    this.headers = headers
    this.#session = session
    this.on('error', () => this.destroy())
  }

  override _read(): void {
    this.#session.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#session.sendData(this.id, chunk, false, done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#session.sendData(this.id, Buffer.alloc(0), true, done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#session.forget(this.id, !(this.#remoteClosed && this.writableFinished))
    done(error)
  }

  /** For the session: bytes or the end from the other side. False asks for a pause. */
  receive(data: Buffer, fin: boolean): boolean {
    const more = data.length === 0 || this.push(data)
    if (fin && !this.#remoteClosed) {
      this.#remoteClosed = true
      this.push(null)
    }
    return more
  }
}

const MAX_STREAMS = 4096
const CANCEL = 5
const REFUSED = 3

export interface SpdySessionOptions {
  /** A client opens streams with odd numbers, a server with even ones. */
  role: 'client' | 'server'
  /** Takes the streams that the other side opens. Without it they are refused. */
  onStream?: (stream: SpdyStream) => void
}

/**
 * SPDY/3.1 over any byte stream, either side. There is no flow control by windows, as the clients of Kubernetes have none
 * either; the connection itself is paused instead.
 */
export class SpdySession {
  readonly #connection: Duplex
  readonly #codec = new FrameCodec()
  readonly #streams = new Map<number, SpdyStream>()
  readonly #onStream: SpdySessionOptions['onStream']
  #reading: Promise<void> = Promise.resolve()
  #opening: Promise<unknown> = Promise.resolve()
  #nextId: number
  #lastId = 0

  constructor(connection: Duplex, { role, onStream }: SpdySessionOptions) {
    this.#connection = connection
    this.#onStream = onStream
    this.#nextId = role === 'client' ? 1 : 2
    connection.on('data', (chunk: Buffer) => {
      this.#reading = this.#reading.then(() => this.#receive(chunk)).catch(() => this.close())
    })
    connection.once('end', () => this.close())
    connection.once('close', () => this.#ended())
    connection.on('error', () => this.close())
  }

  /** Opens a stream. Header blocks share one compression, so streams are opened one after the other. */
  open(headers: Headers): Promise<SpdyStream> {
    const opened = this.#opening.then(async () => {
      const stream = new SpdyStream(this.#nextId, headers, this)
      this.#nextId += 2
      const frame = await this.#codec.synStream(stream.id, headers)
      if (!this.#connection.writable) throw new Error('the connection is closed')
      this.#streams.set(stream.id, stream)
      this.#connection.write(frame)
      return stream
    })
    this.#opening = opened.catch(() => undefined) // who opened it is told; the next one may try
    return opened
  }

  close(): void {
    if (this.#connection.destroyed) return
    this.#connection.end(this.#codec.goAway(this.#lastId))
    // The other side may never close its half.
    this.#connection.once('finish', () => this.#connection.destroy())
  }

  resume(): void {
    this.#connection.resume()
  }

  sendData(id: number, data: Uint8Array, fin: boolean, done: (error?: Error | null) => void): void {
    if (this.#connection.destroyed || !this.#connection.writable) return done(new Error('the connection is closed'))
    this.#connection.write(this.#codec.data(id, data, fin), done)
  }

  forget(id: number, reset: boolean): void {
    if (!this.#streams.delete(id) || !reset || !this.#connection.writable) return
    this.#connection.write(this.#codec.rstStream(id, CANCEL))
  }

  async #receive(chunk: Buffer): Promise<void> {
    for (const frame of await this.#codec.decode(chunk)) await this.#handle(frame)
  }

  async #handle(frame: Frame): Promise<void> {
    switch (frame.type) {
      case 'synStream':
        return this.#accept(frame.streamId, frame.headers, frame.fin)
      case 'data': {
        const stream = this.#streams.get(frame.streamId)
        if (stream && !stream.receive(frame.data, frame.fin)) this.#connection.pause()
        return
      }
      case 'synReply':
      case 'headers':
        if (frame.fin) this.#streams.get(frame.streamId)?.receive(Buffer.alloc(0), true)
        return
      case 'rstStream':
        this.#streams.get(frame.streamId)?.destroy()
        return
      case 'ping':
        this.#connection.write(this.#codec.ping(frame.id))
        return
      case 'goAway':
      case 'other':
        return
    }
  }

  async #accept(id: number, headers: Headers, fin: boolean): Promise<void> {
    if (!this.#onStream || this.#streams.size >= MAX_STREAMS) {
      this.#connection.write(this.#codec.rstStream(id, REFUSED))
      return
    }
    this.#lastId = id
    const stream = new SpdyStream(id, headers, this)
    this.#streams.set(id, stream)
    this.#connection.write(await this.#codec.synReply(id, new Map()))
    if (fin) stream.receive(Buffer.alloc(0), true)
    this.#onStream(stream)
  }

  #ended(): void {
    for (const stream of [...this.#streams.values()]) stream.destroy()
    this.#codec.close()
  }
}
