import { lendWorker } from '../../cluster/lend-worker.ts'
import type { LayoutWorker } from './runner.ts'

/** A worker of the browser that lays graphs out. */
export function startWorker(): LayoutWorker {
  return lendWorker(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }))
}
