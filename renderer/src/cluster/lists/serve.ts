import { readPages, type ListAnswer, type ListTask } from './pages.ts'

/** Reads the lists that it is sent, as many at once as there are; a `stop` ends one that nobody waits for any more. */
export function serveLists(tell: (answer: ListAnswer) => void): (message: ListTask | { stop: number }) => void {
  const running = new Map<number, AbortController>()
  return message => {
    if ('stop' in message) return running.get(message.stop)?.abort()
    const { task } = message
    const controller = new AbortController()
    const { signal } = controller
    const tellIfWanted = (answer: ListAnswer) => {
      if (!signal.aborted) tell(answer)
    }
    running.set(task, controller)
    readPages(message, (path, headers) => fetch(path, { headers, signal }), tellIfWanted)
      .catch((error: unknown) => tellIfWanted({ task, broken: error instanceof Error ? error.message : String(error) }))
      .finally(() => running.delete(task))
  }
}
