import { Duplex } from 'node:stream'
import { constants, createDeflate } from 'node:zlib'
import { SPDY_DICTIONARY } from './dictionary.ts'
import { FrameCodec, type Frame, type Headers } from './frames.ts'

/** A stream that this side opened. Ending it half-closes it; destroying it resets it. */
export class SpdyClientStream extends Duplex {
  readonly id: number
  readonly #client: SpdyClient
  #remoteClosed = false

  constructor(id: number, client: SpdyClient) {
    super({ allowHalfOpen: true })
    this.id = id
    this.#client = client
  }

  override _read(): void {
    this.#client.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#client.send(this.id, chunk, false, done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#client.send(this.id, Buffer.alloc(0), true, done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#client.forget(this.id, !(this.#remoteClosed && this.writableFinished))
    done(error)
  }

  /** For the client: bytes or the end from the other side. False asks for a pause. */
  receive(data: Buffer, fin: boolean): boolean {
    const more = data.length === 0 || this.push(data)
    if (fin && !this.#remoteClosed) {
      this.#remoteClosed = true
      this.push(null)
    }
    return more
  }
}

const SYN_STREAM = 1
const CANCEL = 5

/** The client's side of SPDY/3.1 over any byte stream, as far as Kubernetes' port forwarding needs it. */
export class SpdyClient {
  readonly #connection: Duplex
  readonly #codec = new FrameCodec()
  readonly #deflate = createDeflate({ dictionary: SPDY_DICTIONARY, flush: constants.Z_SYNC_FLUSH })
  readonly #streams = new Map<number, SpdyClientStream>()
  #reading: Promise<void> = Promise.resolve()
  #opening: Promise<unknown> = Promise.resolve()
  #nextId = 1

  constructor(connection: Duplex) {
    this.#connection = connection
    connection.on('data', (chunk: Buffer) => {
      this.#reading = this.#reading
        .then(async () => {
          for (const frame of await this.#codec.decode(chunk)) this.#handle(frame)
        })
        .catch((error: Error) => void connection.destroy(error))
    })
    connection.once('close', () => {
      for (const stream of [...this.#streams.values()]) stream.destroy()
      this.#deflate.close()
      this.#codec.close()
    })
  }

  /** Opens a stream. Header blocks share one compression, so streams are opened one after the other. */
  open(headers: Headers): Promise<SpdyClientStream> {
    const opened = this.#opening.then(async () => {
      const stream = new SpdyClientStream(this.#nextId, this)
      this.#nextId += 2
      this.#streams.set(stream.id, stream)
      this.#connection.write(synStream(stream.id, await this.#compress(headers)))
      return stream
    })
    this.#opening = opened.catch(() => undefined) // who opened it is told; the next one may try
    return opened
  }

  close(): void {
    this.#connection.end()
  }

  resume(): void {
    this.#connection.resume()
  }

  send(id: number, data: Uint8Array, fin: boolean, done: (error?: Error | null) => void): void {
    if (!this.#connection.writable) return done(new Error('the connection is closed'))
    this.#connection.write(this.#codec.data(id, data, fin), done)
  }

  forget(id: number, reset: boolean): void {
    if (this.#streams.delete(id) && reset && this.#connection.writable)
      this.#connection.write(this.#codec.rstStream(id, CANCEL))
  }

  #handle(frame: Frame): void {
    if (frame.type === 'data') {
      const stream = this.#streams.get(frame.streamId)
      if (stream && !stream.receive(frame.data, frame.fin)) this.#connection.pause()
    } else if (frame.type === 'rstStream') this.#streams.get(frame.streamId)?.destroy()
    else if (frame.type === 'ping') this.#connection.write(this.#codec.ping(frame.id))
  }

  #compress(headers: Headers): Promise<Buffer> {
    const parts: Buffer[] = [uint32(headers.size)]
    for (const [name, value] of headers)
      for (const text of [name, value]) parts.push(uint32(Buffer.byteLength(text)), Buffer.from(text))
    return new Promise((resolve, reject) => {
      const out: Buffer[] = []
      const collect = (chunk: Buffer) => void out.push(chunk)
      this.#deflate.on('data', collect)
      this.#deflate.once('error', reject)
      this.#deflate.write(Buffer.concat(parts), () => {
        this.#deflate.off('data', collect)
        this.#deflate.off('error', reject)
        resolve(Buffer.concat(out))
      })
    })
  }
}

function synStream(id: number, block: Buffer): Buffer {
  const head = Buffer.alloc(18)
  head.writeUInt16BE(0x8003, 0)
  head.writeUInt16BE(SYN_STREAM, 2)
  head.writeUInt32BE(10 + block.length, 4)
  head.writeUInt32BE(id, 8)
  return Buffer.concat([head, block])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
