import type { Progress } from '../../../engine/lab/contract.ts'

/** Shows how a start goes on: one line that is rewritten on a terminal, a line for each phase elsewhere. */
export class ProgressPrinter {
  readonly #stream: NodeJS.WriteStream
  #last = ''

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  show({ phase, elapsedMs }: Progress): void {
    if (phase === this.#last) return
    this.#last = phase
    const text = `${(elapsedMs / 1000).toFixed(1).padStart(5)} s  ${phase}`
    if (this.#stream.isTTY) this.#stream.write(`\r\x1b[2K${text.slice(0, this.#stream.columns - 1)}`)
    else this.#stream.write(text + '\n')
  }

  end(): void {
    if (this.#stream.isTTY) this.#stream.write('\n')
  }
}
