import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { MemberStore } from '../kv.ts'

export interface EtcdServerOptions {
  member: MemberStore
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

/**
 * Serves etcd's API, version 3, over TLS for one member of the store. gRPC is loaded when the first client connects: a
 * member that nobody asks does not pay for it.
 */
export async function startEtcdServer(options: EtcdServerOptions): Promise<EtcdServer> {
  const { log } = options
  const sockets = new Set<Socket>()
  let grpc: Promise<Grpc> | undefined
  const listener = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', error => log.debug('a connection to the etcd API broke', { error }))
    grpc ??= startGrpc(options)
    grpc.then(
      server => !socket.destroyed && server.inject(socket),
      (error: unknown) => {
        log.error('the etcd API cannot be served', { error })
        grpc = undefined
        socket.destroy()
      },
    )
  })
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject)
    listener.listen(options.port, options.host, () => resolve())
  })
  listener.removeAllListeners('error')
  listener.on('error', error => log.error('the etcd API does not take connections', { error }))
  return {
    port: (listener.address() as AddressInfo).port,
    async close() {
      const closed = new Promise(resolve => listener.close(resolve))
      // That it could not be loaded has been logged.
      const server = await grpc?.catch(() => undefined)
      server?.stop()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

interface Grpc {
  inject(socket: Socket): void
  stop(): void
}

async function startGrpc(options: EtcdServerOptions): Promise<Grpc> {
  const { serve } = await import('./serve.ts')
  return serve(options)
}
