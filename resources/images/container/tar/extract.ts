import {
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  closeSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { BLOCK, readHeader, readRecords, type Entry } from './header.ts'

export interface ExtractOptions {
  folder: string
  /** False only lists. */
  write: boolean
  /** Whether files get the times that the archive gives them. */
  keepTimes: boolean
  /** Told the name of each entry. */
  said: ((name: string) => void) | undefined
}

const MAX_EXTENDED_BYTES = 1 << 20

/** Reads an archive from a stream and writes what is in it below a folder. @throws Error if it cannot */
export async function extract(source: Readable, options: ExtractOptions): Promise<void> {
  const blocks = new BlockReader(source)
  if (options.write) mkdirSync(options.folder, { recursive: true })
  let extended: Record<string, string> = {}
  for (;;) {
    const block = await blocks.take(BLOCK)
    if (!block) return
    const entry = readHeader(block)
    if (!entry) {
      // A second empty block follows, and whoever writes must not find the stream closed.
      source.resume()
      return
    }
    if (entry.type === 'pax' || entry.type === 'longName' || entry.type === 'longLink') {
      if (entry.size > MAX_EXTENDED_BYTES) throw new Error('An extended header is too large')
      const data = (await blocks.whole(entry.size)) ?? Buffer.alloc(0)
      const name = data.toString('utf8').replace(/\0+$/, '')
      if (entry.type === 'pax') Object.assign(extended, readRecords(data))
      else extended[entry.type === 'longName' ? 'path' : 'linkpath'] = name
      continue
    }
    const { path, linkpath, size } = extended
    const actual = {
      ...entry,
      ...(path === undefined ? {} : { name: path }),
      ...(linkpath === undefined ? {} : { linkName: linkpath }),
      ...(size === undefined ? {} : { size: Number(size) }),
    }
    extended = {}
    await place(actual, blocks, options)
  }
}

async function place(entry: Entry, blocks: BlockReader, { folder, write, keepTimes, said }: ExtractOptions) {
  const known = entry.type === 'file' || entry.type === 'folder' || entry.type === 'symlink' || entry.type === 'link'
  if (known) said?.(entry.name)
  if (!known || !write) return blocks.skip(entry.size)
  const target = inside(folder, entry.name)
  if (target === resolve(folder)) return blocks.skip(entry.size)
  checkInside(folder, dirname(target), entry.name)
  mkdirSync(dirname(target), { recursive: true })
  if (entry.type === 'folder') {
    mkdirSync(target, { recursive: true, mode: entry.mode | 0o700 })
    return
  }
  rmSync(target, { force: true, recursive: false })
  if (entry.type === 'symlink') return symlinkSync(entry.linkName, target)
  if (entry.type === 'link') {
    const from = inside(folder, entry.linkName)
    checkInside(folder, dirname(from), entry.linkName)
    return linkSync(from, target)
  }
  const file = openSync(target, 'wx', entry.mode & 0o777)
  try {
    await blocks.each(entry.size, chunk => {
      for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at)
    })
  } finally {
    closeSync(file)
  }
  if (keepTimes) utimesSync(target, entry.mtime, entry.mtime)
}

function inside(folder: string, name: string): string {
  if (name.split('/').includes('..')) throw new Error(`${name}: Member name contains '..'`)
  return resolve(folder, name.replace(/^\/+/, ''))
}

/** A link that an earlier entry made must not lead out of the folder: as much of the path as is there is followed. */
function checkInside(folder: string, path: string, name: string): void {
  let there = path
  while (!lstatSync(there, { throwIfNoEntry: false })) there = dirname(there)
  const way = relative(realpathSync(folder), realpathSync(there))
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))
    throw new Error(`${name}: leads out of the folder through a link`)
}

/** Takes a stream apart in pieces of wanted sizes. */
class BlockReader {
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(source: Readable) {
    this.#chunks = source.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>
  }

  /** So many bytes, or undefined at the end. @throws Error if the stream ends in the middle */
  async take(size: number): Promise<Buffer | undefined> {
    while (this.#rest.length < size) {
      const { value, done } = await this.#chunks.next()
      if (done) {
        if (this.#rest.length === 0) return undefined
        throw new Error('Unexpected EOF in archive')
      }
      this.#rest = Buffer.concat([this.#rest, value])
    }
    const taken = this.#rest.subarray(0, size)
    this.#rest = this.#rest.subarray(size)
    return taken
  }

  /** The content of an entry at once; its padding is dropped. */
  async whole(size: number): Promise<Buffer | undefined> {
    const data = await this.take(padded(size))
    if (!data && size) throw new Error('Unexpected EOF in archive')
    return data?.subarray(0, size)
  }

  /** The content of an entry piece by piece; its padding is dropped. */
  async each(size: number, use: (chunk: Buffer) => void): Promise<void> {
    for (let left = size; left > 0;) {
      if (this.#rest.length === 0) {
        const { value, done } = await this.#chunks.next()
        if (done) throw new Error('Unexpected EOF in archive')
        this.#rest = value
      }
      const chunk = this.#rest.subarray(0, left)
      use(chunk)
      left -= chunk.length
      this.#rest = this.#rest.subarray(chunk.length)
    }
    if (padded(size) !== size) await this.take(padded(size) - size)
  }

  skip(size: number): Promise<void> {
    return this.each(size, () => undefined)
  }
}

const padded = (size: number) => Math.ceil(size / BLOCK) * BLOCK
