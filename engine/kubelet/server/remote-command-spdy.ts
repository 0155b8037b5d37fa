import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { SpdySession, type SpdyStream } from '../../base/spdy/session.ts'
import { HttpError } from './http-error.ts'
import { applyResize, type RemoteSession, type WantedStreams } from './remote-command.ts'

/** Best first. Those before v4 tell a failure as plain text. */
const PROTOCOLS = ['v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io']
const STREAMS_MS = 30_000

/** Accepts an exec or attach over SPDY/3.1. @throws HttpError if no protocol that is offered is known here */
export function acceptSpdy(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  wanted: WantedStreams,
  onSession: (session: RemoteSession) => void,
): void {
  if (!/^spdy\/3\.1$/i.test(request.headers.upgrade ?? ''))
    throw new HttpError(400, `unable to upgrade: "${request.headers.upgrade}" is neither websocket nor SPDY/3.1`)
  const offered = [request.headers['x-stream-protocol-version'] ?? []].flat().flatMap(v => v.split(/,\s*/))
  const protocol = PROTOCOLS.find(p => offered.includes(p))
  if (!protocol)
    throw new HttpError(
      403,
      `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server accepts [${PROTOCOLS.join(' ')}]`,
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
    ...(wanted.tty && protocol !== 'v2.channel.k8s.io' ? ['resize'] : []),
  ]
  const streams = new Map<string, SpdyStream>()
  const timer = setTimeout(() => session.close(), STREAMS_MS)
  const session = new SpdySession(socket, {
    role: 'server',
    onStream: stream => {
      streams.set(stream.headers.get('streamtype') ?? '', stream)
      if (!types.every(type => streams.has(type))) return
      clearTimeout(timer)
      onSession(sessionOf(session, socket, streams, protocol))
    },
  })
  socket.once('close', () => clearTimeout(timer))
}

function sessionOf(
  session: SpdySession,
  socket: Duplex,
  streams: Map<string, SpdyStream>,
  protocol: string,
): RemoteSession {
  let finished = false
  return {
    stdin: streams.get('stdin'),
    stdout: streams.get('stdout'),
    stderr: streams.get('stderr'),
    onResize: listener => streams.get('resize')?.on('data', (chunk: Buffer) => applyResize(chunk, listener)),
    onClose: listener => void socket.once('close', listener),
    finish(status) {
      if (finished) return
      finished = true
      const plain = status.status === 'Success' ? '' : (status.message ?? '')
      streams.get('error')!.end(protocol.startsWith('v4') ? JSON.stringify(status) : plain, () => {
        for (const stream of streams.values()) stream.end()
        session.close()
      })
    },
  }
}
