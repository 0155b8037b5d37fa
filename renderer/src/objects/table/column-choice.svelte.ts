import type { ResourceKind } from '../../cluster/discovery.ts'
import { onChangedElsewhere } from '../../shell/elsewhere.ts'
import { readChoice, toggleColumn, type ColumnChoice } from './columns.ts'
import type { Column } from './rows.ts'

/** The columns that a person chose for a kind, kept in this browser. */
export class KeptColumns {
  choice: ColumnChoice = $state.raw({ shown: [], hidden: [] })
  readonly #key: string

  constructor({ group, resource }: Pick<ResourceKind, 'group' | 'resource'>) {
    this.#key = `columns/${group}/${resource}`
    this.choice = readChoice(localStorage.getItem(this.#key))
  }

  /** Follows the other windows. Gives the function that ends it. */
  follow = (): (() => void) =>
    onChangedElsewhere(name => {
      if (name === undefined || name === this.#key) this.choice = readChoice(localStorage.getItem(this.#key))
    })

  toggle(columns: readonly Column[], column: Column): void {
    this.choice = toggleColumn(columns, this.choice, column)
    localStorage.setItem(this.#key, JSON.stringify(this.choice))
  }

  reset(): void {
    this.choice = readChoice(null)
    localStorage.removeItem(this.#key)
  }
}
