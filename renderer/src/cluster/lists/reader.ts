import type { PageWorker } from '../page-worker.ts'
import type { ListAnswer, ListTask } from './pages.ts'

/** Reads lists away from the page's thread: a Worker, or what plays one in a test. */
export type ListWorker = PageWorker<ListTask | { stop: number }, ListAnswer>

/** A list that could not be read to its end: the server refused, or nothing came. */
export class ListRefused extends Error {
  override readonly name = 'ListRefused'
  readonly status: number
  readonly text: string

  constructor({ status, text }: { status: number; text: string }) {
    super(`the list was refused with ${status}`)
    this.status = status
    this.text = text
  }
}

interface Reading {
  batches: string[]
  version?: string
  error?: Error
  wake(): void
}

/**
 * What follows the first page of long lists, read by a worker that is started with the first of them. After one that broke, or that
 * nothing answered, it is another's turn: no list stays unread for want of workers.
 */
export class ListReader {
  readonly #starts: readonly (() => ListWorker)[]
  #turn = 0
  readonly #readings = new Map<number, Reading>()
  #worker: ListWorker | undefined
  #task = 0

  constructor(...starts: (() => ListWorker)[]) {
    this.#starts = starts
  }

  /**
   * The objects from a token on, as texts of JSON arrays; returns the version of the list.
   * @throws ListRefused, Error if nothing answers, and the signal's reason when it aborts
   */
  async *read(list: Omit<ListTask, 'task'>, signal: AbortSignal): AsyncGenerator<string, string> {
    signal.throwIfAborted()
    const task = ++this.#task
    const worker = (this.#worker ??= this.#begin())
    let wake = () => {}
    const reading: Reading = { batches: [], wake: () => wake() }
    this.#readings.set(task, reading)
    signal.addEventListener('abort', reading.wake)
    try {
      worker.postMessage({ task, ...list })
      for (;;) {
        signal.throwIfAborted()
        const batch = reading.batches.shift()
        if (batch !== undefined) yield batch
        else if (reading.error) throw reading.error
        else if (reading.version !== undefined) return reading.version
        else await new Promise<void>(resolve => (wake = resolve))
      }
    } finally {
      signal.removeEventListener('abort', reading.wake)
      this.#readings.delete(task)
      if (reading.version === undefined && !reading.error) worker.postMessage({ stop: task })
    }
  }

  #begin(): ListWorker {
    const worker = this.#starts[this.#turn % this.#starts.length]!()
    worker.onmessage = ({ data }) => {
      const reading = this.#readings.get(data.task)
      if (!reading) return // nobody waits for it any more
      if ('batch' in data) reading.batches.push(data.batch)
      else if ('version' in data) reading.version = data.version
      else if ('refused' in data) reading.error = new ListRefused(data.refused)
      else return this.#broke(worker, data.broken)
      reading.wake()
    }
    worker.onerror = () => this.#broke(worker, 'The list could not be read.')
    return worker
  }

  #broke(worker: ListWorker, why: string): void {
    if (worker !== this.#worker) return
    worker.terminate()
    this.#worker = undefined
    this.#turn++
    for (const reading of this.#readings.values()) {
      reading.error ??= new Error(why)
      reading.wake()
    }
  }
}
