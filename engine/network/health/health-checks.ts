import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Node } from '../../api/types.ts'
import type { Clock } from '../../base/clock.ts'
import { dialLoopback } from '../proxy/dial.ts'
import type { ServiceTable } from '../services/service-table.ts'

export interface HealthCheckParts {
  table: ServiceTable
  /** This node; undefined until it is known. */
  node(): Node | undefined
  clock: Clock
}

/** What kube-proxy answers at a node's address: to load balancers whether they may send here, and how it is itself. */
export interface HealthChecks {
  /** Whether the node's own address has this port. */
  serves(port: number): boolean
  /** A connection to one of those ports. */
  connect(port: number, signal?: AbortSignal): Promise<Socket>
  close(): void
}

/** kube-proxy's own (`--healthz-bind-address`). */
export const PROXY_HEALTH_PORT = 10_256
/** Taint of a node that the autoscaler is about to remove. */
const TO_BE_DELETED = 'ToBeDeletedByClusterAutoscaler'
const PATIENCE_MS = 10_000
const MAX_CLIENTS = 512

/** The health checks of one node. A server is started with the first question. */
export function createHealthChecks(parts: HealthCheckParts): HealthChecks {
  /** Our own ends of connections, by port: they tell which port of the node each one is for. */
  const asked = new Map<number, number>()
  const server = createServer({
    headersTimeout: PATIENCE_MS,
    requestTimeout: PATIENCE_MS,
    connectionsCheckingInterval: 1000,
  })
  server.maxConnections = MAX_CLIENTS
  server.on('request', (message, response) => {
    const port = asked.get(message.socket.remotePort ?? 0)
    if (port === PROXY_HEALTH_PORT) answerForProxy(message, response, parts)
    else answerForService(port, response, parts)
  })
  let listening: Promise<number> | undefined
  return {
    serves: port => port === PROXY_HEALTH_PORT || parts.table.atHealthPort(port) !== undefined,
    async connect(port, signal) {
      const socket = await dialLoopback(await (listening ??= listen(server)), signal)
      const own = socket.localPort!
      asked.set(own, port)
      socket.once('close', () => asked.delete(own))
      return socket
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function answerForService(port: number | undefined, response: ServerResponse, { table }: HealthCheckParts): void {
  const service = port === undefined ? undefined : table.atHealthPort(port)
  // Its port was closed while the question was on its way.
  if (!service) return void response.destroy()
  const { namespace, name } = service.metadata
  const localEndpoints = table.localEndpoints(service)
  answer(
    response,
    localEndpoints > 0,
    JSON.stringify(
      {
        service: { namespace, name },
        localEndpoints,
        serviceProxyHealthy: true,
      },
      undefined,
      '\t',
    ),
  )
}

/** Decisions are made from what is known at each moment: there is nothing that could be late, so it is never unhealthy. */
function answerForProxy({ url }: IncomingMessage, response: ServerResponse, { node, clock }: HealthCheckParts): void {
  const path = url?.split('?')[0]
  if (path !== '/healthz' && path !== '/livez') {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' })
    return void response.end('404 page not found\n')
  }
  const { metadata, spec } = node() ?? { metadata: {} }
  const eligible = !metadata.deletionTimestamp && !spec?.taints?.some(t => t.key === TO_BE_DELETED)
  const now = new Date(clock.now()).toISOString().replace('T', ' ').replace('Z', ' +0000 UTC')
  const times = `"lastUpdated": "${now}","currentTime": "${now}"`
  if (path === '/livez') return answer(response, true, `{${times}}`)
  answer(response, eligible, `{${times}, "nodeEligible": ${eligible}}`)
}

function answer(response: ServerResponse, healthy: boolean, body: string): void {
  response.writeHead(healthy ? 200 : 503, {
    'content-type': 'application/json',
    'x-content-type-options': 'nosniff',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
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
