import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '../../engine/base/log.ts'
import { freePorts } from '../../engine/base/ports.ts'
import type { Store } from '../../engine/store/kv.ts'
import { startStoreWorker } from '../../engine/store/remote.ts'
import type { StoreMemberConfig, StoreWorker } from '../../engine/store/remote.ts'
import { createAuthority } from './certificates.ts'

export const WORKER = new URL('../../engine/store/worker.ts', import.meta.url)

/** Configurations of a cluster on free loopback ports, each member with a folder under `dir`. */
export async function configureCluster(names: string[], dir: string): Promise<StoreMemberConfig[]> {
  const issue = createAuthority()
  const ports = await freePorts(names.length)
  const members = names.map((name, i) => ({ name, host: '127.0.0.1', port: ports[i]! }))
  return members.map(({ name, host, port }) => ({
    clusterId: 'test',
    name,
    dataDir: join(dir, name),
    listen: { host, port },
    members,
    tls: issue(name),
  }))
}

/** Removed with the process, if not before. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'kubarium-store-'))
  const remove = () => {
    process.off('exit', remove)
    rmSync(path, { recursive: true, force: true })
  }
  process.on('exit', remove)
  return { path, remove }
}

export interface WorkerCluster {
  configs: StoreMemberConfig[]
  stores: StoreWorker[]
  stop(): Promise<void>
}

/** Starts members as worker threads, each with a file of its own. */
export async function startWorkers(names: string[], tuning?: StoreMemberConfig['tuning']): Promise<WorkerCluster> {
  const folder = temporaryFolder()
  const configs = (await configureCluster(names, folder.path)).map(config => ({ ...config, tuning }))
  const stores = await Promise.all(
    configs.map(config => startStoreWorker(config, { entry: WORKER, log: silentLogger })),
  )
  return {
    configs,
    stores,
    async stop() {
      await Promise.all(stores.map(store => store.stop()))
      folder.remove()
    },
  }
}

export const bytes = (text: string) => new TextEncoder().encode(text)
export const text = (value: Uint8Array) => new TextDecoder().decode(value)

export async function put(store: Store, key: string, value: string): Promise<number> {
  const operation = { type: 'put' as const, key: bytes(key), value: bytes(value) }
  return (await store.txn({ compare: [], success: [operation], failure: [] })).revision
}

export async function get(store: Store, key: string, revision?: number): Promise<string | undefined> {
  const { kvs } = await store.range({ key: bytes(key), revision })
  return kvs[0] && text(kvs[0].value)
}

/** Puts until it is known to have happened: whoever leads may go in the middle of it. */
export async function putAtLast(store: Store, key: string, value: string): Promise<number> {
  for (;;) {
    try {
      return await put(store, key, value)
    } catch (error) {
      if ((error as Error).name !== 'UnknownOutcomeError') throw error
    }
  }
}
