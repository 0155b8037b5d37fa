/** A member as a process of its own, for tests that kill it. Answers `put` and `leader` over IPC. */
import { silentLogger } from '../../engine/base/log.ts'
import { startStoreWorker } from '../../engine/store/remote.ts'
import type { StoreMemberConfig } from '../../engine/store/remote.ts'
import { WORKER, bytes } from './cluster.ts'

const store = await startStoreWorker(JSON.parse(process.env.MEMBER!) as StoreMemberConfig, {
  entry: WORKER,
  log: silentLogger,
})
store.onStatus(status => process.send!({ status }))
process.on('message', ({ id, key, value }: { id: number; key: string; value: string }) => {
  store.txn({ compare: [], success: [{ type: 'put', key: bytes(key), value: bytes(value) }], failure: [] }).then(
    ({ revision }) => process.send!({ id, revision }),
    (error: Error) => process.send!({ id, error: error.name }),
  )
})
process.on('disconnect', () => process.exit())
process.send!({ started: true })
