/** Reads the wire format of protobuf: tags, varints and what has a length. */
export class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  more(): boolean {
    return this.#at < this.#bytes.length
  }

  tag(): { field: number; wire: number } {
    const key = Number(this.varint())
    const field = Math.floor(key / 8)
    if (field < 1) throw new Malformed(`illegal tag ${field} (wire type ${key & 7})`)
    return { field, wire: key & 7 }
  }

  varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw new Malformed('unexpected EOF')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw new Malformed('integer overflow')
  }

  bytes(): Uint8Array {
    const length = Number(this.varint())
    const end = this.#at + length
    if (end > this.#bytes.length) throw new Malformed('unexpected EOF')
    const out = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return out
  }

  text(): string {
    return decoder.decode(this.bytes())
  }

  double(): number {
    if (this.#at + 8 > this.#bytes.length) throw new Malformed('unexpected EOF')
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#at, 8)
    this.#at += 8
    return view.getFloat64(0, true)
  }

  skip(wire: number): void {
    if (wire === 0) this.varint()
    else if (wire === 1) this.#at += 8
    else if (wire === 2) this.bytes()
    else if (wire === 5) this.#at += 4
    else throw new Malformed(`wrong wireType = ${wire}`)
    if (this.#at > this.#bytes.length) throw new Malformed('unexpected EOF')
  }
}

/** The bytes are no message of the type. */
export class Malformed extends Error {
  override readonly name = 'Malformed'
}

/** Like Go's JSON encoder, it puts U+FFFD in the place of what is not UTF-8; and a byte order mark is text. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
