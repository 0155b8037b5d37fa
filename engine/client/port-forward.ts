import type { Socket } from 'node:net'
import type { SpdySession } from '../base/spdy/session.ts'

/** The sub-protocol of a pod's `portforward`. */
export const PORT_FORWARD_PROTOCOL = 'portforward.k8s.io'

/**
 * Carries one connection to a port of a pod through a session with it: a pair of streams, `error` for a message if it fails, `data`
 * for its bytes. Resolves when it is over, with the message; only then is the connection left open, for whoever wants to say why.
 * @param request a number that no other connection of the session has
 * @throws Error if the session is over
 */
export async function forwardThrough(
  session: SpdySession,
  socket: Socket,
  port: number,
  request: number,
): Promise<string> {
  const headers = (streamtype: string) =>
    new Map([
      ['streamtype', streamtype],
      ['port', String(port)],
      ['requestid', String(request)],
    ])
  const errors = await session.open(headers('error'))
  const over = new Promise(resolve => errors.once('close', resolve))
  errors.on('error', () => errors.destroy())
  errors.end()
  let refusal = ''
  errors.setEncoding('utf8').on('data', (text: string) => (refusal += text))
  const data = await session.open(headers('data'))
  data.on('error', () => socket.destroy())
  socket.pipe(data)
  data.pipe(socket, { end: false })
  // A refusal comes before the end of the bytes.
  data.once('end', () => void (refusal || socket.end()))
  data.once('close', () => void (refusal || socket.destroySoon()))
  socket.once('close', () => {
    data.destroy()
    errors.destroy()
  })
  await over
  return refusal
}
