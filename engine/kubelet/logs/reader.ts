import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import type { Writable } from 'node:stream'
import type { LogWriter } from './writer.ts'
import { parseLogLine } from './format.ts'

/** What `kubectl logs` can ask for. */
export interface LogOptions {
  follow: boolean
  tailLines?: number
  timestamps: boolean
  sinceMs?: number
  limitBytes?: number
  stream?: 'All' | 'Stdout' | 'Stderr'
}

const CHUNK = 64 << 10

/**
 * Writes the lines of a log that are wanted to `out`; with `follow` until the writer is closed or `out` goes away.
 * `writer` is the container's, if it still runs.
 */
export async function readLog(
  path: string,
  options: LogOptions,
  out: Writable,
  writer: LogWriter | undefined,
): Promise<void> {
  const session = new Session(options, out)
  const files = rotated(path)
  let offset = 0
  if (options.tailLines !== undefined) offset = tailOffset(files.at(-1) ?? path, options.tailLines)
  else for (const file of files.slice(0, -1)) await session.readFile(file, 0)
  if (!existsSync(path)) return
  let inode = statSync(path).ino
  offset = await session.readFile(path, offset)
  while (options.follow && writer && !writer.closed && !session.done) {
    await nextWrite(writer, out)
    // Rotation renames the file that we read: finish it under its new name, then go on with the new one.
    if (statSync(path).ino !== inode) {
      await session.readFile(`${path}.1`, offset)
      inode = statSync(path).ino
      offset = 0
    }
    offset = await session.readFile(path, offset)
  }
}

class Session {
  readonly #options: LogOptions
  readonly #out: Writable
  #budget: number
  #continued = false

  constructor(options: LogOptions, out: Writable) {
    this.#options = options
    this.#out = out
    this.#budget = options.limitBytes ?? Infinity
  }

  get done(): boolean {
    return this.#budget <= 0 || this.#out.destroyed
  }

  /** Sends the whole lines of a file from `offset` on. Gives the offset after the last. */
  async readFile(path: string, offset: number): Promise<number> {
    const file = openSync(path, 'r')
    try {
      let pending = Buffer.alloc(0)
      const chunk = Buffer.alloc(CHUNK)
      while (!this.done) {
        const read = readSync(file, chunk, 0, CHUNK, offset + pending.length)
        if (read === 0) break
        const bytes = Buffer.concat([pending, chunk.subarray(0, read)])
        const end = bytes.lastIndexOf(10) + 1
        await this.#send(bytes.subarray(0, end).toString('utf8'))
        offset += end
        pending = Buffer.from(bytes.subarray(end))
      }
      return offset
    } finally {
      closeSync(file)
    }
  }

  async #send(text: string): Promise<void> {
    let out = ''
    for (const raw of text.split('\n')) {
      const line = raw === '' ? undefined : parseLogLine(raw)
      if (!line || !this.#wants(line.timeMs, line.stream)) continue
      if (this.#options.timestamps && !this.#continued) out += `${line.stamp} `
      out += line.text + (line.complete ? '\n' : '')
      this.#continued = !line.complete
    }
    let bytes = Buffer.from(out)
    if (bytes.length > this.#budget) bytes = bytes.subarray(0, this.#budget)
    this.#budget -= bytes.length
    if (bytes.length && !this.#out.write(bytes)) await drained(this.#out)
  }

  #wants(timeMs: number, stream: string): boolean {
    const { sinceMs, stream: wanted = 'All' } = this.#options
    return (sinceMs === undefined || timeMs >= sinceMs) && (wanted === 'All' || wanted.toLowerCase() === stream)
  }
}

/** A log's files, oldest first. */
function rotated(path: string): string[] {
  const files: string[] = []
  for (let i = 1; existsSync(`${path}.${i}`); i++) files.unshift(`${path}.${i}`)
  return [...files, path]
}

/** Where the last `lines` lines of a file begin: looks from its end. */
function tailOffset(path: string, lines: number): number {
  if (!existsSync(path)) return 0
  const file = openSync(path, 'r')
  try {
    let position = fstatSync(file).size
    if (lines === 0) return position
    let found = -1
    const chunk = Buffer.alloc(CHUNK)
    while (position > 0) {
      const size = Math.min(CHUNK, position)
      position -= size
      readSync(file, chunk, 0, size, position)
      for (let i = size - 1; i >= 0; i--) if (chunk[i] === 10 && ++found === lines) return position + i + 1
    }
    return 0
  } finally {
    closeSync(file)
  }
}

function nextWrite(writer: LogWriter, out: Writable): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      subscription.dispose()
      out.off('close', done)
      resolve()
    }
    const subscription = writer.onWrite(done)
    out.once('close', done)
  })
}

function drained(out: Writable): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      out.off('drain', done)
      out.off('close', done)
      resolve()
    }
    out.once('drain', done)
    out.once('close', done)
  })
}
