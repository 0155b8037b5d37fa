import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocketServer, type WebSocket } from 'ws'
import { messageOf } from '../../base/errors.ts'
import { SpdySession, type SpdyStream } from '../../base/spdy/session.ts'
import { HttpError } from './http-error.ts'

const TUNNEL_PROTOCOL = 'SPDY/3.1+portforward.k8s.io'
const SPDY_PROTOCOL = 'portforward.k8s.io'
/** Each port has two channels here, and each connection is one WebSocket. */
const CHANNEL_PROTOCOLS = ['v4.channel.k8s.io', 'v4.base64.channel.k8s.io']
const MAX_MESSAGE = 4 << 20

type Dial = (port: number) => Promise<Socket>

/**
 * Carries connections to a pod's ports over SPDY, which itself may travel inside a WebSocket (kubectl from 1.31 on), or
 * over the channels of a WebSocket (client libraries).
 * @throws HttpError if the client speaks none of these
 */
export function servePortForward(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  query: URLSearchParams,
  dial: Dial,
): void {
  const upgrade = request.headers.upgrade?.toLowerCase()
  if (upgrade === 'websocket') return overWebSocket(request, socket, head, query, dial)
  if (upgrade !== 'spdy/3.1')
    throw new HttpError(400, `unable to upgrade: "${request.headers.upgrade}" is neither websocket nor SPDY/3.1`)
  const offered = [request.headers['x-stream-protocol-version'] ?? []].flat().flatMap(v => v.split(/,\s*/))
  if (offered.length && !offered.includes(SPDY_PROTOCOL))
    throw new HttpError(
      403,
      `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server accepts [${SPDY_PROTOCOL}]`,
    )
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${SPDY_PROTOCOL}\r\n\r\n`,
  )
  if (head.length) socket.unshift(head)
  forwardOver(socket, dial)
}

function overWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  query: URLSearchParams,
  dial: Dial,
): void {
  const given = request.headers['sec-websocket-protocol']
  const offered = given === undefined ? [] : given.split(/,\s*/)
  const known = [TUNNEL_PROTOCOL, ...CHANNEL_PROTOCOLS]
  const protocol = given === undefined ? CHANNEL_PROTOCOLS[0]! : known.find(p => offered.includes(p))
  if (!protocol)
    throw new HttpError(
      400,
      `unable to upgrade: the client offers ${offered.join(', ')}, and this kubelet speaks ${known.join(', ')} over WebSocket`,
    )
  const ports = protocol === TUNNEL_PROTOCOL ? [] : portsOf(query)
  const handleProtocols = () => (given === undefined ? false : protocol)
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, handleProtocols })
  sockets.handleUpgrade(request, socket, head, client => {
    if (protocol !== TUNNEL_PROTOCOL) {
      client.on('error', () => client.terminate())
      forwardChannels(client, ports, protocol.includes('base64'), dial)
      return
    }
    const stream = createWebSocketStream(client)
    stream.on('error', () => client.terminate())
    forwardOver(stream, dial)
  })
}

function portsOf(query: URLSearchParams): number[] {
  const ports = [...query.getAll('ports'), ...query.getAll('port')].flatMap(text => text.split(',')).map(Number)
  if (ports.length === 0) throw new HttpError(400, 'query parameter "port" is required')
  const odd = ports.find(port => !Number.isInteger(port) || port < 1 || port > 65_535)
  if (odd !== undefined) throw new HttpError(400, 'query parameter "port" cannot be empty, and must be a port number')
  return ports
}

/** Port n has channel 2n for its bytes and 2n+1 for errors; each begins with the port's number, little end first. */
function forwardChannels(client: WebSocket, ports: number[], base64: boolean, dial: Dial): void {
  const send = (channel: number, payload: Buffer, done?: () => void) => {
    if (client.readyState !== client.OPEN) return done?.()
    const message = base64 ? channel + payload.toString('base64') : Buffer.concat([Buffer.from([channel]), payload])
    client.send(message, () => done?.())
  }
  const connections = ports.map(async (port, i) => {
    const number = Buffer.alloc(2)
    number.writeUInt16LE(port)
    send(2 * i, number)
    send(2 * i + 1, number)
    try {
      const upstream = await dial(port)
      if (client.readyState !== client.OPEN) upstream.destroy()
      upstream.on('error', () => upstream.destroy())
      upstream.on('data', (chunk: Buffer) => {
        upstream.pause()
        send(2 * i, chunk, () => upstream.resume())
      })
      upstream.once('close', () => (ports.length === 1 ? client.close(1000) : undefined))
      client.once('close', () => upstream.destroy())
      return upstream
    } catch (error) {
      send(2 * i + 1, Buffer.from(`an error occurred forwarding to port ${port}: ${messageOf(error)}`))
      if (ports.length === 1) client.close(1000)
      return undefined
    }
  })
  client.on('message', data => {
    const message = data as Buffer
    if (message.length < 2) return
    const channel = base64 ? message[0]! - 0x30 : message[0]!
    const payload = base64 ? Buffer.from(message.toString('latin1', 1), 'base64') : message.subarray(1)
    if (channel % 2 === 1 || channel / 2 >= ports.length) return
    client.pause()
    void connections[channel / 2]!.then(upstream => {
      if (!upstream?.writable || upstream.write(payload)) return client.resume()
      const go = () => client.resume()
      upstream.once('drain', go)
      upstream.once('close', go)
    })
  })
}

/** A connection is a pair of streams with one requestID: `error` for a message if it fails, `data` for its bytes. */
function forwardOver(connection: Duplex, dial: Dial): void {
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

async function connectPair(error: SpdyStream, data: SpdyStream, dial: Dial): Promise<void> {
  const port = Number(data.headers.get('port'))
  try {
    const upstream = await dial(port)
    // Who left while the connection was being made must not leave it behind.
    if (data.destroyed) return void upstream.destroy()
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
