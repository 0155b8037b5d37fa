import type { ObjectMeta } from '../../../../engine/api/object.ts'
import { ageOf } from '../../cluster/age.ts'
import type { ShownColumn } from './columns.ts'
import { KeptOrder, type Compare } from './order.ts'

export interface Column {
  name: string
  type: string
  format?: string
  description?: string
  /** 0 is always shown; higher ones are what `kubectl get -o wide` adds. */
  priority?: number
}

export type Cell = string | number | boolean | null

/** A row of a server-side table. */
export interface Row {
  metadata: ObjectMeta
  cells: readonly Cell[]
}

export interface Sort {
  column: string
  descending: boolean
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** True for cells that say how long ago the object was made: they are computed here, since the server's grow stale. */
export function isAge({ name }: Column): boolean {
  return name === 'Age'
}

export function cellText(row: Row, column: Column, index: number, now: number): string {
  if (isAge(column) && row.metadata.creationTimestamp) return ageOf(row.metadata.creationTimestamp, now)
  const cell = row.cells[index]
  return cell === null || cell === undefined ? '' : String(cell)
}

const searched = new WeakMap<Row, string>()

/** What a filter finds a row by, made once for each version of it. */
function searchedText(row: Row): string {
  let text = searched.get(row)
  if (text === undefined) {
    const labels = Object.entries(row.metadata.labels ?? {}).map(([k, v]) => `${k}=${v}`)
    text = `${row.metadata.namespace ?? ''} ${row.cells.join(' ')} ${labels.join(' ')}`.toLowerCase()
    searched.set(row, text)
  }
  return text
}

/** Rows whose namespace, name, labels or cells contain every word. */
export function filterRows(rows: readonly Row[], text: string): readonly Row[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return rows
  return rows.filter(row => words.every(word => searchedText(row).includes(word)))
}

/** The order of a column: ages by time, numbers by value, words as people count ("pod-2" before "pod-10"). */
export function comparison(columns: readonly Column[], sort: Sort | undefined): Compare<Row> {
  const byIdentity: Compare<Row> = (a, b) => collator.compare(identity(a), identity(b))
  if (!sort) return byIdentity
  const index = columns.findIndex(c => c.name === sort.column)
  const sign = sort.descending ? -1 : 1
  const column = columns[index]
  const compare: Compare<Row> =
    sort.column === 'Namespace'
      ? (a, b) => collator.compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '')
      : column && isAge(column)
        ? (a, b) => timeOf(b) - timeOf(a)
        : (a, b) => compareCells(a.cells[index], b.cells[index])
  return (a, b) => sign * compare(a, b) || byIdentity(a, b)
}

/** Sorts what changes again and again, each time from the order that it had before. */
export class RowOrder {
  readonly #order = new KeptOrder<Row>()
  #asked: { columns: readonly Column[]; sort: Sort | undefined; compare: Compare<Row> } | undefined

  sort(rows: readonly Row[], columns: readonly Column[], sort: Sort | undefined): readonly Row[] {
    if (this.#asked?.columns !== columns || this.#asked.sort !== sort)
      this.#asked = { columns, sort, compare: comparison(columns, sort) }
    return this.#order.sort(rows, this.#asked.compare)
  }
}

function compareCells(a: Cell | undefined, b: Cell | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return collator.compare(String(a ?? ''), String(b ?? ''))
}

function timeOf({ metadata }: Row): number {
  return metadata.creationTimestamp ? Date.parse(metadata.creationTimestamp) : 0
}

function identity({ metadata }: Row): string {
  return `${metadata.namespace ?? ''}/${metadata.name ?? ''}`
}

const CHARACTER = 7.1
const MOST_SAMPLED = 200

/** Widths in pixels that hold what the columns say, as far as that is reasonable. Measured on the first rows. */
export function columnWidths(columns: readonly Column[], rows: readonly Row[], now: number): number[] {
  return columns.map((column, i) => {
    const wanted = rows
      .slice(0, MOST_SAMPLED)
      .reduce((most, row) => Math.max(most, cellText(row, column, i, now).length), 0)
    const status = column.name === 'Status' ? 34 : 0
    return Math.round(
      Math.min(380, Math.max(60, wanted * CHARACTER + 26 + status, column.name.length * CHARACTER + 40)),
    )
  })
}

/** What tells a row from all others. */
export function keyOfRow({ metadata }: Row): string {
  return metadata.uid ?? `${metadata.namespace}/${metadata.name}`
}

const NAMESPACE_WIDTH = 140
const MOST_FIRST = 260
const MOST_OTHER = 220
/** The tick box, the menu's button and the margins. */
const AROUND = 84

/** The columns of the grid that head and rows share, and the width below which they scroll. */
export function gridOf(
  columns: readonly Column[],
  shown: readonly ShownColumn[],
  sample: readonly Row[],
  namespaces: boolean,
): { template: string; minWidth: string } {
  const all = columnWidths(columns, sample, Date.now())
  const widths = shown.map(({ index }, i) => Math.min(all[index]!, i === 0 ? MOST_FIRST : MOST_OTHER))
  const tracks = widths.map((width, i) => `minmax(${width}px, ${i === 0 ? '2.4fr' : '1fr'})`)
  if (namespaces) tracks.unshift(`minmax(96px, ${NAMESPACE_WIDTH}px)`)
  const least = widths.reduce((sum, width) => sum + width, (namespaces ? NAMESPACE_WIDTH : 0) + AROUND)
  return { template: tracks.join(' '), minWidth: `${least}px` }
}
