import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONTROL_GREETING } from '../../engine/network/overlay/protocol.ts'
import { DATAGRAM_GREETING } from '../../engine/network/datagrams/frames.ts'
import { Peers } from '../../engine/network/proxy/peers.ts'
import { PATHS, slice } from './fake-api.ts'
import { firstAnswer, talk } from './talk.ts'
import { OVERLAY_KEY, startCluster, type TestCluster, type TestProgram } from './two-nodes.ts'

const MEGABYTE = 2 ** 20
/** At /large it answers without end of its own; prints what it is asked. */
const SERVER = `
  import http from 'node:http'
  const chunk = Buffer.alloc(65536)
  http.createServer((request, response) => {
    console.log(request.method + ' ' + request.url)
    request.resume()
    if (request.url !== '/large') return void response.end('fine')
    response.on('close', () => console.log('closed'))
    const more = () => { while (response.write(chunk)); }
    response.on('drain', more)
    more()
  }).listen(80, () => console.log('up'))
`
/** Hears, says nothing, ends nothing. */
const MUTE = `
  import net from 'node:net'
  net.createServer({ allowHalfOpen: true }, s => {
    s.on('end', () => console.log('ended')).on('error', () => {}).on('close', () => console.log('closed')).resume()
  }).listen(90, () => console.log('up'))
`

let cluster: TestCluster
let web: TestProgram
let mute: TestProgram
beforeAll(async () => {
  cluster = await startCluster('iptables', { patienceMs: 2_000 })
  web = await cluster.run(cluster.first, 'web', SERVER)
  mute = await cluster.run(cluster.second, 'mute', MUTE)
  expect([await web.line(), await mute.line()]).toEqual(['up', 'up'])
})
afterAll(() => cluster.stop())

