/** So much is kept; what is longer was not typed, but read from a file. */
const LONGEST = 1_000_000

/**
 * What was typed and not applied, by the name of where. It is kept with the window, and so outlives that its page is loaded again: in
 * the app that happens when the lab comes back on another port. It goes with the window: texts may hold Secrets. What is typed for one
 * cluster is never shown for another.
 */
export class Drafts {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  readonly #prefix: string

  constructor(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>, cluster: string) {
    this.#storage = storage
    this.#prefix = `draft${cluster}/`
  }

  /** Undefined if there is none, or none of our writing. */
  read<T>(name: string): T | undefined {
    try {
      return (JSON.parse(this.#storage.getItem(this.#prefix + name) ?? 'null') as T | null) ?? undefined
    } catch {
      return undefined // as if nothing had been typed
    }
  }

  /** Undefined: there is none any more. */
  keep(name: string, draft: unknown): void {
    const text = draft === undefined ? '' : JSON.stringify(draft)
    if (text === '' || text.length > LONGEST || !this.#fits(name, text)) this.#storage.removeItem(this.#prefix + name)
  }

  #fits(name: string, text: string): boolean {
    try {
      this.#storage.setItem(this.#prefix + name, text)
      return true
    } catch {
      return false // the browser has no room for it: an older draft must not stay in its place
    }
  }
}
