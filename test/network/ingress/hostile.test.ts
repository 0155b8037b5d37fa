import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ingress } from '../../../engine/api/types.ts'
import { RouteTable } from '../../../engine/network/ingress/routes.ts'
import { startIngressServer, type IngressServer } from '../../../engine/network/ingress/server.ts'
import { dialLoopback } from '../../../engine/network/proxy/dial.ts'

const MEGABYTE = 2 ** 20
const PATIENCE_MS = 1_000

/** What the backend was asked, and with which headers. */
let asked: { line: string; headers: IncomingMessage['headers'] }[] = []
let backend: Server
let ingress: IngressServer

beforeAll(async () => {
  backend = createServer((request, response) => {
    asked.push({ line: `${request.method} ${request.url}`, headers: request.headers })
    if (request.url === '/large') {
      const chunk = Buffer.alloc(65_536)
      const more = () => {
        while (response.write(chunk));
      }
      response.on('drain', more)
      return more()
    }
    let bytes = 0
    request.on('data', (data: Buffer) => (bytes += data.length))
    request.on('end', () => response.end(`${bytes} bytes`))
  })
  backend.on('upgrade', (request, socket: Socket, head: Buffer) => {
    asked.push({ line: `UPGRADE ${request.url}`, headers: request.headers })
    socket.on('error', () => socket.destroy())
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
    socket.write(head)
    socket.pipe(socket)
  })
  await new Promise<void>(done => backend.listen(0, '127.0.0.1', done))
  const service = { name: 'web', port: { number: 80 } }
  const rule = { host: 'x.test', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service } }] } }
  const metadata = { name: 'web', namespace: 'default' }
  const routes = new RouteTable([{ metadata, spec: { rules: [rule] } } as Ingress])
  ingress = await startIngressServer({
    routes: () => routes,
    open: () => dialLoopback((backend.address() as AddressInfo).port),
    securePort: () => undefined,
    defaultCertificate: { cert: '', key: '' },
    contextFor: () => undefined,
    patienceMs: PATIENCE_MS,
  })
})
afterAll(() => {
  ingress.close()
  backend.close()
  backend.closeAllConnections()
})

async function open(client = '203.0.113.9'): Promise<Socket> {
  const socket = await ingress.connect(80, client)
  socket.on('end', () => socket.end())
  socket.on('error', () => socket.destroy())
  return socket
}

function closing(socket: Socket): Promise<string> {
  return new Promise(resolve => {
    let text = ''
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
    socket.once('close', () => resolve(text))
  })
}

/** Sends the lines as they are; gives all that came until the connection was closed. */
async function send(...lines: string[]): Promise<string> {
  const socket = await open()
  const text = closing(socket)
  socket.write(lines.join('\r\n'))
  return text
}

const POST = ['POST /a HTTP/1.1', 'Host: x.test', 'Connection: close']
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: x.test\r\n\r\n'

describe('what one reads as one request and another as two', () => {
  it.each([
    ['both lengths', [...POST, 'Content-Length: 4', 'Transfer-Encoding: chunked', '', `0\r\n\r\n${SMUGGLED}`]],
    ['two lengths', [...POST, 'Content-Length: 4', `Content-Length: ${SMUGGLED.length}`, '', SMUGGLED]],
    ['a length that is none', [...POST, 'Content-Length: +4', '', SMUGGLED]],
    ['an unknown coding at the end', [...POST, 'Transfer-Encoding: chunked, x', '', `0\r\n\r\n${SMUGGLED}`]],
    ['a coding with a blank before its colon', [...POST, 'Transfer-Encoding : chunked', '', `0\r\n\r\n${SMUGGLED}`]],
    ['a chunk of no size', [...POST, 'Transfer-Encoding: chunked', '', `zz\r\n${SMUGGLED}`]],
    ['lines that end in LF alone', [`POST /a HTTP/1.1\nHost: x.test\nContent-Length: 4\n\n${SMUGGLED}`]],
    ['a NUL in a header', [...POST, 'A: b\0c', '', '']],
    ['two hosts', [...POST, 'Host: y.test', '', '']],
    ['a target with a blank', ['GET /a b HTTP/1.1', 'Host: x.test', '', '']],
  ])('is refused or one alone: %s', async (_what, lines) => {
    asked = []
    const answer = await send(...lines)
    const statuses = [...answer.matchAll(/^HTTP\/1.1 (\d+)/gm)].map(m => m[1])
    expect(statuses[0]).toMatch(/^(400|404)$/)
    expect(asked.map(a => a.line)).not.toContain('GET /smuggled')
  })

  it.each(['GET', 'DELETE', 'POST'])('is one: %s whose length `Connection` takes away', async method => {
    asked = []
    const length = `Content-Length: ${SMUGGLED.length}`
    const answer = await send(
      `${method} /a HTTP/1.1`,
      'Host: x.test',
      length,
      'Connection: close, content-length',
      '',
      SMUGGLED,
    )
    expect(answer).toContain(`${SMUGGLED.length} bytes`)
    expect(asked.map(a => a.line)).toEqual([`${method} /a`])
    expect(asked[0]!.headers.host).toBe('x.test')
  })

  it('is two where it is two: requests that are sent ahead are answered in order', async () => {
    asked = []
    const answer = await send(
      'GET /1 HTTP/1.1',
      'Host: x.test',
      '',
      'GET /2 HTTP/1.1',
      'Host: x.test',
      'Connection: close',
      '',
      '',
    )
    expect(answer.match(/HTTP\/1.1 200/g)).toHaveLength(2)
    expect(asked.map(a => a.line)).toEqual(['GET /1', 'GET /2'])
  })
})

