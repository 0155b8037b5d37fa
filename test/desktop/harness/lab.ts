import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import { currentPlatform, type Platform } from '../../../engine/base/platform/platform.ts'
import { labPaths, writeLabConfig, type LabConfig } from '../../../engine/lab/config.ts'
import { Access } from '../../../engine/lab/server/access.ts'

/**
 * A lab that is up, as far as the shell can see: its folder with the record of a live process, and a server that admits
 * requests as the lab server does (by the same code), notes them, and streams a watch.
 */
export class StandInLab {
  readonly requests: { method: string; path: string; headers: IncomingMessage['headers'] }[] = []
  readonly token = 'the-token-that-no-page-may-see'
  readonly dataDir: string
  readonly name: string
  state: 'starting' | 'running' = 'running'
  #server: Server | undefined
  readonly #webSockets = new WebSocketServer({ noServer: true })
  readonly #connections = new Set<Socket>()
  #watchers: ServerResponse[] = []

  readonly #platform: Platform

  /** `platform`: as the shell believes to be on one, which says when a process started. */
  constructor(dataDir: string, name = 'default', platform = currentPlatform()) {
    this.dataDir = dataDir
    this.name = name
    this.#platform = platform
  }

  get paths() {
    return labPaths(this.dataDir, this.name)
  }

  async up(): Promise<string> {
    const access = new Access(this.token)
    this.#server = createServer((request, response) => {
      if (!access.admit(request, response)) return
      this.requests.push({ method: request.method!, path: request.url!, headers: request.headers })
      this.#answer(request, response)
    })
    this.#server.on('upgrade', (request, socket, head) => {
      if (!access.mayUpgrade(request)) {
        socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
        return
      }
      this.requests.push({ method: 'UPGRADE', path: request.url!, headers: request.headers })
      this.#webSockets.handleUpgrade(request, socket, head, client => client.send('hello'))
    })
    this.#server.on('connection', (socket: Socket) => {
      this.#connections.add(socket)
      socket.on('close', () => this.#connections.delete(socket))
    })
    await new Promise<void>(done => this.#server!.listen(0, '127.0.0.1', done))
    const url = `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`
    mkdirSync(this.paths.root, { recursive: true })
    writeLabConfig(this.paths, { formatVersion: 1, name: this.name } as LabConfig)
    const started = this.#platform.identify([process.pid]).get(process.pid)
    writeFileSync(this.paths.host, JSON.stringify({ pid: process.pid, started, url, token: this.token }))
    return url
  }

  /** Sends a line to every watch that is open. */
  emit(line: string): void {
    for (const watcher of this.#watchers) watcher.write(line + '\n')
  }

  get watching(): number {
    return this.#watchers.length
  }

  /** Ends as a lab that was asked to: its record goes first. */
  async down(): Promise<void> {
    rmSync(this.paths.host, { force: true })
    await this.#close()
  }

  /** Ends as a killed process does: its record stays, and names nobody who lives. */
  async crash(): Promise<void> {
    writeFileSync(this.paths.host, JSON.stringify({ pid: 2 ** 30, started: 'long ago', url: 'http://127.0.0.1:1' }))
    await this.#close()
  }

  async #close(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = undefined
    const closed = new Promise(done => server.close(done))
    for (const socket of this.#connections) socket.destroy()
    await closed
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === '/lab/v1/status') return json(response, { name: this.name, state: this.state })
    if (request.url === '/lab/v1/down') {
      response.once('finish', () => void this.down())
      return json(response, { stopping: true })
    }
    if (request.url === '/cluster/watch') {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('first\n')
      this.#watchers.push(response)
      response.on('close', () => (this.#watchers = this.#watchers.filter(watcher => watcher !== response)))
      return
    }
    let body = ''
    request.on('data', bytes => (body += bytes))
    request.on('end', () => json(response, { path: request.url, method: request.method, body }))
  }
}

function json(response: ServerResponse, body: unknown): void {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(body))
}
