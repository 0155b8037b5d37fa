import type { IncomingMessage } from 'node:http'
import { PassThrough, Writable, type Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { HttpError } from './http-error.ts'
import { applyResize, type RemoteSession, type WantedStreams } from './remote-command.ts'

/** Channels; a message's first byte names its channel, in the base64 forms as a digit. */
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 }
/** Best first. The last two tell a failure as plain text, and a success by silence. */
const PROTOCOLS = [
  'v5.channel.k8s.io',
  'v4.channel.k8s.io',
  'v4.base64.channel.k8s.io',
  'channel.k8s.io',
  'base64.channel.k8s.io',
]
const MAX_MESSAGE = 4 << 20
/** Output waits while so much of it has not reached the client. */
const HIGH_WATER = 1 << 20

/** Accepts an exec or attach over WebSocket. @throws HttpError if no protocol that is offered is known here */
export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  wanted: WantedStreams,
  onSession: (session: RemoteSession) => void,
): void {
  const given = request.headers['sec-websocket-protocol']
  const offered = given === undefined ? [] : given.split(/,\s*/)
  // Who offers nothing speaks the oldest one.
  const protocol = given === undefined ? '' : PROTOCOLS.find(p => offered.includes(p))
  if (protocol === undefined)
    throw new HttpError(
      400,
      `unable to upgrade: the client offers ${offered.join(', ')}, and this kubelet speaks ${PROTOCOLS.join(', ')} over WebSocket`,
    )
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE,
    handleProtocols: () => protocol || false,
  })
  sockets.handleUpgrade(request, socket, head, client => onSession(sessionOf(client, protocol, wanted)))
}

function sessionOf(client: WebSocket, protocol: string, wanted: WantedStreams): RemoteSession {
  const stdin = wanted.stdin ? new PassThrough() : undefined
  const base64 = protocol.includes('base64')
  const send = (channel: number, payload: Buffer, done?: () => void) => {
    if (client.readyState !== client.OPEN) return done?.()
    const message = base64 ? channel + payload.toString('base64') : Buffer.concat([Buffer.from([channel]), payload])
    client.send(message, () => done?.())
  }
  const output = (channel: number) =>
    new Writable({
      highWaterMark: HIGH_WATER,
      write: (chunk: Buffer, _encoding, done) => send(channel, chunk, done),
    })
  let resize: (cols: number, rows: number) => void = () => undefined
  client.on('message', data => {
    const message = data as Buffer
    if (message.length === 0) return
    const channel = base64 ? message[0]! - 0x30 : message[0]!
    const payload = base64 ? Buffer.from(message.toString('latin1', 1), 'base64') : message.subarray(1)
    if (channel === CHANNEL.stdin && stdin && !stdin.writableEnded && payload.length) {
      if (!stdin.write(payload)) {
        client.pause()
        stdin.once('drain', () => client.resume())
      }
    } else if (channel === CHANNEL.resize) applyResize(payload, resize)
    else if (channel === CHANNEL.close && payload[0] === CHANNEL.stdin) stdin?.end()
  })
  client.on('error', () => client.terminate())
  client.on('close', () => stdin?.end())
  // Tells the client that its command has begun, before there is any output.
  send(wanted.stdout ? CHANNEL.stdout : wanted.stderr ? CHANNEL.stderr : CHANNEL.error, Buffer.alloc(0))
  return {
    stdin,
    stdout: wanted.stdout ? output(CHANNEL.stdout) : undefined,
    stderr: wanted.stderr ? output(CHANNEL.stderr) : undefined,
    onResize: listener => (resize = listener),
    onClose: listener => void client.on('close', listener),
    finish(status) {
      const plain = !/^v[45]\./.test(protocol)
      const text = plain ? (status.status === 'Success' ? '' : (status.message ?? '')) : JSON.stringify(status)
      if (text) send(CHANNEL.error, Buffer.from(text))
      client.close(1000)
    },
  }
}
