import { UserError } from '../../base/errors.ts'

export interface TarEntry {
  name: string
  type: 'file' | 'folder' | 'link' | 'other'
  mode: number
  content: Buffer
}

/** An entry whose content is read as it comes: to its end, or not at all. */
export interface TarStreamEntry extends Omit<TarEntry, 'content'> {
  size: number
  content(): AsyncGenerator<Buffer>
}

/** What an entry to be written has. */
export interface TarFile {
  name: string
  size: number
  mode: number
  /** As many bytes as `size` says. */
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

const BLOCK = 512
const PIECE = 64 * 1024
/** No file of an image is larger; what says so is not read into memory. */
const MOST_BYTES = 512 << 20
/** Names and the like, which stand before an entry; and how many of them may. */
const MOST_HEADER_BYTES = 1 << 20
const MOST_HEADERS = 16

/** The entries of an archive (POSIX ustar and pax, and GNU's long names), one after the other. @throws UserError */
export async function* readTar(stream: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  for await (const { name, type, mode, size, content } of streamTar(stream)) {
    if (size > MOST_BYTES)
      throw new UserError('The archive holds a file that is too large for an image.', 'Leave it out.')
    const pieces: Buffer[] = []
    for await (const piece of content()) pieces.push(piece)
    yield { name, type, mode, content: Buffer.concat(pieces) }
  }
}

/** As `readTar`, for entries that are too large to be held in memory. @throws UserError */
export async function* streamTar(stream: AsyncIterable<Buffer>): AsyncGenerator<TarStreamEntry> {
  const reader = new BlockReader(stream)
  let longName: string | undefined
  let headers = 0
  for (;;) {
    const header = await reader.read(BLOCK)
    if (!header || header.every(byte => byte === 0)) return
    if (!isHeader(header)) throw new UserError('This is not a tar archive.', 'Make one: tar -cf image.tar -C FOLDER .')
    const size = Number.parseInt(textAt(header, 124, 12), 8) || 0
    const kind = String.fromCharCode(header[156])
    if (kind === 'L' || kind === 'x' || kind === 'g') {
      if (size > MOST_HEADER_BYTES || ++headers > MOST_HEADERS)
        throw new UserError('The archive has a name without end.', 'Make it anew.')
      const text = (await whole(reader, size)).toString('utf8')
      if (kind === 'L') longName = text.replace(/\0+$/, '')
      else if (kind === 'x') longName = /\d+ path=(.*)\n/.exec(text)?.[1]
      continue
    }
    const prefix = textAt(header, 257, 5) === 'ustar' ? textAt(header, 345, 155) : ''
    const short = textAt(header, 0, 100)
    const content = pieces(reader, size)
    const name = longName ?? (prefix ? `${prefix}/${short}` : short)
    longName = undefined
    headers = 0
    yield {
      ...{ name, type: typeOf(kind), mode: Number.parseInt(textAt(header, 100, 8), 8) || 0, size },
      content: () => content,
    }
    // The generator that was given away and this one are the same: it goes on where the reader stopped.
    while (!(await content.next()).done);
  }
}

/** The bytes of an archive of files, with extended headers (pax) where names need one. @throws Error for a wrong size */
export async function* writeTar(files: AsyncIterable<TarFile> | Iterable<TarFile>): AsyncGenerator<Uint8Array> {
  for await (const { name, size, mode, content } of files) {
    const fits = Buffer.byteLength(name) <= 100 && /^[\x20-\x7e]*$/.test(name)
    if (!fits) {
      const extended = record('path', name)
      yield header('PaxHeaders/entry', extended.length, 0o600, 'x')
      yield extended
      yield padding(extended.length)
    }
    yield header(fits ? name : 'long-name', size, mode, '0')
    let written = 0
    for await (const piece of content) {
      written += piece.length
      yield piece
    }
    if (written !== size) throw new Error(`${name} has changed while it was read`)
    yield padding(size)
  }
  yield Buffer.alloc(2 * BLOCK)
}

async function whole(reader: BlockReader, size: number): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of pieces(reader, size)) all.push(piece)
  return Buffer.concat(all)
}

/** The bytes of an entry; what fills its last block is taken too. */
async function* pieces(reader: BlockReader, size: number): AsyncGenerator<Buffer> {
  for (let left = size; left > 0; left -= PIECE) {
    const padded = await reader.read(Math.ceil(Math.min(left, PIECE) / BLOCK) * BLOCK)
    if (!padded) throw new UserError('The archive ends in the middle of a file.', 'Make it anew.')
    yield padded.subarray(0, Math.min(left, PIECE))
  }
}

function header(name: string, size: number, mode: number, kind: '0' | 'x'): Buffer {
  const block = Buffer.alloc(BLOCK)
  const octal = (value: number, at: number, length: number) =>
    block.write(value.toString(8).padStart(length - 1, '0'), at, 'latin1')
  block.write(name, 0, 'latin1')
  octal(mode, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(0, 136, 12)
  block.write(kind, 156, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  octal(sumOf(block), 148, 7)
  block[155] = 0x20
  return block
}

/** `LENGTH KEY=VALUE`, where the length counts its own digits. */
function record(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + String(rest).length
  if (rest + String(length).length !== length) length = rest + String(length).length
  return Buffer.from(`${length} ${key}=${value}\n`)
}

function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK)
}

function typeOf(kind: string): TarEntry['type'] {
  if (kind === '0' || kind === '\0' || kind === '7') return 'file'
  if (kind === '5') return 'folder'
  return kind === '1' || kind === '2' ? 'link' : 'other'
}

/** Whether the sum over the header's bytes is what it says. */
function isHeader(block: Buffer): boolean {
  return Number.parseInt(textAt(block, 148, 8), 8) === sumOf(block)
}

/** Over all bytes of a header, its own field taken as blanks. */
function sumOf(block: Buffer): number {
  let sum = 0
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : block[i]
  return sum
}

function textAt(block: Buffer, from: number, length: number): string {
  const text = block.toString('utf8', from, from + length)
  const end = text.indexOf('\0')
  return (end < 0 ? text : text.slice(0, end)).trim()
}

class BlockReader {
  readonly #pieces: AsyncIterator<Buffer>
  #buffered: Buffer[] = []
  #length = 0

  constructor(stream: AsyncIterable<Buffer>) {
    this.#pieces = stream[Symbol.asyncIterator]()
  }

  /** So many bytes, or undefined if there are fewer. */
  async read(count: number): Promise<Buffer | undefined> {
    while (this.#length < count) {
      const { value, done } = await this.#pieces.next()
      if (done) return undefined
      this.#buffered.push(value)
      this.#length += value.length
    }
    const all = this.#buffered.length === 1 ? this.#buffered[0] : Buffer.concat(this.#buffered)
    this.#buffered = [all.subarray(count)]
    this.#length -= count
    return all.subarray(0, count)
  }
}
