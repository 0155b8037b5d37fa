import type { Clock } from '../base/clock.ts'
import { UserError } from '../base/errors.ts'
import type { Logger } from '../base/log.ts'
import { connectEtcd } from '../store/etcd-client/client.ts'
import { prefixEnd } from '../store/kv.ts'
import type { EtcdConfig } from './config.ts'

/** Where the API server keeps its objects. */
const REGISTRY = new TextEncoder().encode('/registry/')

/** @throws UserError if the etcd cannot be reached, or already holds a cluster: two would overwrite each other's objects. */
export async function checkEtcdIsEmpty(etcd: EtcdConfig, deps: { clock: Clock; log: Logger }): Promise<void> {
  const store = await connectEtcd({ ...etcd, ...deps })
  try {
    const { count } = await store.range({ key: REGISTRY, rangeEnd: prefixEnd(REGISTRY), countOnly: true })
    if (count > 0)
      throw new UserError(
        `The etcd at ${etcd.endpoints.join(', ')} holds a cluster already: ${count} objects under /registry/.`,
        'Give the lab an etcd of its own, or remove them: etcdctl del /registry/ --prefix',
      )
  } finally {
    store.dispose()
  }
}
