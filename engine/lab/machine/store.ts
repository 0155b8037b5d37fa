import { systemClock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import { connectEtcd } from '../../store/etcd-client/client.ts'
import type { Store } from '../../store/kv.ts'
import { startStoreWorker } from '../../store/remote.ts'
import { ETCD_CLIENTS, STORE_MEMBERS } from '../pki.ts'
import type { ControlPlaneMachineConfig } from './config.ts'
import type { MachineMessage } from './messages.ts'

/** Script of the store's worker thread, beside this one: the source here, its bundle there. */
const STORE_WORKER = new URL(
  import.meta.url.endsWith('.ts') ? '../../store/worker.ts' : './store-worker.mjs',
  import.meta.url,
)

const STATUS_MS = 2_000

/** What a master keeps its cluster's state in. */
export interface MachineStore {
  store: Store
  stop(): Promise<void>
}

/** Starts the master's own member of the store, or connects to the etcd that the lab was given. */
export async function openStore(
  config: ControlPlaneMachineConfig,
  log: Logger,
  tell: (message: MachineMessage) => void,
): Promise<MachineStore> {
  const { etcd } = config
  if (etcd) {
    const store = await connectEtcd({ ...etcd, log, clock: systemClock })
    return { store, stop: async () => store.dispose() }
  }
  const store = await startStoreWorker(
    {
      clusterId: config.clusterId,
      name: config.name,
      dataDir: config.dir,
      listen: { host: '127.0.0.1', port: config.ports.peer },
      members: config.members,
      tls: { ca: config.ca, ...config.peer },
      organization: STORE_MEMBERS,
      state: config.storeState,
      client: { host: '127.0.0.1', port: config.ports.etcd, organizations: [ETCD_CLIENTS] },
    },
    { entry: STORE_WORKER, log },
  )
  store.onStatus(status => {
    tell({ type: 'store', status })
    if (status.problem) log.error('the store does not serve', { problem: status.problem })
  })
  // Changes of role come by themselves; how far the log has got is worth a look now and then.
  const looking = systemClock.every(STATUS_MS, () => {
    store.status().then(
      status => tell({ type: 'store', status }),
      error => log.debug('the store did not tell its status', { error: messageOf(error) }),
    )
  })
  return {
    store,
    async stop() {
      looking.cancel()
      await store.stop()
    },
  }
}
