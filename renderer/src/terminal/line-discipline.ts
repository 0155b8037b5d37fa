/** Where a line that is typed without a terminal at the other side goes. */
export interface LineObserver {
  /** What the screen is to show of what is typed. */
  onEcho(text: string): void
  onLine(line: string): void
  /** There is no more to come: Ctrl+D in an empty line. */
  onEnd(): void
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u

/**
 * What a terminal does for a program that has none: shows what is typed, lets one take it back, and hands over whole lines. Enter
 * sends, Backspace and Ctrl+U take back, Ctrl+D ends the input; other control keys do nothing.
 */
export class TypedLines {
  readonly #observer: LineObserver
  #line: string[] = []
  #ended = false

  constructor(observer: LineObserver) {
    this.#observer = observer
  }

  type(text: string): void {
    // Arrows and their like come as sequences of their own.
    if (this.#ended || text.startsWith('\x1b')) return
    for (const key of text) {
      if (key === '\r' || key === '\n') this.#send()
      else if (key === '\x7f' || key === '\b') this.#takeBack(1)
      else if (key === '\x15') this.#takeBack(this.#line.length)
      else if (key === '\x04' && this.#line.length === 0) {
        this.#ended = true
        return this.#observer.onEnd()
      } else if (key >= ' ' || key === '\t') {
        this.#line.push(key)
        this.#observer.onEcho(key)
      }
    }
  }

  #send(): void {
    const line = this.#line.join('')
    this.#line = []
    this.#observer.onEcho('\r\n')
    this.#observer.onLine(`${line}\n`)
  }

  #takeBack(keys: number): void {
    for (let i = 0; i < keys; i++) {
      const key = this.#line.pop()
      if (key !== undefined) this.#observer.onEcho('\b \b'.repeat(WIDE.test(key) ? 2 : 1))
    }
  }
}

/** Output of a program without a terminal, whose lines end with a line feed alone, as a screen wants it. */
export function withReturns(bytes: Uint8Array): Uint8Array {
  const LF = 10
  const feeds = bytes.reduce((count, byte) => (byte === LF ? count + 1 : count), 0)
  if (feeds === 0) return bytes
  const out = new Uint8Array(bytes.length + feeds)
  let at = 0
  for (const byte of bytes) {
    if (byte === LF) out[at++] = 13
    out[at++] = byte
  }
  return out
}
