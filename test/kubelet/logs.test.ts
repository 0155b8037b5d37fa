import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FakeClock } from '../../engine/base/clock.ts'
import { readLog, type LogOptions } from '../../engine/kubelet/logs/reader.ts'
import { LogWriter } from '../../engine/kubelet/logs/writer.ts'

let folder: string
let clock: FakeClock
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubarium-logs-'))
  clock = new FakeClock(Date.UTC(2026, 0, 1))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function write(writer: LogWriter, ...chunks: string[]): Promise<void> {
  const stream = new PassThrough()
  writer.pipe(stream, 'stdout')
  for (const chunk of chunks) stream.write(chunk)
  stream.end()
  await new Promise(done => stream.once('close', done))
}

async function read(path: string, options: Partial<LogOptions> = {}): Promise<string> {
  const out = new PassThrough()
  const chunks: Buffer[] = []
  out.on('data', chunk => chunks.push(chunk as Buffer))
  await readLog(path, { follow: false, timestamps: false, ...options }, out, undefined)
  return Buffer.concat(chunks).toString()
}

describe('container logs', () => {
  test('are written in the format of the CRI, however the output is cut', async () => {
    const path = join(folder, '0.log')
    const writer = new LogWriter(path, clock)
    await write(writer, 'he', 'llo\nwor', 'ld\nlast')
    writer.dispose()
    expect(readFileSync(path, 'utf8')).toBe(
      ['F hello', 'F world', 'P last'].map(t => `2026-01-01T00:00:00.000000000Z stdout ${t}\n`).join(''),
    )
    expect(await read(path)).toBe('hello\nworld\nlast')
  })

  test('a line that is longer than the format allows is read as one', async () => {
    const path = join(folder, '0.log')
    const writer = new LogWriter(path, clock)
    const long = 'x'.repeat(50_000)
    await write(writer, `${long}\nshort\n`)
    expect(
      readFileSync(path, 'utf8')
        .split('\n')
        .filter(l => / P /.test(l.slice(0, 60))).length,
    ).toBe(3)
    expect(await read(path)).toBe(`${long}\nshort\n`)
    writer.dispose()
  })

  test('the beginning of a line is on disk before its end comes, whole characters of it, and is read as one with it', async () => {
    const path = join(folder, '0.log')
    const writer = new LogWriter(path, clock)
    const stream = new PassThrough()
    writer.pipe(stream, 'stdout')
    const said = async (bytes: Buffer | string) => {
      stream.write(bytes)
      await new Promise(done => setImmediate(done))
    }
    await said(Buffer.from('naïve 한').subarray(0, -1))
    clock.advance(49)
    expect(readFileSync(path, 'utf8')).toBe('')
    clock.advance(1)
    expect(readFileSync(path, 'utf8')).toMatch(/stdout P naïve \n$/)
    await said(Buffer.from('한').subarray(-1))
    await said('!\n')
    clock.advance(100)
    expect(await read(path)).toBe('naïve 한!\n')
    // What the size of a buffer has cut is not waited for.
    await said('x'.repeat(9_000))
    expect(readFileSync(path, 'utf8')).toMatch(/stdout P x{9000}\n$/)
    stream.end()
    writer.dispose()
  })

  test('whoever prints without end is slowed down, and nothing is lost', async () => {
    const path = join(folder, '0.log')
    const writer = new LogWriter(path, clock, { maxBytes: 1 << 30, maxFiles: 2 })
    const stream = new PassThrough()
    const line = 'y'.repeat(999) + '\n'
    const all = line.repeat(8_000)
    writer.pipe(stream, 'stdout')
    const ended = new Promise(done => stream.once('end', done))
    for (let i = 0; i < all.length; i += 65_536) stream.write(all.slice(i, i + 65_536))
    stream.end()
    await new Promise(done => setTimeout(done, 50))
    expect(readFileSync(path).length).toBeLessThan(2 << 20)
    let windows = 0
    let over = false
    void ended.then(() => (over = true))
    for (; !over; windows++) {
      clock.advance(100)
      await new Promise(done => setTimeout(done, 5))
    }
    expect(windows).toBeGreaterThan(5)
    expect(await read(path)).toBe(all)
    writer.dispose()
  })

  test('tail, since, limit and timestamps choose what is shown', async () => {
    const path = join(folder, '0.log')
    const writer = new LogWriter(path, clock)
    for (let i = 0; i < 5; i++) {
      await write(writer, `line ${i}\n`)
      clock.advance(1000)
    }
    writer.dispose()
    expect(await read(path, { tailLines: 2 })).toBe('line 3\nline 4\n')
    expect(await read(path, { tailLines: 0 })).toBe('')
    expect(await read(path, { tailLines: 99 })).toBe('line 0\nline 1\nline 2\nline 3\nline 4\n')
    expect(await read(path, { sinceMs: Date.UTC(2026, 0, 1, 0, 0, 3) })).toBe('line 3\nline 4\n')
    expect(await read(path, { limitBytes: 10 })).toBe('line 0\nlin')
    expect(await read(path, { tailLines: 1, timestamps: true })).toBe('2026-01-01T00:00:04.000000000Z line 4\n')
  })

  test('rotate by size and are read over all their files', async () => {
    const path = join(folder, '0.log')
    const writer = new LogWriter(path, clock, { maxBytes: 200, maxFiles: 3 })
    for (let i = 0; i < 12; i++) await write(writer, `line ${i}\n`)
    writer.dispose()
    const text = await read(path)
    expect(text.endsWith('line 11\n')).toBe(true)
    const numbers = text
      .trim()
      .split('\n')
      .map(l => Number(l.slice(5)))
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => 12 - numbers.length + i))
  })

  test('following sends what is written later, and ends with the container', async () => {
    const path = join(folder, '0.log')
    const writer = new LogWriter(path, clock)
    await write(writer, 'before\n')
    const out = new PassThrough()
    let text = ''
    out.on('data', chunk => (text += chunk))
    const done = readLog(path, { follow: true, timestamps: false }, out, writer)
    await write(writer, 'after\n')
    writer.dispose()
    await done
    expect(text).toBe('before\nafter\n')
  })
})
