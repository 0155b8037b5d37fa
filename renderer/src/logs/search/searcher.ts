import type { PageWorker } from '../../cluster/page-worker.ts'
import type { LogView, Unsearched } from '../view.ts'
import type { MatchAnswer, MatchTask } from './match.ts'

export type MatchWorker = PageWorker<MatchTask, MatchAnswer>

/** Why a search has stopped: a line takes the expression too long, or nothing answers. */
export type SearchFailure = 'slow' | 'broken'

/** Whoever is at its work and silent for so long is at one line, and will not come to an end. */
const SILENT_MS = 3_000

/**
 * Looks for one thing in the lines of a view, in a worker: an expression that takes ages holds up nobody else. The lines go there and their
 * answers come back a few at a time, the newest first.
 */
export class Searcher {
  readonly #start: () => MatchWorker
  readonly #told: { found(): void; failed(why: SearchFailure): void }
  #worker: MatchWorker | undefined
  #isReady = false
  #batch: { view: LogView; lines: Unsearched } | undefined
  #silence: ReturnType<typeof setTimeout> | undefined
  #isOver = false

  /** `found` is called after each answer, `failed` once: there is no more searching then. */
  constructor(start: () => MatchWorker, told: { found(): void; failed(why: SearchFailure): void }) {
    this.#start = start
    this.#told = told
  }

  /** Goes on with the lines of the view that were not searched, unless it is at some. */
  search(view: LogView): void {
    const lines = view.unsearched()
    if (!lines || this.#batch || this.#isOver) return
    this.#batch = { view, lines }
    this.#worker ??= this.#begin()
    if (this.#isReady) this.#ask(this.#worker, lines)
  }

  dispose(): void {
    this.#isOver = true
    clearTimeout(this.#silence)
    this.#worker?.terminate()
  }

  #begin(): MatchWorker {
    const worker = this.#start()
    worker.onmessage = ({ data }) => this.#hear(worker, data)
    worker.onerror = () => this.#fail('broken')
    return worker
  }

  #hear(worker: MatchWorker, answer: MatchAnswer): void {
    const batch = this.#batch
    if (this.#isOver || !batch) return
    clearTimeout(this.#silence)
    if ('slow' in answer) return this.#fail('slow')
    if ('ready' in answer) {
      this.#isReady = true
      return this.#ask(worker, batch.lines)
    }
    const { view, lines } = batch
    this.#batch = undefined
    view.found(lines, answer.isMatch)
    this.search(view)
    this.#told.found()
  }

  #ask(worker: MatchWorker, { pattern, texts }: Unsearched): void {
    this.#silence = setTimeout(() => this.#fail('slow'), SILENT_MS)
    worker.postMessage({ pattern, texts })
  }

  #fail(why: SearchFailure): void {
    if (this.#isOver) return
    this.dispose()
    this.#told.failed(why)
  }
}
