import { forgetManagedFields } from '../../cluster/lists/managed-fields.ts'
import { Watched } from '../../cluster/watched.svelte.ts'
import type { ObjectMeta } from '../../../../engine/api/object.ts'
import type { Column, Row } from './rows.ts'

interface Table {
  columnDefinitions?: Column[]
  rows?: { cells: Row['cells']; object?: { metadata?: ObjectMeta } }[] | null
}

/** A collection as the server's own table, kept up to date. */
export class TableWatch {
  columns: readonly Column[] = $state.raw([])
  readonly rows: Watched<Row>

  constructor(path: string) {
    const read = (body: unknown): Row[] => {
      const { columnDefinitions, rows } = body as Table
      if (columnDefinitions?.length && !this.columns.length) this.columns = columnDefinitions
      return (rows ?? []).map(({ cells, object }) => ({ cells, metadata: forgetManagedFields(object?.metadata ?? {}) }))
    }
    this.rows = new Watched<Row>({
      path,
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
      readList: read,
      readEvent: read,
    })
  }
}
