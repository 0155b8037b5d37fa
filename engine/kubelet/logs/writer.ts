import { closeSync, existsSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'
import type { Readable } from 'node:stream'
import type { Clock, Timer } from '../../base/clock.ts'
import type { Disposable } from '../../base/disposable.ts'
import { microStamp } from './format.ts'

export interface LogLimits {
  maxBytes: number
  maxFiles: number
}

export const DEFAULT_LOG_LIMITS: LogLimits = { maxBytes: 10 << 20, maxFiles: 5 }
/** A line that is longer is written in parts, as the CRI does. */
const MAX_LINE_BYTES = 16 << 10

/** The beginning of a line is written as a part when its end does not come within this time, so that a crash loses nothing. */
const PART_MS = 50
/** A read of so much was cut by the size of a buffer: what remains of it is written at once. */
const CUT_BYTES = 8 << 10

/** Whoever prints more than this in a window waits for the next: the node's other pods need its time too. */
const WINDOW_MS = 100
const WINDOW_BYTES = 1 << 20

/** Writes what a container prints in the CRI's log format: `time stream F|P text`. Rotates by size. */
export class LogWriter implements Disposable {
  readonly #path: string
  readonly #clock: Clock
  readonly #limits: LogLimits
  readonly #listeners = new Set<() => void>()
  #file: number
  #size: number

  constructor(path: string, clock: Clock, limits: LogLimits = DEFAULT_LOG_LIMITS) {
    this.#path = path
    this.#clock = clock
    this.#limits = limits
    this.#file = openSync(path, 'a', 0o600)
    this.#size = fstatSync(this.#file).size
  }

  /** Follows a stream to its end. */
  pipe(stream: Readable, name: 'stdout' | 'stderr'): void {
    let pending = Buffer.alloc(0)
    let timer: Timer | undefined
    let since = this.#clock.monotonic()
    let written = 0
    const slowDown = (bytes: number) => {
      const now = this.#clock.monotonic()
      if (now - since >= WINDOW_MS) [since, written] = [now, 0]
      written += bytes
      if (written < WINDOW_BYTES) return
      stream.pause()
      this.#clock.after(WINDOW_MS - (now - since), () => stream.resume())
    }
    const writePart = () => {
      const end = wholeCharacters(pending)
      if (end > 0) this.#write(this.#line(name, 'P', pending.subarray(0, end)))
      pending = pending.subarray(end)
    }
    stream.on('data', (chunk: Buffer) => {
      timer?.cancel()
      const bytes = pending.length ? Buffer.concat([pending, chunk]) : chunk
      let from = 0
      let out = ''
      for (;;) {
        const end = bytes.indexOf(10, from)
        if (end >= 0 && end - from <= MAX_LINE_BYTES) {
          out += this.#line(name, 'F', bytes.subarray(from, end))
          from = end + 1
        } else if (bytes.length - from > MAX_LINE_BYTES) {
          out += this.#line(name, 'P', bytes.subarray(from, from + MAX_LINE_BYTES))
          from += MAX_LINE_BYTES
        } else break
      }
      pending = Buffer.from(bytes.subarray(from))
      if (out) this.#write(out)
      slowDown(out.length)
      if (pending.length && chunk.length >= CUT_BYTES) writePart()
      else if (pending.length) timer = this.#clock.after(PART_MS, writePart)
    })
    stream.on('end', () => {
      timer?.cancel()
      // Without its end a line is a part of one, so that nothing is read that was not written.
      if (pending.length) this.#write(this.#line(name, 'P', pending))
      pending = Buffer.alloc(0)
    })
  }

  /** Calls back after each write, for those who follow. */
  onWrite(listener: () => void): Disposable {
    this.#listeners.add(listener)
    return { dispose: () => void this.#listeners.delete(listener) }
  }

  dispose(): void {
    if (this.#file >= 0) closeSync(this.#file)
    this.#file = -1
    for (const listener of this.#listeners) listener()
  }

  get closed(): boolean {
    return this.#file < 0
  }

  #line(name: string, tag: 'F' | 'P', text: Buffer): string {
    return `${microStamp(this.#clock.now())} ${name} ${tag} ${text.toString('utf8')}\n`
  }

  #write(text: string): void {
    if (this.#file < 0) return
    this.#size += writeSync(this.#file, text)
    if (this.#size > this.#limits.maxBytes) this.#rotate()
    for (const listener of this.#listeners) listener()
  }

  /** The newest closed file is `.1`; the oldest falls off the end. */
  #rotate(): void {
    closeSync(this.#file)
    for (let i = this.#limits.maxFiles - 2; i >= 1; i--)
      if (existsSync(`${this.#path}.${i}`)) renameSync(`${this.#path}.${i}`, `${this.#path}.${i + 1}`)
    renameSync(this.#path, `${this.#path}.1`)
    this.#file = openSync(this.#path, 'a', 0o600)
    this.#size = 0
  }
}

/** How many bytes of a text in UTF-8 end with a whole character. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if ((byte & 0xc0) === 0x80) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}
