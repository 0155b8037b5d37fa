/** Objects that are dealt with in one turn of the event loop, over all requests. */
const OBJECTS_PER_TURN = 2000

/**
 * Divides long work into turns: lists that many clients ask for at once would otherwise be made one after the other in
 * one go, and a lease would wait behind all of them.
 */
export class Turns {
  #left = OBJECTS_PER_TURN
  #next: Promise<void> | undefined

  /** Resolves when it is this one's turn to deal with `objects`. */
  async take(objects: number): Promise<void> {
    while (this.#left <= 0) await this.#turn()
    this.#left -= objects
    if (this.#left <= 0) void this.#turn()
  }

  #turn(): Promise<void> {
    this.#next ??= new Promise(resolve =>
      setImmediate(() => {
        this.#next = undefined
        this.#left = OBJECTS_PER_TURN
        resolve()
      }),
    )
    return this.#next
  }
}
