import { lendWorker } from '../../cluster/lend-worker.ts'
import type { MatchWorker } from './searcher.ts'

/** A worker of the browser that looks for something in lines. */
export function startWorker(): MatchWorker {
  return lendWorker(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }))
}
