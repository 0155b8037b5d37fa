import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:tls'
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import type { MemberStore } from '../kv.ts'
import type { Measured } from '../metrics-member.ts'
import { isOfOrganization } from '../peer/certificate.ts'

export interface EtcdServerOptions {
  /** Its figures are served if it has some. */
  member: MemberStore & Partial<Measured>
  host: string
  /** 0: any free one. */
  port: number
  /** PEM. Clients must show a certificate of `ca`. */
  tls: { ca: string; cert: string; key: string }
  /** Organizations of which a client's certificate must name one. Default: any certificate of `ca` will do. */
  organizations?: string[]
  log: Logger
  clock: Clock
  /** How long a watch that asked for it stays without a word, in milliseconds. Default: 10 minutes, as in etcd. */
  progressIntervalMs?: number
}

export interface EtcdServer {
  port: number
  close(): Promise<void>
}

/** What takes connections once TLS is settled. */
interface Protocol {
  inject(socket: Socket, admitted: boolean): void
  stop(): void
}

/**
 * Serves etcd's API, version 3, over TLS for one member of the store: gRPC over HTTP/2, and metrics and health over HTTP/1.1.
 * A client that knows both gets the latter: clients of gRPC offer HTTP/2 alone. Each is loaded when somebody asks for it: a
 * member that nobody asks does not pay for it.
 */
export async function startEtcdServer(options: EtcdServerOptions): Promise<EtcdServer> {
  const { log, tls, organizations } = options
  const sockets = new Set<Socket>()
  const loaded = new Map<'grpc' | 'http', Promise<Protocol>>()
  const listener = createServer(
    { ...tls, requestCert: true, rejectUnauthorized: true, ALPNProtocols: ['http/1.1', 'h2'] },
    socket => {
      socket.on('error', error => log.debug('a connection to the etcd API broke', { error: messageOf(error) }))
      const name = socket.alpnProtocol === 'h2' ? 'grpc' : 'http'
      // The certificate is known to be the authority's: here it is asked whom it was made for.
      const admitted = !organizations || isOfOrganization(socket, organizations)
      if (!loaded.has(name)) loaded.set(name, name === 'grpc' ? loadGrpc(options) : loadHttp(options))
      loaded.get(name)!.then(
        protocol => !socket.destroyed && protocol.inject(socket, admitted),
        (error: unknown) => {
          log.error('the etcd API cannot be served', { error })
          loaded.delete(name)
          socket.destroy()
        },
      )
    },
  )
  listener.on('connection', (socket: Socket) => {
    socket.setNoDelay(true)
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  listener.on('tlsClientError', error => log.debug('a client was not let in', { error: messageOf(error) }))
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject)
    listener.listen(options.port, options.host, () => {
      listener.off('error', reject)
      resolve()
    })
  })
  listener.on('error', error => log.error('the etcd API does not take connections', { error }))
  return {
    port: (listener.address() as AddressInfo).port,
    async close() {
      const closed = new Promise(resolve => listener.close(resolve))
      // That one could not be loaded has been logged.
      for (const load of await Promise.allSettled(loaded.values())) if (load.status === 'fulfilled') load.value.stop()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

async function loadGrpc(options: EtcdServerOptions): Promise<Protocol> {
  const { serve } = await import('./serve.ts')
  const servers = new Map<boolean, ReturnType<typeof serve>>()
  return {
    inject(socket, admitted) {
      if (!servers.has(admitted)) servers.set(admitted, serve(options, admitted))
      servers.get(admitted)!.inject(socket)
    },
    stop() {
      for (const server of servers.values()) server.stop()
    },
  }
}

async function loadHttp({ member, log }: EtcdServerOptions): Promise<Protocol> {
  const { serveHttp } = await import('./http.ts')
  return { inject: serveHttp(member, member.metrics, log).inject, stop() {} }
}
