import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { messageOf } from '../../base/errors.ts'
import { SpdySession, type SpdyStream } from '../../base/spdy/session.ts'
import { HttpError } from './server.ts'

const TUNNEL_PROTOCOL = 'SPDY/3.1+portforward.k8s.io'
const SPDY_PROTOCOL = 'portforward.k8s.io'

/** Carries connections to a pod's ports over SPDY, which itself may travel inside a WebSocket (kubectl from 1.31 on). */
export function servePortForward(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  dial: (port: number) => Promise<Socket>,
): void {
  if (request.headers.upgrade?.toLowerCase() === 'websocket') {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(/,\s*/)
    if (!offered.includes(TUNNEL_PROTOCOL))
      throw new HttpError(400, `unable to upgrade: the WebSocket protocol ${TUNNEL_PROTOCOL} must be offered`)
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => TUNNEL_PROTOCOL })
    sockets.handleUpgrade(request, socket, head, client => {
      const stream = createWebSocketStream(client)
      stream.on('error', () => client.terminate())
      forwardOver(stream, dial)
    })
    return
  }
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${SPDY_PROTOCOL}\r\n\r\n`,
  )
  if (head.length) socket.unshift(head)
  forwardOver(socket, dial)
}

/** A connection is a pair of streams with one requestID: `error` for a message if it fails, `data` for its bytes. */
function forwardOver(connection: Duplex, dial: (port: number) => Promise<Socket>): void {
  const pairs = new Map<string, { error?: SpdyStream; data?: SpdyStream }>()
  new SpdySession(connection, {
    role: 'server',
    onStream: stream => {
      const id = stream.headers.get('requestid') ?? String(stream.id)
      const pair = pairs.get(id) ?? {}
      pairs.set(id, pair)
      if (stream.headers.get('streamtype') === 'error') pair.error = stream
      else pair.data = stream
      if (!pair.error || !pair.data) return
      pairs.delete(id)
      void connectPair(pair.error, pair.data, dial)
    },
  })
}

async function connectPair(
  error: SpdyStream,
  data: SpdyStream,
  dial: (port: number) => Promise<Socket>,
): Promise<void> {
  const port = Number(data.headers.get('port'))
  try {
    const upstream = await dial(port)
    upstream.on('error', () => upstream.destroy())
    data.pipe(upstream)
    upstream.pipe(data)
    upstream.once('close', () => {
      error.end()
      data.end()
    })
    data.once('close', () => upstream.destroy())
  } catch (cause) {
    error.end(`an error occurred forwarding to port ${port}: ${messageOf(cause)}`)
    data.end()
  }
}
