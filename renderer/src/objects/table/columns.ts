import type { Column } from './rows.ts'

/** What a person changed of the columns that are shown: names of such as are shown or hidden against the rule. */
export interface ColumnChoice {
  shown: readonly string[]
  hidden: readonly string[]
}

export const NO_CHOICE: ColumnChoice = { shown: [], hidden: [] }

export interface ShownColumn {
  column: Column
  /** Its place among all columns, and so among the cells of a row. */
  index: number
}

/** Whether a column is shown: those of priority 0 are, and the wide ones are not, unless somebody chose otherwise. The first always is. */
export function isShown(columns: readonly Column[], choice: ColumnChoice, { name, priority }: Column): boolean {
  if (columns[0]?.name === name) return true
  return priority ? choice.shown.includes(name) : !choice.hidden.includes(name)
}

export function shownColumns(columns: readonly Column[], choice: ColumnChoice): ShownColumn[] {
  return columns.map((column, index) => ({ column, index })).filter(({ column }) => isShown(columns, choice, column))
}

export function toggleColumn(columns: readonly Column[], choice: ColumnChoice, column: Column): ColumnChoice {
  const shown = isShown(columns, choice, column)
  const without = (names: readonly string[]) => names.filter(name => name !== column.name)
  if (column.priority)
    return { ...choice, shown: shown ? without(choice.shown) : [...without(choice.shown), column.name] }
  return { ...choice, hidden: shown ? [...without(choice.hidden), column.name] : without(choice.hidden) }
}

/** Reads what was kept; anything else is no choice. */
export function readChoice(text: string | null): ColumnChoice {
  try {
    const { shown, hidden } = JSON.parse(text ?? '{}') as Partial<ColumnChoice>
    const names = (list: unknown) => (Array.isArray(list) ? list.filter(name => typeof name === 'string') : [])
    return { shown: names(shown), hidden: names(hidden) }
  } catch {
    return NO_CHOICE // not of our writing
  }
}
