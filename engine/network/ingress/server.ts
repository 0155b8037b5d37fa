import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import { dialLoopback } from '../proxy/dial.ts'
import { forward, forwardUpgrade, type ForwardParts } from './forward.ts'

export interface IngressServerParts extends Pick<ForwardParts, 'routes' | 'open' | 'securePort'> {
  /** Of clients that ask for no name, or for one that nobody has a certificate for; PEM. */
  defaultCertificate: { cert: string; key: string }
  contextFor(serverName: string): SecureContext | undefined
  /** How long a client may take over its TLS handshake or the headers of a request. */
  patienceMs?: number
}

export interface IngressServer {
  /** A connection to port 80 or 443 of the ingress, on behalf of the client with this address. */
  connect(port: 80 | 443, client: string, signal?: AbortSignal): Promise<Socket>
  close(): void
}

const PATIENCE_MS = 10_000
const LIMITS = {
  maxHeaderSize: 16_384,
  /** Bodies may take as long as they go on. */
  requestTimeout: 0,
  keepAliveTimeout: 15_000,
  /** HTTP/2 without TLS is not spoken here; such a request is answered as the HTTP/1.1 that it is. */
  shouldUpgradeCallback: ({ headers }: IncomingMessage) => !/^h2c\b/i.test(headers.upgrade ?? ''),
}
export const MAX_CLIENTS = 2048

/** The HTTP and HTTPS servers of the ingress on one node, on ports that nobody needs to know. */
export async function startIngressServer(parts: IngressServerParts): Promise<IngressServer> {
  const patienceMs = parts.patienceMs ?? PATIENCE_MS
  const limits = { ...LIMITS, headersTimeout: patienceMs, connectionsCheckingInterval: Math.min(1000, patienceMs / 4) }
  /** Our own ends of connections, by port: they tell for whom each one is. */
  const clients = new Map<number, string>()
  const plain = createHttpServer(limits)
  const secure = createHttpsServer({
    ...limits,
    ...parts.defaultCertificate,
    handshakeTimeout: patienceMs,
    ALPNProtocols: ['http/1.1'],
    SNICallback: (name, done) => done(null, parts.contextFor(name)),
  })
  prepare(plain, false)
  prepare(secure, true)
  const ports = { 80: await listen(plain), 443: await listen(secure) }

  function prepare(server: Server, isSecure: boolean): void {
    const forwarding: ForwardParts = {
      ...parts,
      callerOf: ({ socket }: IncomingMessage) => ({
        ip: clients.get(socket.remotePort ?? 0) ?? '127.0.0.1',
        secure: isSecure,
      }),
    }
    server.maxConnections = MAX_CLIENTS
    server.on('request', (message, response) => void forward(message, response, forwarding))
    server.on(
      'upgrade',
      (message: IncomingMessage, socket: Socket, head: Buffer) =>
        void forwardUpgrade(message, socket, head, forwarding),
    )
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      if (socket.destroyed || !socket.writable) return void socket.destroy()
      const status =
        error.code === 'HPE_HEADER_OVERFLOW'
          ? '431 Request Header Fields Too Large'
          : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
            ? '408 Request Timeout'
            : '400 Bad Request'
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`, () => socket.destroy())
    })
  }

  return {
    async connect(port, client, signal) {
      const socket = await dialLoopback(ports[port], signal)
      const own = socket.localPort!
      clients.set(own, client)
      socket.once('close', () => clients.delete(own))
      return socket
    },
    close() {
      for (const server of [plain, secure]) {
        server.close()
        server.closeAllConnections()
      }
    },
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}
