import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { silentLogger } from '../../engine/base/log.ts'
import { StreamServer } from '../../engine/lab/server/streams.ts'
import { StreamClient, type Socket } from '../../renderer/src/cluster/stream-client.ts'

/** An upstream whose answers the test writes by hand. */
let answers: Map<string, ServerResponse>
let upstream: Server
let streams: StreamServer
let lab: Server
let client: StreamClient
let sockets: WebSocket[]
let never: AbortController

const listen = (server: Server) => new Promise<void>(done => server.listen(0, '127.0.0.1', done))
const portOf = (server: Server) => (server.address() as { port: number }).port

beforeEach(async () => {
  answers = new Map()
  sockets = []
  never = new AbortController()
  upstream = createServer((asked, response) => {
    answers.set(asked.url!, response)
    response.statusCode = asked.url === '/missing' ? 404 : 200
    response.flushHeaders()
  })
  await listen(upstream)
  const open = (path: string, accept: string, signal: AbortSignal) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      if (path === '/refused') return reject(new Error('nobody answers'))
      const options = { port: portOf(upstream), path, headers: { accept }, signal }
      request(options).once('response', resolve).on('error', reject).end()
    })
  streams = new StreamServer(open, silentLogger)
  lab = createServer().on('upgrade', (asked, socket, head) => streams.serve(asked, socket, head))
  await listen(lab)
  client = new StreamClient(() => {
    const socket = new WebSocket(`ws://127.0.0.1:${portOf(lab)}/`)
    sockets.push(socket)
    return socket as unknown as Socket
  })
})
afterEach(async () => {
  streams.dispose()
  for (const server of [upstream, lab]) {
    server.closeAllConnections()
    await new Promise(done => server.close(done))
  }
})

const open = (path: string, signal = never.signal) => client.open(path, 'text/plain', signal)
async function readAll(text: AsyncIterable<string>): Promise<string> {
  let all = ''
  for await (const piece of text) all += piece
  return all
}

describe('streams over one socket', () => {
  it('come each whole and in order, whatever their number, over one connection', async () => {
    const opened = await Promise.all(Array.from({ length: 40 }, (_, i) => open(`/${i}`)))
    opened.forEach((_, i) => answers.get(`/${i}`)!.write(`first ${i}\n`))
    opened.forEach((_, i) => answers.get(`/${i}`)!.end(`second ${i}`))
    const all = await Promise.all(opened.map(({ text }) => readAll(text)))
    expect(all).toEqual(opened.map((_, i) => `first ${i}\nsecond ${i}`))
    expect(sockets.length).toBe(1)
  })

  it('keep characters whole that arrive in two pieces', async () => {
    const { text } = await open('/a')
    const bytes = Buffer.from('한국')
    const answer = answers.get('/a')!
    await new Promise(done => answer.write(bytes.subarray(0, 2), done))
    answer.end(bytes.subarray(2))
    expect(await readAll(text)).toBe('한국')
  })

  it('tell the status of what is no success, and its text', async () => {
    const asked = open('/missing')
    await expect.poll(() => answers.has('/missing')).toBe(true)
    const { status, text } = await asked
    answers.get('/missing')!.end('why')
    expect([status, await readAll(text)]).toEqual([404, 'why'])
    await expect(open('/refused')).rejects.toThrow('nobody answers')
  })

  it('hold back a source that is not read, and no other', async () => {
    const slow = await open('/slow')
    const quick = await open('/quick')
    const source = answers.get('/slow')!
    const chunk = Buffer.alloc(1 << 20, 'x')
    let written = 0
    const flood = () => {
      while (written < 64 && source.write(chunk)) written++
      if (written < 64) source.once('drain', () => (written++, flood()))
      else source.end()
    }
    flood()
    answers.get('/quick')!.end('through')
    expect(await readAll(quick.text)).toBe('through')
    // The kernel's buffers take a few megabytes; the rest waits at the source.
    expect(written).toBeLessThan(40)
    let size = 0
    for await (const piece of slow.text) size += piece.length
    expect(size).toBeGreaterThanOrEqual(64 << 20)
  })

  it('end at the source when nobody reads any more', async () => {
    const controller = new AbortController()
    const { text } = await open('/a', controller.signal)
    const gone = new Promise(done => answers.get('/a')!.once('close', done))
    controller.abort(new Error('enough'))
    await gone
    await expect(readAll(text)).rejects.toThrow('enough')
  })

  it('break with the socket, and the next one opens it anew', async () => {
    const { text } = await open('/a')
    sockets[0]!.terminate()
    await expect(readAll(text)).rejects.toThrow('The connection to the lab broke.')
    await expect.poll(() => answers.get('/a')!.closed).toBe(true)
    const again = await open('/b')
    answers.get('/b')!.end('here')
    expect(await readAll(again.text)).toBe('here')
    expect(sockets.length).toBe(2)
  })

  it.each([
    ['nonsense', 'x'],
    ['no id', '{"op":"open","path":"/a","accept":"*"}'],
    ['a name twice', '{"op":"open","id":1,"path":"/a","accept":"*"}'],
    ['bytes that are none', '{"op":"taken","id":1,"bytes":-5}'],
  ])('of a page that says %s end at once', async (_, message) => {
    const socket = new WebSocket(`ws://127.0.0.1:${portOf(lab)}/`)
    const closed = new Promise<number>(done => socket.once('close', done))
    await new Promise(done => socket.once('open', done))
    socket.send('{"op":"open","id":1,"path":"/first","accept":"*"}')
    socket.send(message)
    expect(await closed).toBe(1008)
  })
})
