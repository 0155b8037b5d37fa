import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { Store } from '../kv.ts'

export interface EtcdClientOptions {
  /** `host:port` or `https://host:port`; `http://` only without `tls`. The first that answers is used. */
  endpoints: string[]
  /** PEM. Absent: no TLS. */
  tls?: { ca: string; cert?: string; key?: string }
  log: Logger
  clock: Clock
  /** How long a request may take, in milliseconds, the search for an endpoint included. Default: 10 seconds. */
  requestTimeoutMs?: number
}

/**
 * The store over a real etcd cluster, version 3.4 or later: for those who outgrow one machine. Resolves when an endpoint
 * has answered. Progress of idle watches needs etcd 3.4.25, 3.5.8 or later, since those before report it ahead of events;
 * with an older one it comes only as often as the server itself reports it.
 *
 * @throws UserError if no endpoint answers, or one is not understood
 */
export async function connectEtcd(options: EtcdClientOptions): Promise<Store> {
  const { EtcdStore } = await import('./store.ts')
  const store = new EtcdStore(options)
  try {
    await store.start()
    return store
  } catch (error) {
    store.dispose()
    throw error
  }
}
