import { column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

type Condition = { type: string; status: string; message?: string; error?: string }
const healthy = (conditions: Condition[] | undefined) => conditions?.find(c => c.type === 'Healthy')

export const strategy = defineKind({
  group: '',
  kind: 'ComponentStatus',
  resource: 'componentstatuses',
  namespaced: false,
  shortNames: ['cs'],
  verbs: ['get', 'list'],
  columns: [
    nameColumn,
    column('Status', 'string', 'Health of the component.', o => {
      const status = healthy(o.conditions)?.status
      return status === 'True' ? 'Healthy' : status === 'False' ? 'Unhealthy' : 'Unknown'
    }),
    column('Message', 'string', 'What the health check said.', o => healthy(o.conditions)?.message ?? ''),
    column('Error', 'string', 'Error of the health check.', o => healthy(o.conditions)?.error ?? ''),
  ],
  warnings: () => ['v1 ComponentStatus is deprecated in v1.19+'],
})
