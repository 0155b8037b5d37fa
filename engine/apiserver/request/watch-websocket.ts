import type { ServerResponse } from 'node:http'
import { Writable } from 'node:stream'
import type { WebSocket } from 'ws'
import { badRequest } from '../../api/status.ts'
import type { RequestContext } from './context.ts'

/**
 * The context of a watch whose events go out as messages of a WebSocket, one document each. The handshake waits for the
 * first headers, so that a watch that is refused is still refused as any other request. @throws ApiError 400 for other upgrades
 */
export async function watchOverWebSocket(ctx: RequestContext): Promise<RequestContext> {
  const { socket, head } = ctx.upgrade!
  if (String(ctx.headers.upgrade).toLowerCase() !== 'websocket')
    throw badRequest('unable to upgrade: a watch is sent over WebSocket')
  const { WebSocketServer } = await import('ws')
  const accept = (use: (client: WebSocket) => void) => {
    ctx.response.detachSocket(socket as never)
    socket.once('close', () => ctx.response.destroy())
    new WebSocketServer({ noServer: true, maxPayload: 1 << 16, handleProtocols: () => false }).handleUpgrade(
      ctx.request,
      socket,
      head,
      use,
    )
  }
  return { ...ctx, response: new Messages(ctx, accept) as unknown as ServerResponse }
}

/** As much of a response as a watch writes to; each line becomes a message. */
class Messages extends Writable {
  statusCode = 200
  headersSent = false
  readonly #ctx: RequestContext
  readonly #accept: (use: (client: WebSocket) => void) => void
  #client: WebSocket | undefined
  #rest = ''

  constructor(ctx: RequestContext, accept: (use: (client: WebSocket) => void) => void) {
    super({ highWaterMark: 1 << 16 })
    this.#ctx = ctx
    this.#accept = accept
  }

  setHeader(name: string, value: string): this {
    // The handshake has headers of its own.
    if (name.toLowerCase() === 'warning') this.#ctx.response.setHeader(name, value)
    return this
  }

  hasHeader(name: string): boolean {
    return this.#ctx.response.hasHeader(name)
  }

  flushHeaders(): void {
    this.headersSent = true
    this.#accept(client => {
      this.#client = client
      client.on('error', () => client.terminate())
      client.on('close', () => this.destroy())
    })
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const lines = (this.#rest + chunk.toString('utf8')).split('\n')
    this.#rest = lines.pop()!
    const client = this.#client
    if (!client || client.readyState !== client.OPEN) return done()
    let last: string | undefined
    for (const line of lines) {
      if (last !== undefined) client.send(last)
      last = line
    }
    if (last === undefined) done()
    else client.send(last, () => done())
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#client?.close(1000)
    done()
  }
}
