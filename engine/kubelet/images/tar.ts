import { UserError } from '../../base/errors.ts'

export interface TarEntry {
  name: string
  type: 'file' | 'folder' | 'link' | 'other'
  mode: number
  content: Buffer
}

const BLOCK = 512
/** No file of an image is larger; what says so is not read into memory. */
const MOST_BYTES = 512 << 20

/** The entries of an archive (POSIX ustar and pax, and GNU's long names), one after the other. @throws UserError */
export async function* readTar(stream: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const reader = new BlockReader(stream)
  let longName: string | undefined
  for (;;) {
    const header = await reader.read(BLOCK)
    if (!header || header.every(byte => byte === 0)) return
    if (!isHeader(header)) throw new UserError('This is not a tar archive.', 'Make one: tar -cf image.tar -C FOLDER .')
    const size = Number.parseInt(textAt(header, 124, 12), 8) || 0
    if (size > MOST_BYTES)
      throw new UserError('The archive holds a file that is too large for an image.', 'Leave it out.')
    const padded = await reader.read(Math.ceil(size / BLOCK) * BLOCK)
    if (!padded) throw new UserError('The archive ends in the middle of a file.', 'Make it anew.')
    const content = padded.subarray(0, size)
    const kind = String.fromCharCode(header[156])
    if (kind === 'L') longName = content.toString('utf8').replace(/\0+$/, '')
    else if (kind === 'x') longName = /\d+ path=(.*)\n/.exec(content.toString('utf8'))?.[1]
    else if (kind !== 'g') {
      const prefix = textAt(header, 257, 5) === 'ustar' ? textAt(header, 345, 155) : ''
      const short = textAt(header, 0, 100)
      const name = longName ?? (prefix ? `${prefix}/${short}` : short)
      longName = undefined
      yield { name, type: typeOf(kind), mode: Number.parseInt(textAt(header, 100, 8), 8) || 0, content }
    }
  }
}

function typeOf(kind: string): TarEntry['type'] {
  if (kind === '0' || kind === '\0' || kind === '7') return 'file'
  if (kind === '5') return 'folder'
  return kind === '1' || kind === '2' ? 'link' : 'other'
}

/** Whether the sum over the header's bytes, its own field taken as blanks, is what it says. */
function isHeader(header: Buffer): boolean {
  let sum = 0
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : header[i]
  return Number.parseInt(textAt(header, 148, 8), 8) === sum
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
    const all = Buffer.concat(this.#buffered)
    this.#buffered = [all.subarray(count)]
    this.#length -= count
    return all.subarray(0, count)
  }
}
