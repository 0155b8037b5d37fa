export interface Question {
  title: string
  text: string
  /** What the button says: the verb, never "OK". */
  action: string
  danger?: boolean
}

class Confirmation {
  current: Question | undefined = $state.raw()
  #resolve: ((yes: boolean) => void) | undefined

  /** Resolves to true if the user agrees. A second question answers the first with no. */
  ask(question: Question): Promise<boolean> {
    this.answer(false)
    this.current = question
    return new Promise(resolve => (this.#resolve = resolve))
  }

  answer(yes: boolean): void {
    this.#resolve?.(yes)
    this.#resolve = undefined
    this.current = undefined
  }
}

export const confirmation = new Confirmation()
