/**
 * How datagrams travel over streams: between a pod's program and the gateway of its node, between the gateways, and from
 * the lab's host. Each stream begins with a line (`DATAGRAM_GREETING`, then `pod TOKEN`, `node ADDRESS PROOF` or `outside`), then
 * come frames of one form.
 */
export const DATAGRAM_GREETING = 'KUBARIUM-UDP/1 '

/** The largest payload that IPv4 can carry. */
export const MAX_PAYLOAD = 65_507

export const FRAME = {
  /** A program binds: `id` of its socket, `port` (0: any that is free). */
  bind: 1,
  /** The answer to that: `port`, and in `code` what went wrong. */
  bound: 2,
  /** The socket is closed. */
  close: 3,
  /** A program sends to `ip` and `port`. With `FLAG.answer` it wants a verdict, which carries the same `peerPort`. */
  send: 4,
  verdict: 5,
  /** A program receives from `ip` and `port`. */
  receive: 6,
  /** What the program sent to `ip` and `port` was refused, as ICMP would say. */
  refused: 7,
  /** Between nodes: from `ip` and `port` to `peerIP` and `peerPort`. */
  packet: 8,
  /** Between nodes: such a packet was refused. */
  unreachable: 9,
} as const

export const FLAG = {
  /** Bind: nobody outside the pod is to reach it. */
  loopbackOnly: 1,
  /** Bind: other sockets that say the same payload may have the port too. */
  shared: 2,
  /** Send: a verdict is wanted. */
  answer: 1,
} as const

/** Codes of system calls by their number in frames. */
const CODES = [
  'OK',
  'EADDRINUSE',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EINVAL',
  'EADDRNOTAVAIL',
  'EMFILE',
] as const
export type DatagramCode = (typeof CODES)[number]

export interface Frame {
  type: number
  /** Flags on the way to the gateway, the number of a code on the way back. */
  code: number
  id: number
  ip: string
  port: number
  peerIP: string
  peerPort: number
  payload: Buffer
}

const HEADER_BYTES = 22
const MAX_FRAME_BYTES = HEADER_BYTES - 4 + MAX_PAYLOAD
const EMPTY = Buffer.alloc(0)
const NO_ADDRESS = '0.0.0.0'

export function numberOf(code: DatagramCode): number {
  return CODES.indexOf(code)
}

export function codeOfNumber(number: number): DatagramCode {
  return CODES[number] ?? 'EINVAL'
}

export function writeFrame(frame: Partial<Frame> & { type: number }): Buffer {
  const { type, code = 0, id = 0, ip, port = 0, peerIP, peerPort = 0, payload = EMPTY } = frame
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.length)
  bytes.writeUInt32BE(HEADER_BYTES - 4 + payload.length, 0)
  bytes[4] = type
  bytes[5] = code
  bytes.writeUInt32BE(id, 6)
  writeAddress(bytes, 10, ip)
  bytes.writeUInt16BE(port, 14)
  writeAddress(bytes, 16, peerIP)
  bytes.writeUInt16BE(peerPort, 20)
  bytes.set(payload, HEADER_BYTES)
  return bytes
}

/** Cuts a stream into frames. What is no frame ends it: `take` gives false, and nothing more is to be read. */
export class FrameReader {
  readonly #handle: (frame: Frame) => void
  #held: Buffer = EMPTY

  constructor(handle: (frame: Frame) => void) {
    this.#handle = handle
  }

  take(chunk: Buffer): boolean {
    this.#held = this.#held.length ? Buffer.concat([this.#held, chunk]) : chunk
    while (this.#held.length >= 4) {
      const length = this.#held.readUInt32BE(0)
      if (length < HEADER_BYTES - 4 || length > MAX_FRAME_BYTES) return false
      if (this.#held.length < 4 + length) break
      const bytes = this.#held
      // Before the handler is called: it may throw.
      this.#held = bytes.subarray(4 + length)
      this.#handle(readFrame(bytes.subarray(0, 4 + length)))
    }
    return true
  }
}

function readFrame(bytes: Buffer): Frame {
  return {
    type: bytes[4],
    code: bytes[5],
    id: bytes.readUInt32BE(6),
    ip: readAddress(bytes, 10),
    port: bytes.readUInt16BE(14),
    peerIP: readAddress(bytes, 16),
    peerPort: bytes.readUInt16BE(20),
    payload: bytes.subarray(HEADER_BYTES),
  }
}

function readAddress(bytes: Buffer, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`
}

function writeAddress(bytes: Buffer, at: number, address = NO_ADDRESS): void {
  const parts = address.split('.')
  for (let i = 0; i < 4; i++) bytes[at + i] = Number(parts[i])
}

/** A stream that frames are written to, as long as it takes them. */
export interface FrameSink {
  readonly writableLength: number
  readonly destroyed: boolean
  write(bytes: Buffer, done?: (error?: Error | null) => void): boolean
}

/** Writes a frame, or drops it if more than `limit` bytes wait already: so networks do. Returns whether it was written. */
export function writeOrDrop(sink: FrameSink, frame: Partial<Frame> & { type: number }, limit: number): boolean {
  if (sink.destroyed || sink.writableLength > limit) return false
  sink.write(writeFrame(frame))
  return true
}