/** A connection to the first gateway; what it hears is thrown away. */
async function open(): Promise<Socket> {
  const socket = connect(cluster.first.port, '127.0.0.1')
  socket.on('error', () => socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** Resolves when it has been closed, with an error or without. */
function closing(socket: Socket): Promise<void> {
  return new Promise(resolve => {
    if (socket.destroyed) return resolve()
    socket.once('close', () => resolve())
    socket.resume()
  })
}

/** Somebody who behaves is served. */
async function othersAreServed(): Promise<void> {
  const answer = await talk(
    cluster.first.port,
    `GET http://${web.ip}/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`,
  )
  expect(answer).toMatch(/^HTTP\/1.1 200 [^]*fine/)
  expect(await web.line()).toBe('GET /')
}

function proofOf(pod: TestProgram): string {
  return `Proxy-Authorization: Basic ${Buffer.from(`pod:${pod.env.KUBARIUM_POD_TOKEN}`).toString('base64')}`
}

/** Resolves when the number has been the same twice in a row. */
async function settled(read: () => number): Promise<number> {
  for (let before = -1; ;) {
    const now = read()
    if (now === before) return now
    before = now
    await new Promise(done => setTimeout(done, 300))
  }
}

describe('a caller of the gateway', () => {
  it.each([
    ['nothing', ''],
    ['half a greeting', CONTROL_GREETING.slice(0, 5)],
    ['a greeting without an end', `${CONTROL_GREETING}x`],
    ['half a greeting for datagrams', `${DATAGRAM_GREETING}pod`],
    ['half a SOCKS handshake', '\x05\x05\x00'],
    ['half a header', `GET http://web/ HTTP/1.1\r\nA: `],
  ])('that says %s and goes on a byte at a time is closed all the same, and holds up nobody', async (_what, begin) => {
    const socket = await open()
    socket.resume()
    const closed = closing(socket)
    socket.write(begin, 'latin1')
    const drip = setInterval(() => begin && socket.write(begin === '\x05\x05\x00' ? '\x00' : 'x'), 100)
    await othersAreServed()
    await closed
    clearInterval(drip)
  })

  it('that sends headers without end is refused after a few kilobytes', async () => {
    const socket = await open()
    socket.resume()
    const closed = closing(socket)
    socket.write('GET http://web/ HTTP/1.1\r\n')
    const line = `A: ${'x'.repeat(1000)}\r\n`
    const more = () => {
      while (!socket.destroyed && socket.write(line));
    }
    socket.on('drain', more)
    more()
    await closed
    expect(socket.bytesWritten - socket.writableLength).toBeLessThan(16 * MEGABYTE)
    await othersAreServed()
  })

  it('is served beside two thousand that say nothing, which are all closed', async () => {
    const silent: Socket[] = []
    // No more at once than a listener keeps waiting.
    while (silent.length < 2_000) silent.push(...(await Promise.all(Array.from({ length: 100 }, open))))
    await othersAreServed()
    await Promise.all(silent.map(closing))
  })

  it('that never reads a large answer holds no more of it than what is on the way', async () => {
    const socket = await open()
    socket.write(`CONNECT ${web.ip}:80 HTTP/1.1\r\nHost: x\r\n\r\nGET /large HTTP/1.1\r\nHost: x\r\n\r\n`)
    expect(await web.line()).toBe('GET /large')
    const before = process.memoryUsage().rss
    await settled(() => Math.round(process.memoryUsage().rss / MEGABYTE))
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MEGABYTE)
    await othersAreServed()
    socket.destroy()
    expect(await web.line()).toBe('closed')
  })

  it('that asks without listening to the answers is not read any more', async () => {
    // Each refusal repeats the name.
    const request = JSON.stringify({ id: 1, op: 'connect', host: `${'x'.repeat(6_000)}.test`, port: 1 }) + '\n'
    const batch = Buffer.from(request.repeat(100))
    const socket = await open()
    socket.write(`${CONTROL_GREETING}${web.env.KUBARIUM_POD_TOKEN}\n`)
    for (let sent = 0; sent < 48 * MEGABYTE; sent += batch.length) socket.write(batch)
    await settled(() => socket.writableLength)
    expect(socket.destroyed).toBe(false)
    expect(socket.writableLength).toBeGreaterThan(0)
    await othersAreServed()
    socket.destroy()
  })

  it('that asks for more than is answered at once waits, and loses no answer', async () => {
    const ASKED = 12_000
    const line = await open()
    const answered = new Set<number>()
    let rest = ''
    line.on('data', chunk => {
      const parts = (rest + String(chunk)).split('\n')
      rest = parts.pop()!
      for (const part of parts) answered.add((JSON.parse(part) as { id: number }).id)
    })
    line.write(`${CONTROL_GREETING}${web.env.KUBARIUM_POD_TOKEN}\n`)
    const ask = (_: unknown, i: number) => JSON.stringify({ id: i + 1, op: 'close', port: 9 }) + '\n'
    line.write(Array.from({ length: ASKED }, ask).join(''))
    await expect.poll(() => answered.size).toBe(ASKED)
    line.destroy()
  })

  it('cannot keep the connections of others from being opened by taking none of its own', async () => {
    const hog = await open()
    const lines: { error?: { message: string }; realPort?: number }[] = []
    let rest = ''
    hog.on('data', chunk => {
      rest += String(chunk)
      const parts = rest.split('\n')
      rest = parts.pop()!
      lines.push(...parts.map(p => JSON.parse(p) as (typeof lines)[number]))
    })
    hog.write(`${CONTROL_GREETING}${web.env.KUBARIUM_POD_TOKEN}\n`)
    for (let id = 1; id <= 560; id++) {
      hog.write(JSON.stringify({ id, op: 'connect', host: mute.ip, port: 90 }) + '\n')
      if (id % 100 === 0) await expect.poll(() => lines.length).toBe(id)
    }
    await expect.poll(() => lines.length).toBe(560)
    const other = await cluster.run(cluster.first, 'other', '')
    const line = await open()
    line.write(`${CONTROL_GREETING}${other.env.KUBARIUM_POD_TOKEN}\n`)
    line.write(JSON.stringify({ id: 1, op: 'connect', host: mute.ip, port: 90 }) + '\n')
    const [answer] = (await once(line, 'data')) as [Buffer]
    expect(JSON.parse(String(answer))).toMatchObject({ realPort: expect.any(Number) as number })
    hog.destroy()
    line.destroy()
  })

  it('cannot hide a second request in the body of the first', async () => {
    const inner = `GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n`
    const send = (head: string[], body: string) =>
      firstAnswer(cluster.first.port, [...head, 'Host: x', '', body].join('\r\n'))
    const url = `GET http://${web.ip}/outer HTTP/1.1`
    const length = `Content-Length: ${inner.length}`
    expect(await send([url, length, 'Connection: content-length'], inner)).toMatch(/ 200 /)
    expect(await send([url, length, 'Transfer-Encoding: chunked'], `0\r\n\r\n${inner}`)).toMatch(/ 400 /)
    expect(await send([url, 'Content-Length: 0', length], inner)).toMatch(/ 400 /)
    expect(await send([url, 'Transfer-Encoding: chunked, identity'], inner)).toMatch(/ 400 /)
    expect(await send([`GET http://${web.ip}/outer HTTP/1.1\nA: b\n`], '')).toMatch(/ 400 /)
    expect(await web.line()).toBe('GET /outer')
    await othersAreServed()
  })

  it('that has ended its side waits for the other one, and goes when that one does', async () => {
    const socket = await open()
    socket.write(`CONNECT ${mute.ip}:90 HTTP/1.1\r\nHost: x\r\n\r\n`)
    await once(socket, 'data')
    socket.end()
    expect(await mute.line()).toBe('ended')
    expect(socket.readableEnded).toBe(false)
    const closed = closing(socket)
    await cluster.kill(mute)
    await closed
  })
})

describe("the laptop's own services", () => {
  it('are out of reach for pods, however they spell the address', async () => {
    const asked: string[] = []
    const laptop = createServer((request, response) => {
      asked.push(request.url!)
      response.end('secret')
    })
    await new Promise<void>(done => laptop.listen(0, '127.0.0.1', done))
    const { port } = laptop.address() as AddressInfo
    // Whoever may write slices of that Service must not choose what they lead to here.
    const ports = [{ name: 'https', port, protocol: 'TCP' }]
    cluster.api.put(PATHS.slices, {
      ...slice('kubernetes', ports, [{ addresses: ['10.244.9.9'], conditions: { ready: true } }]),
    })
    const hosts = ['127.0.0.1', 'localhost', 'a.localhost', 'LOCALHOST', 'localhost.', '127.1', '0.0.0.0', '0']
    const six = ['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]']
    const numbers = ['2130706433', '0x7f000001', '017700000001', '127.0.0.1.', '10.244.9.9', web.ip, '172.18.0.101']
    for (const host of [...hosts, ...six, ...numbers]) {
      const tunnel = await firstAnswer(
        cluster.first.port,
        `CONNECT ${host}:${port} HTTP/1.1\r\nHost: x\r\n${proofOf(web)}\r\n\r\n`,
      )
      expect(tunnel, host).toMatch(/^HTTP\/1.1 (40|50)\d /)
      const plain = await firstAnswer(
        cluster.first.port,
        `GET http://${host}:${port}/plain HTTP/1.1\r\nHost: x\r\n${proofOf(web)}\r\n\r\n`,
      )
      expect(plain, host).toMatch(/^HTTP\/1.1 (40|50)\d /)
    }
    // Nor by way of another gateway.
    const target = `127.0.0.1:${port}`
    const proof = new Peers(OVERLAY_KEY).prove(cluster.first.port, 'source', target, web.ip)
    const headers = `kubarium-source: ${web.ip}\r\nkubarium-proof: ${proof}`
    expect(
      await firstAnswer(cluster.first.port, `CONNECT ${target} HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n`),
    ).toMatch(/ 502 /)
    expect(asked).toEqual([])
    laptop.close()
  })
})
