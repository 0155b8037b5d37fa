import type { ListWorker } from './reader.ts'

/** A worker of the browser that reads lists. */
export function startWorker(): ListWorker {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  const lent: ListWorker = { onmessage: null, onerror: null, postMessage: message => worker.postMessage(message) }
  worker.onmessage = event => lent.onmessage?.(event)
  worker.onerror = event => {
    worker.terminate()
    lent.onerror?.(event)
  }
  return lent
}
