import type { PageWorker } from './page-worker.ts'

/** A worker that was started, by what it is asked and answers. */
export function lendWorker<Task, Answer>(worker: Worker): PageWorker<Task, Answer> {
  const lent: PageWorker<Task, Answer> = {
    ...{ onmessage: null, onerror: null },
    postMessage: task => worker.postMessage(task),
    terminate: () => worker.terminate(),
  }
  worker.onmessage = (event: MessageEvent<Answer>) => lent.onmessage?.(event)
  worker.onerror = event => lent.onerror?.(event)
  return lent
}
