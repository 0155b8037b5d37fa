import { readPages, type ListTask } from './pages.ts'

const running = new Map<number, AbortController>()

/** A task, or the number of one that nobody waits for any more. */
self.onmessage = ({ data }: MessageEvent<ListTask | { stop: number }>) => {
  if ('stop' in data) return running.get(data.stop)?.abort()
  const { task } = data
  const controller = new AbortController()
  const { signal } = controller
  running.set(task, controller)
  readPages(
    data,
    (path, headers) => fetch(path, { headers, signal }),
    answer => {
      if (!signal.aborted) self.postMessage(answer)
    },
  )
    .catch((error: unknown) => {
      if (!signal.aborted) self.postMessage({ task, broken: error instanceof Error ? error.message : String(error) })
    })
    .finally(() => running.delete(task))
}