describe('the backend', () => {
  it('hears from us alone who the client is', async () => {
    asked = []
    const forged = [
      'X-Forwarded-For: 1.2.3.4',
      'X-Real-IP: 1.2.3.4',
      'Forwarded: for=1.2.3.4',
      'X-Forwarded-Proto: https',
    ]
    await send('GET /a HTTP/1.1', 'Host: x.test', ...forged, 'Connection: close, x-forwarded-for, host', '', '')
    expect(asked[0]!.headers).toMatchObject({
      'x-forwarded-for': '203.0.113.9',
      'x-real-ip': '203.0.113.9',
      host: 'x.test',
    })
    expect(asked[0]!.headers['x-forwarded-proto']).toBe('http')
    expect(asked[0]!.headers.forwarded).toBeUndefined()
  })

  it('goes on in another protocol with the client, with what either has said early', async () => {
    asked = []
    const socket = await open()
    const head = ['GET /chat HTTP/1.1', 'Host: x.test', 'Connection: Upgrade', 'Upgrade: echo', '', 'early']
    socket.write(head.join('\r\n'))
    let text = ''
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
    await expect.poll(() => text).toMatch(/^HTTP\/1.1 101 [^]*early$/)
    socket.write('late')
    await expect.poll(() => text).toMatch(/earlylate$/)
    expect(asked[0]!.line).toBe('UPGRADE /chat')
    const closed = closing(socket)
    socket.end()
    await closed
  })
})

describe('a client', () => {
  it('that sends its headers a byte at a time, or none, is closed; others are served meanwhile', async () => {
    const slow = await Promise.all([open(), open(), open()])
    const ends = slow.map(closing)
    slow[0]!.write('GET / HTTP/1.1\r\nA: ')
    const drip = setInterval(() => slow[0]!.write('x'), 100)
    slow[1]!.write('GET / HTTP/1.1\r\nHost: x.test\r\n')
    expect(await send('GET /a HTTP/1.1', 'Host: x.test', 'Connection: close', '', '')).toContain('0 bytes')
    const answers = await Promise.all(ends)
    clearInterval(drip)
    for (const answer of answers.slice(0, 2)) expect(answer).toMatch(/^HTTP\/1.1 408 /)
  })

  it('that sends headers without end is refused', async () => {
    const socket = await open()
    const text = closing(socket)
    socket.write('GET / HTTP/1.1\r\nHost: x.test\r\n')
    for (let i = 0; i < 40; i++) socket.write(`A${i}: ${'x'.repeat(1000)}\r\n`)
    expect(await text).toMatch(/^(HTTP\/1.1 431 |$)/)
  })

  it('that sends chunks without end holds no more of them than the backend takes', async () => {
    const client = await open()
    client.write(['POST /a HTTP/1.1', 'Host: x.test', 'Transfer-Encoding: chunked', '', ''].join('\r\n'))
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x10000), Buffer.from('\r\n')])
    let sent = 0
    const before = process.memoryUsage().rss
    await new Promise<void>(resolve => {
      const more = () => {
        while (sent < 256 * MEGABYTE) {
          sent += chunk.length
          if (!client.write(chunk)) return void client.once('drain', more)
        }
        resolve()
      }
      more()
    })
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MEGABYTE)
    client.destroy()
    expect(await send('GET /a HTTP/1.1', 'Host: x.test', 'Connection: close', '', '')).toContain('0 bytes')
  })

  it('that never reads a large answer holds no more of it than what is on the way', async () => {
    const socket = await open()
    const before = process.memoryUsage().rss
    socket.write('GET /large HTTP/1.1\r\nHost: x.test\r\n\r\n')
    let last = -1
    // As long as it grows.
    for (let now = 0; now !== last;) {
      last = now
      await new Promise(done => setTimeout(done, 300))
      now = Math.round((process.memoryUsage().rss - before) / MEGABYTE)
      expect(now).toBeLessThan(200)
      if (now < 1) break
    }
    socket.destroy()
  })
})
