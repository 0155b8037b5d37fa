/** As much of each frame goes to reading output; the rest is for drawing it, and for the user. */
const BUDGET_MS = 8
/** At first; then as much as is read in half of the budget, since a line feed costs as much as a hundred letters. */
const FIRST_BITE = 2 << 10
const LEAST_BITE = 256
const MOST_BITE = 64 << 10
const NOTHING = new Uint8Array(0)

export interface FeedTimes {
  now(): number
  nextFrame(task: () => void): void
}

/**
 * Gives a terminal its output in bites, and rests until the next frame when those of this one took their time. The terminal's own
 * queue reads whole pieces, however long that takes, and goes on before anything is drawn.
 */
export class Feed {
  readonly #write: (bytes: Uint8Array, done: () => void) => void
  readonly #times: FeedTimes
  #queue: { bytes: Uint8Array; done: () => void }[] = []
  #bite = FIRST_BITE
  #spent = 0
  #busy = false
  #disposed = false

  /** `write` tells in their order when pieces were read. */
  constructor(write: (bytes: Uint8Array, done: () => void) => void, times: FeedTimes) {
    this.#write = write
    this.#times = times
  }

  /** Resolves once the terminal has read all of it, or is gone. */
  show(bytes: Uint8Array): Promise<void> {
    if (this.#disposed) return Promise.resolve()
    return new Promise(done => {
      this.#queue.push({ bytes, done })
      if (!this.#busy) this.#next()
    })
  }

  /** What was not read never will be. */
  dispose(): void {
    this.#disposed = true
    for (const { done } of this.#queue.splice(0)) done()
  }

  #next(): void {
    this.#busy = this.#queue.length > 0
    if (!this.#busy) return
    if (this.#spent < BUDGET_MS) return this.#feed()
    this.#times.nextFrame(() => {
      this.#spent = 0
      this.#next()
    })
  }

  #feed(): void {
    const { bytes, done } = this.#queue[0]!
    const bite = bytes.subarray(0, this.#bite)
    let begun = this.#times.now()
    // The terminal reads later than it is written to: that it has come to an empty piece says when it begins.
    this.#write(NOTHING, () => (begun = this.#times.now()))
    this.#write(bite, () => {
      if (this.#disposed) return
      this.#learn(bite.length, this.#times.now() - begun)
      if (bite.length < bytes.length) this.#queue[0]!.bytes = bytes.subarray(bite.length)
      else {
        this.#queue.shift()
        done()
      }
      this.#next()
    })
  }

  /** How much is read in how long changes with what it is: slowly upwards, at once downwards. */
  #learn(size: number, ms: number): void {
    this.#spent += ms
    const fits = (size * BUDGET_MS) / 2 / Math.max(ms, 0.05)
    this.#bite = Math.round(Math.min(Math.max(Math.min(fits, this.#bite * 2), LEAST_BITE), MOST_BITE))
  }
}
