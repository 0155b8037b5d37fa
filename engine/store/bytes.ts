/**
 * A compact binary notation for everything that goes to disk, to a peer or to another thread: unsigned varints,
 * length-prefixed bytes. Readers check bounds, so that a torn frame is an error and never a wrong value.
 */

const utf8 = new TextEncoder()
const fromUtf8 = new TextDecoder()

/** From this size on, to fill memory with zeros first costs more than it is worth: all that is read was written. */
const UNFILLED_FROM = 4096

function allocate(bytes: number): Uint8Array<ArrayBuffer> {
  return bytes < UNFILLED_FROM ? new Uint8Array(bytes) : new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer)
}

export class ByteWriter {
  #buffer: Uint8Array<ArrayBuffer>
  #length = 0

  constructor(capacity = 256) {
    this.#buffer = allocate(capacity)
  }

  get length(): number {
    return this.#length
  }

  #reserve(n: number): void {
    const needed = this.#length + n
    if (needed <= this.#buffer.length) return
    const larger = allocate(Math.max(needed, this.#buffer.length * 2))
    larger.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = larger
  }

  byte(value: number): this {
    this.#reserve(1)
    this.#buffer[this.#length++] = value
    return this
  }

  flag(value: boolean): this {
    return this.byte(value ? 1 : 0)
  }

  /** A whole number from 0 to 2^53 - 1. */
  uint(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not an unsigned integer: ${value}`)
    this.#reserve(8)
    let rest = value
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80
      rest = rest >= 0x8000_0000 ? Math.floor(rest / 0x80) : rest >>> 7
    }
    this.#buffer[this.#length++] = rest
    return this
  }

  bytes(value: Uint8Array): this {
    this.uint(value.length)
    return this.raw(value)
  }

  raw(value: Uint8Array): this {
    this.#reserve(value.length)
    this.#buffer.set(value, this.#length)
    this.#length += value.length
    return this
  }

  text(value: string): this {
    return this.bytes(utf8.encode(value))
  }

  /** Runs `write`; if that throws, nothing of it stays. */
  whole(write: (w: ByteWriter) => void): void {
    const before = this.#length
    try {
      write(this)
    } catch (error) {
      this.#length = before
      throw error
    }
  }

  /** What was written. The writer must not be used any more. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#length)
  }

  /** As `finish`, with a buffer of its own that can be transferred to another thread. */
  finishOwned(): Uint8Array<ArrayBuffer> {
    if (this.#buffer.length - this.#length > 4096) return this.#buffer.slice(0, this.#length)
    return this.#buffer.subarray(0, this.#length)
  }
}

export class ByteReader {
  readonly #buffer: Uint8Array
  #at = 0

  constructor(buffer: Uint8Array) {
    this.#buffer = buffer
  }

  get done(): boolean {
    return this.#at >= this.#buffer.length
  }

  byte(): number {
    if (this.#at >= this.#buffer.length) throw new RangeError('data ends too early')
    return this.#buffer[this.#at++]!
  }

  flag(): boolean {
    return this.byte() !== 0
  }

  uint(): number {
    let value = 0
    let scale = 1
    for (let i = 0; i < 8; i++) {
      const b = this.byte()
      value += (b & 0x7f) * scale
      if (b < 0x80) return value
      scale *= 0x80
    }
    throw new RangeError('number is too large')
  }

  /** A view into the reader's buffer: copy it to keep it longer than the buffer. */
  bytes(): Uint8Array {
    const length = this.uint()
    const end = this.#at + length
    if (end > this.#buffer.length) throw new RangeError('data ends too early')
    const view = this.#buffer.subarray(this.#at, end)
    this.#at = end
    return view
  }

  text(): string {
    return fromUtf8.decode(this.bytes())
  }
}

/** Bytewise order, as the keys have it. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b)
}

/** Whether `key` lies in the range that starts at `start`; without `end` the range is the one key. */
export function inRange(key: Uint8Array, start: Uint8Array, end: Uint8Array | undefined): boolean {
  if (!end) return Buffer.compare(key, start) === 0
  if (Buffer.compare(key, start) < 0) return false
  return isOpenEnd(end) || Buffer.compare(key, end) < 0
}

/** Whether `end` means "to the end of the key space". */
export function isOpenEnd(end: Uint8Array): boolean {
  return end.length === 1 && end[0] === 0
}
