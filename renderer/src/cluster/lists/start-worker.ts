import { lendWorker } from '../lend-worker.ts'
import type { ListWorker } from './reader.ts'
import { serveLists } from './serve.ts'

/** A worker of the browser that reads lists. */
export function startWorker(): ListWorker {
  return lendWorker(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }))
}

/** Reads lists on the page's own thread. */
export function startHere(): ListWorker {
  const here: ListWorker = { onmessage: null, onerror: null, postMessage: message => serve(message), terminate() {} }
  const serve = serveLists(data => here.onmessage?.({ data }))
  return here
}
