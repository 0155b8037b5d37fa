import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { inside, isInside } from './addresses.ts'
import type { FakeIpcMain, FakeSession } from './electron.ts'

/** Path of the harness's own: carries `ipcRenderer.sendSync`. */
export const SYNC_PATH = '/__harness/sync/'

/**
 * All that the browser sends passes here, as a proxy: the app's pages are answered by its protocol handler, WebSockets are
 * let through with the headers that its `webRequest` listeners give them, and everything else is refused and noted.
 */
export class HarnessProxy {
  /** Addresses outside the app that a page really sent something to. Sound pages send nothing. */
  readonly strays: string[] = []
  readonly #session: FakeSession
  readonly #ipc: FakeIpcMain
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(session: FakeSession, ipc: FakeIpcMain) {
    this.#session = session
    this.#ipc = ipc
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(error => response.destroy(error as Error))
    })
    this.#server.on('connect', (request, socket: Socket) => this.#tunnel(request.url ?? '', socket))
    this.#server.on('connection', socket => {
      this.#sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  async listen(): Promise<string> {
    await new Promise<void>(done => this.#server.listen(0, '127.0.0.1', done))
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise(done => this.#server.close(done))
  }

  /** The answer of the app's protocol handler, which sees the request as Electron would show it. */
  async respond(address: string, init: RequestInit & { headers: [string, string][] }): Promise<Response> {
    const handler = this.#session.handlers.get('kubarium')
    if (!handler) throw new Error('the app handles no protocol')
    const headers = init.headers.map(
      ([name, value]) => [name, name === 'origin' || name === 'referer' ? inside(value) : value] as [string, string],
    )
    return handler(new Request(inside(address), { ...init, headers, duplex: 'half' } as RequestInit))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', `http://${request.headers.host}`)
    if (!isInside(url.hostname)) {
      this.strays.push(url.href)
      response.writeHead(502).end()
      return
    }
    if (url.pathname.startsWith(SYNC_PATH)) {
      const page = inside(url.searchParams.get('page') ?? '')
      const value = this.#ipc.sync(decodeURIComponent(url.pathname.slice(SYNC_PATH.length)), page)
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value ?? null))
      return
    }
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    const headers = Object.entries(request.headersDistinct).flatMap(([name, values]) =>
      (values ?? []).map((value): [string, string] => [name, value]),
    )
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD'
    const answered = await this.respond(url.href, {
      method: request.method,
      headers,
      body: hasBody ? (Readable.toWeb(request) as ReadableStream) : undefined,
      signal: gone.signal,
    })
    response.writeHead(answered.status, Object.fromEntries(answered.headers))
    if (!answered.body) return void response.end()
    const body = Readable.fromWeb(answered.body as import('node:stream/web').ReadableStream)
    body.on('error', () => response.destroy())
    response.on('close', () => body.destroy())
    response.flushHeaders()
    body.pipe(response)
  }

  #tunnel(authority: string, socket: Socket): void {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    let head = ''
    const read = (bytes: Buffer) => {
      head += bytes.toString('latin1')
      if (!head.includes('\r\n\r\n')) return
      socket.off('data', read)
      this.#connect(authority, head, socket).catch(error => socket.destroy(error as Error))
    }
    socket.on('data', read)
  }

  async #connect(authority: string, head: string, socket: Socket): Promise<void> {
    const [requestLine, ...lines] = head.slice(0, head.indexOf('\r\n\r\n')).split('\r\n')
    const headers = Object.fromEntries(
      lines.map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
    )
    const url = `ws://${authority}${requestLine!.split(' ')[1]}`
    const verdict = /^websocket$/i.test(headers.Upgrade ?? '')
      ? await this.#session.inspect(url, 'webSocket', headers)
      : undefined
    if (!verdict) {
      socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n')
      return
    }
    const [host, port] = authority.split(':') as [string, string]
    const upstream = connect(Number(port), host)
    upstream.on('error', () => socket.destroy())
    upstream.on('close', () => socket.destroy())
    socket.on('close', () => upstream.destroy())
    upstream.write(
      `${requestLine}\r\n${Object.entries(verdict)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`,
    )
    upstream.pipe(socket)
    socket.pipe(upstream)
  }
}
