import { createSocket } from 'node:dgram'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { codeOf, messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import { deadline } from '../proxy/deadline.ts'
import type { Responder } from './responder.ts'

export interface DnsServer {
  /** The port on 127.0.0.1, of UDP and TCP alike. */
  readonly port: number
  /** Serves a connection that somebody else has accepted, as one of its own. */
  serve(socket: Socket): void
  close(): Promise<void>
}

const MAX_CONNECTIONS = 256
/** A connection on which nothing is asked for this long is closed (RFC 7766 leaves the time to the server). */
const IDLE_MS = 10_000
const ATTEMPTS = 20

export interface DnsServerOptions {
  /** A free one if none is given. */
  port?: number
  /** How long a connection may say nothing, and a message on it may take to be whole. */
  idleMs?: number
}

/** Listens on one port of loopback with UDP and TCP. */
export async function startDnsServer(
  respond: Responder,
  log: Logger,
  { port = 0, idleMs = IDLE_MS }: DnsServerOptions = {},
): Promise<DnsServer> {
  const sockets = new Set<Socket>()
  let closed = false
  for (let attempt = 1; ; attempt++) {
    const tcp = createServer({ noDelay: true }, socket => serve(socket))
    tcp.maxConnections = MAX_CONNECTIONS
    const number = await listen(tcp, port)
    try {
      const udp = await bind(number)
      tcp.on('error', error => log.warn('a connection to the DNS was not accepted', { error: messageOf(error) }))
      return running(tcp, udp, number)
    } catch (error) {
      await new Promise(resolve => tcp.close(resolve))
      // Somebody has the number with UDP: another is as good.
      if (port || codeOf(error) !== 'EADDRINUSE' || attempt === ATTEMPTS) throw error
    }
  }

  function running(tcp: Server, udp: ReturnType<typeof createSocket>, number: number): DnsServer {
    udp.on('message', (packet, from) => {
      const send = (answer: Buffer | undefined) => {
        if (answer && !closed)
          udp.send(answer, from.port, from.address, error => error && told('an answer was not sent', error))
      }
      const answer = respond(packet, 'udp')
      if (answer instanceof Promise) void answer.then(send)
      else send(answer)
    })
    udp.on('error', error => told('the DNS socket failed', error))
    return {
      port: number,
      serve,
      close: () => {
        closed = true
        for (const socket of sockets) socket.destroy()
        return Promise.all([
          new Promise<void>(resolve => tcp.close(() => resolve())),
          new Promise<void>(resolve => udp.close(() => resolve())),
        ]).then(() => undefined)
      },
    }
  }

  function told(what: string, error: Error): void {
    log.debug(what, { error: messageOf(error) })
  }

  /** Messages with two bytes of length before each (RFC 1035, 4.2.2). The next is read when the last answer is written. */
  function serve(socket: Socket): void {
    sockets.add(socket)
    let held: Buffer = Buffer.alloc(0)
    /** Of a message that has begun. */
    let whole: (() => void) | undefined
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.setTimeout(idleMs, () => socket.destroy())
    socket.on('end', () => socket.end())
    let waiting = false
    const resume = () => {
      waiting = false
      socket.resume()
      take()
    }
    /** True if the next question may be read. */
    const write = (answer: Buffer | undefined): boolean => {
      if (!answer) socket.destroy()
      if (!answer || socket.destroyed) return false
      const length = Buffer.alloc(2)
      length.writeUInt16BE(answer.length)
      if (socket.write(Buffer.concat([length, answer]))) return true
      waiting = true
      socket.pause()
      socket.once('drain', resume)
      return false
    }
    const take = () => {
      while (!waiting && held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
        const end = 2 + held.readUInt16BE(0)
        const answer = respond(held.subarray(2, end), 'tcp')
        held = held.subarray(end)
        whole?.()
        whole = undefined
        if (answer instanceof Promise) {
          waiting = true
          socket.pause()
          void answer.then(found => write(found) && resume())
        } else if (!write(answer)) return
      }
    }
    socket.on('data', chunk => {
      held = held.length ? Buffer.concat([held, chunk]) : chunk
      take()
      if (held.length) whole ??= deadline(socket, idleMs)
    })
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function bind(port: number): Promise<ReturnType<typeof createSocket>> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    socket.once('error', error => {
      socket.close()
      reject(error)
    })
    socket.bind({ address: '127.0.0.1', port, exclusive: true }, () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}
