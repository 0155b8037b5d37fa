import { createServer, type Server, type Socket } from 'node:net'
import type { Logger } from '../../base/log.ts'
import { carriedConnections } from '../../base/open-files.ts'
import { deadline } from './deadline.ts'
import { explainListen } from './listen-error.ts'
import { DATAGRAM_GREETING } from '../datagrams/frames.ts'
import { serveDatagrams } from '../datagrams/serve.ts'
import type { DatagramSwitch } from '../datagrams/switch.ts'
import { serveControl, type ControlParts } from '../overlay/control.ts'
import { CONTROL_GREETING } from '../overlay/protocol.ts'
import { createHttpProxy } from './http-proxy.ts'
import type { PortRegistry } from '../overlay/port-registry.ts'
import type { Peers } from './peers.ts'
import type { Router, Source } from './router.ts'
import { serveSocks } from './socks.ts'

export interface GatewayParts extends ControlParts {
  port: number
  /** Of the node, in the cluster. */
  address: string
  router: Router
  ports: PortRegistry
  datagrams: DatagramSwitch
  peers: Peers
  log: Logger
  /** All connections that the gateway carries, so that they can be ended. */
  sockets: Set<Socket>
  /** A program that connects says within this time (ms) what it wants; absent: in ten seconds. */
  patienceMs?: number
  /** Answers GET requests to the gateway itself. */
  admin(path: string, query: URLSearchParams): { status: number; type: string; body: string } | undefined
}

/** Connections that wait to be accepted: a whole cluster may start at once. */
const MAX_WAITING = 4_096
export const PATIENCE_MS = 10_000
const MAX_GREETING_BYTES = 256
/**
 * Each takes two descriptors, its own and that of where it leads. Where the system gives fewer (`ulimit -Hn`), that is the limit
 * that is met first: what comes then is closed at once, and what is open goes on.
 */
const MAX_CONNECTIONS = 16_384

export interface Gateway {
  /** Serves a connection that somebody else has accepted, as one of its own. */
  serve(socket: Socket): void
  close(): Promise<void>
}

/**
 * Listens on loopback for everything that wants into the cluster's network: HTTP proxy requests, SOCKS5, and the control
 * connections of pods' programs. The first byte tells which it is.
 */
export async function startGateway(parts: GatewayParts): Promise<Gateway> {
  const http = createHttpProxy(parts)
  const server = createServer({ noDelay: true, allowHalfOpen: true }, socket => accept(socket))
  const most = carriedConnections(MAX_CONNECTIONS)
  server.maxConnections = most
  await listen(server, parts.port)
  server.on('error', error => parts.log.warn('a connection was not accepted', { error: error.message }))

  function accept(socket: Socket): void {
    // Those that another process has accepted are not in the server's own count.
    if (parts.sockets.size >= most) return void socket.destroy()
    parts.sockets.add(socket)
    socket.once('close', () => parts.sockets.delete(socket))
    const drop = () => socket.destroy()
    socket.on('error', drop)
    const recognised = deadline(socket, parts.patienceMs ?? PATIENCE_MS)
    let seen: Buffer = Buffer.alloc(0)
    const ended = () => socket.destroy()
    socket.once('end', ended)
    const read = (chunk: Buffer) => {
      seen = seen.length ? Buffer.concat([seen, chunk]) : chunk
      const kind = recognise(seen)
      if (kind === 'more') return
      socket.off('data', read)
      socket.off('end', ended)
      socket.pause()
      recognised()
      if (kind === 'socks') return void serveSocks(socket, seen, parts)
      if (kind === 'http') {
        socket.unshift(seen)
        http.emit('connection', socket)
        socket.resume()
        return
      }
      const end = seen.indexOf(10)
      if (kind === 'datagrams') {
        const greeting = seen.toString('latin1', DATAGRAM_GREETING.length, end).trim()
        return serveDatagrams(socket, greeting, seen.subarray(end + 1), parts)
      }
      const pod =
        kind === 'control'
          ? parts.ports.podByToken(seen.toString('latin1', CONTROL_GREETING.length, end).trim())
          : undefined
      if (pod) serveControl(socket, pod, parts, seen.subarray(end + 1))
      else socket.destroy()
    }
    socket.on('data', read)
  }

  return {
    serve: socket => void server.emit('connection', socket),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        http.close()
        for (const socket of parts.sockets) socket.destroy()
      }),
  }
}

function recognise(seen: Buffer): 'socks' | 'http' | 'control' | 'datagrams' | 'bad' | 'more' {
  if (seen[0] === 5) return 'socks'
  for (const [kind, greeting] of GREETINGS) {
    const length = Math.min(seen.length, greeting.length)
    if (!seen.subarray(0, length).equals(greeting.subarray(0, length))) continue
    if (length === greeting.length && seen.includes(10)) return kind
    return seen.length > MAX_GREETING_BYTES ? 'bad' : 'more'
  }
  return 'http'
}

const GREETINGS = [
  ['control', Buffer.from(CONTROL_GREETING)],
  ['datagrams', Buffer.from(DATAGRAM_GREETING)],
] as const

/**
 * Who a caller is: a pod that proves it, another gateway, or somebody on the laptop. Undefined for a wrong proof. That
 * `forwardedFor` and `hop` are true the caller of this function has seen to.
 */
export function identify(
  token: string | undefined,
  forwardedFor: string | undefined,
  hop: string | undefined,
  ports: PortRegistry,
): Source | undefined {
  if (hop !== undefined) return { kind: 'gateway', ip: hop, namespace: 'default' }
  if (token === undefined) return { kind: 'outside', ip: forwardedFor ?? '127.0.0.1', namespace: 'default' }
  const pod = ports.podByToken(token)
  return pod && { kind: 'pod', ip: pod.ip, namespace: pod.namespace, pod }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(explainListen(error, port))
    server.once('error', failed)
    server.listen({ host: '127.0.0.1', port, backlog: MAX_WAITING }, () => {
      server.off('error', failed)
      resolve()
    })
  })
}
