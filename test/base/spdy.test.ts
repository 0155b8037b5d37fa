import { once } from 'node:events'
import { Duplex } from 'node:stream'
import { createDeflate, constants } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SPDY_DICTIONARY } from '../../engine/base/spdy/dictionary.ts'
import { FrameCodec, type Frame } from '../../engine/base/spdy/frames.ts'
import { SpdySession, type SpdyStream } from '../../engine/base/spdy/session.ts'
import { until } from '../until.ts'

/** The client's side of header compression. */
class Client {
  readonly #deflate = createDeflate({ dictionary: SPDY_DICTIONARY, flush: constants.Z_SYNC_FLUSH })

  async synStream(id: number, headers: Record<string, string>): Promise<Buffer> {
    const parts = [uint32(Object.keys(headers).length)]
    for (const [k, v] of Object.entries(headers))
      parts.push(uint32(k.length), Buffer.from(k), uint32(v.length), Buffer.from(v))
    const chunks: Buffer[] = []
    const collect = (chunk: Buffer) => chunks.push(chunk)
    this.#deflate.on('data', collect)
    await new Promise(done => this.#deflate.write(Buffer.concat(parts), done))
    this.#deflate.off('data', collect)
    const block = Buffer.concat(chunks)
    return Buffer.concat([
      Buffer.from([0x80, 3, 0, 1]),
      uint32(10 + block.length),
      uint32(id),
      uint32(0),
      Buffer.from([0, 0]),
      block,
    ])
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

test('the dictionary is that of SPDY/3', () => {
  let [a, b] = [1, 0]
  for (const byte of SPDY_DICTIONARY) {
    a = (a + byte) % 65521
    b = (b + a) % 65521
  }
  expect(((b << 16) | a) >>> 0).toBe(0xe3c6a7c2)
})

describe('frames', () => {
  test('are found however the bytes are cut', async () => {
    const client = new Client()
    const codec = new FrameCodec()
    const bytes = Buffer.concat([
      await client.synStream(1, { streamtype: 'data', port: '80' }),
      await client.synStream(3, { streamtype: 'error', port: '80' }),
      codec.data(1, Buffer.from('hello'), true),
      codec.ping(7),
    ])
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 12 }), async cuts => {
        const decoder = new FrameCodec()
        const frames: Frame[] = []
        let from = 0
        for (const cut of [...cuts.sort((x, y) => x - y), bytes.length]) {
          frames.push(...(await decoder.decode(bytes.subarray(from, cut))))
          from = cut
        }
        decoder.close()
        expect(frames.map(f => f.type)).toEqual(['synStream', 'synStream', 'data', 'ping'])
        expect(frames[0]).toMatchObject({
          streamId: 1,
          headers: new Map([
            ['streamtype', 'data'],
            ['port', '80'],
          ]),
        })
        expect(frames[2]).toMatchObject({ streamId: 1, fin: true, data: Buffer.from('hello') })
      }),
      { numRuns: 30 },
    )
    codec.close()
  })

  test('what is no SPDY, or too large, is refused', async () => {
    const codec = new FrameCodec()
    await expect(codec.decode(Buffer.from([0x80, 2, 0, 1, 0, 0, 0, 0]))).rejects.toThrow('SPDY version 2')
    await expect(new FrameCodec().decode(Buffer.from([0, 0, 0, 1, 0, 0xff, 0xff, 0xff]))).rejects.toThrow('too large')
    codec.close()
  })

  test('random bytes never crash the decoder', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async bytes => {
        const codec = new FrameCodec()
        try {
          await codec.decode(Buffer.from(bytes))
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        } finally {
          codec.close()
        }
      }),
      { numRuns: 300 },
    )
  })
})

test('a session echoes a stream, and a reset ends it', async () => {
  const sent: Buffer[] = []
  const connection = new Duplex({ read() {}, write: (chunk, _, done) => (sent.push(chunk as Buffer), done()) })
  const push = (chunk: Buffer) => connection.push(chunk)
  const streams: SpdyStream[] = []
  const opened = Promise.withResolvers<void>()
  new SpdySession(connection, {
    role: 'server',
    onStream: stream => {
      streams.push(stream)
      stream.pipe(stream)
      opened.resolve()
    },
  })
  const client = new Client()
  push(await client.synStream(1, { streamtype: 'data' }))
  await opened.promise
  const codec = new FrameCodec()
  push(codec.data(1, Buffer.from('ping'), true))
  await new Promise(done => streams[0].once('finish', done))
  const frames = await codec.decode(Buffer.concat(sent.filter(b => !(b[0] & 0x80))))
  expect(Buffer.concat(frames.flatMap(f => (f.type === 'data' ? [f.data] : []))).toString()).toBe('ping')
  expect(frames.at(-1)).toMatchObject({ type: 'data', fin: true })
  push(await client.synStream(3, {}))
  push(codec.rstStream(3, 5))
  await new Promise<void>(done => {
    const poll = () => (streams[1]?.destroyed ? done() : setImmediate(poll))
    poll()
  })
  connection.destroy()
  codec.close()
})

describe('two sessions', () => {
  /** A byte stream with two ends. */
  const pair = (): [Duplex, Duplex] => {
    const ends: Duplex[] = [0, 1].map(
      i =>
        new Duplex({
          read() {},
          write: (chunk, _, done) => (ends[1 - i]!.push(chunk), done()),
          final: done => (ends[1 - i]!.push(null), done()),
        }),
    )
    return [ends[0]!, ends[1]!]
  }
  const echo = (stream: SpdyStream) => void stream.pipe(stream)

  test('carry many streams at once, each with its headers, to their ends', async () => {
    const [near, far] = pair()
    const headers: string[] = []
    new SpdySession(far, {
      role: 'server',
      onStream: stream => {
        headers.push(stream.headers.get('port')!)
        echo(stream)
      },
    })
    const client = new SpdySession(near, { role: 'client' })
    const said = await Promise.all(
      [...Array(50).keys()].map(async i => {
        const stream = await client.open(new Map([['port', String(i)]]))
        stream.end(`hello from ${i} `.repeat(1000))
        return Buffer.concat(await stream.toArray()).toString()
      }),
    )
    expect(said).toEqual([...Array(50).keys()].map(i => `hello from ${i} `.repeat(1000)))
    expect(headers).toEqual([...Array(50).keys()].map(String))
    near.destroy()
    far.destroy()
  })

  test('tell a reset, and end every stream when the connection goes', async () => {
    const [near, far] = pair()
    const accepted: SpdyStream[] = []
    new SpdySession(far, { role: 'server', onStream: stream => accepted.push(stream) })
    const client = new SpdySession(near, { role: 'client' })
    const first = await client.open(new Map())
    const second = await client.open(new Map())
    const ended = once(second, 'close')
    await until(() => accepted.length === 2)
    accepted[0]!.destroy()
    await once(first, 'close')
    expect(second.destroyed).toBe(false)
    near.destroy()
    await ended
    await expect(client.open(new Map())).rejects.toThrow()
    far.destroy()
  })

  test('refuse streams where nobody takes them', async () => {
    const [near, far] = pair()
    new SpdySession(near, { role: 'client' })
    const server = new SpdySession(far, { role: 'server' })
    const stream = await server.open(new Map())
    expect(stream.id).toBe(2)
    await once(stream, 'close')
    near.destroy()
    far.destroy()
  })
})
