const NEWLINE = 10

/** The newest bytes that a program wrote: no more of them than the limit, and from the beginning of a line on. */
export class OutputRing {
  readonly #limit: number
  #pieces: Buffer[] = []
  #size = 0
  #cut = false

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Bytes that are held, at most the limit. */
  get size(): number {
    return this.#size
  }

  push(piece: Buffer): void {
    const kept = piece.length > this.#limit ? piece.subarray(piece.length - this.#limit) : piece
    if (kept !== piece) this.#cut = true
    this.#pieces.push(kept)
    this.#size += kept.length
    while (this.#size > this.#limit) {
      const [oldest] = this.#pieces
      const over = this.#size - this.#limit
      this.#cut = true
      if (oldest!.length <= over) this.#pieces.shift()
      else this.#pieces[0] = oldest!.subarray(over)
      this.#size -= Math.min(over, oldest!.length)
    }
  }

  /** All that is held. What was cut off began in the middle of a line, or of a sequence that moves the cursor: that line goes too. */
  read(): Buffer {
    const all = Buffer.concat(this.#pieces)
    this.#pieces = [all]
    return this.#cut ? all.subarray(all.indexOf(NEWLINE) + 1) : all
  }
}
