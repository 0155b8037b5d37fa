import type { ListWorker } from './reader.ts'
import { serveLists } from './serve.ts'

/** A worker of the browser that reads lists. */
export function startWorker(): ListWorker {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  const lent: ListWorker = {
    ...{ onmessage: null, onerror: null },
    postMessage: message => worker.postMessage(message),
    terminate: () => worker.terminate(),
  }
  worker.onmessage = event => lent.onmessage?.(event)
  worker.onerror = event => lent.onerror?.(event)
  return lent
}

/** Reads lists on the page's own thread. */
export function startHere(): ListWorker {
  const here: ListWorker = { onmessage: null, onerror: null, postMessage: message => serve(message), terminate() {} }
  const serve = serveLists(data => here.onmessage?.({ data }))
  return here
}
