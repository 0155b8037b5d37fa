import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'

const PIECE_BYTES = 65_536

/** Reads on in a file where it stopped; begins anew when the file was replaced or cut. */
export class Follower {
  readonly #path: string
  #fd: number | undefined
  #offset = 0
  #identity = ''

  constructor(path: string) {
    this.#path = path
  }

  /** What came since the last call; empty if nothing did, or while there is no file. */
  read(): Buffer {
    const pieces: Buffer[] = []
    const info = statSync(this.#path, { throwIfNoEntry: false })
    const identity = info ? `${info.dev}:${info.ino}` : ''
    if (this.#fd !== undefined && identity !== this.#identity) {
      // What was written to the old file up to its end still counts.
      pieces.push(...this.#rest())
      this.close()
    }
    if (this.#fd === undefined) {
      if (!info) return Buffer.concat(pieces)
      this.#fd = openSync(this.#path, 'r')
      this.#identity = identity
      this.#offset = 0
    }
    if (fstatSync(this.#fd).size < this.#offset) this.#offset = 0
    pieces.push(...this.#rest())
    return Buffer.concat(pieces)
  }

  /** Leaves out what is there already, but for the last lines. */
  skipTo(lines: number): Buffer {
    const all = this.read().toString('utf8')
    const ended = all.endsWith('\n')
    const kept = (ended ? all.slice(0, -1) : all).split('\n').slice(-lines || Infinity)
    return Buffer.from(all === '' || lines === 0 ? '' : kept.join('\n') + (ended ? '\n' : ''))
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }

  #rest(): Buffer[] {
    const pieces: Buffer[] = []
    for (;;) {
      const piece = Buffer.alloc(PIECE_BYTES)
      const count = readSync(this.#fd!, piece, 0, PIECE_BYTES, this.#offset)
      if (count === 0) return pieces
      this.#offset += count
      pieces.push(piece.subarray(0, count))
    }
  }
}
