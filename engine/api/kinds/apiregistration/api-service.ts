import type { FieldError } from '../../strategy.ts'
import { invalid, required } from '../../validation/field.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'apiregistration.k8s.io',
  kind: 'APIService',
  resource: 'apiservices',
  namespaced: false,
  categories: ['api-extensions'],
  hasStatus: true,
  columns: [
    nameColumn,
    column('Service', 'string', 'Service that serves the group version.', o =>
      o.spec?.service ? `${o.spec.service.namespace}/${o.spec.service.name}` : 'Local',
    ),
    column('Available', 'string', 'Whether it answers.', o => {
      const condition = (o.status?.conditions ?? []).find((c: { type: string }) => c.type === 'Available')
      return !condition ? 'Unknown' : condition.status === 'True' ? 'True' : `${condition.status} (${condition.reason})`
    }),
    ageColumn,
  ],
  validate(object) {
    const spec = object.spec ?? {}
    const errors: FieldError[] = []
    const wanted = `${spec.version ?? ''}.${spec.group ?? ''}`
    if (object.metadata.name !== wanted && object.metadata.name !== `${spec.version}.`)
      errors.push(
        invalid(
          'metadata.name',
          object.metadata.name ?? '',
          `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`,
        ),
      )
    if (!spec.version) errors.push(required('spec.version'))
    if (!(spec.groupPriorityMinimum > 0 && spec.groupPriorityMinimum <= 20000))
      errors.push(
        invalid('spec.groupPriorityMinimum', spec.groupPriorityMinimum ?? 0, 'must be positive and less than 20000'),
      )
    if (!(spec.versionPriority > 0 && spec.versionPriority <= 1000))
      errors.push(invalid('spec.versionPriority', spec.versionPriority ?? 0, 'must be positive and less than 1000'))
    if (spec.service) {
      if (!spec.service.namespace) errors.push(required('spec.service.namespace'))
      if (!spec.service.name) errors.push(required('spec.service.name'))
    }
    return errors
  },
})
