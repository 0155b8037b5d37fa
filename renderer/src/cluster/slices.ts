/** Long work in slices, between which the page draws and listens. */
export class Slices {
  readonly #ms: number
  readonly #pause: () => Promise<void>
  readonly #now: () => number
  #begun: number
  /** How often it let go: whoever has more to do than fits in a slice sees it grow. */
  pauses = 0

  constructor(ms: number, pause: () => Promise<void>, now = () => performance.now()) {
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
