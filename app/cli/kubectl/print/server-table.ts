import type { KubeObject } from '../../../../engine/api/object.ts'
import type { Table, TableRow } from '../../../../engine/api/table.ts'
import { objectName, type ApiResource } from '../resources/discovery.ts'
import { columns } from './columns.ts'

/** Asks for a Table, or the objects from a server that has none. */
export const TABLE_ACCEPT = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'

export interface TableStyle {
  wide: boolean
  headers: boolean
  withNamespace: boolean
  /** Prefix names with their kind. */
  withKind: boolean
  showLabels: boolean
  labelColumns: string[]
}

export interface StyledTable {
  resource: ApiResource
  definitions: Table['columnDefinitions']
  rows: TableRow[]
}

/** The header and rows of a server's table as kubectl prints them. */
export function tableCells(table: StyledTable, style: TableStyle): string[][] {
  const shown = table.definitions
    .map((d, i) => ({ name: d.name, i, isName: d.format === 'name' }))
    .filter(({ i }) => style.wide || !table.definitions[i]!.priority)
  const head = [
    ...(style.withNamespace ? ['NAMESPACE'] : []),
    ...shown.map(column => column.name.toUpperCase()),
    ...style.labelColumns.map(label => label.split('/').at(-1)!.toUpperCase()),
    ...(style.showLabels ? ['LABELS'] : []),
  ]
  const rows = table.rows.map(row => {
    const meta = (row.object as KubeObject | undefined)?.metadata
    const labels = meta?.labels ?? {}
    return [
      ...(style.withNamespace ? [meta?.namespace ?? ''] : []),
      ...shown.map(({ i, isName }) => {
        const text = cellText(row.cells[i])
        return isName && style.withKind ? objectName(table.resource, text) : text
      }),
      ...style.labelColumns.map(label => labels[label] ?? ''),
      ...(style.showLabels ? [labelText(labels)] : []),
    ]
  })
  return style.headers ? [head, ...rows] : rows
}

export function printTable(table: StyledTable, style: TableStyle): string {
  return columns(tableCells(table, style))
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  const end = text.search(/[\f\n\r]/)
  return end < 0 ? text : `${text.slice(0, end)}...`
}

export function labelText(labels: Record<string, string> | undefined): string {
  const entries = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.length ? entries.map(([key, value]) => `${key}=${value}`).join(',') : '<none>'
}
