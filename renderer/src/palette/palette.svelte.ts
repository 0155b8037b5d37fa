import { untrack } from 'svelte'
import type { Command } from './rank.ts'

/** Gives the commands of one part of the interface, as things are now. */
export type CommandSource = () => readonly Command[]

/** Where every part of the interface says what can be done, and whether the palette is shown. */
class Palette {
  open = $state(false)
  shortcuts = $state(false)
  #sources: readonly CommandSource[] = $state.raw([])

  show(): void {
    this.open = true
  }

  /** Adds commands. Gives the function that takes them back. */
  offer(source: CommandSource): () => void {
    // Whoever offers in an effect does not depend on what others offer.
    untrack(() => (this.#sources = [...this.#sources, source]))
    return () => untrack(() => (this.#sources = this.#sources.filter(s => s !== source)))
  }

  commands(): Command[] {
    return this.#sources.flatMap(source => source())
  }
}

export const palette = new Palette()
