import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { create } from '../../../resources/images/container/tar/create.ts'
import { extract } from '../../../resources/images/container/tar/extract.ts'
import { BLOCK, readHeader, writeHeader, type Entry } from '../../../resources/images/container/tar/header.ts'
import { has } from '../../e2e/lab.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubarium-tar-'))
  mkdirSync(join(folder, 'from'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function pack(paths: string[], from = join(folder, 'from')): Promise<{ bytes: Buffer; said: string[] }> {
  const chunks: Buffer[] = []
  const said: string[] = []
  const out = new Writable({
    highWaterMark: 100,
    write: (chunk: Buffer, _e, done) => (chunks.push(Buffer.from(chunk)), done()),
  })
  await create(out, from, paths, text => void said.push(text))
  return { bytes: Buffer.concat(chunks), said }
}

/** Cuts the archive into pieces of any size, as a network does. */
const unpack = (bytes: Buffer, to: string, piece = 333, write = true, said?: (name: string) => void) =>
  extract(
    Readable.from(
      Array.from({ length: Math.ceil(bytes.length / piece) }, (_, i) => bytes.subarray(i * piece, (i + 1) * piece)),
    ),
    { folder: to, write, keepTimes: true, said },
  )

const entry = (more: Partial<Entry>): Entry => ({
  ...{ name: 'a', type: 'file', mode: 0o644, size: 0, mtime: 0, linkName: '' },
  ...more,
})
const archive = (...parts: Buffer[]) => Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)])

describe('tar', () => {
  test('what is packed comes out as it was: bytes, names, modes, times, links, empty folders', async () => {
    const from = join(folder, 'from')
    const long = `${'long name with blanks and ü '.repeat(6)}.txt`
    mkdirSync(join(from, 'deep', 'deeper'), { recursive: true })
    writeFileSync(join(from, 'deep', long), 'content')
    writeFileSync(join(from, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 })
    writeFileSync(join(from, 'empty'), '')
    symlinkSync('run.sh', join(from, 'link'))
    utimesSync(join(from, 'run.sh'), 1_700_000_000, 1_700_000_000)
    const to = join(folder, 'to')
    await unpack((await pack(['.'])).bytes, to)
    expect(readdirSync(to, { recursive: true }).sort()).toEqual(readdirSync(from, { recursive: true }).sort())
    expect(readFileSync(join(to, 'deep', long), 'utf8')).toBe('content')
    expect(statSync(join(to, 'run.sh')).mode & 0o777).toBe(0o755)
    expect(statSync(join(to, 'run.sh')).mtimeMs).toBe(1_700_000_000_000)
    expect(readlinkSync(join(to, 'link'))).toBe('run.sh')
    expect(existsSync(join(to, 'deep', 'deeper'))).toBe(true)
  })

  test('any bytes, however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 1, max: 2000 }), async (bytes, piece) => {
        writeFileSync(join(folder, 'from', 'f'), bytes)
        await unpack((await pack(['f'])).bytes, join(folder, 'to'), piece)
        expect(readFileSync(join(folder, 'to', 'f')).equals(Buffer.from(bytes))).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  test('a header is read as it was written, for any name and size', () => {
    const name = fc.stringMatching(/^[a-zäöü./ _-]{1,90}$/)
    fc.assert(
      fc.property(name, fc.nat(0o7777), fc.nat(0o77777777777), fc.nat(2_000_000_000), (text, mode, size, mtime) => {
        fc.pre(Buffer.byteLength(text) === text.length)
        const given = entry({ name: text, mode, size, mtime })
        expect(readHeader(writeHeader(given))).toEqual(given)
      }),
    )
  })

  test('a path that is not there is told, and the others are packed', async () => {
    writeFileSync(join(folder, 'from', 'there'), 'x')
    const { bytes, said } = await pack(['nowhere', 'there'])
    expect(said).toEqual(['nowhere: Cannot stat: No such file or directory'])
    await unpack(bytes, join(folder, 'to'))
    expect(readdirSync(join(folder, 'to'))).toEqual(['there'])
  })

  test('listing writes nothing', async () => {
    writeFileSync(join(folder, 'from', 'f'), 'x')
    const names: string[] = []
    await unpack((await pack(['.'])).bytes, join(folder, 'to'), 100, false, name => names.push(name))
    expect(names).toEqual(['./', './f'])
    expect(existsSync(join(folder, 'to'))).toBe(false)
  })

  test.each<[string, Buffer, RegExp]>([
    ['a name that climbs out', archive(writeHeader(entry({ name: '../out' }))), /contains '\.\.'/],
    [
      'a link that leads out, and a file through it',
      archive(
        writeHeader(entry({ name: 'l', type: 'symlink', linkName: '..' })),
        writeHeader(entry({ name: 'l/out' })),
      ),
      /leads out of the folder/,
    ],
    [
      'a hard link that climbs out',
      archive(writeHeader(entry({ type: 'link', linkName: '../secret' }))),
      /contains '\.\.'/,
    ],
    ['bytes that are no archive', Buffer.alloc(BLOCK, 'x'), /does not look like a tar archive/],
    ['an archive that breaks off', writeHeader(entry({ size: 10_000 })), /Unexpected EOF/],
    ['half a header', writeHeader(entry({})).subarray(0, 100), /Unexpected EOF/],
  ])('%s is refused, and nothing is written outside', async (_, bytes, refusal) => {
    writeFileSync(join(folder, 'secret'), 'secret')
    await expect(unpack(bytes, join(folder, 'to'))).rejects.toThrow(refusal)
    expect(readdirSync(folder).sort()).toEqual(
      ['from', 'secret', ...(existsSync(join(folder, 'to')) ? ['to'] : [])].sort(),
    )
    expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe('secret')
  })

  test('a file takes the place of a link, and what the link named stays', async () => {
    writeFileSync(join(folder, 'secret'), 'secret')
    mkdirSync(join(folder, 'to'))
    symlinkSync(join(folder, 'secret'), join(folder, 'to', 'a'))
    await unpack(archive(writeHeader(entry({ size: 1 })), Buffer.alloc(BLOCK, 'n')), join(folder, 'to'))
    expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe('secret')
    expect(lstatSync(join(folder, 'to', 'a')).isFile()).toBe(true)
  })

  test.skipIf(!has('tar', '--version'))('agrees with the tar of this machine, both ways (needs tar)', async () => {
    const from = join(folder, 'from')
    const long = `${'x'.repeat(150)}.ü`
    writeFileSync(join(from, long), 'by ours')
    const there = join(folder, 'there')
    mkdirSync(there)
    expect(spawnSync('tar', ['xf', '-', '-C', there], { input: (await pack(['.'])).bytes }).status).toBe(0)
    expect(readFileSync(join(there, long), 'utf8')).toBe('by ours')
    const theirs = spawnSync('tar', ['cf', '-', '-C', from, '.'])
    await unpack(theirs.stdout, join(folder, 'back'))
    expect(readFileSync(join(folder, 'back', long), 'utf8')).toBe('by ours')
  })
})
