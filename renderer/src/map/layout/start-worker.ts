import type { LayoutAnswer, LayoutWorker } from './runner.ts'

/** A worker of the browser that lays graphs out. */
export function startWorker(): LayoutWorker {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  const lent: LayoutWorker = {
    onmessage: null,
    postMessage: task => worker.postMessage(task),
    terminate: () => worker.terminate(),
  }
  worker.onmessage = ({ data }: MessageEvent<LayoutAnswer>) => lent.onmessage?.({ data })
  return lent
}
