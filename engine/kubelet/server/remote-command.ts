import type { IncomingMessage } from 'node:http'
import { PassThrough, Writable, type Duplex, type Readable } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { SpdySession, type SpdyStream } from '../../base/spdy/session.ts'
import { HttpError } from './server.ts'

/** The streams of one exec or attach, whichever protocol carries them. */
export interface RemoteSession {
  stdin: Readable | undefined
  stdout: Writable | undefined
  stderr: Writable | undefined
  onResize(listener: (cols: number, rows: number) => void): void
  onClose(listener: () => void): void
  /** Sends the final Status and closes. */
  finish(status: object): void
}

interface Wanted {
  stdin: boolean
  stdout: boolean
  stderr: boolean
  tty: boolean
}

/** Channels of the WebSocket protocols; a message's first byte names its channel. */
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 }
const WEBSOCKET_PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io']
const SPDY_PROTOCOLS = ['v4.channel.k8s.io']
const MAX_MESSAGE = 4 << 20
/** Output waits while so much of it has not reached the client. */
const HIGH_WATER = 1 << 20
const STREAMS_MS = 30_000

/**
 * Accepts an exec or attach over WebSocket (v5 and v4.channel.k8s.io) or SPDY/3.1 and hands its streams on once all of
 * them are there.
 */
export function acceptRemoteCommand(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  query: URLSearchParams,
  onSession: (session: RemoteSession) => void,
): void {
  const flag = (...names: string[]) => names.some(n => query.get(n) === 'true' || query.get(n) === '1')
  const tty = flag('tty')
  const wanted: Wanted = {
    stdin: flag('stdin', 'input'),
    stdout: flag('stdout', 'output'),
    stderr: flag('stderr', 'error') && !tty,
    tty,
  }
  if (request.headers.upgrade?.toLowerCase() === 'websocket') acceptWebSocket(request, socket, head, wanted, onSession)
  else acceptSpdy(request, socket, head, wanted, onSession)
}

function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  wanted: Wanted,
  onSession: (session: RemoteSession) => void,
): void {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(/,\s*/)
  const protocol = WEBSOCKET_PROTOCOLS.find(p => offered.includes(p))
  if (!protocol)
    throw new HttpError(
      400,
      `unable to upgrade: one of ${WEBSOCKET_PROTOCOLS.join(', ')} must be offered as a WebSocket protocol`,
    )
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, handleProtocols: () => protocol })
  sockets.handleUpgrade(request, socket, head, client => onSession(webSocketSession(client, wanted)))
}

function webSocketSession(client: WebSocket, wanted: Wanted): RemoteSession {
  const stdin = wanted.stdin ? new PassThrough() : undefined
  let resize: (cols: number, rows: number) => void = () => undefined
  const output = (channel: number) =>
    new Writable({
      highWaterMark: HIGH_WATER,
      write(chunk: Buffer, _encoding, done) {
        if (client.readyState !== client.OPEN) return done()
        client.send(Buffer.concat([Buffer.from([channel]), chunk]), () => done())
      },
    })
  client.on('message', data => {
    const bytes = data as Buffer
    if (bytes.length === 0) return
    const payload = bytes.subarray(1)
    if (bytes[0] === CHANNEL.stdin && stdin && payload.length) {
      if (!stdin.write(payload)) {
        client.pause()
        stdin.once('drain', () => client.resume())
      }
    } else if (bytes[0] === CHANNEL.resize) applyResize(payload, resize)
    else if (bytes[0] === CHANNEL.close && payload[0] === CHANNEL.stdin) stdin?.end()
  })
  client.on('error', () => client.terminate())
  client.on('close', () => stdin?.end())
  return {
    stdin,
    stdout: wanted.stdout ? output(CHANNEL.stdout) : undefined,
    stderr: wanted.stderr ? output(CHANNEL.stderr) : undefined,
    onResize: listener => (resize = listener),
    onClose: listener => client.on('close', listener),
    finish(status) {
      if (client.readyState !== client.OPEN) return
      client.send(Buffer.concat([Buffer.from([CHANNEL.error]), Buffer.from(JSON.stringify(status))]))
      client.close(1000)
    },
  }
}

function acceptSpdy(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  wanted: Wanted,
  onSession: (session: RemoteSession) => void,
): void {
  const offered = [request.headers['x-stream-protocol-version'] ?? []].flat().flatMap(v => v.split(/,\s*/))
  const protocol = SPDY_PROTOCOLS.find(p => offered.includes(p))
  if (!protocol)
    throw new HttpError(
      403,
      `unable to upgrade: the client offers ${offered.join(', ') || 'no protocol'}, and this kubelet speaks ${SPDY_PROTOCOLS.join(', ')}`,
    )
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
  )
  if (head.length) socket.unshift(head)
  const types = [
    'error',
    ...(wanted.stdin ? ['stdin'] : []),
    ...(wanted.stdout ? ['stdout'] : []),
    ...(wanted.stderr ? ['stderr'] : []),
    ...(wanted.tty ? ['resize'] : []),
  ]
  const streams = new Map<string, SpdyStream>()
  const timer = setTimeout(() => session.close(), STREAMS_MS)
  const session = new SpdySession(socket, {
    role: 'server',
    onStream: stream => {
      streams.set(stream.headers.get('streamtype') ?? '', stream)
      if (!types.every(type => streams.has(type))) return
      clearTimeout(timer)
      onSession(spdySession(session, socket, streams))
    },
  })
  socket.once('close', () => clearTimeout(timer))
}

function spdySession(session: SpdySession, socket: Duplex, streams: Map<string, SpdyStream>): RemoteSession {
  return {
    stdin: streams.get('stdin'),
    stdout: streams.get('stdout'),
    stderr: streams.get('stderr'),
    onResize: listener => streams.get('resize')?.on('data', (chunk: Buffer) => applyResize(chunk, listener)),
    onClose: listener => void socket.once('close', listener),
    finish(status) {
      streams.get('error')!.end(JSON.stringify(status), () => {
        for (const stream of streams.values()) stream.end()
        session.close()
      })
    },
  }
}

function applyResize(payload: Buffer, resize: (cols: number, rows: number) => void): void {
  let size: { Width?: unknown; Height?: unknown }
  try {
    size = JSON.parse(payload.toString('utf8')) as typeof size
  } catch {
    return // a terminal size that cannot be read changes nothing
  }
  const { Width, Height } = size
  if (Number.isInteger(Width) && Number.isInteger(Height) && (Width as number) > 0 && (Height as number) > 0)
    resize(Width as number, Height as number)
}
