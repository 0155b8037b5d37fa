import type { Socket } from 'node:net'
import { messageOf } from '../../base/errors.ts'
import { intBelow, type Random } from '../../base/random.ts'
import { RouteError } from '../proxy/route-error.ts'
import type { Router, Source } from '../proxy/router.ts'
import { eligibleEndpoints } from '../services/endpoints.ts'
import type { ServiceTable } from '../services/service-table.ts'
import { IngressRefusal } from './refusal.ts'
import type { ServiceBackend } from './routes.ts'

export interface BackendParts {
  nodeName: string
  table: ServiceTable
  router: Router
  random: Random
  source: Source
}

/** An endpoint that has just gone refuses; the next decision finds another one. Nothing has been sent by then. */
const ATTEMPTS = 3
const CONNECT_TIMEOUT_MS = 5_000

/**
 * Connects to a Service as a program in the cluster would: the same choice of endpoints, the same policies.
 * @throws IngressRefusal 503 without a Service, port or endpoint, 502 if it refuses, 504 if it is silent.
 */
export async function openBackend(backend: ServiceBackend, parts: BackendParts, gone: AbortSignal): Promise<Socket> {
  const connect = dialOf(backend, parts)
  const limit = AbortSignal.timeout(CONNECT_TIMEOUT_MS)
  const signal = AbortSignal.any([gone, limit])
  let refusal: unknown
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      return await connect(signal)
    } catch (error) {
      if (error instanceof IngressRefusal) throw error
      gone.throwIfAborted()
      if (limit.aborted) throw new IngressRefusal(504, `${nameOf(backend)} does not answer`, { cause: error })
      refusal = error
    }
  }
  const status = refusal instanceof RouteError && refusal.code === 'ETIMEDOUT' ? 504 : 502
  throw new IngressRefusal(status, `${nameOf(backend)}: ${messageOf(refusal)}`, { cause: refusal })
}

function dialOf(backend: ServiceBackend, parts: BackendParts): (signal: AbortSignal) => Promise<Socket> {
  const { table, router, random, source, nodeName } = parts
  const { namespace, name, port: wanted } = backend
  const service = table.service(namespace, name)
  if (!service?.spec) throw new IngressRefusal(503, `there is no Service ${namespace}/${name}`)
  const { type, externalName, clusterIP, ports = [] } = service.spec
  const port = ports?.find(p => (wanted.name ? p.name === wanted.name : p.port === wanted.number))
  if (type === 'ExternalName') {
    const number = port?.port ?? wanted.number
    if (!number) throw new IngressRefusal(503, `${nameOf(backend)}: an ExternalName needs a port number`)
    return async signal => (await router.open(externalName!, number, source, signal)).socket
  }
  if (!port) throw new IngressRefusal(503, `Service ${namespace}/${name} has no port ${wanted.name ?? wanted.number}`)
  const none = () => new IngressRefusal(503, `${nameOf(backend)} has no endpoint that is ready`)
  if (clusterIP && clusterIP !== 'None')
    return async signal => {
      const entry = table.at(clusterIP, 'TCP', port.port)
      if (!(entry?.internalPolicy === 'Local' ? entry.local : entry?.cluster)?.length) throw none()
      return (await router.open(clusterIP, port.port, source, signal)).socket
    }
  // Headless: nobody else balances.
  return async signal => {
    const slices = table.slices(namespace, name)
    const { cluster } = eligibleEndpoints(slices, { name: port.name ?? '', protocol: 'TCP' }, nodeName)
    if (cluster.length === 0) throw none()
    const endpoint = cluster[intBelow(random, cluster.length)]!
    return router.dial(endpoint.ip, endpoint.port, source, signal)
  }
}

function nameOf({ namespace, name, port }: ServiceBackend): string {
  return `${namespace}/${name}:${port.name ?? port.number}`
}
