import type { KubeObject, ListMeta, ObjectMeta } from './object.ts'
import type { RowCondition, Strategy } from './strategy.ts'

export interface TableColumnDefinition {
  name: string
  type: string
  format: string
  description: string
  priority: number
}

export interface TableRow {
  cells: (string | number | boolean | null)[]
  conditions?: RowCondition[]
  object?: unknown
}

export interface Table {
  kind: 'Table'
  apiVersion: string
  metadata: ListMeta
  columnDefinitions: TableColumnDefinition[]
  rows: TableRow[]
}

export interface TableOptions {
  /** Milliseconds since the epoch, for ages. */
  now: number
  /** What each row carries beside its cells; Metadata by default. */
  includeObject?: 'None' | 'Metadata' | 'Object'
  listMeta?: ListMeta
  /** Watches send the definitions with the first event only. */
  omitColumns?: boolean
}

/** Objects as the table that kubectl prints. */
export function toTable(
  strategy: Pick<Strategy, 'columns' | 'rowConditions'>,
  objects: readonly KubeObject[],
  options: TableOptions,
): Table {
  const include = options.includeObject ?? 'Metadata'
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: options.listMeta ?? {},
    columnDefinitions: options.omitColumns
      ? []
      : strategy.columns.map(c => ({
          name: c.name,
          type: c.type,
          format: c.format ?? '',
          description: c.description,
          priority: c.priority ?? 0,
        })),
    rows: objects.map(object => ({
      cells: strategy.columns.map(c => c.cell(object, options.now)),
      ...conditionsOf(strategy, object),
      ...(include === 'Metadata' ? { object: partialMetadata(object) } : include === 'Object' ? { object } : {}),
    })),
  }
}

function conditionsOf(strategy: Pick<Strategy, 'rowConditions'>, object: KubeObject): { conditions?: RowCondition[] } {
  const conditions = strategy.rowConditions?.(object) ?? []
  return conditions.length ? { conditions } : {}
}

export interface PartialObjectMetadata {
  kind: 'PartialObjectMetadata'
  apiVersion: string
  metadata: ObjectMeta
}

/** The metadata of an object alone. */
export function partialMetadata(object: KubeObject): PartialObjectMetadata {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata }
}
