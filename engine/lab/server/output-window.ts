/** What an output window drives: a page that says what it has taken, and a program that can be made to wait. */
export interface OutputEnds {
  send(bytes: Buffer): void
  /** The program shall write no more for now. */
  hold(): void
  goOn(): void
}

/**
 * Output on its way to a page that shows it more slowly than a program may write it. No more than a window of it is sent and not yet
 * shown, so that little stands before the answer to a Ctrl+C, whatever sockets on the way would hold; the program waits meanwhile.
 * While something is under way, small pieces gather: a page takes one large message more easily than many small ones.
 */
export class OutputWindow {
  readonly #bytes: number
  readonly #ends: OutputEnds
  #gathered: Buffer[] = []
  #waiting = 0
  #underWay = 0
  #held = false

  constructor(bytes: number, ends: OutputEnds) {
    this.#bytes = bytes
    this.#ends = ends
  }

  /** Bytes that were sent and that the page has not taken yet: never more than the window. */
  get underWay(): number {
    return this.#underWay
  }

  push(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.#gathered.push(bytes)
    this.#waiting += bytes.length
    this.#move()
  }

  /** The page has shown so many bytes more. */
  taken(bytes: number): void {
    this.#underWay -= Math.min(bytes, this.#underWay)
    this.#move()
  }

  /** Sends all that waits, for a page that is told next that nothing follows. */
  flush(): void {
    if (this.#waiting) this.#send(this.#waiting)
  }

  /** The page is gone: nothing is under way any more, and the program need not wait. */
  reset(): void {
    this.#gathered = []
    this.#waiting = this.#underWay = 0
    this.#move()
  }

  #move(): void {
    const room = this.#bytes - this.#underWay
    // The first piece goes at once, since somebody may have typed it; what follows waits for half of a window.
    if (this.#waiting && room > 0 && (this.#underWay === 0 || Math.min(this.#waiting, room) >= this.#bytes / 2))
      this.#send(Math.min(this.#waiting, room))
    const full = this.#waiting + this.#underWay >= this.#bytes
    if (full === this.#held) return
    this.#held = full
    if (full) this.#ends.hold()
    else this.#ends.goOn()
  }

  #send(size: number): void {
    const all = this.#gathered.length === 1 ? this.#gathered[0]! : Buffer.concat(this.#gathered)
    this.#gathered = size < all.length ? [all.subarray(size)] : []
    this.#waiting -= size
    this.#underWay += size
    this.#ends.send(all.subarray(0, size))
  }
}
