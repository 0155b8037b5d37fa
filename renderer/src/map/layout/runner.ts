import type { PageWorker } from '../../cluster/page-worker.ts'
import type { Lens } from '../graph/model.ts'
import { layout } from './layout.ts'
import { NO_MEMORY, type Layout, type LayoutNode, type Memory } from './slots.ts'

/** Up to so many nodes a layout costs less than asking a worker for it. */
export const LAID_OUT_HERE = 400

export interface LayoutTask {
  task: number
  lens: Lens
  nodes: readonly LayoutNode[]
  before: Memory
}

export interface LayoutAnswer {
  task: number
  layout: Layout
}

/** What a layout is asked of, when it is not made here: a Worker, or what plays one in a test. */
export type LayoutWorker = PageWorker<LayoutTask, LayoutAnswer>

/**
 * Lays graphs out, the large ones in a worker; remembers for each lens who sat where. Only the newest graph matters: while the worker is
 * at one, those that come in between are dropped but for the last.
 */
export class LayoutRunner {
  readonly #start: () => LayoutWorker
  readonly #memories = new Map<Lens, Memory>()
  #worker: LayoutWorker | undefined
  #task = 0
  #busy = false
  #next: (() => void) | undefined

  constructor(start: () => LayoutWorker) {
    this.#start = start
  }

  /** Calls `done` with the places, at once if there are few; not at all if a newer graph came first. */
  run(lens: Lens, nodes: readonly LayoutNode[], done: (layout: Layout) => void): void {
    const task = ++this.#task
    const finish = (made: Layout) => {
      if (task !== this.#task) return
      this.#memories.set(lens, made.memory)
      done(made)
    }
    const before = this.#memories.get(lens) ?? NO_MEMORY
    if (nodes.length <= LAID_OUT_HERE) {
      this.#next = undefined
      return finish(layout(lens, nodes, before))
    }
    const ask = () => {
      this.#busy = true
      const worker = (this.#worker ??= this.#start())
      const end = (made: Layout | undefined) => {
        this.#busy = false
        const next = this.#next
        this.#next = undefined
        if (made) finish(made)
        next?.()
      }
      worker.onmessage = ({ data }) => end(data.task === task ? data.layout : undefined)
      const remembered = this.#memories.get(lens) ?? NO_MEMORY
      worker.onerror = () => {
        worker.terminate()
        this.#worker = undefined
        end(task === this.#task ? layout(lens, nodes, remembered) : undefined)
      }
      const plain = nodes.map(({ id, shape, box, band, column }) => ({ id, shape, box, band, column }))
      worker.postMessage({ task, lens, nodes: plain, before: remembered })
    }
    if (this.#busy) this.#next = ask
    else ask()
  }

  /** Lets the next graph of the lens find its places anew. */
  forget(lens: Lens): void {
    this.#memories.delete(lens)
  }

  dispose(): void {
    this.#task++
    this.#next = undefined
    this.#worker?.terminate()
  }
}
