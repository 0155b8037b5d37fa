import { Server, ServerCredentials } from '@grpc/grpc-js'
import type { Socket } from 'node:net'
import { MAX_REQUEST_BYTES } from '../tuning.ts'
import { authService } from './auth-service.ts'
import { Standing, addStream, addUnary } from './call.ts'
import { clusterService } from './cluster-service.ts'
import { kvService } from './kv-service.ts'
import { keepAlive, leaseService } from './lease-service.ts'
import { maintenanceService, sendSnapshot } from './maintenance-service.ts'
import type { EtcdServerOptions } from './server.ts'
import { SERVICES } from './services.ts'
import { WatchStream } from './watch-stream.ts'

/** What a request may be larger by than what it asks for, as in etcd. */
const OVERHEAD_BYTES = 512 * 1024

/** The gRPC server of a member, which takes connections from whoever listens: those of TLS, with HTTP/2 agreed on. */
export interface GrpcServer {
  inject(socket: Socket): void
  stop(): void
}

/** `admitted` false: a server that refuses every request, for clients that may not be here. */
export function serve(options: EtcdServerOptions, admitted: boolean): GrpcServer {
  const { member, log, clock } = options
  const traffic = member.metrics?.client ?? { received: 0, sent: 0 }
  const context = { member, log, clock, admitted, traffic, standing: new Standing(member, clock) }
  const server = new Server({
    'grpc.max_receive_message_length': MAX_REQUEST_BYTES + OVERHEAD_BYTES,
    'grpc.max_send_message_length': -1,
    'grpc.enable_channelz': 0,
  })
  const { leaseKeepAlive, ...leases } = SERVICES.Lease
  const { snapshot, ...maintenance } = SERVICES.Maintenance
  addUnary(server, SERVICES.KV, kvService(member), context)
  addUnary(server, leases, leaseService(member), context)
  addUnary(server, SERVICES.Cluster, clusterService(member), context)
  addUnary(server, maintenance, maintenanceService(member), context)
  addUnary(server, SERVICES.Auth, authService(member), context)
  addStream(server, leaseKeepAlive, call => keepAlive(member, call), context)
  addStream(server, snapshot, call => sendSnapshot(member, call), context)
  addStream(
    server,
    SERVICES.Watch.watch,
    call => new WatchStream({ call, member, log, progressIntervalMs: options.progressIntervalMs ?? 600_000 }).run(),
    context,
  )
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure())
  return {
    inject: socket => injector.injectConnection(socket),
    stop() {
      injector.destroy()
      server.forceShutdown()
    },
  }
}
