import { Writable } from 'node:stream'
import { badRequest } from '../../api/status.ts'
import type { RequestContext } from '../request/context.ts'

/** Protocols in which a stream of bytes is sent as messages. */
const PROTOCOLS = ['binary.k8s.io', 'base64.binary.k8s.io']

/**
 * Accepts a WebSocket for something that is only read, and gives the stream to write it to. Without a protocol, and with
 * binary.k8s.io, messages are bytes; base64.binary.k8s.io makes them text. @throws ApiError 400 for other protocols
 */
export async function acceptReader(ctx: RequestContext): Promise<Writable> {
  const { socket, head } = ctx.upgrade!
  const given = ctx.headers['sec-websocket-protocol']
  const protocol = given === undefined ? '' : PROTOCOLS.find(p => given.split(/,\s*/).includes(p))
  if (String(ctx.headers.upgrade).toLowerCase() !== 'websocket' || protocol === undefined)
    throw badRequest(`unable to upgrade: a log is sent over WebSocket as ${PROTOCOLS.join(' or ')}`)
  const { WebSocketServer } = await import('ws')
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1 << 16, handleProtocols: () => protocol || false })
  ctx.response.detachSocket(socket as never)
  return new Promise(resolve => {
    socket.once('close', () => ctx.response.destroy())
    sockets.handleUpgrade(ctx.request, socket, head, client => {
      client.on('error', () => client.terminate())
      const out = new Writable({
        write(chunk: Buffer, _encoding, done) {
          if (client.readyState !== client.OPEN) return done()
          client.send(protocol.startsWith('base64') ? chunk.toString('base64') : chunk, () => done())
        },
        final(done) {
          client.close(1000)
          done()
        },
      })
      client.on('close', () => out.destroy())
      resolve(out)
    })
  })
}
