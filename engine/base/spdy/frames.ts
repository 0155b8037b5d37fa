import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib'
import { SPDY_DICTIONARY } from './dictionary.ts'

/** Frames of SPDY/3.1, as far as Kubernetes' streaming protocols use them. */
export type Frame =
  | { type: 'data'; streamId: number; fin: boolean; data: Buffer }
  | { type: 'synStream'; streamId: number; fin: boolean; headers: Headers }
  | { type: 'synReply'; streamId: number; fin: boolean; headers: Headers }
  | { type: 'headers'; streamId: number; fin: boolean; headers: Headers }
  | { type: 'rstStream'; streamId: number; status: number }
  | { type: 'ping'; id: number }
  | { type: 'goAway'; lastStreamId: number }
  | { type: 'other'; code: number }

export type Headers = Map<string, string>

const VERSION = 3
const CONTROL = 0x8000
const FLAG_FIN = 1
const CODES = { synStream: 1, synReply: 2, rstStream: 3, settings: 4, ping: 6, goAway: 7, headers: 8 } as const
/** Larger frames are not sent by any client of Kubernetes. */
const MAX_FRAME_BYTES = 1 << 20
const MAX_HEADER_BYTES = 64 << 10

/** Header compression is one stream over the life of a connection: blocks must pass through it in their order. */
class HeaderCodec {
  readonly #inflate = createInflate({ dictionary: SPDY_DICTIONARY, flush: constants.Z_SYNC_FLUSH })
  readonly #deflate = createDeflate({ dictionary: SPDY_DICTIONARY, flush: constants.Z_SYNC_FLUSH })

  async decode(block: Buffer): Promise<Headers> {
    return parseHeaders(await passThrough(this.#inflate, block))
  }

  encode(headers: Headers): Promise<Buffer> {
    const parts: Buffer[] = [uint32(headers.size)]
    for (const [name, value] of headers)
      for (const text of [name, value]) parts.push(uint32(Buffer.byteLength(text)), Buffer.from(text))
    return passThrough(this.#deflate, Buffer.concat(parts))
  }

  close(): void {
    this.#inflate.destroy()
    this.#deflate.destroy()
  }
}

/** Reads frames from a byte stream that may be cut anywhere, and writes frames. */
export class FrameCodec {
  readonly #headers = new HeaderCodec()
  #pending: Buffer = Buffer.alloc(0)

  /** Frames that are whole after these bytes. @throws Error if the bytes are not SPDY/3. */
  async decode(chunk: Buffer): Promise<Frame[]> {
    this.#pending = this.#pending.length ? Buffer.concat([this.#pending, chunk]) : chunk
    const frames: Frame[] = []
    while (this.#pending.length >= 8) {
      const length = this.#pending.readUInt32BE(4) & 0xffffff
      if (length > MAX_FRAME_BYTES) throw new Error(`a SPDY frame of ${length} bytes is too large`)
      if (this.#pending.length < 8 + length) break
      const frame = this.#pending.subarray(0, 8 + length)
      this.#pending = this.#pending.subarray(8 + length)
      frames.push(await this.#parse(frame))
    }
    return frames
  }

  async synStream(streamId: number, headers: Headers): Promise<Buffer> {
    const block = await this.#headers.encode(headers)
    // No associated stream, the lowest priority and no credential slot: ten bytes before the block.
    return control(CODES.synStream, 0, Buffer.concat([uint32(streamId), Buffer.alloc(6), block]))
  }

  async synReply(streamId: number, headers: Headers): Promise<Buffer> {
    const block = await this.#headers.encode(headers)
    return control(CODES.synReply, 0, Buffer.concat([uint32(streamId), block]))
  }

  data(streamId: number, data: Uint8Array, fin: boolean): Buffer {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(streamId, 0)
    head.writeUInt32BE((fin ? FLAG_FIN << 24 : 0) + data.length, 4)
    return Buffer.concat([head, data])
  }

  rstStream(streamId: number, status: number): Buffer {
    return control(CODES.rstStream, 0, Buffer.concat([uint32(streamId), uint32(status)]))
  }

  ping(id: number): Buffer {
    return control(CODES.ping, 0, uint32(id))
  }

  goAway(lastStreamId: number): Buffer {
    return control(CODES.goAway, 0, Buffer.concat([uint32(lastStreamId), uint32(0)]))
  }

  close(): void {
    this.#headers.close()
  }

  async #parse(frame: Buffer): Promise<Frame> {
    const first = frame.readUInt16BE(0)
    const flags = frame[4]
    const fin = (flags & FLAG_FIN) !== 0
    const body = frame.subarray(8)
    if (!(first & CONTROL)) return { type: 'data', streamId: frame.readUInt32BE(0) & 0x7fffffff, fin, data: body }
    if ((first & 0x7fff) !== VERSION) throw new Error(`SPDY version ${first & 0x7fff} is not spoken here; use 3.1`)
    const code = frame.readUInt16BE(2)
    const word = (at: number) => {
      if (body.length < at + 4) throw new Error('a SPDY frame is too short')
      return body.readUInt32BE(at) & 0x7fffffff
    }
    switch (code) {
      case CODES.synStream:
        return { type: 'synStream', streamId: word(0), fin, headers: await this.#headers.decode(body.subarray(10)) }
      // A reply's headers are nobody's concern, but the blocks after it decode only if it has passed too.
      case CODES.synReply:
        return { type: 'synReply', streamId: word(0), fin, headers: await this.#headers.decode(body.subarray(4)) }
      case CODES.headers:
        return { type: 'headers', streamId: word(0), fin, headers: await this.#headers.decode(body.subarray(4)) }
      case CODES.rstStream:
        return { type: 'rstStream', streamId: word(0), status: word(4) }
      case CODES.ping:
        return { type: 'ping', id: body.readUInt32BE(0) }
      case CODES.goAway:
        return { type: 'goAway', lastStreamId: word(0) }
      default:
        return { type: 'other', code }
    }
  }
}

function control(code: number, flags: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt16BE(CONTROL | VERSION, 0)
  head.writeUInt16BE(code, 2)
  head.writeUInt32BE((flags << 24) + body.length, 4)
  return Buffer.concat([head, body])
}

function parseHeaders(bytes: Buffer): Headers {
  const headers: Headers = new Map()
  let at = 0
  const next = (size: number) => {
    if (at + size > bytes.length) throw new Error('a SPDY header block is too short')
    const part = bytes.subarray(at, at + size)
    at += size
    return part
  }
  const count = next(4).readUInt32BE(0)
  for (let i = 0; i < count; i++) {
    const name = next(next(4).readUInt32BE(0)).toString('utf8')
    headers.set(name.toLowerCase(), next(next(4).readUInt32BE(0)).toString('utf8'))
  }
  return headers
}

/** Sends a block through a zlib stream and collects what comes out of it. */
function passThrough(stream: Inflate | Deflate, block: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const out: Buffer[] = []
    let size = 0
    const collect = (chunk: Buffer) => {
      size += chunk.length
      out.push(chunk)
    }
    const finish = (error?: Error | null) => {
      stream.off('data', collect)
      stream.off('error', finish)
      if (error) reject(error)
      else if (size > MAX_HEADER_BYTES) reject(new Error('a SPDY header block is too large'))
      else resolve(Buffer.concat(out))
    }
    stream.on('data', collect)
    stream.once('error', finish)
    stream.write(block, finish)
  })
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
