import type { Duplex } from 'node:stream'
import { codeOf, messageOf } from '../../base/errors.ts'
import type { PodNetwork } from '../pod-network.ts'

/**
 * Makes an upgraded connection into one to an address of the cluster's network, which the API server is not on. The
 * answer is 101, or 502 with the reason in Go's words.
 */
export function serveDial(socket: Duplex, head: Buffer, ip: string, port: number, network: PodNetwork): void {
  const leaving = new AbortController()
  const left = () => leaving.abort(new Error('the API server went away'))
  socket.once('close', left)
  network.dial(ip, port, leaving.signal).then(
    remote => {
      socket.off('close', left)
      if (socket.destroyed) {
        remote.destroy()
        return
      }
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n')
      if (head.length) socket.unshift(head)
      socket.pipe(remote)
      remote.pipe(socket)
      const end = () => {
        socket.destroy()
        remote.destroy()
      }
      for (const side of [socket, remote]) side.on('error', end).on('close', end)
    },
    (error: unknown) => {
      const text = codeOf(error) === 'ECONNREFUSED' ? 'connect: connection refused' : `connect: ${messageOf(error)}`
      const length = Buffer.byteLength(text)
      socket.end(
        `HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${text}`,
      )
    },
  )
}
