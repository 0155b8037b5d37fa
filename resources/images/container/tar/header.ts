/** Headers of tar archives (POSIX.1-1988 ustar, with the extended headers of POSIX.1-2001). */

export const BLOCK = 512

export interface Entry {
  name: string
  type: 'file' | 'folder' | 'symlink' | 'link' | 'pax' | 'paxGlobal' | 'longName' | 'longLink' | 'other'
  mode: number
  size: number
  /** Seconds since the epoch. */
  mtime: number
  linkName: string
}

const TYPES: Record<string, Entry['type']> = {
  ...{ '0': 'file', '\0': 'file', '7': 'file', '5': 'folder', '2': 'symlink', '1': 'link' },
  ...{ x: 'pax', g: 'paxGlobal', L: 'longName', K: 'longLink' },
}

/** Reads a header; undefined for the empty block that ends an archive. @throws Error if it is none */
export function readHeader(block: Buffer): Entry | undefined {
  if (block.every(byte => byte === 0)) return undefined
  if (checksum(block) !== octal(block, 148, 8)) throw new Error('This does not look like a tar archive')
  const prefix = text(block, 257, 5) === 'ustar' ? text(block, 345, 155) : ''
  const name = text(block, 0, 100)
  return {
    name: prefix ? `${prefix}/${name}` : name,
    type: TYPES[String.fromCharCode(block[156]!)] ?? 'other',
    mode: octal(block, 100, 8),
    size: octal(block, 124, 12),
    mtime: octal(block, 136, 12),
    linkName: text(block, 157, 100),
  }
}

/** The header blocks of an entry: an extended header before it where names or numbers need one. */
export function writeHeader(entry: Entry): Buffer {
  const long: Record<string, string> = {}
  if (!fits(entry.name)) long.path = entry.name
  if (!fits(entry.linkName)) long.linkpath = entry.linkName
  if (entry.size > 0o77777777777) long.size = String(entry.size)
  const plain = ustar(entry)
  if (Object.keys(long).length === 0) return plain
  const records = Buffer.concat(Object.entries(long).map(([key, value]) => record(key, value)))
  const extended = ustar({
    ...entry,
    name: 'PaxHeaders/entry',
    linkName: '',
    type: 'pax',
    size: records.length,
    mode: 0o644,
  })
  return Buffer.concat([extended, records, padding(records.length), plain])
}

/** Key and value pairs of an extended header. */
export function readRecords(data: Buffer): Record<string, string> {
  const records: Record<string, string> = {}
  for (let at = 0; at < data.length;) {
    const blank = data.indexOf(0x20, at)
    const length = Number(data.toString('latin1', at, blank))
    if (blank < 0 || !Number.isInteger(length) || length < 5) throw new Error('Malformed extended header')
    const pair = data.toString('utf8', blank + 1, at + length - 1)
    const equals = pair.indexOf('=')
    records[pair.slice(0, equals)] = pair.slice(equals + 1)
    at += length
  }
  return records
}

/** What fills the last block of so many bytes. */
export function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK)
}

const fits = (name: string) => Buffer.byteLength(name) <= 100 && /^[\x20-\x7e]*$/.test(name)

function ustar({ name, type, mode, size, mtime, linkName }: Entry): Buffer {
  const block = Buffer.alloc(BLOCK)
  const letter = { file: '0', folder: '5', symlink: '2', link: '1', pax: 'x' }[type as 'file'] ?? '0'
  block.write(Buffer.from(name).subarray(0, 100).toString('latin1'), 0, 'latin1')
  const number = (value: number, at: number, length: number) =>
    block.write(
      Math.floor(value)
        .toString(8)
        .padStart(length - 1, '0')
        .slice(1 - length),
      at,
      'latin1',
    )
  number(mode & 0o7777, 100, 8)
  number(0, 108, 8)
  number(0, 116, 8)
  number(Math.min(size, 0o77777777777), 124, 12)
  number(Math.max(0, mtime), 136, 12)
  block.write(letter, 156, 'latin1')
  block.write(Buffer.from(linkName).subarray(0, 100).toString('latin1'), 157, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  block.write(checksum(block).toString(8).padStart(6, '0') + '\0 ', 148, 'latin1')
  return block
}

function record(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + String(rest).length
  if (String(length).length !== String(rest).length) length = rest + String(length).length
  return Buffer.from(`${length} ${key}=${value}\n`)
}

/** The sum of all bytes, with blanks in place of the sum itself. */
function checksum(block: Buffer): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0)
}

function text(block: Buffer, at: number, length: number): string {
  const part = block.subarray(at, at + length)
  const end = part.indexOf(0)
  return part.toString('utf8', 0, end < 0 ? length : end)
}

function octal(block: Buffer, at: number, length: number): number {
  // Numbers too large for octal are written in binary, with the first bit set.
  if (block[at]! & 0x80) return Number(BigInt(`0x${block.toString('hex', at + 1, at + length)}`))
  return Number.parseInt(text(block, at, length).trim() || '0', 8)
}
