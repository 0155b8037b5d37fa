/** A page that is not seen has no frames; it goes on all the same. */
const UNSEEN_MS = 100

/** Calls back at the next frame. */
export function nextFrame(task: () => void): void {
  const once = () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    task()
  }
  const frame = requestAnimationFrame(once)
  const timer = setTimeout(once, UNSEEN_MS)
}

/** Long work in slices, between which the page draws and listens. */
export class Slices {
  readonly #ms: number
  readonly #pause: () => Promise<void>
  readonly #now: () => number
  #begun: number
  /** How often it let go: whoever has more to do than fits in a slice sees it grow. */
  pauses = 0

  constructor(ms: number, pause = turn, now = () => performance.now()) {
    this.#ms = ms
    this.#pause = pause
    this.#now = now
    this.#begun = now()
  }

  /** Lets go if this slice is used up. To be awaited between two pieces of work. */
  async rest(): Promise<void> {
    if (this.#now() - this.#begun < this.#ms) return
    this.pauses++
    await this.#pause()
    this.#begun = this.#now()
  }
}

/** Waits until others have had their turn: not by a timer, which a browser holds back after a few. */
function turn(): Promise<void> {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}
