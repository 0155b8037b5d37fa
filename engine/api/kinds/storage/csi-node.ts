import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'storage.k8s.io',
  kind: 'CSINode',
  resource: 'csinodes',
  namespaced: false,
  columns: [
    nameColumn,
    column('Drivers', 'integer', 'Number of drivers on the node.', o => (o.spec?.drivers ?? []).length),
    ageColumn,
  ],
})
