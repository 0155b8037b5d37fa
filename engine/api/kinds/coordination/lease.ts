import type { FieldError } from '../../strategy.ts'
import { invalid, required } from '../../validation/field.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'coordination.k8s.io',
  kind: 'Lease',
  resource: 'leases',
  namespaced: true,
  columns: [
    nameColumn,
    column('Holder', 'string', 'Who holds the lease.', o => o.spec?.holderIdentity ?? ''),
    ageColumn,
  ],
  allowCreateOnUpdate: true,
  validate(object) {
    const spec = object.spec ?? {}
    const errors: FieldError[] = []
    if (spec.leaseDurationSeconds !== undefined && spec.leaseDurationSeconds <= 0)
      errors.push(invalid('spec.leaseDurationSeconds', spec.leaseDurationSeconds, 'must be greater than 0'))
    if (spec.leaseTransitions !== undefined && spec.leaseTransitions < 0)
      errors.push(invalid('spec.leaseTransitions', spec.leaseTransitions, 'must be greater than or equal to 0'))
    if (spec.preferredHolder && !spec.strategy)
      errors.push(required('spec.strategy', 'must be specified when `preferredHolder` is specified'))
    return errors
  },
})
