/**
 * A member as a process of its own, for tests that kill it. Serves its store over IPC: `{ id, method, argument }` is answered
 * with `{ id, value }` or `{ id, failed }`; a watch tells `{ watch, … }`. Without a method it puts `key` and `value`.
 */
import { silentLogger } from '../../engine/base/log.ts'
import type { RangeRequest, StoreError, TxnRequest, Watch, WatchRequest } from '../../engine/store/kv.ts'
import { startStoreWorker } from '../../engine/store/remote.ts'
import type { StoreMemberConfig } from '../../engine/store/remote.ts'
import { WORKER, bytes } from './cluster.ts'

type Asked = { id: number } & (
  | { method?: undefined; key: string; value: string }
  | { method: 'range'; argument: RangeRequest }
  | { method: 'txn'; argument: TxnRequest }
  | { method: 'compact'; argument: number }
  | { method: 'watch'; argument: WatchRequest }
  | { method: 'requestProgress' | 'unwatch' | 'readRevision' | 'status' }
)

const store = await startStoreWorker(JSON.parse(process.env.MEMBER!) as StoreMemberConfig, {
  entry: WORKER,
  log: silentLogger,
})
const watches = new Map<number, Watch>()

// Whoever asked may be gone: then this process ends with the next turn.
const tell = (message: object) => void (process.connected && process.send!(message, undefined, {}, () => {}))
const failed = (error: Error) => ({
  name: error.name,
  message: error.message,
  compactRevision: (error as { compactRevision?: number }).compactRevision,
})

function perform(asked: Asked): Promise<unknown> | undefined {
  const { id } = asked
  switch (asked.method) {
    case undefined: {
      const put = { type: 'put' as const, key: bytes(asked.key), value: bytes(asked.value) }
      return store.txn({ compare: [], success: [put], failure: [] })
    }
    case 'range':
      return store.range(asked.argument)
    case 'txn':
      return store.txn(asked.argument)
    case 'compact':
      return store.compact(asked.argument)
    case 'readRevision':
      return store.readRevision()
    case 'status':
      return store.status()
    case 'watch':
      try {
        const watch = store.watch(asked.argument, {
          onEvents: (events, revision) => tell({ watch: id, events, revision }),
          onProgress: revision => tell({ watch: id, revision }),
          onError: error => tell({ watch: id, failed: failed(error) }),
        })
        watches.set(id, watch)
      } catch (error) {
        tell({ watch: id, failed: failed(error as StoreError) })
      }
      return undefined
    case 'requestProgress':
      return void watches.get(id)?.requestProgress()
    case 'unwatch':
      watches.get(id)?.dispose()
      return void watches.delete(id)
  }
}

store.onStatus(status => tell({ status }))
process.on('message', (asked: Asked) => {
  perform(asked)?.then(
    value =>
      tell(
        asked.method ? { id: asked.id, value } : { id: asked.id, revision: (value as { revision: number }).revision },
      ),
    (error: Error) => tell({ id: asked.id, error: error.name, failed: failed(error) }),
  )
})
process.on('disconnect', () => process.exit())
tell({ started: true })
